from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.regime import regime

SFT = {"method": "sft", "tuning": "full", "learning_rate": 2e-5}


class GradientClippingOff(Rule[TrainingConfig]):
    """Gradient clipping is turned off.

    ## Why it matters
    One bad batch, with a broken row or a very long number, has a gradient many times as large as the rest.
    Without clipping it is taken in full and the loss jumps; with fp16 it ends as NaN.

    ## What to do
    Clip to a norm of 1.0. The fix sets it.

    ## References
    transformers and what is built on it clip to 1.0; QLoRA to 0.3. Written as 0, it is off (transformers,
    torch). torchtune and litgpt clip nothing unless told: their default is not reported. Measured on public
    configs: ten of oumi's recipes set 0, for speed; so it is an info.
    """

    code = "CFG023"
    name = "gradient-clipping-off"
    severity = Severity.INFO
    fixable = "unsafe"
    help = "clip gradients to a norm of 1.0"
    bad = (Example(config={**SFT, "max_grad_norm": 0.0}),)
    good = (
        Example(config={**SFT, "max_grad_norm": 0.3}),
        Example(config=SFT),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        norm = config.get("max_grad_norm")
        if norm is None or norm > 0 or regime(config) is None or not config.written("max_grad_norm"):
            return
        yield Finding(
            "gradients are not clipped; a norm of 1.0 is common",
            fix=number_fix(config, "max_grad_norm", 1.0),
            **config.place("max_grad_norm"),
        )
