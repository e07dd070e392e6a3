"""What `ftlint data diff` is asked for: several outputs at once, mistakes, files that cannot be read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.main import main

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]
Row = dict[str, Any]


def asked(number: int, answer: str = "") -> Row:
    return {
        "prompt": f"Where is parcel {number}, ordered on a Tuesday?",
        "completion": answer or f"With the neighbour at door {number}, ask there before noon.",
    }


OLD = [asked(number) for number in range(20)]
NEW = [
    *OLD[:3],
    asked(3, "With the caretaker."),
    *OLD[4:7],
    *OLD[8:],
    {"prompt": "May I pay by invoice?", "completion": "Yes."},
]


def test_several_outputs_at_once(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("old.jsonl", OLD)
    write("new.jsonl", NEW)
    done = ftlint(
        "data", "diff", "old.jsonl", "new.jsonl", "--no-check", "--output-format", "full",
        "--output-format", "markdown=diff.md", "--output-format", "json=diff.json", "--max-examples", "0",
        env={"COLUMNS": "60"},
    )  # fmt: skip
    assert done.returncode == 0
    assert all(len(line) <= 60 for line in done.stdout.splitlines())
    assert json.loads((tmp_path / "diff.json").read_text())["added"]["examples"] == []
    assert (
        (tmp_path / "diff.md")
        .read_text()
        .startswith("### Data diff: 1 added, 1 removed, 1 changed, 18 the same")
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["old.jsonl"], "compares two: ftlint data diff OLD NEW, or --since REV [PATH ...]"),
        (["old.jsonl", "none.jsonl"], "no such file or folder: none.jsonl"),
        (["old.jsonl", "rev:old.jsonl"], "is in no git repository"),
        (["old.jsonl", "empty/"], "empty/: no data files found there"),
        (
            ["--output-format", "ful", "old.jsonl", "old.jsonl"],
            "unknown output format 'ful': did you mean 'full'?",
        ),
        (["--output-format", "json=", "old.jsonl", "old.jsonl"], "names no file"),
        (["--max-examples", "-1", "old.jsonl", "old.jsonl"], "--max-examples: a number from 0 on"),
        (["--file-list", "x", "old.jsonl", "old.jsonl"], "--file-list does not go with diff"),
    ],
)
def test_mistakes(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], message: str,
) -> None:  # fmt: skip
    write("old.jsonl", OLD)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["data", "diff", *arguments]) == 2
    done = capsys.readouterr()
    assert message in done.err
    assert done.out == ""


def test_what_is_not_pulled_cannot_be_compared(ftlint: Run, write: Write) -> None:
    write("old.jsonl", OLD)
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
    write("new.jsonl", pointer)
    done = ftlint("data", "diff", "old.jsonl", "new.jsonl", "--output-format", "json")
    assert done.returncode == 2
    assert [entry["path"] for entry in json.loads(done.stdout)["not_read"]] == ["new.jsonl"]
    assert "COULD NOT READ new.jsonl" in ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check").stdout
