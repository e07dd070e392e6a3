"""All faults, and what the rules of runs say of a log."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from ftlint.engine.runs import judged_run
from ftlint.model import Finding, RunLog, Severity
from ftlint.registry import rules
from ftlint.rule import Rule
from trained.fitting_faults import FITTING
from trained.policy_faults import POLICY
from trained.stepping_faults import STEPPING

SEEDS = range(40)

FAMILIES = {"fitting": FITTING, "stepping": STEPPING, "policy": POLICY}

FAULTS = {name: fault for family in FAMILIES.values() for name, fault in family.items()}


@lru_cache(maxsize=1)
def rules_of_runs() -> list[Rule[Any]]:
    return [rule() for rule in rules().values() if rule.subject is RunLog and rule.default]


def told(log: RunLog) -> list[Finding]:
    """What all rules that run by default find, the worst first."""
    return judged_run(log, rules_of_runs())


def loud(findings: Iterable[Finding]) -> list[Finding]:
    """Those that fail a check: warnings and errors."""
    return [each for each in findings if each.severity in {Severity.WARNING, Severity.ERROR}]
