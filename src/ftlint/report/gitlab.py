"""GitLab's Code Quality report: a JSON array, one object for each finding.

GitLab keeps one object of each fingerprint and stops at the first that its schema refuses. Line 1 stands
where a finding has no line: a file as a whole, a row of Parquet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import md5
from typing import Any, TextIO

from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.report import Report
from ftlint.report.places import Places
from ftlint.report.severities import findings
from ftlint.report.style import Style
from ftlint.report.wording import failures, message, not_run

_LEVELS = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def write(report: Report, out: TextIO, style: Style) -> None:
    """What could not be checked is told among the findings: the format has no other place for it."""
    out.write("[")
    comma = ""
    for item in _items(report, style):
        out.write(f"{comma}\n  {json.dumps(item)}")
        comma = ","
    out.write("\n]\n" if comma else "]\n")


def _items(report: Report, style: Style) -> Iterator[dict[str, Any]]:
    places = Places(report)
    for failure, (place, what) in zip(report.failures, failures(report), strict=True):
        text = f"could not check {place}: {what}" if place else f"could not check: {what}"
        yield _item("could-not-check", text, text, "blocker", places.path(failure.path), failure.line)
    missed = not_run(report)
    if missed:
        yield _item("not-run", f"not run: {missed}", missed, "info", places.path(""), None)
    path, seen = "", dict[str, int]()
    for finding, fingerprint, severity in findings(report):
        if not style.shows(severity):
            continue
        if finding.path != path:
            # Findings come by path, which is part of their fingerprint: no other file has one of these.
            path, seen = finding.path, {}
        nth = seen[fingerprint] = seen.get(fingerprint, 0) + 1
        yield _item(
            finding.code,
            _text(finding),
            fingerprint if nth == 1 else f"{fingerprint}:{nth}",
            "blocker" if severity is Severity.ERROR and finding.code.startswith("SEC") else _LEVELS[severity],
            places.path(path),
            finding.line,
        )


def _item(check: str, text: str, identity: str, level: str, path: str, line: int | None) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": check,
        "fingerprint": md5(identity.encode("utf-8", "backslashreplace"), usedforsecurity=False).hexdigest(),
        "severity": level,
        "location": {"path": _sound(path), "lines": {"begin": line or 1}},
    }


def _text(finding: Finding) -> str:
    row = f"row {finding.row}: " if finding.line is None and finding.row is not None else ""
    remedy = f" (help: {visible(finding.help)})" if finding.help else ""
    return f"{finding.code} {visible(finding.name)}: {row}{visible(message(finding))}{remedy}"


def _sound(path: str) -> str:
    """A path as it is; bytes that are no UTF-8, which strict readers refuse, as text."""
    return path.encode("utf-8", "backslashreplace").decode()
