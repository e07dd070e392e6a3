"""Command lines that carry training flags, in scripts."""

from __future__ import annotations

from collections.abc import Mapping

from ftlint.model.training_config import TrainingConfig


def launched(data: bytes, path: str, versions: Mapping[str, tuple[str, str]] = {}) -> list[TrainingConfig]:
    """A config for each launch line of a script."""
    return []
