"""What differs between two versions as one JSON document, described by `dataset-diff.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from ftlint.model.dataset_diff import (
    ChangedRow,
    DatasetDiff,
    FoundRow,
    FreshFinding,
    Moved,
    Place,
    RowsDiff,
    RuleDiff,
    ScopeDiff,
    ShiftDiff,
    SideSummary,
)
from ftlint.model.stats import Scope, Spread
from ftlint.report.style import Style

VERSION = 1

PERCENTS = (0, 5, 50, 95, 99, 100)
NAMES = ("min", "p5", "p50", "p95", "p99", "max")


def write(diff: DatasetDiff, out: TextIO, style: Style) -> None:
    json.dump(_sound(document(diff)), out, indent=2)
    out.write("\n")


def document(diff: DatasetDiff) -> dict[str, Any]:
    return {
        "version": VERSION,
        "seconds": round(diff.seconds, 3),
        "differs": diff.differs,
        "old": _side(diff.old),
        "new": _side(diff.new),
        "id": diff.key or None,
        "rows": _rows(diff.rows),
        "splits": [split._asdict() for split in diff.splits],
        "moved": [_moved(move) for move in diff.moved],
        "converted": [
            {"old_format": each.old, "new_format": each.new, "rows": each.rows} for each in diff.converted
        ],
        "changed": {
            "matched_by": dict(diff.how),
            "counted": diff.counted,
            "fields": [field._asdict() for field in diff.fields],
            "examples": [_changed(row) for row in diff.changed],
        },
        "added": {"examples": [_found(row) for row in diff.added]},
        "removed": {"examples": [_found(row) for row in diff.removed]},
        "files": [file._asdict() for file in diff.files],
        "total": _scope(diff.total),
        "by_split": [{"name": scope.name, **_scope(scope)} for scope in diff.scopes],
        "rules": None if diff.rules is None else [_rule(rule) for rule in diff.rules],
        "not_run": [entry._asdict() for entry in diff.not_run],
        "not_read": [entry._asdict() for entry in diff.not_read],
        "notes": list(diff.notes),
    }


def _side(side: SideSummary) -> dict[str, Any]:
    return {**side._asdict(), "commit": side.commit or None}


def _rows(rows: RowsDiff) -> dict[str, Any]:
    counts = rows._asdict()
    unreadable = {"added": counts.pop("unread_added"), "removed": counts.pop("unread_removed")}
    return {**counts, "unreadable": unreadable}


def _place(place: Place) -> dict[str, Any]:
    return place._asdict()


def _moved(move: Moved) -> dict[str, Any]:
    examples = [{"old": _place(old), "new": _place(new)} for old, new in move.examples]
    return {"from": move.old, "to": move.new, "rows": move.rows, "leak": move.leak, "examples": examples}


def _changed(row: ChangedRow) -> dict[str, Any]:
    return {
        "old": _place(row.old),
        "new": _place(row.new),
        "matched_by": row.how,
        "similarity": None if row.likeness is None else round(row.likeness, 4),
        "differing": row.differing,
        "differences": [each._asdict() for each in row.differences],
    }


def _found(row: FoundRow) -> dict[str, Any]:
    return {**_place(row.place), "excerpt": row.excerpt}


def _scope(scope: ScopeDiff) -> dict[str, Any]:
    return {
        "old": None if scope.old is None else _held(scope.old),
        "new": None if scope.new is None else _held(scope.new),
        "shifts": [_shift(shift) for shift in scope.shifts],
    }


def _held(scope: Scope) -> dict[str, Any]:
    return {
        "files": scope.files,
        "rows": scope.rows,
        "records": scope.records,
        "measured": scope.measured,
        "tokens": {"prompt": scope.prompt, "completion": scope.completion, "total": scope.tokens},
        "lengths": _spread(scope.lengths),
        "turns": _spread(scope.turns),
        "formats": [
            {"name": known.name or None, "files": known.files, "records": known.records}
            for known in scope.formats
        ],
        "exact_duplicates": {"rows": scope.repeats, "of": scope.repeated},
    }


def _spread(spread: Spread) -> dict[str, int] | None:
    if not spread.records:
        return None
    return dict(zip(NAMES, spread.quantiles(PERCENTS), strict=True))


def _shift(shift: ShiftDiff) -> dict[str, Any]:
    return {
        "of": shift.name,
        "field": shift.field or None,
        "ks_d": None if shift.d is None else round(shift.d, 6),
        "psi": round(shift.psi, 6),
        "psi_by_chance": round(shift.chance, 6),
        "level": shift.level,
        "values": [{"name": part.name or None, "old": part.old, "new": part.new} for part in shift.parts],
    }


def _rule(rule: RuleDiff) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.label,
        "old": rule.old,
        "new": rule.new,
        "fresh": rule.fresh,
        "gone": rule.gone,
        "examples": [_fresh(finding) for finding in rule.examples],
    }


def _fresh(finding: FreshFinding) -> dict[str, Any]:
    return {**finding._asdict(), "excerpt": finding.excerpt or None}


def _sound(value: Any) -> Any:
    """Lone surrogates, which strict readers refuse, become the text of their escape."""
    if isinstance(value, Mapping):
        return {_sound(key): _sound(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_sound(inner) for inner in value]
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
