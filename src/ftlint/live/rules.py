"""The rules of training runs that a project chooses, and how much each finding costs there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftlint.model import Finding, RunLog, Severity
from ftlint.rule import Rule

if TYPE_CHECKING:
    from ftlint.settings import Settings


def run_rules(settings: Settings) -> list[Rule[RunLog]]:
    """Those of the selected rules that look at training runs. Raises `FtlintError` on a bad name."""
    from ftlint.registry import selected

    return [rule for rule in selected(settings) if rule.subject is RunLog]


def severity_by(settings: Settings, rules: Sequence[Rule[RunLog]]) -> Callable[[Finding], Severity]:
    """What a finding costs: as the settings say it of its rule, else as the finding or its rule does."""
    usual = {rule.code: rule.severity for rule in rules}

    def severity(finding: Finding) -> Severity:
        for key in (finding.name, finding.code):
            if key in settings.rule_severity:
                return settings.rule_severity[key]
        return finding.severity or usual[finding.code]

    return severity


def loaded(config: str, select: Sequence[str] | None, ignore: Sequence[str]) -> Settings:
    """The settings of the working folder or of a file, with other rules chosen where that is asked for."""
    from ftlint.settings import load, override

    changes: dict[str, tuple[str, ...]] = {}
    if select is not None:
        changes["select"] = tuple(select)
    if ignore:
        changes["ignore"] = tuple(ignore)
    settings = load((), config=config)
    return override(settings, **changes) if changes else settings
