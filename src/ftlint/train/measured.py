"""What an evaluation found, as far as a model card says it: read from `eval.json`, whose form is
`ftlint.evaluate.result` (the trainer does not import the evaluator)."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from ftlint.model import FtlintError

FILE = "eval.json"
FOLDERS = ("eval", "", "eval-validation")
PARITY = "parity"


class Figure(NamedTuple):
    """A metric of the base and of the tuned model, each with its 95% interval, and their difference.

    `detectable` is None where so few rows could not have shown any.
    """

    metric: str
    role: str
    base: tuple[float, float, float]
    tuned: tuple[float, float, float]
    difference: tuple[float, float, float]
    rows: int
    detectable: float | None
    verdict: str


class Served(NamedTuple):
    """The adapter held against what is served (`form`: merged, quantised) on the same `rows`: how many
    answers differ, and the metrics that fell by more than the tolerance."""

    form: str
    precision: str
    rows: int
    differing: int
    drops: tuple[str, ...]


class Measured(NamedTuple):
    """`sets` are role, split and rows of each; `precision` and `merged` how the tuned model was evaluated;
    `served` is what `ftlint eval --merged` found, None where it was not asked."""

    date: str
    figures: tuple[Figure, ...]
    verdicts: dict[str, str]
    sets: tuple[tuple[str, str, int], ...]
    precision: str
    merged: str
    lock: str = ""
    served: Served | None = None


def measured(run: str) -> Measured | None:
    """The evaluation in a run's folder, None where there is none. Raises `FtlintError` for a broken one."""
    for place in (os.path.join(run, name, FILE) for name in FOLDERS):
        if os.path.isfile(place):
            found = _read(place)
            return found._replace(served=_served(run, found.lock)) if found else None
    return None


def _served(run: str, lock: str) -> Served | None:
    """Of the same approval; None where it was not measured."""
    path = os.path.join(run, PARITY, FILE)
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as stream:
            found: dict[str, Any] = json.load(stream)
        if found.get("lock", "") != lock:
            return None
        told, tuned = found["generation"]["parity"], found["tuned"]
        return Served(
            tuned["merged"], tuned["precision"], told["rows"], told["differing"], tuple(told["drops"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FtlintError(f"is no evaluation of ftlint eval --merged: {error!r}", path) from None


def _read(path: str) -> Measured | None:
    try:
        with open(path, "rb") as stream:
            found: dict[str, Any] = json.load(stream)
        tuned = found.get("tuned")
        if tuned is None:
            return None
        return Measured(
            found["date"],
            tuple(_figure(each) for each in found["comparisons"]),
            dict(found["verdicts"]),
            tuple((each["role"], each.get("split", ""), each["rows"]) for each in found["sets"]),
            tuned["precision"],
            tuned["merged"],
            found.get("lock", ""),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FtlintError(f"is no evaluation of ftlint eval: {error!r}", path) from None


def _figure(found: dict[str, Any]) -> Figure:
    def score(name: str) -> tuple[float, float, float]:
        return found[name]["value"], found[name]["low"], found[name]["high"]

    return Figure(
        found["metric"],
        found["role"],
        score("base"),
        score("tuned"),
        (found["difference"], found["low"], found["high"]),
        found["rows"],
        found["detectable"],
        found["verdict"],
    )
