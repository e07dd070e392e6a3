from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from ftlint.model.config_tree import Range
from ftlint.model.training_config import placed

Origin = Literal["ftlint", "lm-eval", "transformers"]
"""Who wrote a baseline result: ftlint's own form, lm-evaluation-harness, transformers' Trainer."""


class Metric(NamedTuple):
    """One measured number: `n` examples, a confidence interval where there is one, and how that was made."""

    name: str
    value: float
    n: int | None = None
    low: float | None = None
    high: float | None = None
    higher_is_better: bool = True
    method: str = ""


class Problem(NamedTuple):
    """What is wrong with a baseline file, and where."""

    message: str
    line: int = 1
    column: int = 1


class HeldOut(NamedTuple):
    """Files that a model is evaluated on, as they are now: paths relative to the root.

    `split` is "" for files that a baseline result names itself. `hash` is of their bytes, "" where it was
    not asked for; `changed` is the day (YYYY-MM-DD) of the last commit that touches one, "" for unknown.
    """

    split: str
    paths: tuple[str, ...]
    hash: str = ""
    changed: str = ""


class Baseline(NamedTuple):
    """The base model's evaluation result before any tuning.

    `dataset_hash` is of the bytes of the evaluated files, `split` the split they are, `files` their paths as
    the result names them, `tasks` the evaluated tasks of lm-evaluation-harness; `date` is YYYY-MM-DD,
    `recorded` the day of the last commit that touches the file ("" for unknown). `places` holds the range of
    each key in the file. With `problems` nothing else of it is to be trusted.
    """

    path: str
    model: str
    revision: str = ""
    dataset_hash: str = ""
    split: str = ""
    metrics: tuple[Metric, ...] = ()
    date: str = ""
    tool: str = ""
    origin: Origin = "ftlint"
    files: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    recorded: str = ""
    places: Mapping[str, Range] = {}
    problems: tuple[Problem, ...] = ()

    def place(self, *keys: str) -> dict[str, Any]:
        """The place of the first of these keys that the file has, as arguments of `Finding`."""
        for key in keys:
            if key in self.places:
                return placed(self.path, self.places[key])
        return {"path": self.path, "line": 1, "column": 1}
