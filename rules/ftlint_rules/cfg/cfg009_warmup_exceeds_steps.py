from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.warmup import constant, warmup_field, warmup_share

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class WarmupExceedsSteps(Rule[TrainingConfig]):
    """The warmup is as long as the whole run, or longer.

    ## Why it matters
    The learning rate climbs until the last step and never gets where the config says: a run of 100 steps
    with 1,000 steps of warmup ends at a tenth of its rate, and the schedule after it never runs.

    ## What to do
    Warm up over 3 to 10% of the steps. The fix sets 5%.

    ## References
    litgpt warns of it; Bedrock's page on Nova's parameters tells to keep the warmup below the steps. A
    ratio of 1 or more is refused or ends the same way (transformers takes 0 to 1). Where `max_steps` is
    tiny (`smoke`), as in a smoke test of CI, it is an info. Seen in 4 configs of the public ones measured,
    all of them such tests. Where only the epochs are known, the steps depend on the data:
    `warmup-exceeds-run` counts them.
    """

    code = "CFG009"
    name = "warmup-exceeds-steps"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "warm up over 3 to 10% of the steps"
    bad = (
        Example(config={**SFT, "warmup_steps": 1000, "max_steps": 500}),
        Example(config={**SFT, "warmup_steps": 500, "max_steps": 500}),
        Example(config={**SFT, "warmup_ratio": 3}, note="3% meant"),
        Example(config={**SFT, "warmup_steps": 10, "max_steps": 5}, note="a smoke test: an info"),
    )
    good = (
        Example(config={**SFT, "warmup_steps": 50, "max_steps": 500}),
        Example(config={**SFT, "warmup_steps": 1000, "epochs": 3}, note="steps unknown"),
        Example(config={**SFT, "warmup_steps": 100, "max_steps": 50, "lr_scheduler": "constant"}),
        Example(config={**SFT, "warmup_ratio": 0.1}),
    )

    smoke: Annotated[int, Between(0, 1_000_000), "steps up to which it is a smoke test and an info"] = 20
    share: Annotated[float, Between(0, 1), "share of the steps that the fix sets"] = 0.05

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        share = warmup_share(config)
        if config.purpose != "train" or share is None or share < 1 or constant(config):
            return
        if warmup_field(config) == "warmup_ratio":
            yield Finding(
                f"warmup_ratio {short(share)}: the whole run is warmup; 0.03 to 0.1 is common",
                fix=number_fix(config, "warmup_ratio", self.share),
                **config.place("warmup_ratio"),
            )
            return
        steps = config.get("max_steps")
        yield Finding(
            f"{short(config.get('warmup_steps'))} steps of warmup in a run of {short(steps)}; "
            "the learning rate never reaches what is written",
            severity=Severity.INFO if steps <= self.smoke else None,
            fix=number_fix(config, "warmup_steps", int(steps * self.share)),
            **config.place("warmup_steps", "max_steps"),
        )
