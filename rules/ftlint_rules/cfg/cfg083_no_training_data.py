from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import present
from ftlint.rule import Example, Rule

KEYS = {"axolotl": ("datasets", "pretraining_dataset"), "llamafactory": ("dataset", "tokenized_path")}
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
)


class NoTrainingData(Rule[TrainingConfig]):
    """A training config that names no data to train on.

    ## Why it matters
    axolotl refuses a file without `datasets` or `pretraining_dataset`, LLaMA-Factory one that trains without
    `dataset`.

    ## What to do
    Name the data. Where it comes from the command line, ignore the rule for this file.

    It is an error for axolotl, whose file is the whole config, and a warning for LLaMA-Factory, where the
    name may be given when it is started.

    ## References
    axolotl 0.18, `schemas/validation.py`, check_dataset_or_pretraining_dataset. LLaMA-Factory 0.9.5,
    `hparams/parser.py`.
    """

    code = "CFG083"
    name = "no-training-data"
    severity = Severity.ERROR
    help = "name the data to train on"
    bad = (Example(config=AXOLOTL),)
    good = (Example(config=AXOLOTL + "datasets:\n  - path: data.jsonl\n    type: chat_template\n"),)

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        keys = KEYS.get(config.dialect)
        if keys is None or config.purpose != "train" or config.launched:
            return
        data = config.field("train_data")
        if data.value or data.unknown or any(present(config, key) for key in keys):
            return
        yield Finding(
            f"no data to train on: {keys[0]} is not written",
            severity=None if config.dialect == "axolotl" else Severity.WARNING,
            **config.top,
        )
