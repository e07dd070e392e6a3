from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Between, Example, Rule

LORA = {"method": "sft", "tuning": "lora", "learning_rate": 2e-4}


class ExtremeRank(Rule[TrainingConfig]):
    """A rank far from what adapters are trained with.

    ## Why it matters
    Rank 1 or 2 holds a style or a label and hardly more. Above 128, alpha / r scales the update away, memory
    and adapter files grow, and quality mostly does not.

    ## What to do
    8 to 64; with more data and a higher rank, `use_rslora`.

    ## References
    Unsloth's guide: 8 to 128. rsLoRA (Kalajdzievski, 2023) shows that alpha / r hides what higher ranks could
    learn. "LoRA Without Regret" (Thinking Machines, 2025): rank 256 for SFT on large data, 1 to 32 for
    reinforcement learning, where a small rank is left alone. Measured on public configs: one rank above 128,
    none below 4.
    """

    code = "CFG016"
    name = "extreme-rank"
    severity = Severity.INFO
    help = "take a rank of 8 to 64, or use_rslora above"
    bad = (
        Example(config={**LORA, "lora_rank": 2}),
        Example(config={**LORA, "lora_rank": 256}),
    )
    good = (
        Example(config={**LORA, "lora_rank": 4}),
        Example(config={**LORA, "lora_rank": 128}),
        Example(config={**LORA, "lora_rank": 256, "use_rslora": True}),
        Example(config={**LORA, "method": "grpo", "lora_rank": 1}),
    )

    below: Annotated[int, Between(1, 65536), "rank below which it is small"] = 4
    above: Annotated[int, Between(1, 65536), "rank above which it is large"] = 128

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rank = config.get("lora_rank")
        if not rank or config.purpose != "train" or not config.written("lora_rank"):
            return
        if config.get("tuning") not in ("lora", "qlora") or config.get("provider"):
            return
        large = rank > self.above and not config.get("use_rslora")
        small = 0 < rank < self.below and not config.reinforcement
        if not (large or small):
            return
        yield Finding(
            f"rank {rank}; 8 to 64 is common" + ("" if small else ", and rsLoRA above 128"),
            **config.place("lora_rank"),
        )
