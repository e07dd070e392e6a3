from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity
from ftlint.model.report import Report


def findings(report: Report) -> Iterator[tuple[Finding, str, Severity]]:
    """Every finding in the report's order, with its fingerprint and severity: its own, else its group's."""
    severities = {(group.path, group.code): group.severity for group in report.groups}
    for finding, fingerprint in report.findings():
        severity = finding.severity or severities[finding.path, finding.code]
        yield finding, fingerprint, severity
