"""GitLab's Code Quality report against the schema by which GitLab takes or drops an entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from report_sample import Sample, clean, drawn, failing, report

from ftlint.model import Finding, Related, Severity
from ftlint.report import Style

FIXTURES = Path(__file__).parent.parent / "fixtures"


def valid(text: str) -> list[dict[str, Any]]:
    from jsonschema import Draft202012Validator

    found: list[dict[str, Any]] = json.loads(text)
    schema = Draft202012Validator(json.loads((FIXTURES / "codeclimate.json").read_text()))
    for entry in found:
        schema.validate(entry)
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["location"]["path"]
        assert entry["check_name"]
    # GitLab keeps one entry of a fingerprint.
    assert len({entry["fingerprint"] for entry in found}) == len(found)
    return found


@pytest.mark.parametrize("subject", [report(), failing(), clean(files=[])])
def test_it_keeps_the_schema(subject: Any) -> None:
    assert len(valid(drawn("gitlab", subject))) == sum(group.count for group in subject.groups) + bool(
        subject.not_run
    ) + len(subject.failures)


def test_nothing_is_an_empty_array() -> None:
    assert drawn("gitlab", clean()) == "[]\n"


def test_an_entry() -> None:
    finding = Finding("near an earlier row", row=9, line=10, related=Related("a.jsonl", 4, 5), help="drop it")
    group = Sample("a.jsonl", "DUP004", "near-duplicate", Severity.WARNING, [finding])
    (entry,) = valid(drawn("gitlab", clean(groups=[group])))
    assert entry["description"] == "DUP004 near-duplicate: near an earlier row → line 5 (help: drop it)"
    assert (entry["check_name"], entry["severity"]) == ("DUP004", "major")
    assert entry["location"] == {"path": "a.jsonl", "lines": {"begin": 10}}


def test_without_a_line() -> None:
    findings = [Finding("too few rows"), Finding("empty", row=4)]
    group = Sample("a.parquet", "FMT001", "f", Severity.ERROR, findings)
    whole, row = valid(drawn("gitlab", clean(groups=[group])))
    assert whole["location"]["lines"] == row["location"]["lines"] == {"begin": 1}
    assert row["description"] == "FMT001 f: row 4: empty"


def test_a_secret_blocks() -> None:
    group = Sample("a", "SEC001", "api-key", Severity.ERROR, [Finding("m", row=0, line=1)])
    assert valid(drawn("gitlab", clean(groups=[group])))[0]["severity"] == "blocker"


def test_equal_findings_have_fingerprints_of_their_own_that_stay() -> None:
    def identities(*rows: int) -> list[str]:
        findings = [Finding("m", row=0, line=line) for line in rows]
        group = Sample("a", "DUP001", "f", Severity.ERROR, findings)
        return [entry["fingerprint"] for entry in valid(drawn("gitlab", clean(groups=[group])))]

    assert identities(1, 5, 9)[:2] == identities(2, 4)


def test_paths_start_at_the_repository_and_are_strict_text(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ml").mkdir()
    group = Sample(
        "a\udcff\n.jsonl", "FMT001", "f", Severity.ERROR, [Finding("\x1b[2J\ud800", row=0, line=1)]
    )
    text = drawn("gitlab", report(root=str(tmp_path / "ml"), groups=[group]))
    import orjson

    entry = orjson.loads(text)[-1]
    assert entry["location"]["path"] == "ml/a\\udcff\n.jsonl"
    assert entry["description"] == "FMT001 f: \\x1b[2J\\ud800"


def test_quiet_leaves_errors() -> None:
    found = valid(drawn("gitlab", report(), Style(quiet=True)))
    assert {entry["severity"] for entry in found if entry["check_name"] != "not-run"} == {"critical"}
