"""Writes a training in another dialect, and tells what has no counterpart there."""

from ftlint.dialects.writing.convert import Converted, convert, targets
from ftlint.dialects.writing.outline import Lost

__all__ = ["Converted", "Lost", "convert", "targets"]
