from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.batch import batch
from ftlint_rules.cfg.regime import regime

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class LargeEffectiveBatch(Rule[TrainingConfig]):
    """An adapter is trained with very large batches.

    ## Why it matters
    LoRA loses more than full fine-tuning does when batches grow, and no rank makes up for it. On a small
    dataset a large batch leaves a few dozen steps in all.

    ## What to do
    16 or 32 examples to a step: lower the gradient accumulation.

    ## References
    "LoRA Without Regret" (Thinking Machines, 2025): LoRA falls behind at large batches, and does as well as
    full fine-tuning below 32 or so. `above` leaves room for four devices with a batch of 16 each.
    Only SFT is judged, and only what the config says: where it names no number of devices, those of one.
    """

    code = "CFG014"
    name = "large-effective-batch"
    severity = Severity.WARNING
    help = "lower the gradient accumulation to 16 or 32 examples a step"
    bad = (
        Example(config={**SFT, "micro_batch_size": 16, "gradient_accumulation": 8}),
        Example(config={**SFT, "micro_batch_size": 4, "gradient_accumulation": 4, "world_size": 8}),
        Example(config={**SFT, "global_batch_size": 256}),
    )
    good = (
        Example(config={**SFT, "micro_batch_size": 8, "gradient_accumulation": 8}),
        Example(config={**SFT, "tuning": "full", "global_batch_size": 256}),
        Example(config={**SFT, "method": "grpo", "global_batch_size": 256}),
    )

    above: Annotated[int, Between(1, 1_000_000), "examples of a step above which it is found"] = 64

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        kind, found = regime(config), batch(config)
        if kind is None or found is None or config.get("provider"):
            return
        if not kind.adapter or kind.kind != "sft" or found.examples <= self.above:
            return
        where = "" if found.world else " on each device"
        yield Finding(
            f"{found.examples:,} examples to an optimizer step{where} ({found.said}) for {kind.title}; "
            "below 32 LoRA does as well as full fine-tuning",
            **config.place("gradient_accumulation", "micro_batch_size", "global_batch_size"),
        )
