"""Base against tuned on the same rows: each metric with its interval, its test and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.evaluate import statistics
from ftlint.evaluate.metrics.choose import score_of
from ftlint.evaluate.metrics.metric import OF_HUNDRED, Given, Metric, RowMetric
from ftlint.evaluate.result import Comparison, Prediction, Role, Score, Verdict
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.evaluate.statistics import Array, Values

METRIC_TOLERANCE = 0.02
LOSS_TOLERANCE = 0.05
"""By how much a general metric may fall and a general loss rise: those of the rule `forgetting`."""

_DIGITS = 10
"""Digits that are kept: beyond them machines differ in how they add."""


class Pair(NamedTuple):
    """What both models wrote for one row."""

    base: Prediction
    tuned: Prediction

    @property
    def group(self) -> str:
        """Rows of a group are resampled together; equal rows are one group anyway."""
        told = self.base.group or self.tuned.group
        return f"g{told}" if told else f"i{self.base.id}"


def paired(base: Sequence[Prediction], tuned: Sequence[Prediction]) -> list[Pair]:
    """The rows of both, in the order of their places. Raises `FtlintError` where not all are of both."""
    ones, others = _keyed(base), _keyed(tuned)
    missing = len(ones.keys() - others.keys()), len(others.keys() - ones.keys())
    if any(missing):
        raise FtlintError(
            f"base and tuned are not of the same rows: {missing[0]:,} only of base, {missing[1]:,} only of "
            "tuned (rows are matched by `id`, a hash of prompt and reference)"
        )
    if not ones:
        raise FtlintError("there is no row to compare")
    pairs = [Pair(row, others[key]) for key, row in ones.items()]
    return sorted(pairs, key=lambda pair: (pair.base.path, pair.base.row, pair.base.id))


def _keyed(rows: Sequence[Prediction]) -> dict[tuple[str, int], Prediction]:
    """Rows by id; of equal ones the first, the second ... in their order."""
    seen: Counter[str] = Counter()
    keyed = {}
    for row in sorted(rows, key=lambda each: (each.path, each.row)):
        keyed[row.id, seen[row.id]] = row
        seen[row.id] += 1
    return keyed


def compare(
    base: Sequence[Prediction],
    tuned: Sequence[Prediction],
    metrics: Sequence[Metric | Given],
    role: Role,
    seed: int = 0,
    *,
    resamples: int = statistics.RESAMPLES,
    tolerance: float | None = None,
) -> list[Comparison]:
    """One comparison for each metric, in their order; p-values adjusted over all of them.

    `tolerance` says how much worse is not called worse: of a metric from 0 to 1 that much, of one without an
    upper end that share. It is 0 for narrow rows; for general ones 2 points, and 5% of a loss, as the rule
    `forgetting` has them. Raises `FtlintError` for rows that do not
    match and for a metric that applies to none.
    """
    pairs = paired(base, tuned)
    made = [_compared(pairs, metric, role, seed, resamples, len(metrics)) for metric in metrics]
    adjusted = statistics.holm([each.p for each in made])
    return [_judged(each, p, tolerance) for each, p in zip(made, adjusted, strict=True)]


def verdict_of(comparisons: Iterable[Comparison]) -> Verdict:
    """The verdict of a role: worse if any metric is, else better if any is."""
    found = {each.verdict for each in comparisons}
    return "worse" if "worse" in found else "better" if "better" in found else "no evidence"


def scores(
    rows: Sequence[Prediction],
    metrics: Sequence[Metric | Given],
    seed: int = 0,
    *,
    resamples: int = statistics.RESAMPLES,
) -> dict[str, Score]:
    """One model by itself: each metric and its interval."""
    pairs = paired(rows, rows)
    return {metric.name: _score(_tables(pairs, metric), "base", seed, resamples) for metric in metrics}


def with_scores(rows: Sequence[Prediction], metrics: Sequence[Metric | Given]) -> list[Prediction]:
    """The predictions with their scores by every metric of single rows, as they are written to a file."""
    of_rows = [metric for metric in metrics if isinstance(metric, RowMetric)]
    made = []
    for row in rows:
        found = {metric.name: score_of(metric, row) for metric in of_rows}
        values = {name: value for name, value in found.items() if value is not None}
        made.append(row.model_copy(update={"scores": {**row.scores, **values}}))
    return made


class _Tables(NamedTuple):
    """Numbers of both models that add up, a line for each group, and what makes the metric of their sums.

    `scores` are of single rows, None for a metric of all rows; `group_of` is each row's group.
    """

    metric: Metric | Given
    base: Array
    tuned: Array
    values: Values
    rows: int
    group_of: Array
    scores: tuple[Array, Array] | None = None

    @property
    def binary(self) -> bool:
        return self.scores is not None and bool(getattr(self.metric, "binary", False))

    def value(self, table: Array) -> float:
        return float(self.values(table.sum(axis=0)[None])[0])


def _tables(pairs: Sequence[Pair], metric: Metric | Given) -> _Tables:
    import numpy

    ones, others = (
        _lines([pair.base for pair in pairs], metric),
        _lines([pair.tuned for pair in pairs], metric),
    )
    kept = [index for index, line in enumerate(ones) if line is not None and others[index] is not None]
    if not kept:
        raise FtlintError(f"metric {metric.name!r}: no row has what it needs")
    names = {group: place for place, group in enumerate(dict.fromkeys(pairs[index].group for index in kept))}
    group_of = numpy.array([names[pairs[index].group] for index in kept])
    first, second = (numpy.array([lines[index] for index in kept], dtype=float) for lines in (ones, others))
    single = isinstance(metric, Given | RowMetric)
    return _Tables(
        metric,
        _grouped(first, group_of),
        _grouped(second, group_of),
        _ratio if single else _each(metric),
        len(kept),
        group_of,
        (first[:, 0], second[:, 0]) if single else None,
    )


def _lines(rows: Sequence[Prediction], metric: Metric | Given) -> Sequence[Sequence[float] | None]:
    """The numbers of each row that add up: of a metric of single rows its score and 1."""
    if isinstance(metric, Given):
        found = [row.scores.get(metric.name) for row in rows]
        return [None if score is None else (score, 1.0) for score in found]
    if isinstance(metric, RowMetric):
        found = [score_of(metric, row) for row in rows]
        return [None if score is None else (score, 1.0) for score in found]
    return metric.table(rows)


def _grouped(lines: Array, group_of: Array) -> Array:
    import numpy

    table = numpy.zeros((int(group_of.max()) + 1, lines.shape[1]))
    numpy.add.at(table, group_of, lines)
    return table


def _ratio(sums: Array) -> Array:
    made: Any = sums[:, 0] / sums[:, 1]
    return made  # type: ignore[no-any-return]


def _each(metric: Any) -> Values:
    def values(sums: Array) -> Array:
        import numpy

        return numpy.array([metric.value(line) for line in sums.tolist()])

    return values


def _compared(
    pairs: Sequence[Pair], metric: Metric | Given, role: Role, seed: int, resamples: int, tests: int
) -> Comparison:
    """A comparison whose p is not adjusted yet, and that has no verdict."""
    made = _tables(pairs, metric)
    groups = len(made.base)
    base, tuned = made.value(made.base), made.value(made.tuned)
    won = lost = None
    if made.scores is not None:
        better = (made.scores[1] - made.scores[0]) * (1 if metric.higher_is_better else -1)
        won, lost = int((better > 0).sum()), int((better < 0).sum())
    if made.binary:
        low, high, error = _share_interval(made)
        sums = (made.tuned[:, 0] - made.base[:, 0]).round().astype(int).tolist()
        p = statistics.sign_flip(sums)
        test = "mcnemar" if groups == made.rows else "mcnemar-clustered"
        one, other = (_share_score(made, side) for side in (0, 1))
    else:
        drawn = statistics.paired_bootstrap(
            made.base, made.tuned, made.values, seed=seed, resamples=resamples
        )
        (low, high), error = _holding(drawn.difference, tuned - base), drawn.error
        p = statistics.randomised(made.base, made.tuned, made.values, seed=seed, resamples=resamples)
        test = "randomisation"
        one, other = _boot_score(base, made.rows, drawn.base), _boot_score(tuned, made.rows, drawn.tuned)
    apart = int((made.base != made.tuned).any(axis=1).sum())
    least = statistics.detectable(error, groups, apart, tests, binary=made.binary)
    return Comparison(
        metric=metric.name,
        role=role,
        higher_is_better=metric.higher_is_better,
        base=one,
        tuned=other,
        difference=_round(tuned - base),
        low=_round(low),
        high=_round(high),
        p=_round(p),
        adjusted=_round(p),
        test=test,
        rows=made.rows,
        groups=groups,
        discordant=None if won is None or lost is None else won + lost,
        won=won,
        lost=lost,
        detectable=None if least is None else _round(least),
        tolerance=0.0,
        verdict="no evidence",
    )


def _judged(made: Comparison, adjusted: float, asked: float | None) -> Comparison:
    """Better or worse only where the test says so, and the interval too, and by more than is tolerated."""
    tolerance = allowance(made, asked)
    low, high = (made.low, made.high) if made.higher_is_better else (-made.high, -made.low)
    gain = made.difference if made.higher_is_better else -made.difference
    verdict: Verdict = "no evidence"
    if adjusted < statistics.ALPHA and low > 0:
        verdict = "better"
    elif adjusted < statistics.ALPHA and high < 0 and -gain > tolerance:
        verdict = "worse"
    return made.model_copy(
        update={"adjusted": _round(adjusted), "tolerance": _round(tolerance), "verdict": verdict}
    )


def allowance(made: Comparison, asked: float | None) -> float:
    """How much worse a comparison may be, in the metric's own scale; `asked` is that of `compare`."""
    if asked is None and made.role == "narrow":
        return 0.0
    if made.higher_is_better or made.test.startswith("mcnemar"):
        points = METRIC_TOLERANCE if asked is None else asked
        return points * (100 if made.metric in OF_HUNDRED else 1)
    share = LOSS_TOLERANCE if asked is None else asked
    if made.metric == "perplexity":
        # the share is of the loss: both metrics agree
        return max(0.0, float(made.base.value ** (1 + share) - made.base.value))
    return abs(share * made.base.value)


def _score(made: _Tables, side: str, seed: int, resamples: int) -> Score:
    if made.binary:
        return _share_score(made, 0 if side == "base" else 1)
    table = made.base if side == "base" else made.tuned
    value = made.value(table)
    if len(table) < 2:
        return _boot_score(value, made.rows, (value, value))
    interval = statistics.bootstrap(table, made.values, seed=seed, resamples=resamples)
    return _boot_score(value, made.rows, interval)


def _share_score(made: _Tables, side: int) -> Score:
    """Wilson's interval; with groups of the number of rows that would tell as much alone."""
    assert made.scores is not None
    found = made.scores[side]
    effect = statistics.design_effect(*_spread(found, made.group_of))
    hits = float(found.sum())
    low, high = statistics.wilson(hits / effect, made.rows / effect, groups=_few(made))
    method = "wilson" if len(made.base) == made.rows else "wilson-clustered"
    return Score(
        value=_round(hits / made.rows), n=made.rows, low=_round(low), high=_round(high), method=method
    )


def _boot_score(value: float, rows: int, interval: tuple[float, float]) -> Score:
    low, high = _holding(interval, value)
    return Score(value=_round(value), n=rows, low=_round(low), high=_round(high), method="bootstrap")


def _share_interval(made: _Tables) -> tuple[float, float, float]:
    assert made.scores is not None
    change = made.scores[1] - made.scores[0]
    effect = statistics.design_effect(*_spread(change, made.group_of))
    up, down = float((change > 0).sum()), float((change < 0).sum())
    return statistics.share_difference(up / effect, down / effect, made.rows / effect, groups=_few(made))


def _few(made: _Tables) -> float:
    """From how many groups a spread was estimated; 0 where rows stand alone, and none was."""
    import numpy

    return 0.0 if len(made.base) == made.rows else statistics.effective_groups(numpy.bincount(made.group_of))


def _spread(values: Array, group_of: Array) -> tuple[Array, Array]:
    import numpy

    table = _grouped(numpy.stack([values, values * values, numpy.ones_like(values)], axis=1), group_of)
    return table[:, :2], table[:, 2]


def _holding(interval: tuple[float, float], value: float) -> tuple[float, float]:
    """An interval that holds the value: a skewed bootstrap may lie beside it."""
    return min(interval[0], value), max(interval[1], value)


def _round(value: float) -> float:
    return round(value, _DIGITS) + 0.0
