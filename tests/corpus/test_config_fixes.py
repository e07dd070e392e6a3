"""Every fix of every YAML and JSON config: it changes the bytes it names and no other value of the file."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftlint.engine.bind import bind
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.fix.apply import apply, place
from ftlint.model import Finding
from ftlint.model.fix import ReplaceBytes
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import load, override

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def folder(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configs in a place of their own, so that no settings file around them counts."""
    root = tmp_path_factory.mktemp("configs")
    shutil.copytree(corpus / "configs", root / "configs", copy_function=shutil.copyfile)
    return root / "configs"


@pytest.fixture(scope="module")
def fixes(folder: Path) -> list[Finding]:
    settings = override(load([str(folder)], isolated=True), select=("CFG", "FIT"), root=str(folder))
    rules = RuleSet(selected(settings))
    report = check(
        bind(discover([str(folder)], settings, documents=rules.reads_documents), settings), settings, rules
    )
    assert not report.failures
    return [finding for finding, _ in report.findings() if finding.fix is not None]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}/{index}")
    else:
        yield path, value


def loaded(data: bytes, name: str) -> dict[str, Any]:
    return dict(leaves(json.loads(data) if name.endswith(".json") else yaml.safe_load(data)))


def test_a_fix_changes_what_it_names(folder: Path, fixes: list[Finding]) -> None:
    counts: Counter[str] = Counter()
    for finding in fixes:
        assert finding.fix is not None
        before = (folder / finding.path).read_bytes()
        edits = [edit for edit in finding.fix.edits if isinstance(edit, ReplaceBytes)]
        assert len(edits) == len(finding.fix.edits), "configs are mended by splicing alone"
        after, left = apply(before, list(place(finding.fix, finding.offset or 0, 0)), "text")
        assert not left, (finding.path, finding.code)
        at = 0
        for edit in sorted(edits):
            assert edit.offset >= at
            at = edit.offset + edit.length
        assert after == spliced(before, edits)
        old, new = loaded(before, finding.path), loaded(after, finding.path)
        changed = {path for path in old.keys() | new.keys() if old.get(path, ...) != new.get(path, ...)}
        assert changed or finding.name in HARMLESS, (
            finding.path,
            finding.line,
            finding.code,
            "changes nothing",
        )
        below = {parent(path) for path in changed}
        assert len(changed) <= 2 * len(edits) or len(below) <= len(edits) + 1, (
            finding.path,
            finding.code,
            changed,
        )
        counts[finding.code] += 1
    print(f"{sum(counts.values())} fixes: {dict(counts)}")
    assert sum(counts.values()) > 300


HARMLESS = frozenset({"number-read-as-text", "duplicate-config-key"})
"""Fixes after which the loader that takes both spellings reads the same."""


def spliced(data: bytes, edits: list[ReplaceBytes]) -> bytes:
    for edit in sorted(edits, reverse=True):
        data = data[: edit.offset] + edit.replacement + data[edit.offset + edit.length :]
    return data


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def test_every_safe_fix_of_a_file_at_once(folder: Path, fixes: list[Finding]) -> None:
    """All safe fixes of one file together, then the file loads and keeps its other values."""
    by_path: dict[str, list[Finding]] = {}
    for finding in fixes:
        if finding.fix is not None and finding.fix.safe:
            by_path.setdefault(finding.path, []).append(finding)
    for path, findings in by_path.items():
        before = (folder / path).read_bytes()
        placed = [
            each
            for number, finding in enumerate(findings, 1)
            if finding.fix is not None
            for each in place(finding.fix, finding.offset or 0, 0, number)
        ]
        after, _ = apply(before, placed, "text")
        old, new = loaded(before, path), loaded(after, path)
        touched = sum(len(finding.fix.edits) for finding in findings if finding.fix is not None)
        same = sum(new.get(key, ...) == value for key, value in old.items())
        assert len(old) - same <= touched, path
        assert before.count(b"#") == after.count(b"#"), path
