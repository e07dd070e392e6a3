"""`ftlint check --fix --unsafe-fixes` on the real files: what is fixable is fixed once, no row is lost."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.main import main

pytestmark = pytest.mark.corpus

NOT_WRITTEN = {"gz_truncated.jsonl.gz"}
"""Damaged archives are left alone."""

SELECTED = {
    "malformed": ("--ignore", "PII,SEC"),
    "configs": ("--select", "CFG,FIT"),
    # of the rules with a fix those that need no second look at every pair of rows
    "datasets": ("--select", "FMT,CHAT,LIM,QUAL,DUP001,LEAK001"),
}


def checked(*flags: str) -> dict[str, Any]:
    told, complaint = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(complaint):
        code = main(["check", ".", "--isolated", "--no-cache", "--output-format", "json", *flags])
    assert code in (0, 1), complaint.getvalue()
    report: dict[str, Any] = json.loads(told.getvalue())
    return report


def contents(folder: Path) -> dict[str, bytes]:
    files = (each for each in folder.rglob("*") if each.is_file() and ".ftlint" not in each.parts)
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


def fixable(report: dict[str, Any]) -> list[str]:
    return [
        f"{finding['path']}:{finding['line']} {finding['name']}"
        for finding in report["findings"]
        if finding["fix"] and finding["path"] not in NOT_WRITTEN
    ]


def lost_rows(lines: Sequence[str]) -> list[str]:
    """Files of which fewer rows are left than were there, less those that a rule dropped by name."""
    told = [json.loads(line) for line in lines]
    dropped: dict[str, set[int]] = {}
    for entry in told:
        if entry.get("action") == "drop":
            dropped.setdefault(entry["path"], set()).add(entry["row"])
    heads = [entry for entry in told if "sha256" in entry]
    assert heads
    return [
        f"{head['path']}: {head['rows']}, {len(dropped.get(head['path'], ()))} dropped"
        for head in heads
        if head["rows"][0] - len(dropped.get(head["path"], ())) != head["rows"][1]
        and not head["rows"][1] > head["rows"][0]  # several objects on a line become rows of their own
    ]


@pytest.mark.parametrize("name", SELECTED)
def test_all_that_is_fixable_is_fixed_once(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / name
    shutil.copytree(corpus / name, folder, copy_function=shutil.copyfile)
    for each, _, _ in os.walk(folder):
        os.chmod(each, 0o755)
    monkeypatch.chdir(folder)
    before = contents(folder)
    first = checked("--fix", "--unsafe-fixes", *SELECTED[name])
    assert first["fixed"]
    assert fixable(first) == []
    after = contents(folder)
    assert after.keys() == before.keys()
    touched = {entry["path"] for entry in first["fixed"]}
    assert {path for path in before if before[path] != after[path]} == touched
    lines = (folder / ".ftlint/changes.jsonl").read_text().splitlines()
    assert lost_rows(lines) == []
    second = checked("--fix", "--unsafe-fixes", *SELECTED[name])
    assert "fixed" not in second
    assert fixable(second) == []
    assert contents(folder) == after
