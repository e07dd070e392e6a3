from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.regime import regime

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class WeightDecayTooHigh(Rule[TrainingConfig]):
    """A weight decay that pulls the weights to zero faster than is usual.

    ## Why it matters
    Decay takes the same share off every trained weight at each step. In full fine-tuning it wears down what
    the base model knows, without a trace in the training loss; in an adapter it undoes what was learnt.

    ## What to do
    0 to 0.1. The fix sets 0.01.

    ## References
    torch's AdamW defaults to 0.01, transformers and most trainers to 0, mistral-finetune to 0.1; Llama 2 was
    pretrained with 0.1; Unsloth's guide names 0.01 to 0.1. Measured on 393 public configs that write it: 195
    are at 0, 24 at 0.1, none above.
    """

    code = "CFG022"
    name = "weight-decay-too-high"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "set weight_decay to 0.01"
    bad = (
        Example(config={**SFT, "weight_decay": 1.0}),
        Example(config={**SFT, "weight_decay": 0.2}, note="an info"),
    )
    good = (
        Example(config={**SFT, "weight_decay": 0.1}),
        Example(config={**SFT, "weight_decay": 0.3, "optimizer": "lion_8bit"}, note="Lion takes more"),
    )

    info_above: Annotated[float, Between(0, 100), "decay above which it is an info"] = 0.1
    warn_from: Annotated[float, Between(0, 100), "decay from which it is a warning"] = 0.5
    start: Annotated[float, Between(0, 100), "decay that the fix sets"] = 0.01

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        decay = config.get("weight_decay")
        if decay is None or regime(config) is None or not config.written("weight_decay"):
            return
        if decay <= self.info_above or "lion" in str(config.get("optimizer")).lower():
            return
        yield Finding(
            f"weight_decay {short(decay)}; 0 to 0.1 is common",
            severity=None if decay >= self.warn_from else Severity.INFO,
            fix=number_fix(config, "weight_decay", self.start),
            **config.place("weight_decay"),
        )
