from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.batch import batch, shared_out
from ftlint_rules.cfg.regime import regime

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class SmallEffectiveBatch(Rule[TrainingConfig]):
    """Each optimizer step sees very few examples.

    ## Why it matters
    The gradient of one or two examples is mostly noise: the loss jumps, and a rate that works with 16
    examples a step is too high. Gradient accumulation costs no memory.

    ## What to do
    Raise the gradient accumulation until a step sees 8 to 32 examples, or halve the learning rate for each
    halving of the batch.

    ## References
    Unsloth's guide aims at an effective batch of 16. Measured on public configs: a device sees one example a
    step in 94 of 862 official recipes and 23 of 149 others; how many devices train is seldom in the file.
    So it is an info: below `below` where the config says how many devices train; else only at 1, with the
    accumulation written and nothing of several devices (FSDP, DeepSpeed). Packing puts many examples into
    one: not judged.
    """

    code = "CFG013"
    name = "small-effective-batch"
    severity = Severity.INFO
    help = "raise the gradient accumulation"
    bad = (
        Example(config={**SFT, "micro_batch_size": 1, "gradient_accumulation": 1}),
        Example(config={**SFT, "micro_batch_size": 1, "gradient_accumulation": 1, "world_size": 2}),
        Example(config={**SFT, "global_batch_size": 2}),
    )
    good = (
        Example(config={**SFT, "micro_batch_size": 1, "gradient_accumulation": 4}),
        Example(config={**SFT, "micro_batch_size": 1}, note="devices and accumulation unknown"),
        Example(config={**SFT, "micro_batch_size": 2, "gradient_accumulation": 1}, note="devices unknown"),
        Example(config={**SFT, "micro_batch_size": 1, "gradient_accumulation": 1, "fsdp": True}),
        Example(config={**SFT, "micro_batch_size": 1, "gradient_accumulation": 1, "packing": True}),
        Example(config={**SFT, "micro_batch_size": 1, "gradient_accumulation": "auto"}),
    )

    below: Annotated[int, Between(1, 1_000_000), "examples of a step below which it is found"] = 4

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        kind, found = regime(config), batch(config)
        if kind is None or found is None or config.get("provider") or config.get("packing"):
            return
        if kind.kind in ("reinforcement", "pretrain") or found.examples >= self.below:
            return
        lone = found.examples == 1 and config.written("gradient_accumulation") and not shared_out(config)
        if found.world is None and not lone:
            return
        where = "" if found.world else " on one device"
        examples = "1 example" if found.examples == 1 else f"{found.examples} examples"
        yield Finding(
            f"{examples} to an optimizer step{where} ({found.said}); 8 to 32 are common",
            **config.place("gradient_accumulation", "micro_batch_size", "global_batch_size"),
        )
