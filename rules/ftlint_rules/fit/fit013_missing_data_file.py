from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.overlap import made
from ftlint_rules.fit.run_size import trained
from ftlint_rules.fit.said import at

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
REGISTRY = '{"support": {"file_name": "train.jsonl"}}'
LLAMAFACTORY = """\
model_name_or_path: Qwen/Qwen3-8B
stage: sft
finetuning_type: lora
dataset: suport
template: qwen
learning_rate: 0.0001
"""


class MissingDataFile(Rule[Training]):
    """The config names a data file that is not there.

    ## Why it matters
    The job starts, waits for its machine, loads the model, and stops. Where a name is taken for one on a hub
    when it is no file, a stranger's data is trained on instead.

    ## What to do
    Write the path as it is seen from where the training starts, or bring the file.

    ## References
    Paths are looked for as seen from the root, from the config's folder and from the folders between. It is
    an error where the project itself shows that the name is wrong: a file of nearly that name lies there, the
    folder that it names holds other data, or LLaMA-Factory's `dataset_info.json` has no such entry (which
    LLaMA-Factory refuses). Else it is information: the data may well be made or brought elsewhere. Names on a
    hub and absolute paths, which are of the machine that trains, are not judged.
    """

    code = "FIT013"
    name = "missing-data-file"
    severity = Severity.ERROR
    help = "write the path as it is, or bring the file"
    bad = (
        Example(
            config={**LORA, "train_data": ("data/trian.jsonl",)}, files={"data/train.jsonl": made(0, 20)}
        ),
        Example(
            config={**LORA, "train_data": ("data/a.jsonl",), "eval_data": ("data/eval.jsonl",)},
            files={"data/a.jsonl": made(0, 20)},
            note="its folder holds other data",
        ),
        Example(
            config={**LORA, "train_data": ("data/train.jsonl",)}, note="a config on its own: information"
        ),
        Example(
            config=LLAMAFACTORY,
            config_name="train.yaml",
            files={"data/dataset_info.json": REGISTRY, "data/train.jsonl": made(0, 20)},
        ),
    )
    good = (
        Example(
            config={**LORA, "train_data": ("data/train.jsonl",)}, files={"data/train.jsonl": made(0, 20)}
        ),
        Example(config={**LORA, "train_data": ("data/*.jsonl",)}, files={"data/train.jsonl": made(0, 20)}),
        Example(config={**LORA, "train_data": ("org/support-chats",)}, note="on a hub"),
        Example(config={**LORA, "train_data": ("${DATA}/train.jsonl",)}, note="a placeholder"),
        Example(
            config={**LORA, "train_data": ("train.jsonl",)},
            config_name="configs/lora.yaml",
            files={"train.jsonl": made(0, 20)},
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        missing = {(each.name, each.range): each for each in training.unread if each.lack == "missing"}
        for each in missing.values():
            meant = f"; is {each.near} meant?" if each.near else ""
            yield Finding(
                f"{each.name}: {each.reason}{meant}",
                severity=self.severity if each.sure else Severity.INFO,
                **at(training, each.range, "train_data", "eval_data"),
            )
