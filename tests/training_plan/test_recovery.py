"""When forgetting ends a run that mixes general data in, and when it is on its way back. No torch."""

from __future__ import annotations

import pytest

from ftlint.train.recovery import recovering

# a share of 30%, lr 1e-3, 150 steps, an evaluation each 10: measured on the pretrained model of the tests
MIXED = [1.0, 1.011, 1.602, 1.354, 1.088, 1.083, 1.075, 1.067, 1.08, 1.101, 1.096, 1.067, 1.06, 1.039]
UNMIXED = [1.0, 1.0, 1.042, 1.52, 2.067, 2.344, 2.428, 2.417, 2.354, 2.303, 2.331, 2.396, 2.476]


def told(losses: list[float], *, every: int = 10, warmup: int = 5, since: int = 20) -> list[bool]:
    """Whether it is taken for a recovery, at each evaluation from `since` on."""
    evals = [(every * at, loss) for at, loss in enumerate(losses)]
    counts = [at + 1 for at, (step, _) in enumerate(evals) if step >= since]
    return [recovering(evals[:count], since=since, warmup=warmup, planned=150) for count in counts]


def test_what_a_mix_brings_back_ends_nothing() -> None:
    assert all(told(MIXED))


def test_what_goes_on_rising_ends_it() -> None:
    waits = told(UNMIXED)
    assert waits[:2] == [True, True]  # for a tenth of the run it may be the first steps
    assert waits[2:5] == [False, False, False]


def test_what_stays_high_ends_it() -> None:
    assert not told([1.0, 1.0, 1.3, 1.5, 1.52, 1.51, 1.52])[-1]


def test_too_small_a_mix_ends_it() -> None:
    """A share of 3%: half of the rise is gone, and it stays at 1.7 times the baseline."""
    small = [1.0, 1.012, 2.22, 3.65, 3.035, 2.405, 1.904, 1.751, 1.734, 1.719, 1.724]
    assert told(small) == [True] * 8 + [False]


@pytest.mark.parametrize(("warmup", "waits"), [(5, False), (20, False), (60, True)])
def test_the_warmup_counts(warmup: int, waits: bool) -> None:
    assert told(UNMIXED[:6], warmup=warmup)[-1] is waits


def test_frequent_evaluations_are_no_more_eager() -> None:
    rising = [1.0 + 0.03 * at for at in range(12)]
    assert all(told(rising[:6], every=2, since=2))  # 8 of 150 steps
    assert not told(rising, every=2, since=2)[-1]  # 20


def test_a_first_evaluation_says_nothing() -> None:
    assert recovering([(0, 1.0)], since=0, warmup=0, planned=10)
