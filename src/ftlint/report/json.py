"""One JSON document, described by `report.schema.json`: every finding, never capped, nothing coloured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, TextIO

from ftlint.detect.mask import mask
from ftlint.model import Finding, Severity
from ftlint.model.report import Report, Since
from ftlint.report.severities import findings
from ftlint.report.style import Style
from ftlint.report.wording import fixes, message

VERSION = 1


def write(report: Report, out: TextIO, style: Style) -> None:
    """`style.quiet` leaves the findings that are errors; the summary still counts all."""
    out.write(f'{{\n  "version": {VERSION},\n  "summary": {dumped(summary(report))},\n')
    if report.since is not None:
        out.write(f'  "since": {dumped(since(report.since))},\n')
    if report.fixed:
        out.write(f'  "fixed": {dumped_list(fixed(report))},\n')
    if report.not_fixed:
        left = [{"path": each.path, "reason": each.reason} for each in report.not_fixed]
        out.write(f'  "not_fixed": {dumped_list(left)},\n')
    _write_list("findings", listed(report, style), out)
    out.write(",\n")
    _write_list("not_run", not_run(report), out)
    out.write(",\n")
    _write_list("errors", errors(report), out)
    out.write("\n}\n")


def _write_list(key: str, items: Iterable[dict[str, Any]], out: TextIO) -> None:
    out.write(f'  "{key}": [')
    empty = True
    for item in items:
        out.write(("\n    " if empty else ",\n    ") + dumped(item))
        empty = False
    out.write("]" if empty else "\n  ]")


def listed(report: Report, style: Style) -> Iterator[dict[str, Any]]:
    for finding, fingerprint, severity in findings(report):
        if style.shows(severity):
            yield as_json(finding, fingerprint, severity)


def as_json(finding: Finding, fingerprint: str, severity: Severity) -> dict[str, Any]:
    fix, other = finding.fix, finding.related
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": severity.label,
        "message": message(finding),
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "row": finding.row,
        "pointer": masked_pointer(finding.pointer),
        **in_run(finding),
        "related": None if other is None else {"path": other.path, "line": other.line, "row": other.row},
        "fix": None if fix is None else {"safety": fix.safety, "message": fix.message},
        "sensitive": _sensitive(finding),
        "fingerprint": fingerprint,
    }


def in_run(finding: Finding) -> dict[str, Any]:
    """Where in a training run it shows, and how sure that is; nothing of any other finding."""
    if finding.step is None:
        return {}
    whole = int(finding.step) if finding.step == int(finding.step) else finding.step
    return {"step": whole, "unit": finding.unit or "step", "confidence": finding.confidence}


def _sensitive(finding: Finding) -> dict[str, Any] | None:
    """What was found, how long it is and, with the project's key, which value it is; never the value."""
    if not finding.kind:
        return None
    known = finding.start is not None and finding.end is not None
    return {
        "kind": finding.kind,
        "length": (finding.end or 0) - (finding.start or 0) if known else None,
        "value_id": None if finding.fingerprint is None else f"{finding.fingerprint:016x}",
    }


@lru_cache(maxsize=4096)
def masked_pointer(pointer: str) -> str:
    """The pointer less what may be private: a key of a record can be anybody's address."""
    return "/".join(map(mask, pointer.split("/")))


def summary(report: Report) -> dict[str, Any]:
    return {
        "files": len(report.files),
        "rows": report.rows,
        "bytes": report.bytes,
        "seconds": round(report.seconds, 3),
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "infos": report.count(Severity.INFO),
        "fixable": fixes(report),
    }


def since(told: Since) -> dict[str, Any]:
    """What the report is held against; there only where changed rows alone are told."""
    return {
        "ref": told.ref,
        "commit": told.commit or None,
        "staged": told.staged,
        "changed_rows": told.rows,
        "changed_files": told.files,
        "files": told.total,
        "files_not_read": told.unread,
        "findings_not_shown": told.hidden,
        "rises": [rise._asdict() for rise in told.rises],
        "notes": list(told.notes),
    }


def fixed(report: Report) -> list[dict[str, Any]]:
    """How many findings of which rules were fixed, file by file."""
    return [
        {"path": file.path, "code": code, "name": name, "count": count}
        for file in report.fixed
        for code, name, count in file.counts
    ]


def not_run(report: Report) -> list[dict[str, Any]]:
    return [{"code": entry.code, "reason": entry.reason} for entry in report.not_run]


def errors(report: Report) -> list[dict[str, Any]]:
    return [
        {"code": entry.code, "path": entry.path, "line": entry.line, "message": entry.message}
        for entry in report.failures
    ]


def dumped(item: dict[str, Any]) -> str:
    """JSON in ASCII. A lone surrogate, which strict readers refuse, becomes the text of its escape."""
    text = json.dumps(item)
    if "\\ud" not in text:
        return text
    return json.dumps({key: _sound(value) for key, value in item.items()})


def dumped_list(items: Iterable[dict[str, Any]]) -> str:
    return "[" + ", ".join(map(dumped, items)) + "]"


def _sound(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sound(inner) for key, inner in value.items()}
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
