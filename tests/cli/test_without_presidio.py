"""Where Presidio is not installed: what could not be looked for is said, and nothing is redacted by half."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Write = Callable[[str, Any], Path]

BLOCKED = """
import sys
from importlib.abc import MetaPathFinder

class Blocked(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("presidio_analyzer", "spacy", "phonenumbers", "tldextract"):
            raise ModuleNotFoundError(name)

import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "presidio_analyzer" else found(name, *rest)
sys.meta_path.insert(0, Blocked())
from ftlint.cli.main import main
sys.exit(main(sys.argv[1:]))
"""

ROW = {"prompt": "@".join(("jane.roe", "mailbox-sample.de")), "completion": "x"}
URL = "redis://:" + "Kp4xWq81nZtr" + "@cache.corp-sample.io:6379/0"


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", BLOCKED, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


Bare = Callable[..., "subprocess.CompletedProcess[str]"]


def test_rules_of_personal_data_are_listed_as_not_run(bare: Bare, write: Write) -> None:
    write("train.jsonl", [ROW])
    done = bare("check", "--select", "PII", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["findings"] == []
    skipped = {each["code"] for each in report["not_run"]}
    assert {"PII001", "PII002", "PII003", "PII026"} <= skipped
    assert {each["reason"] for each in report["not_run"]} == {"needs an extra: pip install 'ftlint[pii]'"}
    assert "not run: PII001" in bare("check").stdout


def test_secrets_need_nothing_of_it(bare: Bare, write: Write) -> None:
    write("train.jsonl", [{"prompt": URL, "completion": "x"}])
    done = bare("check", "--select", "SEC", "--output-format", "json")
    assert [each["code"] for each in json.loads(done.stdout)["findings"]] == ["SEC008"]


def test_half_a_redaction_is_none(bare: Bare, write: Write, tmp_path: Path) -> None:
    write("train.jsonl", [ROW, {"prompt": URL, "completion": "x"}])
    refused = bare("data", "redact", "train.jsonl", "-o", "clean.jsonl")
    assert refused.returncode == 2
    assert "ftlint[pii]" in refused.stderr
    assert not (tmp_path / "clean.jsonl").exists()
    done = bare("data", "redact", "train.jsonl", "-o", "clean.jsonl", "--secrets-only")
    assert done.returncode == 0, done.stderr
    assert "Kp4x" not in (tmp_path / "clean.jsonl").read_text()


def test_the_compliance_report_says_so(bare: Bare, write: Write) -> None:
    write("train.jsonl", [ROW])
    done = bare("report", "pii")
    assert done.returncode == 2
    assert "ftlint[pii]" in done.stdout + done.stderr
