from __future__ import annotations

from typing import NamedTuple


class Metric(NamedTuple):
    """One measured number: `n` examples, a confidence interval where there is one."""

    name: str
    value: float
    n: int | None = None
    low: float | None = None
    high: float | None = None
    higher_is_better: bool = True


class Baseline(NamedTuple):
    """The base model's evaluation result before any tuning.

    `dataset_hash` is of the bytes of the evaluated files, `split` the split they are, `date` YYYY-MM-DD.
    """

    path: str
    model: str
    revision: str = ""
    dataset_hash: str = ""
    split: str = ""
    metrics: tuple[Metric, ...] = ()
    date: str = ""
    tool: str = ""
