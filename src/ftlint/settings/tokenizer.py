"""The tokenizer file that a setting names."""

from __future__ import annotations

import os

from ftlint.model import FtlintError
from ftlint.settings.model import Settings

TOKENIZER = "tokenizer.json"
BYTES = "bytes"


def tokenizer_at(written: str, settings: Settings, keys: tuple[str, ...] = ("tokenizer",)) -> str:
    """The tokenizer file that a setting names: itself, or that of a model's folder; `bytes` as it is."""
    path = os.path.normpath(os.path.join(settings.root, os.path.expanduser(written)))
    for file in (path, os.path.join(path, TOKENIZER)):
        if os.path.isfile(file):
            return file
    if os.path.basename(written) == BYTES:
        return BYTES
    typed = "tokenizer" in settings.overridden and keys == ("tokenizer",)
    place = ("--tokenizer", None) if typed else settings.where(keys)
    raise FtlintError(f"no tokenizer.json at {written}", *place)
