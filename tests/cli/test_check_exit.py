"""What `ftlint check` returns and says: clean, found, could not."""

import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]


def turn(user: str, answer: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": user}, {"role": "assistant", "content": answer}]}


CLEAN = [turn(f"How do I reset router {n}?", f"Hold button {n} for ten seconds.") for n in range(120)]
WRONG_ROLE = turn("Hi there", "Hello, how can I help?", "usr")


def test_clean_found_and_could_not(ftlint: Run, write: Write) -> None:
    write("data/train.jsonl", CLEAN)
    write("data/val.jsonl", [turn(f"What is lamp {n} for?", f"Lamp {n} shows the link.") for n in range(30)])
    done = ftlint("check", "data", "--isolated")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("clean · 150 rows, ")
    assert done.stdout.count("\n") == 1
    assert done.stdout.rstrip().endswith("rules")
    write("data/train.jsonl", [*CLEAN, WRONG_ROLE])
    assert ftlint("check", "data").returncode == 1
    assert ftlint("check", "data", "--exit-zero").returncode == 0
    assert ftlint("check", "data", "--ignore", "unknown-role").returncode == 0
    assert ftlint("check", "gone", "--exit-zero").returncode == 2


@pytest.mark.parametrize(
    ("row", "codes"),
    [(WRONG_ROLE, (1, 1, 1)), (CLEAN[0], (0, 1, 1)), ("\u2028", (0, 0, 1))],
    ids=["error", "warning", "info"],
)
def test_fail_on(ftlint: Run, write: Write, row: Any, codes: tuple[int, ...]) -> None:
    """The least severity that fails the run; `too-few-examples` and the like are left out here."""
    rows = [*CLEAN, turn("A line\u2028separator", "It is found.") if row == "\u2028" else row]
    file = write("train.jsonl", rows)
    for level, code in zip(("error", "warning", "info"), codes, strict=True):
        done = ftlint("check", file, "--select", "FMT,CHAT,DUP", "--fail-on", level)
        assert done.returncode == code, (level, done.stdout)


MISTAKES = [
    (["nope.jsonl"], ["no such file or folder: nope.jsonl"]),
    (["nope-*.jsonl"], ["no file matches nope-*.jsonl"]),
    (["train.jsonl", "--select", "exact-duplicat"], ["--select", "'exact-duplicat'", "exact-duplicate"]),
    (["train.jsonl", "--ignore", "CHAT005,XYZ"], ["--ignore", "unknown rule 'XYZ'"]),
    (["train.jsonl", "--outpt-format", "json"], ["--outpt-format", "did you mean --output-format?"]),
    (["train.jsonl", "--fail_on=error"], ["--fail_on", "did you mean --fail-on?"]),
    (["train.jsonl", "--output-format", "jsn"], ["unknown output format 'jsn'", "did you mean 'json'?"]),
    (["train.jsonl", "--output-format", "json=gone/x.json"], ["cannot write gone/x.json"]),
    (["train.jsonl", "--output-format", "json", "--output-format", "jsonl"], ["json and jsonl"]),
    (["train.jsonl", "--format", "openai-cht"], ["--format", "openai-cht", "did you mean openai-chat"]),
    (["train.jsonl", "--target", "opnai"], ["--target", "opnai", "did you mean openai"]),
    (["train.jsonl", "--fail-on", "fatal"], ["--fail-on", "'fatal'", "one of error, warning, info"]),
    (["train.jsonl", "--jobs", "-1"], ["--jobs", "0 or more"]),
    (["train.jsonl", "--max-length", "0"], ["--max-length", "1 or more"]),
    (["train.jsonl", "--today", "2026-13-01"], ["--today", "2026-13-01", "YYYY-MM-DD"]),
    (["train.jsonl", "--today", "tomorrow"], ["--today", "tomorrow"]),
    (["train.jsonl", "--config", "gone.toml"], ["gone.toml"]),
    (["--file-list", "gone.txt"], ["gone.txt"]),
    (["train.jsonl", "--reason", "because"], ["--reason", "--write-suppressions"]),
]


@pytest.mark.parametrize(("arguments", "told"), MISTAKES, ids=[" ".join(item[0]) for item in MISTAKES])
def test_a_mistake_is_named(ftlint: Run, write: Write, arguments: list[str], told: list[str]) -> None:
    write("train.jsonl", CLEAN[:3])
    done = ftlint("check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2, done.stderr
    for words in told:
        assert words in done.stderr, done.stderr


def test_a_mistyped_command_and_value(ftlint: Run) -> None:
    done = ftlint("chek")
    assert done.returncode == 2
    assert "did you mean check?" in done.stderr
    done = ftlint("check", "--jobs", "two")
    assert done.returncode == 2
    assert "two" in done.stderr
    assert "did you mean" not in done.stderr


SETTINGS = [
    ("select = [\n", "ftlint.toml:"),
    ("\n\nselct = []\n", "ftlint.toml:3: unknown setting 'selct': did you mean 'select'?"),
    ('jobs = "many"\n', "ftlint.toml:1: jobs"),
    ('\n[rules.exact-duplicat]\nseverity = "info"\n', "ftlint.toml:2:"),
    ('\n[rules.exact-duplicate]\nsevrity = "info"\n', "ftlint.toml:3:"),
    ('[rules.exact-duplicate]\nseverity = "bad"\n', "ftlint.toml:2:"),
    ('[per-path-ignores]\n"*.jsonl" = ["NOPE"]\n', "ftlint.toml:2:"),
    ('[[dataset]]\nname = "a"\ntrain = "train.jsonl"\nformat = "opnai-chat"\n', "ftlint.toml:4:"),
    ('[[dataset]]\nname = "a"\ntrain = "train.jsonl"\ntarget = "opnai"\n', "ftlint.toml:4:"),
    ('[[dataset]]\nname = "a"\ntrain = "train.jsonl"\nschema = "gone.json"\n', "ftlint.toml:4:"),
    ('extend = "gone.toml"\n', "ftlint.toml:1:"),
]


@pytest.mark.parametrize(("text", "place"), SETTINGS, ids=[item[1] for item in SETTINGS])
def test_broken_settings_are_told_with_file_and_line(
    ftlint: Run, write: Write, text: str, place: str
) -> None:
    write("train.jsonl", CLEAN[:3])
    write("ftlint.toml", text)
    done = ftlint("check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ftlint: {place}"), done.stderr
    assert ftlint("check", "--isolated").returncode != 2


def test_a_broken_pyproject_is_told(ftlint: Run, write: Write) -> None:
    write("train.jsonl", CLEAN[:3])
    write("pyproject.toml", "[project]\nname = 'a'\n\n[tool.ftlint]\nfail-on = 'never'\n")
    done = ftlint("check")
    assert done.returncode == 2
    assert done.stderr.startswith("ftlint: pyproject.toml:5: ")


def test_a_file_that_cannot_be_read(ftlint: Run, write: Write) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    file = write("train.jsonl", CLEAN)
    file.chmod(0)
    done = ftlint("check", file)
    assert done.returncode == 2
    assert "train.jsonl" in done.stderr + done.stdout
    assert "Permission denied" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_file_that_vanishes_is_one_clear_line(write: Write, tmp_path: Path) -> None:
    from ftlint.engine.bind import bind
    from ftlint.engine.lint import check
    from ftlint.engine.plan import RuleSet
    from ftlint.model import FtlintError
    from ftlint.read.discover import discover
    from ftlint.settings import Settings

    file = write("train.jsonl", CLEAN)
    settings = Settings(root=str(tmp_path))
    bindings = bind(discover([str(tmp_path)], settings), settings)
    file.unlink()
    with pytest.raises(FtlintError, match=r"train\.jsonl: cannot read: No such file or directory"):
        check(bindings, settings, RuleSet([]))


def test_a_file_that_vanishes_after_it_was_planned(write: Write, tmp_path: Path) -> None:
    from ftlint.engine.bind import bind
    from ftlint.engine.lint import planned, scanned
    from ftlint.engine.plan import RuleSet
    from ftlint.read.discover import discover
    from ftlint.settings import Settings

    file = write("train.jsonl", CLEAN)
    settings = Settings(root=str(tmp_path))
    bindings = bind(discover([str(tmp_path)], settings), settings)
    _, shards = planned(bindings, settings, RuleSet([]), 1 << 20)
    file.unlink()
    partial = scanned(shards[0], RuleSet([]))
    assert partial.failures == [("", "train.jsonl", None, "cannot read: No such file or directory")]


def test_help_fits_a_screen(ftlint: Run) -> None:
    for arguments in (["--help"], ["check", "--help"], ["rule", "--help"], ["init", "--help"]):
        done = ftlint(*arguments)
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) <= 60
        assert max(map(len, done.stdout.splitlines())) <= 100
