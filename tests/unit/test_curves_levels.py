"""Since when a thing holds of a series."""

from __future__ import annotations

from array import array

import pytest

from ftlint.detect.curves.levels import since
from ftlint.detect.curves.policy import high
from ftlint.model.run_log import RunLog, Series


def made(*values: float, first: float = 10) -> Series:
    return Series("any", array("d", (first + 10 * n for n in range(len(values)))), array("d", values))


@pytest.mark.parametrize(
    ("values", "spare", "step"),
    [
        ([0, 0, 1, 1, 1], 0.0, 30),
        ([1, 0, 1, 1, 1], 0.0, 30),
        ([1, 0, 1, 1, 1], 0.2, 10),
        ([0, 1, 1, 1, 0], 0.25, 20),
        ([1, 1, 1, 1, 0], 0.0, 50),
        ([0, 0, 0], 0.1, 30),
    ],
)
def test_the_first_step_from_which_on_it_holds_but_for_some(
    values: list[float], spare: float, step: float
) -> None:
    assert since(made(*values), lambda value: value > 0.5, spare) == step


def test_step_0_is_a_step() -> None:
    """Many logs count from 0: what holds there holds from the first, and not since the last step alone."""
    series = made(*[0.9] * 20, first=0)
    assert since(series, lambda value: value > 0.5) == 0
    log = RunLog("run", "jsonl", {"completions/clipped_ratio": series})
    assert high(log, "completions/clipped_ratio", 0.5).step == 0
