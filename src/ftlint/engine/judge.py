"""One rule and one subject: what it finds, or that it broke."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ftlint.detect.quoted import Quoted
from ftlint.engine.entries import Entries
from ftlint.engine.partial import Verdict
from ftlint.engine.scan import told_of
from ftlint.model import Finding, MissingExtraError, TrainingConfig
from ftlint.model.report import Failure, NotRun
from ftlint.model.scalars import as_number
from ftlint.rule import Rule

Found = tuple[str, str, Entries | Verdict]
"""Path, rule code, and findings of that rule in that file."""


def judge(
    rule: Rule[Any],
    subject: Any,
    path: str,
    found: list[Found],
    failures: list[Failure],
    missing: list[NotRun],
    quoted: Quoted | None = None,
) -> None:
    """Take what a rule finds in a subject. `quoted` hides what of a config's values may be private."""
    told: defaultdict[str, Entries] = defaultdict(Entries)
    try:
        for finding in rule.check(subject):
            told[finding.path or path].append(_discreet(finding, quoted) if quoted else finding)
        found += [(place, rule.code, entries) for place, entries in told.items()]
    except MissingExtraError as error:
        missing.append(NotRun(rule.code, error.message))
    except Exception as error:  # a rule is a plugin: whatever it raises must not end the run
        failures.append(Failure(rule.code, path, None, told_of(error)))


def quoting(configs: Sequence[TrainingConfig]) -> Quoted:
    """What messages about these configs may quote: their keys and all values but numbers."""
    return Quoted(lambda: _values(configs))


def _values(configs: Sequence[TrainingConfig]) -> Iterator[str]:
    return (text for config in configs for text in config.tree.texts() if as_number(text) is None)


def _discreet(finding: Finding, quoted: Quoted) -> Finding:
    fix = finding.fix
    return finding._replace(
        message=quoted.hidden(finding.message),
        help=quoted.hidden(finding.help),
        fix=fix and fix._replace(message=quoted.hidden(fix.message)),
    )
