"""Accepted findings: written, kept when rows move, lifted when a row changes, pruned when stale."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

FILE = "ftlint-suppressions.json"
SELECT = ("--select", "unknown-role,exact-duplicate,invalid-json,trailing-comma")


def turn(user: str, answer: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": user}, {"role": "assistant", "content": answer}]}


ROWS = [
    turn("What is lamp one?", "The first.", "usr"),
    turn("What is lamp two?", "The second."),
    turn("What is lamp three?", "The third.", "usr"),
    turn("What is lamp two?", "The second."),
]


def entries(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / FILE).read_text())["entries"]
    return found


@pytest.fixture
def accepted(ftlint: Run, write: Write, tmp_path: Path) -> Path:
    write("train.jsonl", ROWS)
    assert ftlint("check", *SELECT).returncode == 1
    done = ftlint("check", *SELECT, "--write-suppressions", "--reason", "known since May")
    assert (done.returncode, done.stdout) == (0, f"{FILE}: findings accepted: 3\n")
    return tmp_path


def test_accepted_findings_are_gone(ftlint: Run, accepted: Path) -> None:
    done = ftlint("check", *SELECT, "--fail-on", "info")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("clean · 4 rows")
    assert "3 suppressed" in done.stdout
    assert {entry["reason"] for entry in entries(accepted)} == {"known since May"}
    assert {(entry["code"], entry["path"]) for entry in entries(accepted)} == {
        ("CHAT005", "train.jsonl"),
        ("DUP001", "train.jsonl"),
    }


def test_reordering_revives_nothing(ftlint: Run, write: Write, accepted: Path) -> None:
    write("train.jsonl", [turn("What is new?", "This."), ROWS[2], ROWS[1], ROWS[3], ROWS[0]])
    done = ftlint("check", *SELECT)
    assert done.returncode == 0, done.stdout
    assert "3 suppressed" in done.stdout
    assert "without a finding now" not in done.stdout


def test_an_edited_row_is_found_again_and_its_entry_is_stale(
    ftlint: Run, write: Write, accepted: Path
) -> None:
    write("train.jsonl", [turn("What is lamp 1?", "The first.", "usr"), *ROWS[1:]])
    done = ftlint("check", *SELECT)
    assert done.returncode == 1
    assert "CHAT005" in done.stdout
    assert "1 entries" in done.stdout or "1 entry" in done.stdout
    assert "--prune-suppressions" in done.stdout
    pruned = ftlint("check", *SELECT, "--prune-suppressions")
    assert (pruned.returncode, pruned.stdout) == (0, f"{FILE}: stale entries removed: 1\n")
    assert len(entries(accepted)) == 2
    assert "prune" not in ftlint("check", *SELECT).stdout


def test_a_rule_that_did_not_run_makes_nothing_stale(ftlint: Run, accepted: Path) -> None:
    done = ftlint("check", "--select", "DUP001", "--prune-suppressions")
    assert done.stdout == f"{FILE}: stale entries removed: 0\n"
    assert len(entries(accepted)) == 3


def test_earlier_reasons_are_kept(ftlint: Run, write: Write, accepted: Path) -> None:
    write("train.jsonl", [*ROWS, turn("What is lamp nine?", "The ninth.", "usr")])
    done = ftlint("check", *SELECT, "--write-suppressions", "--reason", "second look")
    assert done.stdout == f"{FILE}: findings accepted: 1\n"
    reasons = sorted(entry["reason"] for entry in entries(accepted))
    assert reasons == ["known since May"] * 3 + ["second look"]


def test_the_same_wherever_it_is_run_from(ftlint: Run, write: Write, accepted: Path) -> None:
    write("ftlint.toml", "")
    inner = accepted / "inner"
    inner.mkdir()
    assert ftlint("check", "../train.jsonl", *SELECT, cwd=inner).returncode == 0
    assert ftlint("check", accepted / "train.jsonl", *SELECT, cwd="/").returncode == 0


def test_a_broken_row_can_be_accepted(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("train.jsonl", '{"prompt": "a", "completion": "b",}\n{"prompt": "c" "completion": "d"}\n')
    assert ftlint("check", *SELECT).returncode == 1
    ftlint("check", *SELECT, "--write-suppressions")
    assert ftlint("check", *SELECT).returncode == 0
    assert {entry["reason"] for entry in entries(tmp_path)} == {"accepted when first linted"}
    with (tmp_path / "train.jsonl").open("a") as file:
        file.write('{"prompt": "e", "completion": "f",}\n')
    assert ftlint("check", *SELECT).returncode == 1


def test_findings_of_a_whole_file_are_accepted(ftlint: Run, write: Write) -> None:
    write("train.jsonl", ROWS[1:2])
    select = ("--select", "SPLIT", "--fail-on", "info")
    assert ftlint("check", *select).returncode == 1
    ftlint("check", *select, "--write-suppressions")
    assert ftlint("check", *select).returncode == 0
    write("train.jsonl", [ROWS[1], turn("One more?", "Yes.")])
    assert ftlint("check", *select).returncode == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "ftlint-suppressions.json:1: not valid JSON"),
        ("[]", "is no suppressions file"),
        ('{"version": 9, "entries": []}', "has version 9"),
        ('{"version": 1, "entries": [\n\n{"code": "A"}]}', "ftlint-suppressions.json:3: "),
    ],
)
def test_a_broken_file_of_suppressions_is_told(ftlint: Run, write: Write, text: str, told: str) -> None:
    write("train.jsonl", ROWS)
    write(FILE, text)
    done = ftlint("check", *SELECT)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_one_unreadable_row_accepted_does_not_accept_another(ftlint: Run, tmp_path: Path) -> None:
    file = tmp_path / "train.jsonl"
    good = json.dumps(turn("What is lamp one?", "The first."))
    file.write_text(f'{good}\n{{"messages": broken one}}\n')
    assert ftlint("check", "--select", "invalid-json", "--write-suppressions").returncode == 0
    assert ftlint("check", "--select", "invalid-json").returncode == 0
    file.write_text(f'{{"messages": broken one}}\n{good}\n{{"messages": broken two}}\n')
    done = ftlint("check", "--select", "invalid-json", "--output-format", "json")
    assert [finding["line"] for finding in json.loads(done.stdout)["findings"]] == [3]
