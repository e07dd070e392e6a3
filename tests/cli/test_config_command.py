"""`ftlint config`: explain, diff and convert in a process of their own."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest
import yaml

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

SCHEMA = Path(__file__).parents[2] / "src" / "ftlint" / "report" / "config.schema.json"

AXOLOTL = """\
base_model: Qwen/Qwen3-8B
adapter: qlora
load_in_4bit: true
datasets:
  - path: data/train.jsonl   # ours
    type: chat_template
val_set_size: 0.05
sequence_len: 4096
sample_packing: true
lora_r: 32
lora_alpha: 16
lora_target_linear: true
micro_batch_size: 2
gradient_accumulation_steps: 4
num_epochs: 3
learning_rate: 2e-4
lr_scheduler: cosine
warmup_ratio: 0.1
bf16: true
seed: 7
output_dir: ./out
special_tokens:
  pad_token: "<|pad|>"
"""


def explained(ftlint: Run, *arguments: str) -> dict[str, Any]:
    done = ftlint("config", "explain", *arguments, "--output-format", "json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(told, json.loads(SCHEMA.read_text()))
    return told


def test_explain_says_what_and_where(ftlint: Run, write: Write) -> None:
    write("lora.yml", AXOLOTL)
    told = explained(ftlint, "lora.yml")
    assert (told["dialect"], told["purpose"], told["version"]) == ("axolotl", "train", None)
    rate = told["fields"]["learning_rate"]
    assert (rate["value"], rate["written"], rate["raw"]) == (0.0002, True, "2e-4")
    assert (rate["line"], rate["column"]) == (16, 16)
    assert told["fields"]["tuning"]["value"] == "qlora"
    (data,) = told["fields"]["train_data"]["value"]
    assert (data["name"], data["kind"], data["line"]) == ("data/train.jsonl", "file", 5)
    assert told["fields"]["optimizer"]["written"] is False
    assert told["fields"]["optimizer"]["line"] is None
    page = ftlint("config", "explain", "lora.yml").stdout
    assert "learning_rate" in page
    assert "16:16" in page


def test_a_declared_version_is_told(ftlint: Run, write: Write) -> None:
    write("lora.yml", AXOLOTL)
    write("ftlint.toml", '[versions]\naxolotl = "0.8.0"\n')
    told = explained(ftlint, "lora.yml")
    assert (told["version"], told["version_from"]) == ("0.8.0", "ftlint.toml:2")


def test_a_template_is_unknown_and_never_zero(ftlint: Run, write: Write) -> None:
    write("lora.yml", AXOLOTL.replace("2e-4", "${LR}"))
    rate = explained(ftlint, "lora.yml")["fields"]["learning_rate"]
    assert (rate["value"], rate["unknown"], rate["raw"]) == (None, True, "${LR}")


def test_credentials_in_a_config_are_not_shown(ftlint: Run, write: Write) -> None:
    secret = "hf_" + "kYbPq7TzWc3NfRj8LmXa5GvHs2DuEoQi9B"
    write("lora.yml", AXOLOTL.replace("data/train.jsonl", f"s3://user:{secret}@bucket/train.jsonl"))
    done = ftlint("config", "explain", "lora.yml", "--output-format", "json")
    assert secret not in done.stdout + done.stderr
    assert secret not in ftlint("config", "explain", "lora.yml").stdout
    assert secret not in ftlint("config", "convert", "lora.yml", "--to", "trl").stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.yaml", "name: ci\non: push\n", "holds no training config"),
        (
            "a.yaml",
            "learning_rate: 1\n  lora_r: [\nadapter: lora\nnum_epochs: 3\n",
            "a.yaml:2: cannot be parsed",
        ),
        ("b.yaml", None, "no such file"),
    ],
)
def test_mistakes(ftlint: Run, write: Write, name: str, content: str | None, told: str) -> None:
    if content is not None:
        write(name, content)
    done = ftlint("config", "explain", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_dialect_is_named(ftlint: Run, write: Write) -> None:
    write("lora.yml", AXOLOTL)
    done = ftlint("config", "explain", "lora.yml", "--dialect", "axolotle")
    assert done.returncode == 2
    assert "did you mean 'axolotl'?" in done.stderr


def test_diff_across_dialects(ftlint: Run, write: Write) -> None:
    write("a.yml", AXOLOTL)
    done = ftlint("config", "convert", "a.yml", "--to", "llamafactory", "-o", "b.yaml")
    assert done.returncode == 0, done.stderr
    done = ftlint("config", "diff", "a.yml", "b.yaml", "--output-format", "json", "--exit-code")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["old"]["dialect"], told["new"]["dialect"]) == ("axolotl", "llamafactory")
    same = {
        "base_model",
        "method",
        "tuning",
        "learning_rate",
        "lora_rank",
        "epochs",
        "sequence_length",
        "seed",
    }
    assert not same & set(told["fields"])
    write("c.yml", AXOLOTL.replace("2e-4", "1e-3"))
    page = ftlint("config", "diff", "a.yml", "c.yml").stdout
    assert "learning_rate  2.0e-4  →  0.001" in page
    assert ftlint("config", "diff", "a.yml", "a.yml", "--exit-code").returncode == 0


@pytest.mark.parametrize("to", ["axolotl", "llamafactory", "trl", "torchtune", "ms-swift"])
def test_convert_says_nothing_is_lost_that_is_written(ftlint: Run, write: Write, to: str) -> None:
    """Each field of the source is read back from what was written, or listed as lost."""
    file = write("a.yml", AXOLOTL)
    done = ftlint("config", "convert", "a.yml", "--to", to, "-o", "b.yaml")
    assert done.returncode == 0, done.stderr
    assert isinstance(yaml.safe_load(file.with_name("b.yaml").read_text()), dict)
    before = explained(ftlint, "a.yml")["fields"]
    after = explained(ftlint, "b.yaml")
    assert after["dialect"] == to
    lost = {line.split()[0] for line in done.stderr.splitlines() if line.startswith("  ")}
    for name in (
        "base_model",
        "tuning",
        "learning_rate",
        "lora_rank",
        "lora_alpha",
        "epochs",
        "seed",
        "sequence_length",
    ):
        assert name in lost or after["fields"][name]["value"] == before[name]["value"], name


def test_convert_does_not_write_over_a_file(ftlint: Run, write: Write) -> None:
    write("a.yml", AXOLOTL)
    kept = write("b.yaml", "mine: 1\n")
    done = ftlint("config", "convert", "a.yml", "--to", "trl", "-o", "b.yaml")
    assert done.returncode == 2
    assert "--force writes over it" in done.stderr
    assert kept.read_text() == "mine: 1\n"
    assert ftlint("config", "convert", "a.yml", "--to", "trl", "-o", "b.yaml", "--force").returncode == 0
    assert "model_name_or_path: Qwen/Qwen3-8B" in kept.read_text()


def test_strict_fails_where_something_is_lost(ftlint: Run, write: Write) -> None:
    write("a.yml", AXOLOTL)
    done = ftlint("config", "convert", "a.yml", "--to", "torchtune", "--strict")
    assert done.returncode == 1
    assert "not in torchtune:" in done.stderr
    assert "eval_split" in done.stderr


SCRIPT = """\
#!/bin/bash
llamafactory-cli train lf.yaml learning_rate=5e-3
deepspeed --num_gpus 2 src/train.py \\
    --stage sft --model_name_or_path Qwen/Qwen3-8B \\
    --dataset rows --template qwen --finetuning_type full \\
    --output_dir out --learning_rate 1e-5
"""


@pytest.mark.parametrize(
    ("line", "rate"),
    [(2, 0.005), (3, 1e-5), (4, 1e-5), (6, 1e-5), (1, None), (7, None)],
)
def test_a_launch_is_named_by_any_of_its_lines(
    ftlint: Run, write: Write, line: int, rate: float | None
) -> None:
    write("lf.yaml", "stage: sft\nmodel_name_or_path: Qwen/Qwen3-8B\nfinetuning_type: lora\ntemplate: qwen\n")
    write("train.sh", SCRIPT)
    if rate is not None:
        assert explained(ftlint, f"train.sh:{line}")["fields"]["learning_rate"]["value"] == rate
        return
    done = ftlint("config", "explain", f"train.sh:{line}")
    assert done.returncode == 2
    assert f"holds no training at line {line}: name one by its line: train.sh:2, train.sh:4" in done.stderr


def test_a_value_of_the_file_under_a_command_line_names_its_place(ftlint: Run, write: Write) -> None:
    write("lf.yaml", "stage: sft\nmodel_name_or_path: Qwen/Qwen3-8B\nfinetuning_type: lora\ntemplate: qwen\n")
    write("train.sh", SCRIPT)
    done = ftlint("config", "explain", "train.sh:2")
    row = next(line for line in done.stdout.splitlines() if line.lstrip().startswith("tuning"))
    assert row.split()[1:3] == ["lora", "lf.yaml:3"]


def test_convert_tells_keys_that_no_field_holds(ftlint: Run, write: Write) -> None:
    write("lora.yml", AXOLOTL + "roles_to_train: [assistant]\nadam_beta2: 0.95\ngroup_by_length: false\n")
    done = ftlint("config", "convert", "lora.yml", "--to", "llamafactory")
    assert done.returncode == 0
    told = next(line for line in done.stderr.splitlines() if line.startswith("not carried over"))
    assert told == "not carried over, as no field holds them: roles_to_train, adam_beta2"


def test_convert_writes_no_share_where_steps_are_counted(ftlint: Run, write: Write) -> None:
    write("lora.yml", AXOLOTL + "evals_per_epoch: 4\nchat_template: chatml\n")
    done = ftlint("config", "convert", "lora.yml", "--to", "torchtune")
    assert "run_val_every_n_steps" not in yaml.safe_load(done.stdout)
    assert "eval_steps" in done.stderr
    done = ftlint("config", "convert", "lora.yml", "--to", "trl")
    assert "chat_template_path" not in yaml.safe_load(done.stdout)
    assert "chat_template" in done.stderr
