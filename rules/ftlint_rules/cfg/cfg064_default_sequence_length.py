from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside
from ftlint.rule import Between, Example, Rule

LENGTH = 2048
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nnum_epochs: 1\nlearning_rate: 2.0e-4\nval_set_size: 0.05\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\n"
)


class DefaultSequenceLength(Rule[TrainingConfig]):
    """No sequence length is written, and the framework's default is short.

    ## Why it matters
    axolotl's default is 512 tokens: some 350 words for prompt and answer together. Longer examples are
    dropped or cut, so that the model learns from the short ones only, or learns to stop early.

    ## What to do
    Write the length that your data needs; 95 of 100 examples should fit. The fix writes 2048, which is
    LLaMA-Factory's default.

    A default up to `warn_below` (512) gets a warning, one up to `note_below` (1024, TRL's) an info.

    ## References
    axolotl 0.18, `schemas/config.py`: sequence_len defaults to 512. TRL 1.16, `sft_config.py`: max_length
    defaults to 1024.
    """

    code = "CFG064"
    name = "default-sequence-length"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "write the length that your data needs"
    bad = (Example(config=AXOLOTL),)
    good = (
        Example(config=AXOLOTL + "sequence_len: 512\n", note="written: somebody chose it"),
        Example(config={"learning_rate": 2e-4}, note="no default is known"),
    )

    warn_below: Annotated[int, Between(1, 1_000_000), "a default up to this many tokens is a warning"] = 512
    note_below: Annotated[int, Between(1, 1_000_000), "a default up to this many tokens is an info"] = 1024

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        field = config.field("sequence_length")
        if config.purpose != "train" or config.launched or field.written or field.unknown or not field.value:
            return
        if config.reinforcement or field.value > max(self.warn_below, self.note_below):
            return
        key = config.spelled("sequence_length")
        beside = next((name for name in ("micro_batch_size", "learning_rate") if config.written(name)), "")
        mend = (
            insert_beside(config, config.field(beside).key, key, LENGTH)
            if beside and "." not in key
            else None
        )
        yield Finding(
            f"{key} is not written: the default is {field.value:,} tokens",
            severity=None if field.value <= self.warn_below else Severity.INFO,
            fix=fix(f"write {key}: {LENGTH}", mend, safe=False),
            **config.place("base_model"),
        )
