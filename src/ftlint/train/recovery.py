"""Whether a general loss that rose is on its way back, as it is in the first steps of a run with a mix."""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.train.schedule import PARTS

RECOVERED = 0.5
"""Share of the rise at its highest that must be gone for the mix to have it in hand."""

BOUND = 0.25
"""Share of the baseline that what is left of the rise must be below. Measured on the model of our tests, 150
steps, LoRA: mixes of 10% to 50% were below it from step 50 on, a mix of 3% never (72% over at step 100)."""


def recovering(evals: Sequence[tuple[int, float]], *, since: float, warmup: int, planned: int) -> bool:
    """Whether forgetting that shows `since` a step is no reason yet to end a run that has general data mixed
    in.

    `evals` are steps and general losses from the baseline on. A new adapter moves the loss of general data
    within its first tens of steps, and the mix brings it back (`docs/train.md` has figures). So the verdict
    must have stood for a tenth of the run after the warmup, what two evaluations are apart where the config
    says no number; and the loss must neither be falling nor have come back to within `BOUND`.
    """
    if len(evals) < 2:
        return True
    (_, baseline), (_, before), (step, now) = evals[0], evals[-2], evals[-1]
    if step - max(since, warmup) < planned / PARTS or now < before:
        return True
    highest = max(loss for _, loss in evals)
    left = now - baseline
    return left <= (1 - RECOVERED) * (highest - baseline) and left < BOUND * abs(baseline)
