"""The training config that is approved, read by its path from the root."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ftlint.model import FtlintError, TrainingConfig

if TYPE_CHECKING:
    from ftlint.settings import Settings

DEFAULT_METHOD = "sft"
"""What a config trains that does not say: every dialect that leaves it out means that."""


def read_config(path: str, settings: Settings, line: int | None = None, dialect: str = "") -> TrainingConfig:
    """The config of a file, of a script the launch at that line (or the only one).

    Raises `FtlintError` where there is none, or none that trains.
    """
    from ftlint.engine.configs import configs_of
    from ftlint.engine.launched import completed
    from ftlint.engine.versions import versions

    file = os.path.join(settings.root, path)
    known = versions(settings)
    found = completed(configs_of(file, path, known))
    if not found and dialect:
        found = completed(configs_of(file, path, known, dialect))
    broken = next((each for each in found if each.broken is not None), None)
    if broken is not None and broken.broken is not None:
        raise FtlintError(f"cannot be parsed: {broken.broken.message}", path, broken.broken.line)
    trained = [each for each in found if each.purpose == "train"]
    at_line = [each for each in trained if each.launched and each.tree.range.line == line]
    if len(trained) > 1 and len(at_line) != 1:
        lines = ", ".join(f"{path}:{each.tree.range.line}" for each in trained[:6])
        raise FtlintError(f"holds {len(trained)} trainings: name one by its line: {lines}", path)
    chosen = (at_line or trained)[:1]
    if not chosen:
        what = f"is a config for something else ({found[0].purpose})" if found else "holds no training config"
        raise FtlintError(what, path)
    return chosen[0]


def method_of(config: TrainingConfig) -> str:
    """The method, as the lock has it."""
    return str(config.get("method") or DEFAULT_METHOD)
