from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.warmup import HF, constant

SFT = {"method": "sft", "tuning": "qlora", "lora_rank": 16, "learning_rate": 2e-4}


class WarmupIgnored(Rule[TrainingConfig]):
    """A warmup beside a schedule that has none.

    ## Why it matters
    The constant schedule starts at the full rate at once: the warmup that is written does not happen, and
    nothing says so.

    ## What to do
    Take `constant_with_warmup` (the fix sets it), or remove the warmup.

    ## References
    transformers, `get_scheduler`: `constant` is built without warmup steps; `constant_with_warmup` and all
    others take them. QLoRA's scripts have this very pair (constant, ratio 0.03), and trained well without:
    hence an info.
    """

    code = "CFG025"
    name = "warmup-ignored"
    severity = Severity.INFO
    fixable = "unsafe"
    help = "take constant_with_warmup or remove the warmup"
    bad = (
        Example(config={**SFT, "lr_scheduler": "constant", "warmup_ratio": 0.03}),
        Example(config={**SFT, "lr_scheduler": "constant", "warmup_steps": 100}),
    )
    good = (
        Example(config={**SFT, "lr_scheduler": "constant_with_warmup", "warmup_ratio": 0.03}),
        Example(config={**SFT, "lr_scheduler": "constant", "warmup_ratio": 0.0}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.dialect not in HF or not constant(config):
            return
        name = next(
            (each for each in ("warmup_steps", "warmup_ratio") if config.get(each) and config.written(each)),
            "",
        )
        if not name:
            return
        edit = replace_value(config, "lr_scheduler", "constant_with_warmup")
        yield Finding(
            f"{name} {short(config.get(name))} is not used: the constant schedule has no warmup",
            fix=fix("set constant_with_warmup", edit, safe=False),
            **config.place(name),
        )
