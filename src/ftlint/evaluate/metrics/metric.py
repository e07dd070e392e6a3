"""What a metric is: of each row by itself, or of all rows by numbers that add up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from ftlint.evaluate.result import Prediction

Scorer = Callable[[str, str, Mapping[str, Any]], float | None]

MOST = 1e12
"""The largest score and loss: of larger ones no sums of squares could be made."""


@runtime_checkable
class RowMetric(Protocol):
    """A metric whose value is the mean over rows. `binary` ones score 0 and 1 only.

    `score` is None where a row lacks what the metric needs; that may depend on the reference and the row's
    `extra` columns, never on the output.
    """

    @property
    def name(self) -> str: ...
    @property
    def higher_is_better(self) -> bool: ...
    @property
    def binary(self) -> bool: ...
    def score(self, output: str, reference: str, extra: Mapping[str, Any]) -> float | None: ...


@runtime_checkable
class CorpusMetric(Protocol):
    """A metric of all rows at once.

    `table` gives for each row numbers that add up over rows (None for a row that it does not apply to), all
    rows as many; `value` makes the metric from their sums. So rows can be resampled without scoring again.
    """

    @property
    def name(self) -> str: ...
    @property
    def higher_is_better(self) -> bool: ...
    def table(self, rows: Sequence[Prediction]) -> Sequence[Sequence[float] | None]: ...
    def value(self, sums: Sequence[float]) -> float: ...


Metric = RowMetric | CorpusMetric


class PerRow(NamedTuple):
    """A metric of a row by a function of output, reference and extra."""

    name: str
    scorer: Scorer
    binary: bool = False
    higher_is_better: bool = True

    def score(self, output: str, reference: str, extra: Mapping[str, Any]) -> float | None:
        return self.scorer(output, reference, extra)


OF_HUNDRED = frozenset({"bleu", "chrf"})
"""Metrics that go to 100, where shares go to 1."""

_LESS = frozenset(
    {
        "loss",
        "nll",
        "perplexity",
        "ppl",
        "byte",
        "error",
        "errors",
        "wer",
        "cer",
        "ter",
        "brier",
        "mse",
        "mae",
        "rmse",
    }
)


def rises(name: str) -> bool:
    """Whether more of a metric is better, told by the last word of its name: `eval_loss`, `task/wer`."""
    parts = re.split(r"[^a-z0-9]+", name.partition(",")[0].lower())
    last = next((part for part in reversed(parts) if part not in ("", "score", "rate")), "")
    return last not in _LESS


class Given(NamedTuple):
    """A metric that stands in the predictions' `scores` already: of a judge, of another tool."""

    name: str
    binary: bool = False
    higher_is_better: bool = True
