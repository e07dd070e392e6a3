from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.warmup import constant, warmup_field, warmup_share

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class LongWarmup(Rule[TrainingConfig]):
    """A large part of the run is spent on warming up.

    ## Why it matters
    While the rate climbs, little is learnt. With a third of the steps as warmup the run does the work of a
    shorter one, and a comparison of learning rates compares warmups.

    ## What to do
    3 to 10% of the steps. The fix sets 10%.

    ## References
    QLoRA's scripts warm up for 3%, alignment-handbook's recipes and TRL's examples for 10%. Nova's guidance
    on Bedrock grows with the data (rows / 640 for Micro). No study of the upper end for fine-tuning was
    found; a fifth is twice what any of those takes. Short runs (`least_steps`) are demonstrations and left
    alone: there a few steps are a large share.
    """

    code = "CFG010"
    name = "long-warmup"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "warm up over 3 to 10% of the steps"
    bad = (
        Example(config={**SFT, "warmup_ratio": 0.3}),
        Example(config={**SFT, "warmup_steps": 400, "max_steps": 1000}),
    )
    good = (
        Example(config={**SFT, "warmup_ratio": 0.2}),
        Example(config={**SFT, "warmup_steps": 10, "max_steps": 30}, note="a demonstration"),
        Example(config={**SFT, "warmup_steps": 400}, note="steps unknown"),
    )

    above: Annotated[float, Between(0, 1), "share of the steps above which warmup is long"] = 0.2
    least_steps: Annotated[int, Between(0, 1_000_000), "steps below which a run is a demonstration"] = 100
    share: Annotated[float, Between(0, 1), "share of the steps that the fix sets"] = 0.1

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        share = warmup_share(config)
        if config.purpose != "train" or share is None or constant(config):
            return
        steps = config.get("max_steps") or 0
        if not self.above < share < 1 or 0 < steps < self.least_steps:
            return
        name = warmup_field(config)
        whole = name == "warmup_steps" and config.get(name) >= 1
        yield Finding(
            f"{share:.0%} of the steps are warmup; 3 to 10% is common",
            fix=number_fix(config, name, int(steps * self.share) if whole else self.share),
            **config.place(name),
        )
