"""Keys of a config that no canonical field holds: they cannot be carried over, and are told."""

from __future__ import annotations

from ftlint.dialects.detect import dialects
from ftlint.model.training_config import TrainingConfig


def unread(config: TrainingConfig) -> tuple[str, ...]:
    """Dotted keys that a file writes and no field was made of, the outermost of each, in the file's order."""
    dialect = dialects().get(config.dialect)
    known = {field.key for field in config.fields.values() if field.written and field.key}
    if dialect is not None:
        known |= {spelling for key in dialect.keys for spelling in key.spellings}
        known |= set(dialect.extra.values())
    parents = {key[:at] for key in known for at, sign in enumerate(key) if sign == "."}
    found: dict[str, None] = {}
    for path, entry in config.tree.walk():
        above = path.split(".")
        lines = [".".join(above[:size]) for size in range(1, len(above) + 1)]
        says = entry.value.kind != "scalar" or entry.value.text.strip().lower() not in NOTHING
        if path not in parents and says and not any(line in known or line in found for line in lines):
            found[path] = None
    return tuple(found)


NOTHING = ("", "null", "~", "none", "false")
"""Values that ask for nothing."""
