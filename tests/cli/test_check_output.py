"""The shapes of a report: what machines parse, what people read, and where it goes."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from ftlint.model import Severity
from ftlint.report.style import NARROWEST

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

SCHEMA = Path(__file__).parents[2] / "src/ftlint/report/report.schema.json"
FLAGS = ("--isolated", "--today", "2026-11-01")


def turn(user: str, answer: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": user}, {"role": "assistant", "content": answer}]}


def rows() -> list[Any]:
    """Good rows and, from line 121 on: a repeat, a wrong role, five refusals, a broken line last."""
    good = [turn(f"How do I reset router {n}?", f"Hold button {n} for ten seconds.") for n in range(120)]
    refusals = [
        turn(f"What about lamp {n}?", f"{n}: sorry, but as an AI language model I cannot do that.")
        for n in range(5)
    ]
    return [*good, good[3], turn("Hi there", "Hello, how can I help?", "usr"), *refusals]


@pytest.fixture
def data(write: Write) -> Path:
    lines = [json.dumps(row) for row in rows()]
    return write("data/train.jsonl", "\n".join([*lines, '{"messages": [}', ""]))


def report(done: "CompletedProcess[str]") -> dict[str, Any]:
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def valid(document: Any, part: str = "") -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(SCHEMA.read_text())
    if part:
        schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
    Draft202012Validator(schema).validate(document)


def test_json_is_the_contract(ftlint: Run, data: Path) -> None:
    found = report(ftlint("check", "data", *FLAGS, "--output-format", "json"))
    valid(found)
    assert list(found) == ["version", "summary", "findings", "not_run", "errors"]
    assert found["version"] == 1
    assert list(found["summary"]) == [
        "files", "rows", "bytes", "seconds", "errors", "warnings", "infos", "fixable",
    ]  # fmt: skip
    levels = [finding["severity"] for finding in found["findings"]]
    summary = found["summary"]
    assert (summary["files"], summary["rows"], summary["bytes"]) == (1, 128, data.stat().st_size)
    assert summary["errors"] == levels.count("error") >= 2
    assert summary["warnings"] == levels.count("warning") >= 6
    assert summary["infos"] == levels.count("info")
    assert summary["fixable"] == sum(finding["fix"] is not None for finding in found["findings"])
    for finding in found["findings"]:
        assert list(finding) == [
            "code", "name", "severity", "message", "path", "line", "column", "end_line", "end_column", "row",
            "pointer", "related", "fix", "sensitive", "fingerprint",
        ]  # fmt: skip
        assert finding["path"] == "data/train.jsonl"
        if finding["row"] is not None:
            assert finding["line"] == finding["row"] + 1
    role = next(each for each in found["findings"] if each["name"] == "unknown-role")
    assert (role["row"], role["line"], role["pointer"]) == (121, 122, "/messages/0/role")
    places = [(each["path"], -1 if each["row"] is None else each["row"]) for each in found["findings"]]
    assert places == sorted(places)
    fingerprints = [each["fingerprint"] for each in found["findings"]]
    assert len(set(fingerprints)) == len(fingerprints)


def test_jsonl_is_json_by_lines(ftlint: Run, data: Path) -> None:
    whole = report(ftlint("check", "data", *FLAGS, "--output-format", "json"))
    lines = ftlint("check", "data", *FLAGS, "--output-format", "jsonl").stdout.splitlines()
    *findings, end = map(json.loads, lines)
    for finding in findings:
        valid(finding, "line")
    valid(end, "end")
    assert findings == whole["findings"]
    assert {**end["summary"], "seconds": 0} == {**whole["summary"], "seconds": 0}


def test_concise_is_one_line_per_finding(ftlint: Run, data: Path) -> None:
    whole = report(ftlint("check", "data", *FLAGS, "--output-format", "json"))
    lines = ftlint("check", "data", *FLAGS, "--output-format", "concise").stdout.splitlines()
    shape = re.compile(r"data/train\.jsonl(:\d+(:\d+)?)?: [A-Z]+\d{3} \[[a-z0-9-]+\] (error|warning|info) \S")
    found = [line for line in lines if shape.match(line)]
    assert len(found) == len(whole["findings"])
    assert len(lines) - len(found) <= 2


def test_github_annotations(ftlint: Run, data: Path) -> None:
    lines = ftlint("check", "data", *FLAGS, "--output-format", "github").stdout.splitlines()
    shape = re.compile(
        r"::(error|warning|notice) title=[A-Z]+\d{3} [a-z0-9-]+(,file=[^,:]+)?(,[a-zA-Z]+=\d+)*::\S"
    )
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) >= 4
    assert all(shape.match(line) for line in commands), commands
    assert any(
        line.startswith("::error title=CHAT005 unknown-role,file=data/train.jsonl,line=122")
        for line in commands
    )
    assert len([line for line in commands if line.startswith("::error")]) <= 10


def test_several_formats_at_once(ftlint: Run, data: Path, tmp_path: Path) -> None:
    formats = ("full", "json=report.json", "github=annotations.txt")
    chosen = [word for each in formats for word in ("--output-format", each)]
    done = ftlint("check", "data", *FLAGS, *chosen)
    assert done.returncode == 1
    assert done.stdout.startswith("data/train.jsonl · openai-chat · 128 rows\n")
    valid(json.loads((tmp_path / "report.json").read_text()))
    assert (tmp_path / "annotations.txt").read_text().startswith("::error ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["annotations.txt", "data", "report.json"]


def test_full_shows_three_and_says_how_to_see_the_rest(ftlint: Run, data: Path) -> None:
    def carets(*flags: str) -> tuple[int, str]:
        shown = ftlint("check", "data", *FLAGS, "--select", "ai-self-reference", *flags).stdout
        return len(re.findall(r"\^+", shown)), shown

    count, shown = carets()
    assert count == 3
    assert "… 2 more: ftlint check data --select QUAL002 --max-per-rule 0" in shown
    count, shown = carets("--max-per-rule", "0")
    assert (count, "more:" in shown) == (5, False)
    assert carets("--max-per-rule", "1")[0] == 1


def test_statistics(ftlint: Run, data: Path) -> None:
    whole = report(ftlint("check", "data", *FLAGS, "--output-format", "json"))
    done = ftlint("check", "data", *FLAGS, "--statistics")
    assert done.returncode == 1
    counts = re.findall(r"^ *(\d+)  ([A-Z]+\d{3}) ", done.stdout, re.MULTILINE)
    table = {code: int(count) for count, code in counts}
    assert table["QUAL002"] == 5
    assert sum(table.values()) == len(whole["findings"])


def test_quiet_leaves_errors(ftlint: Run, data: Path, write: Write) -> None:
    done = ftlint("check", "data", *FLAGS, "--quiet", "--output-format", "concise")
    assert done.returncode == 1
    found = [line for line in done.stdout.splitlines() if line.startswith("data/")]
    assert found
    assert all("] error " in line for line in found)
    write("ok/train.jsonl", rows()[:120])
    assert ftlint("check", "ok", *FLAGS, "--quiet", "--select", "CHAT").stdout == ""


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
@pytest.mark.parametrize("flags", [(), ("--max-per-rule", "0")])
def test_no_line_is_wider_than_the_terminal(
    ftlint: Run, data: Path, write: Write, columns: int, flags: tuple[str, ...]
) -> None:
    from ftlint.report.cells import cells

    long = {
        "messages": [
            {"role": "usr", "content": "数据" * 400},
            {"role": "assistant", "content": "e\u0301" * 300},
        ]
    }
    write("data/a-very-long-name-of-a-folder/and-another-one/with-a-file/val-数据.jsonl", [long] * 4)
    done = ftlint("check", "data", *FLAGS, *flags, env={"COLUMNS": str(columns)})
    wide = [line for line in done.stdout.splitlines() if cells(line) > columns]
    assert not wide
    assert columns >= NARROWEST


def test_colour(ftlint: Run, data: Path) -> None:
    plain = ftlint("check", "data", *FLAGS)
    assert "\x1b" not in plain.stdout
    coloured = ftlint("check", "data", *FLAGS, env={"NO_COLOR": "", "FORCE_COLOR": "1"})
    assert "\x1b[1;31m" in coloured.stdout
    bare = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", coloured.stdout)
    seconds = re.compile(r"[\d.]+ m?s · ")
    assert seconds.sub("", bare) == seconds.sub("", plain.stdout)
    assert "\x1b" not in ftlint("check", "data", *FLAGS, env={"NO_COLOR": "1", "FORCE_COLOR": ""}).stdout
    assert (
        "\x1b"
        not in ftlint("check", "data", *FLAGS, "--output-format", "json", env={"FORCE_COLOR": "1"}).stdout
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_terminal_encoding(ftlint: Run, data: Path, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ftlint", "check", "data", *FLAGS],
        cwd=data.parent.parent,
        env={"PYTHONIOENCODING": encoding, "PATH": "/usr/bin", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    done.stdout.decode(encoding)


@pytest.mark.parametrize(
    "flags", ["", "--output-format jsonl", "--output-format concise", "--output-format json"]
)
def test_a_reader_that_leaves_early_is_no_crash(data: Path, write: Write, flags: str) -> None:
    write("data/val.jsonl", [turn(f"Lamp {n}?", f"Yes {n}.", "usr") for n in range(20_000)])
    command = (
        f"{sys.executable} -m ftlint check data --isolated --no-cache --max-per-rule 0 {flags} | head -1;"
        "echo ${PIPESTATUS[0]} >&2"
    )
    done = subprocess.run(
        ["bash", "-c", command], cwd=data.parent.parent, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr in ("0\n", "1\n", "141\n"), done.stderr


def test_a_full_disk_is_told(ftlint: Run, data: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    command = f"{sys.executable} -m ftlint check data --isolated > /dev/full"
    done = subprocess.run(
        command, shell=True, cwd=data.parent.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "ftlint: cannot write to standard output: No space left on device\n"


def test_the_number_of_jobs_changes_nothing(ftlint: Run, write: Write) -> None:
    write("data/train.jsonl", rows() * 30)
    write("data/val.jsonl", rows() * 2)
    write("data/other.csv", "prompt,completion\n" + "What?,That.\n" * 20)
    outputs = []
    for jobs in ("1", "2", "5"):
        found = report(
            ftlint("check", "data", *FLAGS, "--no-cache", "--jobs", jobs, "--output-format", "json")
        )
        found["summary"]["seconds"] = 0
        outputs.append(json.dumps(found))
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0]) > 10_000


def test_severities_have_the_names_of_the_contract() -> None:
    assert [level.label for level in sorted(Severity)] == ["info", "warning", "error"]


def test_the_first_run_ends_with_one_hint(ftlint: Run, data: Path, write: Write) -> None:
    assert ftlint("check").stdout.count("hint: ") == 1
    assert "ftlint init" in ftlint("check").stdout
    assert "hint: " not in ftlint("check", "--isolated").stdout
    write("ftlint.toml", "")
    assert "hint: " not in ftlint("check").stdout
