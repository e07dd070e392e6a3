"""Where a script lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ftlint.read.config_text import Offsets


class Place(NamedTuple):
    """The script: its path, its text's offsets, where it lies ("" where nothing is to be read beside it), and
    the declared versions."""

    path: str
    offsets: Offsets
    file: str = ""
    versions: Mapping[str, tuple[str, str]] = {}
