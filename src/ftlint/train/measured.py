"""What an evaluation found, as far as a model card says it: read from `eval.json`, whose form is
`ftlint.evaluate.result` (the trainer does not import the evaluator)."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from ftlint.model import FtlintError

FILE = "eval.json"


class Figure(NamedTuple):
    """A metric of the base and of the tuned model, each with its 95% interval, and their difference."""

    metric: str
    role: str
    base: tuple[float, float, float]
    tuned: tuple[float, float, float]
    difference: tuple[float, float, float]
    rows: int
    detectable: float
    verdict: str


class Measured(NamedTuple):
    """`sets` are role, split and rows of each; `precision` and `merged` how the tuned model was evaluated."""

    date: str
    figures: tuple[Figure, ...]
    verdicts: dict[str, str]
    sets: tuple[tuple[str, str, int], ...]
    precision: str
    merged: str
    lock: str = ""


def measured(run: str) -> Measured | None:
    """The evaluation in a run's folder, None where there is none. Raises `FtlintError` for a broken one."""
    for place in (os.path.join(run, "eval", FILE), os.path.join(run, FILE)):
        if os.path.isfile(place):
            return _read(place)
    return None


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
