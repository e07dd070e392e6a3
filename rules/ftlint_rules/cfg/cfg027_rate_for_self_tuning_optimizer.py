from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.optimizers import learning_free

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "optimizer": "prodigy"}


class RateForSelfTuningOptimizer(Rule[TrainingConfig]):
    """An optimizer that finds its own step size is given Adam's learning rate.

    ## Why it matters
    Prodigy and D-Adaptation estimate the step and multiply it by the learning rate. 2e-4 makes every step
    five thousand times too small: the loss stays where it is.

    ## What to do
    Set the learning rate to 1.0. The fix sets it.

    ## References
    The README files of Prodigy (konstmish/prodigy) and D-Adaptation (facebookresearch/dadaptation): leave
    the rate at 1.0; 0.1 to 2 where it is searched.
    """

    code = "CFG027"
    name = "rate-for-self-tuning-optimizer"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "set the learning rate to 1.0"
    bad = (Example(config={**SFT, "learning_rate": 2e-4}),)
    good = (
        Example(config={**SFT, "learning_rate": 1.0}),
        Example(config={**SFT, "learning_rate": 0.5}),
        Example(config={**SFT, "optimizer": "adamw_torch", "learning_rate": 2e-4}),
    )

    below: Annotated[float, Between(0, 10), "rate below which it is found"] = 0.1

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rate = config.get("learning_rate")
        if not rate or rate >= self.below or config.purpose != "train" or not config.written("learning_rate"):
            return
        if learning_free(config):
            yield Finding(
                f"learning_rate {short(rate)} for an optimizer that finds its own; 1 is meant",
                fix=number_fix(config, "learning_rate", 1.0),
                **config.place("learning_rate"),
            )
