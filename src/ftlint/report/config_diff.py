"""How two training configs differ, for people and programs."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, TextIO

from ftlint.detect.mask import visible
from ftlint.model.config_fields import FIELDS
from ftlint.model.training_config import DataRef, Field, TrainingConfig
from ftlint.report.cells import cells, cut, pad
from ftlint.report.config_json import field_json
from ftlint.report.config_table import facts
from ftlint.report.config_values import value_text
from ftlint.report.style import Style

WIDEST_VALUE = 36


class Difference(NamedTuple):
    """A field that the two configs do not agree on; None where one of them does not have it."""

    field: str
    old: Field | None
    new: Field | None


def differences(old: TrainingConfig, new: TrainingConfig) -> list[Difference]:
    """Fields whose values differ, in the order of `FIELDS`. Two unknown values are no difference."""
    found = []
    for name in FIELDS:
        before, after = old.fields.get(name), new.fields.get(name)
        if _comparable(before) != _comparable(after):
            found.append(Difference(name, before, after))
    return found


def _comparable(field: Field | None) -> Any:
    if field is None:
        return None
    if field.unknown:
        return "unknown"
    value = field.value
    if isinstance(value, tuple):
        return tuple(item._replace(range=None) if isinstance(item, DataRef) else item for item in value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def write_text(
    old: TrainingConfig, new: TrainingConfig, found: list[Difference], out: TextIO, style: Style
) -> None:
    for sign, config in (("-", old), ("+", new)):
        head = style.strong(f"{sign} {visible(config.path)}")
        out.write(f"{head}{style.faint(f' · {facts(config)}')}\n")
    if not found:
        same = sum(name in old.fields for name in FIELDS)
        out.write(f"no difference in {same} fields\n")
        return
    rows = [(each.field, _told(each.old), _told(each.new)) for each in found]
    names = max(cells(row[0]) for row in rows)
    room = max(14, min(WIDEST_VALUE, (style.width - names - 9) // 2))
    width = min(room, max(cells(row[1]) for row in rows))
    for name, before, after in rows:
        left = pad(cut(visible(before), width), width)
        out.write(f"  {pad(name, names)}  {left}  →  {cut(visible(after), room)}\n")


def _told(field: Field | None) -> str:
    if field is None:
        return "-"
    return value_text(field.value) + ("" if field.written else " (default)")


def write_json(old: TrainingConfig, new: TrainingConfig, found: list[Difference], out: TextIO) -> None:
    told = {
        "old": {"path": old.path, "dialect": old.dialect},
        "new": {"path": new.path, "dialect": new.dialect},
        "fields": {
            each.field: {
                "old": field_json(each.old) if each.old else None,
                "new": field_json(each.new) if each.new else None,
            }
            for each in found
        },
    }
    out.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
