from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import flag, present, text
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
)
ROWS = "datasets:\n  - path: data.jsonl\n    type: chat_template\n"


class GroupByLengthWithPacking(Rule[TrainingConfig]):
    """Grouping by length beside packing or a stream.

    ## Why it matters
    Packed sequences are all of one length, so grouping them does nothing. A stream has no lengths: to group
    it, axolotl downloads all of it first.

    ## What to do
    Take `group_by_length` out.

    ## References
    axolotl 0.18, `schemas/validation.py`, check_pretraining_w_group_by_length. transformers 5 calls it
    `train_sampling_strategy: group_by_length`.
    """

    code = "CFG067"
    name = "group-by-length-with-packing"
    severity = Severity.INFO
    help = "take the grouping out"
    bad = (
        Example(config=AXOLOTL + ROWS + "sample_packing: true\ngroup_by_length: true\n"),
        Example(config=AXOLOTL + "pretraining_dataset: a/b\nmax_steps: 9\ngroup_by_length: true\n"),
    )
    good = (
        Example(config=AXOLOTL + ROWS + "sample_packing: false\ngroup_by_length: true\n"),
        Example(config=AXOLOTL + ROWS + "sample_packing: true\ngroup_by_length: false\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train":
            return
        key = "group_by_length" if flag(config, "group_by_length") else ""
        if text(config, "train_sampling_strategy") == "group_by_length":
            key = "train_sampling_strategy"
        entry = config.entry(key) if key else None
        if entry is None:
            return
        place = placed(config.path, entry.value.range)
        if config.dialect == "axolotl" and present(config, "pretraining_dataset"):
            yield Finding(
                f"{key} makes a stream be downloaded as a whole", severity=Severity.WARNING, **place
            )
        elif config.get("packing") is True:
            yield Finding(f"{key} does nothing with packed sequences, which are of one length", **place)
