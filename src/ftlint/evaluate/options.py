"""What a person may ask of an evaluation, whatever is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ftlint.evaluate.conclude import AUTO, Side, Wanted
from ftlint.evaluate.judge import Endpoint
from ftlint.evaluate.predict import Told
from ftlint.evaluate.result import Role


class Options(NamedTuple):
    """`metrics` are by role, themselves or their names. `dtype` and `device` are "" for what the run or the
    model's own config says, `max_new_tokens` is 0 for twice the longest reference, `first` the most rows of
    each role (0: all). `keep` is given what models wrote before anything is made of it.
    """

    metrics: Mapping[Role, Wanted] = AUTO
    dtype: str = ""
    device: str = ""
    batch: int = 8
    max_new_tokens: int = 0
    first: int = 0
    seed: int = 0
    judge: Endpoint | None = None
    told: Told | None = None
    keep: Callable[[Side, Side | None], None] | None = None
