"""Rules as SARIF describes them, with the properties by which GitHub sorts and filters alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftlint.model import Severity
from ftlint.report.rule_help import as_markdown, as_text, page_of, reason, title

if TYPE_CHECKING:
    from ftlint.rule import Rule

    RuleClass = type[Rule[Any]]

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}

LONGEST = 1024
"""Characters that GitHub takes of a description."""

_TAGS = {
    "FMT": ("dataset", "format"),
    "CHAT": ("dataset", "structure"),
    "LIM": ("dataset", "provider-limits"),
    "TOK": ("dataset", "tokens"),
    "SPLIT": ("dataset", "splits"),
    "DUP": ("dataset", "duplicates"),
    "LEAK": ("dataset", "data-leakage"),
    "QUAL": ("dataset", "text-quality"),
    "PII": ("dataset", "security", "privacy", "external/cwe/cwe-359"),
    "SEC": ("dataset", "security", "secrets"),
    "CFG": ("training-config",),
    "FIT": ("training-config", "dataset"),
}
_SCORES = {
    "SEC": {Severity.ERROR: "8.5", Severity.WARNING: "6.0", Severity.INFO: "3.0"},
    "PII": {Severity.ERROR: "7.0", Severity.WARNING: "5.0", Severity.INFO: "2.0"},
}
"""GitHub calls 7.0 to 8.9 high, 4.0 to 6.9 medium and less low."""


def described(code: str, name: str, severity: Severity, page_url: str) -> dict[str, Any]:
    """A rule as a `reportingDescriptor`; `severity` is of a rule that no installed package has."""
    rule = _known().get(code)
    level = severity if rule is None else rule.severity
    short = name if rule is None else title(rule)
    page = page_of(page_url, code)
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": _cut(short.replace("`", ""))},
        "fullDescription": {"text": _cut(short if rule is None else reason(rule).replace("`", ""))},
        **({"helpUri": page} if page else {}),
        "help": {"text": short} if rule is None else {"text": as_text(rule), "markdown": as_markdown(rule)},
        "defaultConfiguration": {"level": LEVELS[level]},
        "properties": _properties(code, level, rule),
    }


def _properties(code: str, severity: Severity, rule: RuleClass | None) -> dict[str, Any]:
    family = code.rstrip("0123456789")
    tags = [*_TAGS.get(family, ())]
    if family == "SEC" and rule is not None and rule.kinds:
        tags.append("external/cwe/cwe-798")
    score = _SCORES.get(family, {}).get(severity)
    return {
        "tags": tags,
        # A rule of less than 80 % true findings on real data is off by default.
        "precision": "high" if rule is None or rule.default else "medium",
        "problem.severity": PROBLEMS[severity],
        **({"security-severity": score} if score else {}),
    }


def _known() -> Mapping[str, RuleClass]:
    from ftlint.registry import rules

    return rules()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
