"""Runs a rule on its own examples, through the whole engine. For rule packages too:

import pytest
from ftlint.testing import cases, prove
from my_rules.acme001_shouting import Shouting

@pytest.mark.parametrize("case", cases(Shouting), ids=str)
def test_examples(case):
    prove(case)
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import SkipTest

from ftlint.engine.bind import bind
from ftlint.engine.fixes import placed_fixes
from ftlint.engine.groups import FileGroup
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.fix.apply import apply
from ftlint.model import Finding
from ftlint.model.report import Report
from ftlint.model.source import Container
from ftlint.read.discover import discover
from ftlint.registry import configured
from ftlint.rule import Example, Rule
from ftlint.settings import load, override

MOST_PASSES = 10

LOG = "out/trainer_state.json"


class Case:
    """One example of one rule: `bad` must be found (and be clean after its fix), `good` must not."""

    def __init__(self, rule: type[Rule[Any]], kind: str, index: int, example: Example) -> None:
        self.rule = rule
        self.kind = kind
        self.index = index
        self.example = example

    def __str__(self) -> str:
        return f"{self.rule.code}-{self.kind}{self.index}"


def cases(rule: type[Rule[Any]]) -> list[Case]:
    """Every example of a rule. Raises `AssertionError` when it has no bad or no good one."""
    assert rule.bad, f"{rule.code} {rule.name} has no bad example"
    assert rule.good, f"{rule.code} {rule.name} has no good example: give it a near miss"
    return [
        Case(rule, kind, index, example)
        for kind, examples in (("bad", rule.bad), ("good", rule.good))
        for index, example in enumerate(examples)
    ]


def prove(case: Case) -> None:
    """Run one case. Raises `AssertionError` that says what was expected and what was found.

    Raises `SkipTest`, which pytest knows too, for a rule that cannot run here (a missing model or extra).
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(case.example, root, case.rule)
        report = run(root, case.rule, case.example)
        for missing in report.not_run:
            if missing.code == case.rule.code:
                raise SkipTest(f"{case}: {missing.reason}")
        found = list(findings(report))
        messages = [f"{finding.path}:{finding.line}: {finding.message}" for finding in found]
        if case.kind == "good":
            assert not found, f"{case}: a good example was found: {messages}"
            return
        assert found, f"{case}: a bad example was not found"
        if any(finding.fix for finding in found):
            assert case.rule.fixable, f"{case}: carries a fix, but the rule does not say it is fixable"
            fixed(root, case)


def run(root: Path, rule: type[Rule[Any]], example: Example) -> Report:
    """The report of one rule alone on the files under `root`."""
    settings = load([str(root)])
    settings = override(settings, rule_options={**settings.rule_options, **_options(rule, example)})
    rules = RuleSet([configured(rule, settings)])
    found = discover([str(root)], settings, documents=rules.reads_documents)
    return check(bind(found, settings), settings, rules, today=example.today or "2026-11-01")


def _options(rule: type[Rule[Any]], example: Example) -> dict[str, Any]:
    return {rule.name: {key.replace("_", "-"): value for key, value in example.options.items()}}


def findings(report: Report) -> Iterator[Finding]:
    """The findings of a report. Raises `AssertionError` when a rule broke."""
    assert not report.failures, f"broken: {report.failures}"
    for finding, _ in report.findings():
        yield finding


def fixed(root: Path, case: Case) -> None:
    """Apply the rule's fixes in memory, pass by pass, and hold that nothing is found after."""
    for _ in range(MOST_PASSES):
        report = run(root, case.rule, case.example)
        edits = placed_fixes(report)
        if not edits:
            break
        for path, placed in edits.items():
            file = root / path
            data, _left = apply(file.read_bytes(), placed, container(report, path))
            file.write_bytes(data)
    left = [f"{finding.path}:{finding.line}: {finding.message}" for finding in findings(report)]
    assert not left, f"{case}: found again after the fix: {left}"


def container(report: Report, path: str) -> Container:
    """What the file at `path` was read as."""
    located = (
        group.locator for group in report.groups if isinstance(group, FileGroup) and group.path == path
    )
    return next((locator.source.container for locator in located if locator), "jsonl")


def write(example: Example, root: Path, rule: type[Rule[Any]]) -> None:
    """An example as files under `root`."""
    files: dict[str, bytes | str] = dict(example.files or {})
    declared: dict[str, str] = {}
    if example.splits is not None:
        for split, rows in example.splits.items():
            files[f"{split}.jsonl"] = lines(rows)
            declared[split] = f"{split}.jsonl"
    elif example.data is not None:
        given = example.data
        files["data.jsonl"] = given if isinstance(given, bytes | str) else lines(given)
        declared["train"] = "data.jsonl"
    if example.config is not None:
        files[example.config_name] = config_text(example.config)
    if example.log is not None:
        files[LOG] = log_text(example.log)
    table = _table(example, declared)
    if table and "ftlint.toml" not in files:
        files["ftlint.toml"] = table
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def log_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of a `log_history` as the Trainer's state file."""
    last = max((row["step"] for row in rows), default=0)
    return json.dumps({"global_step": last, "max_steps": last, "log_history": list(rows)}, indent=1)


def config_text(config: Mapping[str, Any] | str) -> str:
    """A config as the text of a file: canonical fields are written in ftlint's own dialect."""
    if isinstance(config, str):
        return config
    return "".join(f"{key}: {_scalar(value)}\n" for key, value in {"ftlint": 1, **config}.items())


def _scalar(value: Any) -> str:
    return "[" + ", ".join(map(json.dumps, value)) + "]" if isinstance(value, tuple) else json.dumps(value)


def _table(example: Example, declared: dict[str, str]) -> str:
    given = {"format": example.format, "target": example.target, "max-length": example.max_length}
    set_keys = {key: value for key, value in given.items() if value}
    text = example.settings and f"{example.settings.rstrip()}\n"
    beside = example.config is not None or example.log is not None
    if declared and (example.splits is not None or set_keys or beside):
        entries = {"name": "example", **set_keys, **declared}
        text += "[[dataset]]\n" + _lines(entries)
    bound = {
        "dataset": "example" if declared and beside else "",
        "config": example.config_name if example.config is not None else "",
        "log": LOG if example.log is not None else "",
    }
    if sum(map(bool, bound.values())) > 1:
        text += "[[training]]\n" + _lines({"name": "example", **{key: at for key, at in bound.items() if at}})
    return text


def _lines(entries: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in entries.items())


def lines(rows: Sequence[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
