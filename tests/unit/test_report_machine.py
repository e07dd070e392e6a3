from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
from report_sample import Sample, clean, drawn, failing, groups, report
from test_report_full import golden

from ftlint.model import Finding, Severity
from ftlint.model.report import FileSummary, NotRun
from ftlint.report import Style


def schema(part: str = "") -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((files("ftlint.report") / "report.schema.json").read_text())
    return {"$ref": f"#/$defs/{part}", "$defs": whole["$defs"]} if part else whole


def check(value: Any, part: str = "") -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema(part)).validate(value)


@pytest.mark.parametrize("subject", [report(), clean(), failing(), clean(files=[])])
def test_json_keeps_its_schema(subject: Any) -> None:
    document = json.loads(drawn("json", subject))
    check(document)
    assert list(document) == ["version", "summary", "findings", "not_run", "errors"]


def test_json_holds_every_finding() -> None:
    document = json.loads(drawn("json", report(), Style(max_per_rule=1)))
    assert len(document["findings"]) == 414
    assert document["summary"] == {
        "files": 3,
        "rows": 9260,
        "bytes": 48_000_900,
        "seconds": 1.3,
        "errors": 410,
        "warnings": 4,
        "infos": 0,
        "fixable": 411,
    }
    comma = next(found for found in document["findings"] if found["code"] == "FMT004")
    assert comma == {
        "code": "FMT004",
        "name": "trailing-comma",
        "severity": "error",
        "message": "a comma stands before the closing brace",
        "path": "data/train.jsonl",
        "line": 7,
        "column": 41,
        "end_line": 7,
        "end_column": 42,
        "row": 6,
        "pointer": "",
        "related": None,
        "fix": {"safety": "safe", "message": "remove the comma"},
        "sensitive": None,
        "fingerprint": "FMT004-data/train.jsonl-6",
    }
    assert document["not_run"][0] == {"code": "PII009", "reason": "needs a model: docs/privacy.md"}


def test_json_names_what_broke() -> None:
    assert json.loads(drawn("json", failing()))["errors"] == [
        {
            "code": "CHAT004",
            "path": "data/train.jsonl",
            "line": 12,
            "message": "ZeroDivisionError: division by zero",
        }
    ]


def test_json_quiet_leaves_errors() -> None:
    document = json.loads(drawn("json", report(), Style(quiet=True)))
    assert {found["severity"] for found in document["findings"]} == {"error"}
    assert document["summary"]["warnings"] == 4


def test_json_reads_strictly_whatever_a_key_is_called() -> None:
    import orjson

    findings = [Finding("key '\ud800' in “quotes” 👍\n", row=0, line=1, pointer="/\udfff")]
    text = drawn("json", report(groups=[Sample("a\udcff", "FMT001", "f", Severity.ERROR, findings)]))
    found = orjson.loads(text.encode("ascii"))["findings"][0]
    assert found["message"] == "key '\\ud800' in “quotes” 👍\n"
    assert found["pointer"] == "/\\udfff"


def test_jsonl_is_json_line_by_line() -> None:
    lines = [json.loads(line) for line in drawn("jsonl", report()).splitlines()]
    document = json.loads(drawn("json", report()))
    assert lines[:-1] == document["findings"]
    del document["findings"]
    assert lines[-1] == document
    for line in (lines[0], lines[-1]):
        check(line, "line")
    check(lines[-1], "end")


def test_a_findings_own_severity_wins() -> None:
    own = Finding("m", row=0, line=1, severity=Severity.INFO)
    subject = report(groups=[Sample("a", "FMT001", "f", Severity.ERROR, [own])])
    assert json.loads(drawn("json", subject))["findings"][0]["severity"] == "info"


CONCISE = re.compile(
    r"^(?P<path>[^:]+)(:(?P<line>\d+))?(:(?P<col>\d+))?: [A-Z]+\d{3} \[[a-z-]+\] (error|warning|info) .+$"
)


def test_concise_is_one_line_per_finding() -> None:
    lines = drawn("concise", report(), Style(width=200)).splitlines()
    assert all(CONCISE.match(line) for line in lines[:414])
    assert lines[0].startswith(
        "configs/lora.yaml:4:16: CFG001 [learning-rate-too-high] warning 0.002 for SFT"
    )
    assert lines[414].startswith("410 errors, 4 warnings in 2 of 3 files")


def test_concise_without_lines() -> None:
    findings = [Finding("too few rows"), Finding("empty", row=4)]
    subject = report(groups=[Sample("a.parquet", "FMT001", "f", Severity.ERROR, findings)])
    assert drawn("concise", subject).splitlines()[:2] == [
        "a.parquet: FMT001 [f] error too few rows",
        "a.parquet: FMT001 [f] error row 4: empty",
    ]


# GitHub's rules: https://docs.github.com/actions/reference/workflow-commands-for-github-actions


def annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in text.splitlines():
        match = re.match(r"::(error|warning|notice) (.*?)::(.*)$", line)
        if match:
            pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
            found.append((match[1], pairs, match[3]))
    return found


def test_github_as_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert drawn("github", failing()) == golden("github")


def many(severity: Severity, paths: int, rules: int) -> list[Sample]:
    return [
        Sample(
            f"data/{path}.jsonl",
            f"FMT{rule:03}",
            "fault",
            severity,
            [Finding(f"message {n}", row=n, line=n + 1) for n in range(3)],
        )
        for path in range(paths)
        for rule in range(rules)
    ]


def test_github_stays_under_the_caps_and_says_so() -> None:
    every = [*many(Severity.ERROR, 8, 4), *many(Severity.WARNING, 8, 4), *many(Severity.INFO, 8, 4)]
    text = drawn("github", report(groups=every))
    found = annotations(text)
    kinds = [kind for kind, _, _ in found]
    assert [kinds.count(kind) for kind in ("error", "warning", "notice")] == [10, 10, 8]
    # Every file has its first annotation before any file has its second.
    assert len({pairs["file"] for kind, pairs, _ in found[:8]}) == 8
    left = 3 * (3 * 32 - 26)
    assert found[-1][0] == "notice"
    assert found[-1][2].startswith(f"{left} more findings in 8 files")
    assert text.count("FMT") == 3 * 32


def test_github_failures_take_errors_place() -> None:
    subject = report(groups=many(Severity.ERROR, 20, 1), failures=list(failing().failures) * 30)
    found = annotations(drawn("github", subject))
    kinds = [kind for kind, _, _ in found]
    assert kinds.count("error") == 10
    assert "21 more failures" in found[-1][2]


def test_github_escapes() -> None:
    finding = Finding("100% of a,b: c", row=0, line=1)
    group = Sample("a,b:c%.jsonl", "FMT001", "f", Severity.ERROR, [finding], help="drop it")
    kind, pairs, text = annotations(drawn("github", report(groups=[group])))[0]
    assert (kind, pairs["file"], pairs["line"]) == ("error", "a%2Cb%3Ac%25.jsonl", "1")
    assert text == "100%25 of a,b: c%0Ahelp: drop it"


@pytest.mark.parametrize(
    ("workspace", "expected"),
    [("/project", "data/train.jsonl"), ("/", "project/data/train.jsonl"), ("/other", "data/train.jsonl")],
)
def test_github_paths_start_at_the_repository(
    workspace: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", workspace)
    found = annotations(drawn("github", report(groups=groups()[1:2])))
    assert found[0][1]["file"] == expected


def test_statistics_counts_rules_over_files() -> None:
    lines = drawn("statistics", report(groups=many(Severity.ERROR, 3, 2))).splitlines()
    assert [line.split() for line in lines[1:3]] == [
        ["9", "FMT000", "fault", "error", "-"],
        ["9", "FMT001", "fault", "error", "-"],
    ]


def test_reasons_are_put_together() -> None:
    missed = [NotRun("PII002", "needs a model"), NotRun("PII001", "needs a model"), NotRun("", "1 file")]
    subject = clean(not_run=missed, files=[FileSummary("a", "text", 1, 1)])
    assert "not run: PII001, PII002 (needs a model), 1 file" in drawn("full", subject)
