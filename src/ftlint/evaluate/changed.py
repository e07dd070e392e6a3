"""Rows that the tuned model does worse or better, to be looked at: pieces of text, masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ftlint.detect.mask import window

if TYPE_CHECKING:
    from ftlint.evaluate.compare import Pair
    from ftlint.evaluate.metrics.metric import Given, Metric
    from ftlint.evaluate.result import Prediction, Role

SHOWN = 5
_LONGEST = 280
_BEFORE = 60


class Example(NamedTuple):
    """A row, its scores by the metric, and a piece of each text; what may be private is hidden in them."""

    path: str
    row: int
    base_score: float
    tuned_score: float
    prompt: str
    reference: str
    base: str
    tuned: str


class Changed(NamedTuple):
    """The rows that got worse and better by one metric: how many, and the first of each."""

    role: Role
    metric: str
    worse: int
    better: int
    worst: tuple[Example, ...]
    best: tuple[Example, ...]


def changed(
    base: Sequence[Prediction],
    tuned: Sequence[Prediction],
    metrics: Sequence[Metric | Given],
    role: Role,
    *,
    shown: int = SHOWN,
) -> Changed | None:
    """By the first metric of single rows, what changed most first; None where there is no such metric."""
    from ftlint.evaluate.compare import paired
    from ftlint.evaluate.metrics.metric import Given, RowMetric

    metric = next((each for each in metrics if isinstance(each, Given | RowMetric)), None)
    if metric is None:
        return None
    found = list(_differences(paired(base, tuned), metric))
    worse = sorted((each for each in found if each[0] < 0), key=lambda each: each[0])
    better = sorted((each for each in found if each[0] > 0), key=lambda each: -each[0])
    return Changed(
        role,
        metric.name,
        len(worse),
        len(better),
        tuple(_first(worse, shown)),
        tuple(_first(better, shown)),
    )


_Found = tuple[float, float, float, "Pair"]


def _differences(pairs: Sequence[Pair], metric: Metric | Given) -> Iterator[_Found]:
    """Gain, both scores and the pair."""
    from ftlint.evaluate.metrics.choose import score_of
    from ftlint.evaluate.metrics.metric import RowMetric

    for pair in pairs:
        if isinstance(metric, RowMetric):
            one, other = score_of(metric, pair.base), score_of(metric, pair.tuned)
        else:
            one, other = pair.base.scores.get(metric.name), pair.tuned.scores.get(metric.name)
        if one is not None and other is not None:
            yield (other - one) * (1 if metric.higher_is_better else -1), one, other, pair


def _first(found: Sequence[_Found], shown: int) -> Iterator[Example]:
    """One row of each group: duplicates would only repeat each other."""
    groups: set[str] = set()
    for _, one, other, pair in found:
        if len(groups) == shown:
            return
        if pair.group not in groups:
            groups.add(pair.group)
            yield _example(pair, one, other)


def _example(pair: Pair, one: float, other: float) -> Example:
    base, tuned = pair.base.output, pair.tuned.output
    # long answers are shown from where they part
    apart = _shared(base, tuned)
    return Example(
        pair.base.path,
        pair.base.row,
        one,
        other,
        _piece(_asked(pair.base)),
        _piece(pair.base.reference),
        _piece(base, apart),
        _piece(tuned, apart),
    )


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)


def _piece(text: str, at: int = 0) -> str:
    start = 0 if len(text) <= _LONGEST else min(at, len(text))
    return window(text, start, len(text), _BEFORE, _LONGEST - _BEFORE if start else _LONGEST)[0].strip()


def _asked(row: Prediction) -> str:
    """The last thing that was said to the model."""
    if isinstance(row.prompt, str):
        return row.prompt
    said = [turn for turn in row.prompt if turn.get("role") != "system"] or row.prompt
    content = said[-1].get("content", "") if said else ""
    if isinstance(content, list):
        parts = [part.get("text", "") for part in content if isinstance(part, dict)]
        content = " ".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
