"""`ftlint check` on every file of the malformed corpus: no crash, no silence, no false alarm; the score."""

import contextlib
import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.main import main

pytestmark = pytest.mark.corpus

SOUND = {"ok", "CRLF", "GZ", "ZST", "BZ2", "XZ", "TOKENIZED"}
NAMED = {
    "BOM": {"byte-order-mark"},
    "CRLF": {"crlf-newlines"},
    "CR": {"carriage-return-newlines"},
    "UTF16": {"wide-encoding"},
    "UTF32": {"wide-encoding"},
    "INVALID_UTF8": {"invalid-utf8"},
    "TRAILING_COMMA": {"trailing-comma"},
    "LINE_COMMA": {"comma-after-row"},
    "PY_REPR": {"python-repr"},
    "NAN": {"nan-infinity"},
    "TRUNCATED": {"truncated-row"},
    "DUP_KEY": {"duplicate-key"},
    "EMPTY_LINE": {"blank-line"},
    "ARRAY_IN_JSONL": {"array-in-jsonl"},
    "JSONL_IN_JSON": {"jsonl-in-json"},
    "PRETTY": {"pretty-printed"},
    "CONCAT": {"several-objects-on-line"},
    "DOUBLE_ENCODED": {"double-encoded"},
    "CTRL_IN_STRING": {"control-character"},
    "NUL": {"nul-bytes"},
    "LONE_SURROGATE": {"lone-surrogate"},
    "BAD_ESCAPE": {"bad-escape", "latex-escape"},
    "U2028": {"line-separator"},
    "EMPTY_FILE": {"empty-file"},
    "MIXED": {"mixed-formats"},
    "MULTI_FORMAT": {"several-formats-in-record"},
    "NON_OBJECT": {"not-an-object"},
    "BIGINT": {"big-integer"},
    "DEPTH": {"deep-nesting"},
    "HUGE_LINE": {"huge-line", "unsupported-file"},
    "GZ_MISNAMED": {"wrong-extension"},
    "GZ_TRUNCATED": {"truncated-archive"},
    "LFS_POINTER": {"not-pulled"},
    "HTML_PAGE": {"html-page"},
    "MERGE_CONFLICT": {"merge-conflict"},
    "COMMENT": {"json-comment"},
    "CSV_DELIM": {"csv-delimiter"},
    "CSV_RAGGED": {"csv-ragged"},
    "CSV_QUOTE": {"csv-quote"},
    "CSV_NOHEADER": {"csv-no-header"},
    "CSV_FORMULA": {"csv-formula"},
    "BAD_PARQUET": {"broken-parquet"},
    "STRINGIFIED": {"stringified-messages"},
    "ROLES": {"unknown-role", "role-order", "empty-answer"},
}
WITHOUT_ROWS = {"EMPTY_FILE", "LFS_POINTER", "HTML_PAGE"}
NONE_LEFT = {"truncated.parquet", "big_line_50mb.jsonl.template"}


@dataclass(frozen=True)
class Outcome:
    code: int
    report: dict[str, Any]
    complaint: str

    @property
    def names(self) -> set[str]:
        return {finding["name"] for finding in self.report["findings"]}

    @property
    def errors(self) -> list[str]:
        return [each["name"] for each in self.report["findings"] if each["severity"] == "error"]


def checked(file: Path, *flags: str) -> Outcome:
    out, complaint = io.StringIO(), io.StringIO()
    arguments = [str(file), "--isolated", "--no-cache", "--jobs", "1", "--today", "2026-11-01", *flags]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaint):
        code = main(["check", *arguments, "--output-format", "json"])
    return Outcome(code, json.loads(out.getvalue() or "{}"), complaint.getvalue())


@pytest.fixture(scope="module")
def expected(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "malformed/EXPECTED.csv").open(newline="", encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@pytest.fixture(scope="module")
def outcomes(corpus: Path, expected: list[dict[str, str]]) -> dict[str, Outcome]:
    return {row["file"]: checked(corpus / "malformed" / row["file"]) for row in expected}


def verdict(row: dict[str, str], outcome: Outcome) -> str:
    """What is wrong with the outcome of one file, nothing where it is as it should be."""
    name = row["class"]
    if outcome.code == 2 or outcome.report.get("errors", True) or outcome.complaint:
        return f"crashed: {outcome.report.get('errors')} {outcome.complaint}"
    if name in SOUND:
        return f"sound, yet errors: {outcome.errors}" if outcome.errors else ""
    if not outcome.names & NAMED[name]:
        return f"silent: {name} was not named, only {sorted(outcome.names)}"
    return ""


def test_every_class_is_known(expected: list[dict[str, str]]) -> None:
    assert {row["class"] for row in expected} <= NAMED.keys() | SOUND


def test_the_score(
    expected: list[dict[str, str]],
    outcomes: dict[str, Outcome],
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = {row["file"]: why for row in expected if (why := verdict(row, outcomes[row["file"]]))}
    score = f"{len(expected) - len(wrong)} of {len(expected)}"
    with capsys.disabled():
        print(f"\nmalformed corpus: {score}")
    assert not wrong
    assert score == "69 of 69"


def test_what_can_be_read_is_read(expected: list[dict[str, str]], outcomes: dict[str, Outcome]) -> None:
    """The rows of a broken file still count and are still judged, wherever any can be made out."""
    for row in expected:
        rows = outcomes[row["file"]].report["summary"]["rows"]
        if row["class"] in WITHOUT_ROWS or row["file"] in NONE_LEFT:
            assert rows == 0, row["file"]
        else:
            assert rows > 0, row["file"]
    for name in ("BOM", "CR", "UTF16", "UTF32", "NUL", "PRETTY", "CONCAT", "DOUBLE_ENCODED", "PY_REPR"):
        for row in expected:
            if row["class"] == name and row["file"].endswith(".jsonl"):
                found = outcomes[row["file"]].report
                assert found["summary"]["rows"] == 20, row["file"]
                assert "too-few-examples" in outcomes[row["file"]].names, row["file"]


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "trailing-comma": lambda line: line[:-1] + b",}",
    "comma-after-row": lambda line: line + b",",
    "truncated-row": lambda line: line[:-20],
    "python-repr": lambda line: line.replace(b'"', b"'"),
    "invalid-utf8": lambda line: line.replace(b"router", b"rou\xffter"),
    "nul-bytes": lambda line: line + b"\0\0\0",
    "merge-conflict": lambda line: b"<<<<<<< HEAD\n" + line + b"\n=======\n" + line + b"\n>>>>>>> other",
    "json-comment": lambda line: b"// a note\n" + line,
    "not-an-object": lambda line: b"[" + line + b"]",
    "double-encoded": lambda line: json.dumps(line.decode()).encode(),
    "several-objects-on-line": lambda line: line + line,
    "control-character": lambda line: line.replace(b"router", b"rou\tter"),
    "bad-escape": lambda line: line.replace(b"router", b"rou\\qter"),
    "lone-surrogate": lambda line: line.replace(b"router", b"rou\\ud83dter"),
    "nan-infinity": lambda line: line[:-1] + b', "loss": NaN}',
    "big-integer": lambda line: line[:-1] + b', "id": ' + b"9" * 5000 + b"}",
    "deep-nesting": lambda line: line[:-1] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "duplicate-key": lambda line: line[:-1] + b', "messages": []}',
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_rows_after_a_broken_one_are_judged(name: str, tmp_path: Path) -> None:
    """A fault in the last row is found at its own line whatever stands before it."""
    good = [
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": f"How do I reset router {number}?"},
                    {"role": "assistant", "content": f"Hold button {number} for ten seconds."},
                ]
            }
        ).encode()
        for number in range(30)
    ]
    last = b'{"messages": [{"role": "usr", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]}'
    broken = BREAKS[name](good[10])
    data = b"\n".join([*good[:10], broken, *good[11:], last, b""])
    file = tmp_path / "train.jsonl"
    file.write_bytes(data)
    outcome = checked(file)
    assert name in outcome.names
    first = min(each["line"] for each in outcome.report["findings"] if each["name"] == name)
    assert 11 <= first <= 12
    roles = [each for each in outcome.report["findings"] if each["name"] == "unknown-role"]
    assert [each["line"] for each in roles] == [data.count(b"\n")]
    assert roles[0]["pointer"] == "/messages/0/role"
    line = data.split(b"\n")[roles[0]["line"] - 1].decode()
    assert line[roles[0]["column"] - 1 : roles[0]["end_column"] - 1] == '"usr"'


def test_a_template_that_is_no_data_is_named(outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes["big_line_50mb.jsonl.template"]
    assert (outcome.code, outcome.errors) == (1, ["unsupported-file"])


def test_a_line_of_fifty_megabytes_is_read_and_named(outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes["big_line_50mb.jsonl.gz"]
    assert outcome.report["summary"]["rows"] == 1
    assert "huge-line" in outcome.names
    assert outcome.code == 0
