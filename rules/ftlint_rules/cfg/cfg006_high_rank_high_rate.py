from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.optimizers import of_adams_scale
from ftlint_rules.cfg.regime import regime

HIGH = {"method": "sft", "tuning": "lora", "lora_rank": 256, "lora_alpha": 256, "learning_rate": 2e-4}


class HighRankHighRate(Rule[TrainingConfig]):
    """A high rank together with a high learning rate.

    ## Why it matters
    With alpha at or above the rank, a large adapter moves the weights as far as a small one in each of many
    more directions. At rates that suit rank 8 or 16 its loss can diverge, at times only after hundreds of
    steps.

    ## What to do
    Halve the rate, or lower alpha: what counts is the rate times alpha / r. rsLoRA (alpha / sqrt(r)) needs a
    lower rate still.

    ## References
    A reproduction that diverged: rank 256 at 2e-4, a 1.5B model with QLoRA (aprender, pull request 2258).
    "LoRA Without Regret" (Thinking Machines, 2025) finds the best rate independent of the rank while the
    update is scaled by 1 / r with alpha held at 32: such configs (alpha / r below `scale`) are left alone.
    Of the public configs measured, one has a rank above 128.
    """

    code = "CFG006"
    name = "high-rank-high-rate"
    severity = Severity.WARNING
    help = "halve the learning rate or lower lora_alpha"
    covers = ("CFG016",)
    bad = (
        Example(config=HIGH),
        Example(config={**HIGH, "lora_rank": 128, "lora_alpha": 32, "use_rslora": True}),
    )
    good = (
        Example(config={**HIGH, "lora_alpha": 32}, note="scaled by 1 / 8"),
        Example(config={**HIGH, "learning_rate": 1e-4}),
        Example(config={**HIGH, "lora_rank": 64, "lora_alpha": 64}),
    )

    rank: Annotated[int, Between(1, 65536), "rank from which it is high"] = 128
    rate: Annotated[float, Between(0, 1), "learning rate from which it is high"] = 2e-4
    scale: Annotated[float, Between(0, 100), "alpha / r (rsLoRA: alpha / sqrt(r)) below which it is safe"] = (
        0.5
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rate, rank, kind = config.get("learning_rate"), config.get("lora_rank"), regime(config)
        if not rate or not rank or kind is None or not kind.adapter or not of_adams_scale(config):
            return
        if rank < self.rank or rate < self.rate or config.dialect == "mlx-lm":
            return
        if not (config.written("lora_rank") and config.written("learning_rate")):
            return
        alpha = config.get("lora_alpha")
        if alpha is None:
            return
        stable = config.get("use_rslora")
        scale = alpha / (sqrt(rank) if stable else rank)
        if scale < self.scale:
            return
        yield Finding(
            f"rank {rank} and learning_rate {short(rate)}, scaled by "
            f"{'alpha / sqrt(r)' if stable else 'alpha / r'} = {short(round(scale, 2))}; "
            f"diverges in places from rank {self.rank} and {short(self.rate)}",
            **config.place("lora_rank", "learning_rate"),
        )
