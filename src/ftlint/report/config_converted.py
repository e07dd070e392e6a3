"""What `ftlint config convert` tells beside the config it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ftlint.detect.mask import visible
from ftlint.detect.quoted import discreet
from ftlint.model.training_config import TrainingConfig
from ftlint.report.cells import cells, cut, pad, wrap
from ftlint.report.config_values import value_text
from ftlint.report.style import Style

if TYPE_CHECKING:
    from ftlint.dialects.writing import Converted

WIDEST_VALUE = 32


def write_lost(config: TrainingConfig, converted: Converted, out: TextIO, style: Style) -> None:
    if converted.lost:
        out.write(style.strong(f"not in {converted.dialect}:") + "\n")
        names = max(cells(lost.field) for lost in converted.lost)
        values = min(WIDEST_VALUE, max(cells(value_text(lost.value)) for lost in converted.lost))
        for lost in converted.lost:
            value = pad(cut(visible(value_text(lost.value)), values), values)
            out.write(f"  {pad(lost.field, names)}  {value}  {visible(discreet(lost.reason))}\n")
    if converted.unread:
        keys = ", ".join(visible(discreet(key)) for key in converted.unread)
        _write_wrapped(f"not carried over, as no field holds them: {keys}", "  ", out, style)
    for note in dict.fromkeys(converted.notes):
        _write_wrapped(f"note: {visible(discreet(note))}", "      ", out, style)


def _write_wrapped(text: str, indent: str, out: TextIO, style: Style) -> None:
    first, *rest = wrap(text, style.width, style.width - len(indent))
    out.write("".join(f"{line}\n" for line in (first, *(f"{indent}{line}" for line in rest))))
