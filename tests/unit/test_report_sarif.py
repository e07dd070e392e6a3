"""SARIF against the schema of OASIS and what GitHub asks beyond it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from report_sample import Sample, clean, drawn, failing, report

from ftlint.model import Finding, Fix, Related, Severity
from ftlint.model.report import Accepted, FileSummary, NotRun, Replacement
from ftlint.report import Style, sarif
from ftlint.report.sarif_rules import described
from ftlint.report.style import style_for

FIXTURES = Path(__file__).parent.parent / "fixtures"


def valid(text: str) -> dict[str, Any]:
    """The document, once it has passed the schema and what GitHub requires."""
    from jsonschema import Draft4Validator, FormatChecker

    document: dict[str, Any] = json.loads(text)
    schema = json.loads((FIXTURES / "sarif-schema-2.1.0.json").read_text())
    Draft4Validator(schema, format_checker=FormatChecker()).validate(document)
    github(document)
    return document


def github(document: dict[str, Any]) -> None:
    """The fields that GitHub's page on SARIF calls required, and its limits."""
    assert document["$schema"]
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert 0 < len(rule["name"]) <= 255
        for key in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[key]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
        properties = rule["properties"]
        assert len(properties["tags"]) == len(set(properties["tags"])) <= 10
        assert properties["precision"] in {"very-high", "high", "medium", "low"}
        assert properties["problem.severity"] in {"error", "warning", "recommendation"}
        security = "security-severity" in properties
        assert security == ("security" in properties["tags"]) == rule["id"].startswith(("PII", "SEC"))
        assert not security or 0 < float(properties["security-severity"]) <= 10
    assert len(run["results"]) <= 25_000
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert re.fullmatch(r"(?:[\w.~/-]|%[0-9A-F]{2})+", physical["artifactLocation"]["uri"])
        assert physical["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        region = physical["region"]
        assert region["startLine"] == region["endLine"] >= 1
        assert 1 <= region["startColumn"] < region["endColumn"]


@pytest.mark.parametrize("subject", [report(), clean(), failing(), clean(files=[])])
def test_it_keeps_the_schema(subject: Any) -> None:
    valid(drawn("sarif", subject))


def results(subject: Any, style: Style | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = valid(drawn("sarif", subject, style))["runs"][0]["results"]
    return found


def one(finding: Finding, **more: Any) -> dict[str, Any]:
    group = Sample(
        more.pop("path", "a.jsonl"), more.pop("code", "FMT026"), "fault", Severity.ERROR, [finding]
    )
    (found,) = results(report(groups=[group], **more))
    return found


def region(finding: Finding) -> list[int]:
    place = one(finding)["locations"][0]["physicalLocation"]["region"]
    return [place[key] for key in ("startLine", "startColumn", "endLine", "endColumn")]


def test_regions_have_one_line() -> None:
    assert region(Finding("m", row=6, line=7, column=41, end_line=7, end_column=43)) == [7, 41, 7, 43]
    assert region(Finding("m", row=6, line=7, column=41, end_line=9, end_column=3)) == [7, 41, 7, 42]
    assert region(Finding("m", row=6, line=7, column=41, end_line=7, end_column=41)) == [7, 41, 7, 42]
    assert region(Finding("m", row=6, line=7)) == [7, 1, 7, 2]
    assert region(Finding("a row of Parquet", row=6)) == [1, 1, 1, 2]
    assert region(Finding("a whole file")) == [1, 1, 1, 2]


def test_the_place_in_the_row_is_a_logical_location() -> None:
    finding = Finding("m", row=41, line=42, pointer="/messages/2/a b~1c/x")
    (inside,) = one(finding)["locations"][0]["logicalLocations"]
    assert inside == {
        "name": "x",
        "fullyQualifiedName": 'row[41].messages[2]["a b/c"].x',
        "kind": "element",
        "properties": {"row": 41, "pointer": "/messages/2/a b~1c/x"},
    }
    assert "logicalLocations" not in one(Finding("m", line=3))["locations"][0]


def test_a_private_key_in_the_pointer_is_masked() -> None:
    address = "@".join(("olga.planted", "mailbox-sample.de"))
    assert "olga" not in json.dumps(one(Finding("m", row=0, line=1, pointer=f"/{address}/x")))


def test_a_message_links_the_other_place_and_tells_how_to_mend() -> None:
    finding = Finding(
        "same as b[1](2).jsonl", row=0, line=1, related=Related("b[1](2).jsonl", 6, 7), help="drop it"
    )
    found = one(finding)
    assert found["message"]["text"] == "same as [b\\[1\\](2).jsonl:7](1). Help: drop it."
    (other,) = found["relatedLocations"]
    assert other["id"] == 1
    assert other["physicalLocation"]["artifactLocation"]["uri"] == "b%5B1%5D%282%29.jsonl"
    assert other["physicalLocation"]["region"] == {"startLine": 7}
    near = Finding("near an earlier row", row=9, line=10, related=Related("a.jsonl", 4, 5))
    assert one(near)["message"]["text"] == "near an earlier row → [line 5](1)."


def test_a_message_has_no_link_of_a_row() -> None:
    text = one(Finding("role '[click](https://evil.example)'\x1b[2J\n", row=0, line=1))["message"]["text"]
    assert text == "role '[click] (https://evil.example)'\\x1b[2J\\n."


def test_paths_are_uris_from_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ml" / "data").mkdir(parents=True)
    (tmp_path / "ml" / "ftlint.toml").touch()
    (tmp_path / "data.jsonl").touch()
    (tmp_path / "ml" / "link.jsonl").symlink_to(tmp_path / "data.jsonl")
    paths = {
        "data/a b#?%.jsonl": "ml/data/a%20b%23%3F%25.jsonl",
        "data/ä\udcff\n.jsonl": "ml/data/%C3%A4%FF%0A.jsonl",
        "link.jsonl": "data.jsonl",
        "": "ml/ftlint.toml",
        "s3://bucket/x.jsonl": "s3%3A//bucket/x.jsonl",
    }
    for path, expected in paths.items():
        found = one(Finding("m"), path=path, root=str(tmp_path / "ml"))
        assert found["locations"][0]["physicalLocation"]["artifactLocation"] == {
            "uri": expected,
            "uriBaseId": "SRCROOT",
        }


def test_fingerprints_are_ours_and_the_one_that_github_computes(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": 1}\n{"text": 2}\n')
    (tmp_path / "b.parquet").write_bytes(b"PAR1\0\0")
    finding = Finding("m", row=1, line=2)
    lines = one(finding, root=str(tmp_path))["partialFingerprints"]
    assert lines == {"primaryLocationLineHash": "6dfe70726b1c984a:1", "ftlint/v1": "FMT026-a.jsonl-1"}
    table = one(Finding("m", row=1), path="b.parquet", root=str(tmp_path))["partialFingerprints"]
    assert table["primaryLocationLineHash"] == table["ftlint/v1"]


def test_levels_and_order() -> None:
    groups = [
        Sample("a", "FMT026", "fault", Severity.INFO, [Finding("i", row=0, line=1)]),
        Sample("a", "PII001", "pii-email", Severity.WARNING, [Finding("w", row=0, line=1)]),
        Sample("b", "LEAK001", "split-leakage", Severity.ERROR, [Finding("e", row=0, line=1)]),
    ]
    assert [found["level"] for found in results(report(groups=groups))] == ["error", "warning", "note"]
    assert [found["level"] for found in results(report(groups=groups), Style(quiet=True))] == ["error"]


def many(count: int, code: str, severity: Severity, path: str = "a") -> Sample:
    return Sample(path, code, "fault", severity, [Finding("m", row=n, line=n + 1) for n in range(count)])


def test_what_is_over_the_limit_is_the_least_severe_and_the_bulk_of_it() -> None:
    groups = [
        many(20, "LEAK001", Severity.ERROR),
        many(200, "QUAL001", Severity.WARNING),
        many(30, "QUAL002", Severity.WARNING),
        many(9, "QUAL003", Severity.INFO),
    ]
    out = io.StringIO()
    sarif.write(report(groups=groups), out, Style(), most=100)
    (run,) = valid(out.getvalue())["runs"]
    counts: dict[str, int] = {}
    for found in run["results"]:
        counts[found["ruleId"]] = counts.get(found["ruleId"], 0) + 1
    assert counts == {"LEAK001": 20, "QUAL001": 50, "QUAL002": 30}
    assert run["properties"]["leftOut"] == {"QUAL001": 150, "QUAL003": 9}
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[-1] == {
        "level": "note",
        "message": {"text": "Left out: 159 findings, for a run may have 25,000 results."},
    }
    assert "leftOut" not in valid(drawn("sarif", report()))["runs"][0]["properties"]


def test_what_broke_and_what_did_not_run() -> None:
    (invocation,) = valid(drawn("sarif", failing()))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    error, *missed = invocation["toolExecutionNotifications"]
    assert error["level"] == "error"
    assert error["associatedRule"] == {"id": "CHAT004"}
    assert error["message"]["text"] == (
        "CHAT004 could not check data/train.jsonl:12: ZeroDivisionError: division by zero"
    )
    assert error["locations"][0]["physicalLocation"]["region"] == {"startLine": 12}
    assert [note["message"]["text"] for note in missed] == [
        "Not run: PII009 (needs a model: docs/privacy.md).",
        "Not run: 2 files not pulled (git lfs pull).",
    ]


class Mended(Sample):
    def replacements(self, finding: Finding) -> list[Replacement]:
        return [Replacement(40, 1, ""), Replacement(50, 3, "x")]


def test_a_fix_is_bytes() -> None:
    finding = Finding("m", row=0, line=1, fix=Fix("take it out", ()))
    (found,) = results(report(groups=[Mended("a.jsonl", "FMT026", "f", Severity.ERROR, [finding])]))
    (fix,) = found["fixes"]
    assert fix["description"]["text"] == "take it out (safe)"
    assert fix["artifactChanges"][0]["replacements"] == [
        {"deletedRegion": {"byteOffset": 40, "byteLength": 1}},
        {"deletedRegion": {"byteOffset": 50, "byteLength": 3}, "insertedContent": {"text": "x"}},
    ]
    assert "fixes" not in one(finding)


def test_accepted_findings_are_told_when_asked_for() -> None:
    group = many(3, "QUAL001", Severity.WARNING)
    known = Accepted(group, lambda finding, _: "as\nis" if finding.row == 1 else None)
    subject = report(groups=[], accepted=[known], suppressed=1)
    assert results(subject) == []
    (found,) = results(subject, Style(suppressed=True))
    assert found["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "as\\nis"}]
    assert found["locations"][0]["physicalLocation"]["region"]["startLine"] == 2


def test_every_rule_can_be_described() -> None:
    from ftlint.registry import rules

    described_ = [
        described(rule.code, rule.name, rule.severity, "https://example.org/{code}.md")
        for rule in rules().values()
    ]
    for rule in described_:
        assert 10 < len(rule["shortDescription"]["text"]) <= 1024
        assert 10 < len(rule["fullDescription"]["text"]) <= 1024
        assert "## Why it matters" in rule["help"]["markdown"]
        assert "#" not in rule["help"]["text"].split()[0]
        assert rule["helpUri"] == f"https://example.org/{rule['id']}.md"
    assert len(described_) > 300


def test_a_rule_of_a_package_that_is_gone_has_what_the_report_knows() -> None:
    assert described("ACME001", "acme", Severity.INFO, "")["help"] == {"text": "acme"}


@pytest.mark.parametrize(
    ("url", "sound"),
    [
        ("https://example.org/rules/{code}.md", True),
        ("https://example.org/rules", False),
        ("javascript:{code}", False),
        ("https://example.org/{code}) <b>", False),
        ("", False),
    ],
)
def test_the_environment_says_where_pages_are(url: str, sound: bool) -> None:
    assert style_for(None, {"FTLINT_RULE_URL": url}).page_url == (url if sound else "")


def test_the_tool_is_named() -> None:
    style = Style(page_url="https://example.org/rules/{code}.md")
    driver = valid(drawn("sarif", clean(not_run=[NotRun("", "x")]), style))["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["informationUri"]) == ("ftlint", "https://example.org/rules/")
    assert driver["version"] == driver["semanticVersion"]


def test_more_findings_than_github_takes_make_a_bounded_file() -> None:
    huge = many(30_000, "QUAL001", Severity.WARNING)
    subject = report(groups=[huge, many(5, "LEAK001", Severity.ERROR)], files=[FileSummary("a", "x", 1, 1)])
    text = drawn("sarif", subject)
    found = json.loads(text)["runs"][0]
    assert len(found["results"]) == 25_000
    assert [each["ruleId"] for each in found["results"][:6]] == ["LEAK001"] * 5 + ["QUAL001"]
    assert found["properties"]["leftOut"] == {"QUAL001": 5_005}
    assert len(text) < 15_000_000
