from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.figures import short

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class Bound(NamedTuple):
    """What a field must be: at least `low` (above it, if `open`), below `below`, and how that is said."""

    said: str
    low: float
    below: float = float("inf")
    open: bool = False

    def holds(self, value: float) -> bool:
        return (value > self.low if self.open else value >= self.low) and value < self.below


BOUNDS = {
    "lora_rank": Bound("at least 1", 1),
    "lora_alpha": Bound("above 0", 0, open=True),
    "lora_dropout": Bound("from 0 to below 1", 0, 1),
    "micro_batch_size": Bound("at least 1", 1),
    "eval_batch_size": Bound("at least 1", 1),
    "gradient_accumulation": Bound("at least 1", 1),
    "weight_decay": Bound("at least 0", 0),
    "warmup_steps": Bound("at least 0", 0),
    "warmup_ratio": Bound("at least 0", 0),
    "eval_split": Bound("at least 0", 0),
}
ADAPTERS = frozenset({"lora_rank", "lora_alpha", "lora_dropout"})


class ImpossibleValue(Rule[TrainingConfig]):
    """A number that the trainer refuses, or that cannot mean what it says.

    ## Why it matters
    The job starts, loads the model, and fails when the optimizer, the data loader or the adapter is made;
    or, with alpha 0, trains an adapter that has no effect.

    ## What to do
    Correct the number: a rank and batch sizes of at least 1, alpha above 0, dropout from 0 to below 1.

    ## References
    PEFT refuses a rank below 1; torch's data loader a batch size below 1, its optimizers a negative weight
    decay, its dropout anything outside of 0 to 1 (at 1, nothing is left); transformers a warmup below 0.
    LoRA's update is multiplied by alpha. A rate or number of epochs of 0 is `nothing-is-trained`.
    """

    code = "CFG028"
    name = "impossible-value"
    severity = Severity.ERROR
    help = "correct the number"
    covers = ("CFG015",)
    bad = (
        Example(config={**LORA, "lora_rank": 0}),
        Example(config={**LORA, "lora_alpha": 0}),
        Example(config={**LORA, "lora_dropout": 5}),
        Example(config={**LORA, "micro_batch_size": 0}),
        Example(config={**LORA, "weight_decay": -0.1}),
    )
    good = (
        Example(config={**LORA, "lora_dropout": 0.0, "micro_batch_size": 1, "weight_decay": 0}),
        Example(config={"method": "sft", "tuning": "full", "lora_rank": 0, "learning_rate": 2e-5}),
        Example(config={**LORA, "micro_batch_size": "${BATCH}"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train":
            return
        for field, bound in BOUNDS.items():
            known = config.field(field)
            if not isinstance(known.value, int | float) or not known.written or bound.holds(known.value):
                continue
            if field in ADAPTERS and config.get("tuning") not in ("lora", "qlora"):
                continue
            yield Finding(
                f"{known.key or field} {short(known.value)}; it must be {bound.said}", **config.place(field)
            )
