"""JUnit's XML against the schema of Jenkins' xUnit plugin, and as a parser reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from report_sample import Sample, clean, drawn, failing, report

from ftlint.model import Finding, Severity
from ftlint.model.report import FileSummary
from ftlint.report import Style

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture(scope="module")
def schema() -> Any:
    import xmlschema

    return xmlschema.XMLSchema(str(FIXTURES / "junit-10.xsd"))


def parsed(text: str) -> Element:
    """The document, whose counts must be those of the tests in it."""
    root = ElementTree.fromstring(text.encode())
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for suite in [root, *root.iter("testsuite")]:
        assert int(suite.attrib["tests"]) == len(list(suite.iter("testcase"))) >= (suite is not root)
        for key, tag in kinds.items():
            if key in suite.attrib:
                assert int(suite.attrib[key]) == len(list(suite.iter(tag))), key
    return root


def case(root: Element, name: str) -> Element:
    (found,) = [each for each in root.iter("testcase") if each.attrib["name"] == name]
    return found


@pytest.mark.parametrize("subject", [report(), clean(), failing(), clean(files=[])])
def test_it_keeps_the_schema(schema: Any, subject: Any) -> None:
    text = drawn("junit", subject)
    schema.validate(text)
    parsed(text)


def test_a_suite_for_each_file_and_a_test_for_each_rule() -> None:
    root = parsed(drawn("junit", report(), Style(command="ftlint check data")))
    suites = {suite.attrib["name"]: suite for suite in root}
    assert list(suites) == [
        "the project as a whole",
        "configs/lora.yaml",
        "data/train.jsonl",
        "data/val.jsonl",
    ]
    failed = case(root, "LEAK001 split-leakage")
    assert failed.attrib["classname"] == "data.train_jsonl"
    (failure,) = failed
    assert failure.attrib == {"message": "409 rows also stand in data/val.jsonl", "type": "error"}
    lines = (failure.text or "").splitlines()
    assert lines[0] == "data/train.jsonl:1205: error same as data/val.jsonl:18"
    assert len(lines) == 103
    assert lines[100] == "309 more: ftlint check data --select LEAK001 --max-per-rule 0"
    assert lines[101].startswith("help: drop them from one side")
    assert lines[102] == "fixable"
    (clean_case,) = suites["data/val.jsonl"]
    assert (clean_case.attrib["name"], len(clean_case)) == ("clean", 0)


def test_a_test_fails_where_the_run_does() -> None:
    root = parsed(drawn("junit", report()))
    (output,) = case(root, "QUAL007 placeholder-output")
    assert output.tag == "system-out"
    assert (output.text or "").startswith("warning: ")
    assert "data/train.jsonl:88: warning the answer is a placeholder" in (output.text or "")
    strict = parsed(drawn("junit", report(fail_on=Severity.WARNING)))
    assert case(strict, "QUAL007 placeholder-output")[0].tag == "failure"
    assert int(strict.attrib["failures"]) == int(root.attrib["failures"]) + 2


def test_what_broke_is_an_error_and_what_did_not_run_is_skipped() -> None:
    root = parsed(drawn("junit", failing()))
    (error,) = case(root, "CHAT004 could not check")
    assert error.tag == "error"
    assert error.text == "data/train.jsonl:12: ZeroDivisionError: division by zero"
    (skipped,) = case(root, "PII009 not run")
    assert skipped.attrib == {"message": "needs a model: docs/privacy.md"}
    assert case(root, "2 files not pulled (git lfs pull) not run") is not None


def test_times_add_up() -> None:
    root = parsed(drawn("junit", report()))
    assert root.attrib["time"] == "1.300"
    assert sum(float(suite.attrib["time"]) for suite in root) == pytest.approx(1.3, abs=0.01)
    assert sum(float(each.attrib["time"]) for each in root.iter("testcase")) == pytest.approx(1.3, abs=0.01)


NASTY = '\x00\x1b[31m]]> </failure><b a="\'"> &amp; \ud800 \ufffe \u202e\n::error::x'


def test_nothing_of_a_row_is_markup_a_command_or_no_character(schema: Any) -> None:
    finding = Finding(f"role {NASTY}", row=0, line=1, help=NASTY)
    path = "a" + NASTY.replace("\x00", "\x01").replace("\ud800", "\udc80") + ".jsonl"
    group = Sample(path, "FMT026", NASTY, Severity.ERROR, [finding])
    whole = Sample("", "FIT076", "no-data", Severity.WARNING, [Finding("::error::no data")])
    text = drawn("junit", report(groups=[group, whole], files=[FileSummary(path, "text", 1, 1)]))
    schema.validate(text)
    root = parsed(text)
    told = next(root.iter("failure")).attrib["message"]
    assert told.startswith('role \\x00\\x1b[31m]]> </failure><b a="\'"> &amp; \\ud800 \\ufffe \\u202e\\n')
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def test_a_project_without_files() -> None:
    assert parsed(drawn("junit", clean(files=[]))).attrib["tests"] == "0"
