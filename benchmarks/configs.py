"""Training configs checked per second, as a ratio to parsing them, in CPU time of one process.

python benchmarks/configs.py [FOLDER]     real configs, copied up to 1,000; without a folder, made ones
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from measured import median, python, table

COUNT = 1000

PARSE = """
import sys, yaml
from pathlib import Path
for file in Path(sys.argv[1]).rglob("*.y*ml"):
    try:
        yaml.load(file.read_bytes(), yaml.CSafeLoader)
    except yaml.YAMLError:
        pass
"""

AXOLOTL = """\
base_model: Qwen/Qwen3-{size}B
adapter: qlora
load_in_4bit: true
datasets:
  - path: data/train-{number}.jsonl
    type: chat_template
val_set_size: 0.05
sequence_len: {length}
sample_packing: true
attn_implementation: flash_attention_2
lora_r: 32
lora_alpha: 16
lora_target_linear: true
micro_batch_size: 2
gradient_accumulation_steps: 4
num_epochs: 3
learning_rate: {rate}
lr_scheduler: cosine
warmup_ratio: 0.1
optimizer: adamw_bnb_8bit
bf16: auto
gradient_checkpointing: true
output_dir: ./outputs/{number}
"""


def made(folder: Path) -> None:
    for number in range(COUNT):
        rate = ("2e-4", "2.0e-4", "0.0001", "1e-3")[number % 4]
        size, length = (4, 8, 14)[number % 3], 2048 * (1 + number % 4)
        text = AXOLOTL.format(size=size, number=number, length=length, rate=rate)
        (folder / f"run{number}.yaml").write_text(text)


def copied(source: Path, folder: Path) -> int:
    files = sorted(file for ending in ("*.yaml", "*.yml", "*.json") for file in source.rglob(ending))
    count = 0
    while files and count < COUNT:
        for file in files[: COUNT - count]:
            shutil.copy(file, folder / f"{count}{file.suffix}")
            os.chmod(folder / f"{count}{file.suffix}", 0o644)
            count += 1
    return count


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if len(sys.argv) > 1:
            count = copied(Path(sys.argv[1]), folder)
        else:
            made(folder)
            count = COUNT
        base = median(python("-c", PARSE, name), 3)
        rows = [("PyYAML with libyaml parses them", f"{base.cpu:.2f}", "1.0", "")]
        for title, flags in (
            ("CFG and FIT", ("--select", "CFG,FIT")),
            ("all rules, secrets too", ()),
        ):
            command = python("-m", "ftlint", "check", name, "--isolated", "-j1", "-e", "-q", *flags)
            done = median(command, 3)
            limit = "6 s" if "CFG" in title else ""
            rows.append(
                (f"{count:,} configs: {title}", f"{done.cpu:.2f}", f"{done.cpu / base.cpu:.1f}", limit)
            )
        table(("what", "CPU s", "x parsing", "asked: at most"), rows)


if __name__ == "__main__":
    main()
