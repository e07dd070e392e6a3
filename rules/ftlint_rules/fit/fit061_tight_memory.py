from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity
from ftlint_rules.fit.devices import fit, held_by, places

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "precision": "bf16", "model_dtype": "bf16"}
SHORT = {"sequence_length": 2048, "gradient_checkpointing": True}


class TightMemory(Rule[Training]):
    """The training needs about as much memory as its devices have.

    ## Why it matters
    The estimate cannot tell whether it fits. A job at the edge may run for hours and stop at the first batch
    of long examples, at the first evaluation, which often has a larger batch, or when a checkpoint is saved.

    ## What to do
    Run a few steps with the longest examples first (`group_by_length`, or a file of them). Lower the micro
    batch and raise accumulation by the same factor, or take the next larger device.

    Told from `from_share` of the device's memory up to where `out-of-memory` warns.

    ## References
    docs/memory.md: of 62 published peaks the estimate meets half to within 6%, nine in ten to within 30%.
    That `from_share` is 90% is a judgement: evaluation and fragmentation are not counted in full.
    """

    code = "FIT061"
    name = "tight-memory"
    severity = Severity.INFO
    help = "try the longest examples first, or lower the micro batch and raise accumulation"
    needs = (AnswerLengths,)
    bad = (
        Example(
            config={**LORA, **SHORT, "base_model": "Qwen/Qwen2.5-7B", "micro_batch_size": 2},
            settings='[hardware]\ngpu = "RTX-4090"',
        ),
    )
    good = (
        Example(
            config={**LORA, **SHORT, "base_model": "Qwen/Qwen2.5-7B", "micro_batch_size": 2},
            settings='[hardware]\ngpu = "L40S"',
        ),
        Example(
            config={**LORA, **SHORT, "base_model": "Qwen/Qwen2.5-7B", "micro_batch_size": 16},
            settings='[hardware]\ngpu = "RTX-4090"',
            note="far too much: out-of-memory",
        ),
    )

    from_share: Annotated[
        float, Between(0, 1), "share of a device's memory from which a training is tight"
    ] = 0.9
    margin: Annotated[
        float, Between(0, 2), "what `out-of-memory` leaves over the device's memory, on one device"
    ] = 0.15
    sharded_margin: Annotated[float, Between(0, 2), "the same where several devices work together"] = 0.35

    def check(self, training: Training) -> Iterator[Finding]:
        found = fit(training)
        if found is None or not found.need.complete:
            return
        memory = found.hardware.memory_gib
        margin = self.sharded_margin if found.sharded else self.margin
        if self.from_share * memory <= found.told <= (1 + margin) * memory and found.need.least <= memory:
            share = found.told / memory
            yield Finding(
                f"it needs about {found.told:.1f} GiB on each device, {held_by(found.hardware)} "
                f"({share:.0%}): it may not fit",
                **found.config.place(*places(found.config)),
            )
