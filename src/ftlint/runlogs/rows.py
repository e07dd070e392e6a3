"""Numbers of JSON rows, and what an eval says of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, isfinite, log10
from typing import Any

import orjson

_WORDS = {"nan": float("nan"), "inf": float("inf"), "infinity": float("inf"), "-inf": float("-inf")}
_WORDS["-infinity"] = float("-inf")


def number(value: Any) -> float | None:
    """A number as it was logged; `"NaN"` and `"inf"` in quotes are ones. None for what is none."""
    kind = type(value)
    if kind is float:
        return float(value)
    if kind is int:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    if kind is str:
        word = _WORDS.get(value.strip().lower())
        if word is not None:
            return word
        try:
            return float(value)
        except ValueError:
            return None
    return None


def finite(value: Any) -> float | None:
    """A number that can be a step, an epoch or a time."""
    read = number(value)
    return read if read is not None and isfinite(read) else None


def numbers(row: Mapping[str, Any], without: frozenset[str], depth: int = 4) -> dict[str, float]:
    """The numbers of a row by name; those of maps inside it by paths with `/`, as trackers show them."""
    found: dict[str, float] = {}
    for name, value in row.items():
        if name in without or value is None or value is True or value is False:
            continue
        if isinstance(value, dict):
            inside = numbers(value, frozenset(), depth - 1) if depth else {}
            for inner, each in inside.items():
                found[f"{name}/{inner}"] = each
        elif (read := number(value)) is not None:
            found[name] = read
    return found


def loads(text: bytes) -> Any:
    """JSON that may hold NaN and Infinity. Raises `ValueError`."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        import json

        try:
            return json.loads(text)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class EvalRows:
    """How many rows each eval set has: `eval_runtime` times `eval_samples_per_second`, as a Trainer logs.

    It rounds the one to four places, the other to three: of several evals the surest counts, and of what it
    gives no more digits than are sure.
    """

    def __init__(self) -> None:
        self._surest: dict[str, tuple[float, float]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        for name in row:
            if not name.startswith("eval_") or not name.endswith("samples_per_second"):
                continue
            stem = name.removesuffix("samples_per_second")
            seconds, rate = number(row.get(f"{stem}runtime")), number(row[name])
            if seconds and rate and seconds > 0 and 0.5 <= seconds * rate < 1e12:
                unsure = seconds * 0.0005 + rate * 0.00005
                found = (unsure, seconds * rate)
                known = self._surest.get(stem)
                self._surest[stem] = min(known, found) if known else found

    def found(self) -> dict[str, int]:
        """Rows by eval set; "" is that of a log with one."""
        return {
            stem[len("eval_") :].rstrip("_"): int(round(rows, -ceil(log10(unsure)) if unsure > 0.5 else 0))
            for stem, (unsure, rows) in self._surest.items()
        }
