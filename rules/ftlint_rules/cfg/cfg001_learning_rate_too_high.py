from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, number, replace_value
from ftlint.rule import Between, Example, Rule

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}


class LearningRateTooHigh(Rule[TrainingConfig]):
    """A learning rate above what this kind of training bears.

    ## Why it matters
    stub

    ## What to do
    stub

    ## References
    stub
    """

    code = "CFG001"
    name = "learning-rate-too-high"
    severity = Severity.WARNING
    fixable = "unsafe"
    bad = (Example(config={**LORA, "learning_rate": 2e-3}),)
    good = (Example(config={**LORA, "learning_rate": 2e-4}),)

    sft_adapter: Annotated[
        float, Between(0, 1), "learning rate above which an SFT adapter gets a warning"
    ] = 3e-4

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rate = config.get("learning_rate")
        if config.purpose != "train" or not rate or not config.adapter or config.get("method") != "sft":
            return
        if rate > self.sft_adapter:
            yield Finding(
                f"{number(rate)} for SFT with LoRA; common start 2e-4, trouble above 3e-4",
                fix=fix("set 2.0e-4", replace_value(config, "learning_rate", 2e-4), safe=False),
                **config.place("learning_rate"),
            )
