"""What the examples of rules about runs share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def series(values: Mapping[str, Iterable[float]]) -> dict[str, Any]:
    """Series whose names are no identifiers (`rewards/margins`), as keywords for `history`."""
    return dict(values)
