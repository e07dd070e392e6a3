"""Every rule proves itself on its own examples, through the whole engine."""

import re
from typing import Any

import pytest

from ftlint.registry import rules
from ftlint.rule import Rule
from ftlint.testing import Case, cases, prove

RULES = list(rules().values())


@pytest.mark.parametrize("case", [case for rule in RULES for case in cases(rule)], ids=str)
def test_example(case: Case) -> None:
    prove(case)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_page(rule: type[Rule[Any]]) -> None:
    page = rule.__doc__ or ""
    assert re.fullmatch(r"[A-Z]{2,5}\d{3}", rule.code)
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.name)
    assert page.split("\n")[0].strip(), "the first line says the fault"
    assert "## Why it matters" in page
    assert "## What to do" in page
    assert "## References" in page
    assert rule.__module__.split(".")[-1].startswith(rule.code.lower())


def test_there_are_enough_rules_and_no_prefix_starts_another() -> None:
    prefixes = {re.sub(r"\d", "", rule.code) for rule in RULES}
    assert len(RULES) >= 55
    assert not [(a, b) for a in prefixes for b in prefixes if a != b and b.startswith(a)]


def test_names_that_are_a_contract() -> None:
    names = {rule.name for rule in RULES}
    assert {
        "exact-duplicate",
        "conflicting-answers",
        "split-leakage",
        "too-few-examples",
        "bad-split",
        "target-retired",
    } <= names
