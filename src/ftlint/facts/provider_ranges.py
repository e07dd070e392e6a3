"""What services take for a hyper-parameter, by model and method: a dated table, `provider_ranges.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("provider_ranges.toml")


class Range(NamedTuple):
    """The smallest and the largest value of a hyper-parameter, both taken; `default` where none is given.

    `key` is the service's own name of it. `advised` is True where a page advises the range and nothing shows
    that the service refuses other values.
    """

    low: float
    high: float
    default: float | None
    key: str
    advised: bool
    as_of: str
    source: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in it."""
        return self.low <= value <= self.high


class Entry(NamedTuple):
    """One line of the table."""

    provider: str
    models: tuple[str, ...]
    methods: tuple[str, ...]
    field: str
    range: Range

    def speaks_of(self, base_model: str, provider: str, method: str) -> bool:
        if self.provider != provider:
            return False
        if method not in self.methods if self.methods else method == "rft":
            return False
        return not self.models or any(re.search(model, base_model, re.IGNORECASE) for model in self.models)


def ranges(base_model: str, provider: str, method: str = "sft") -> Mapping[str, Range]:
    """The known ranges of a service by canonical field; empty where nothing is known of the model."""
    known = "openai" if provider == "azure" else provider
    return {entry.field: entry.range for entry in entries() if entry.speaks_of(base_model, known, method)}


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """The whole table."""
    import tomllib

    return tuple(
        Entry(
            each["provider"],
            tuple(each.get("models", ())),
            tuple(each.get("methods", ())),
            each["field"],
            Range(
                each["low"],
                each["high"],
                each.get("default"),
                each["key"],
                each.get("advised", False),
                str(each["as_of"]),
                each["source"],
            ),
        )
        for each in tomllib.loads(FILE.read_text(encoding="utf-8"))["range"]
    )
