"""Which rules run, where, how severe: flags, settings, per-path ignores, options, a record's own field."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

REFUSAL = "I'm sorry, but as an AI language model I cannot help with that."


def turn(user: str, answer: str, role: str = "user", **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": user}, {"role": "assistant", "content": answer}], **more}


def found(done: "CompletedProcess[str]") -> dict[str, list[tuple[str, Any, str]]]:
    """Path, line and severity of each finding by rule."""
    assert done.stderr == "", done.stderr
    rules: dict[str, list[tuple[str, Any, str]]] = {}
    for each in json.loads(done.stdout)["findings"]:
        rules.setdefault(each["name"], []).append((each["path"], each["line"], each["severity"]))
    return rules


@pytest.fixture
def check(ftlint: Run) -> Callable[..., dict[str, list[tuple[str, Any, str]]]]:
    def run(*arguments: str) -> dict[str, list[tuple[str, Any, str]]]:
        return found(ftlint("check", *arguments, "--output-format", "json"))

    return run


Check = Callable[..., dict[str, list[tuple[str, Any, str]]]]


@pytest.fixture
def rows(write: Write) -> Path:
    return write("train.jsonl", [turn("Hi there", "Hello you.", "usr"), turn("What now?", REFUSAL)])


def test_selecting(check: Check, rows: Path) -> None:
    assert {"unknown-role", "ai-self-reference", "too-few-examples"} <= set(check())
    assert set(check("--select", "CHAT")) == {"unknown-role"}
    assert set(check("--select", "CHAT005,QUAL002")) == {"unknown-role", "ai-self-reference"}
    assert set(check("--select", "unknown-role", "--select", "QUAL002")) == {
        "unknown-role",
        "ai-self-reference",
    }
    assert set(check("--select", "ALL", "--ignore", "CHAT,SPLIT,QUAL")) == set()
    assert "unknown-role" not in check("--ignore", "CHAT005")
    assert set(check("--select", "CHAT", "--ignore", "unknown-role")) == set()
    assert set(check("--select", "CHAT", "--extend-select", "QUAL002")) == {
        "unknown-role",
        "ai-self-reference",
    }


def test_a_rule_that_is_off_is_selected_by_name_or_code(check: Check, write: Write) -> None:
    write(
        "train.jsonl",
        [{"instruction": "Sum up.", "input": "https://example.com/news", "output": "Rain is coming."}],
    )
    assert "url-only-input" not in check()
    assert "url-only-input" in check("--extend-select", "url-only-input")
    assert "url-only-input" in check("--extend-select", "QUAL029")
    assert "url-only-input" in check("--select", "QUAL029")


def test_the_command_line_is_nearer_than_the_file(check: Check, write: Write, rows: Path) -> None:
    write("ftlint.toml", 'select = ["CHAT"]\nignore = ["QUAL002"]\n')
    assert set(check()) == {"unknown-role"}
    assert set(check("--extend-select", "ai-self-reference")) >= {"unknown-role", "ai-self-reference"}
    assert set(check("--select", "QUAL002")) == {"ai-self-reference"}
    assert "ai-self-reference" in check("--isolated")


def test_per_path_ignores(check: Check, write: Write) -> None:
    row = turn("Hi there", REFUSAL, "usr")
    for name in ("train.jsonl", "old/a.jsonl", "old/deep/b.jsonl"):
        write(name, [row])
    write("ftlint.toml", '[per-path-ignores]\n"old/**" = ["CHAT"]\n"train.jsonl" = ["ai-self-reference"]\n')
    rules = check()
    assert [path for path, *_ in rules["unknown-role"]] == ["train.jsonl"]
    assert [path for path, *_ in rules["ai-self-reference"]] == ["old/a.jsonl", "old/deep/b.jsonl"]


def test_severity_and_options_of_a_rule(check: Check, ftlint: Run, write: Write, rows: Path) -> None:
    write("ftlint.toml", 'select = ["unknown-role"]\n[rules.unknown-role]\nseverity = "info"\n')
    assert check()["unknown-role"] == [("train.jsonl", 1, "info")]
    assert ftlint("check").returncode == 0
    assert ftlint("check", "--fail-on", "info").returncode == 1
    write("ftlint.toml", 'fail-on = "info"\n[rules.CHAT005]\nseverity = "info"\n')
    assert ftlint("check", "--select", "CHAT005").returncode == 1
    sentence = "la " * 300
    write("train.jsonl", [turn(f"What is {n}?", sentence if n == 7 else f"It is {n}.") for n in range(60)])
    write("ftlint.toml", 'select = ["TOK001"]\nmax-length = 100\n')
    assert check() == {"over-max-length": [("train.jsonl", 8, "warning")]}
    write("ftlint.toml", '[[dataset]]\nname = "a"\ntrain = "train.jsonl"\nmax-length = 100\n')
    assert "over-max-length" in check("--select", "TOK001")
    assert check("--select", "TOK001", "--max-length", "100000") == {}


def test_an_option_out_of_range_is_told_at_its_line(ftlint: Run, write: Write, rows: Path) -> None:
    write("ftlint.toml", "\n[rules.label-imbalance]\nmost = 2.5\n")
    done = ftlint("check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ftlint: ftlint.toml:3: ")
    write("ftlint.toml", "[rules.label-imbalance]\nmots = 0.5\n")
    done = ftlint("check")
    assert done.stderr.startswith("ftlint: ftlint.toml:2: ")
    assert "most" in done.stderr


def test_the_field_of_a_record(check: Check, write: Write) -> None:
    write(
        "train.jsonl",
        [
            turn("a lamp", REFUSAL, "usr", lint="CHAT005"),
            turn("b lamp", REFUSAL, "usr", lint=["ai-self-reference"]),
            turn("c lamp", REFUSAL, "usr", lint=True),
            turn("d lamp", REFUSAL, "usr", lint="CHAT, QUAL"),
            turn("e lamp", REFUSAL, "usr"),
            turn("f lamp", REFUSAL, "usr", lint={"odd": [1]}),
            turn("a lamp", REFUSAL, "usr", lint="DUP"),
        ],
    )
    write("ftlint.toml", 'ignore-field = "lint"\nselect = ["CHAT005", "QUAL002", "DUP001"]\n')
    rules = check()
    assert [line for _, line, _ in rules["unknown-role"]] == [2, 5, 6, 7]
    assert [line for _, line, _ in rules["ai-self-reference"]] == [1, 5, 6, 7]
    assert "exact-duplicate" not in rules


def test_declared_datasets(check: Check, ftlint: Run, write: Write) -> None:
    write("a/x.jsonl", [turn(f"What is lamp {n}?", f"Lamp {n}.") for n in range(60)])
    write("a/y.jsonl", [turn(f"What is lamp {n}?", f"Lamp {n}.") for n in range(3)])
    write("ftlint.toml", '[[dataset]]\nname = "lamps"\ntrain = "a/x*.jsonl"\nvalidation = "a/y.jsonl"\n')
    leaks = check("--select", "LEAK001")["split-leakage"]
    assert len(leaks) == 3
    assert {severity for *_, severity in leaks} == {"error"}
    write("ftlint.toml", '[[dataset]]\nname = "lamps"\ntrain = "b/*.jsonl"\n')
    assert "ftlint.toml:3: no file matches train = 'b/*.jsonl' of lamps" in " ".join(
        ftlint("check").stdout.split()
    )


def test_schema_of_the_users_own(check: Check, write: Write) -> None:
    write("train.jsonl", [turn("a lamp", "Yes.", id=1), turn("b lamp", "No.", id="two"), turn("c", "d")])
    write("row.json", json.dumps({"required": ["id"], "properties": {"id": {"type": "integer"}}}))
    write("ftlint.toml", '[[dataset]]\nname = "a"\ntrain = "train.jsonl"\nschema = "row.json"\n')
    violations = check("--select", "schema-violation")["schema-violation"]
    assert [line for _, line, _ in violations] == [2, 3]


def test_settings_are_shown_and_described(ftlint: Run, write: Write, rows: Path) -> None:
    from jsonschema import Draft202012Validator

    write("ftlint.toml", 'fail-on = "warning"\n[rules.label-imbalance]\nmost = 0.5\n')
    shown = ftlint("settings", "show")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "ftlint.toml:1" in shown.stdout
    schema = json.loads(ftlint("settings", "schema").stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"fail-on": "warning", "rules": {"label-imbalance": {"most": 0.5}}})
    assert not validator.is_valid({"fail-on": "never"})
    assert not validator.is_valid({"rules": {"label-imbalance": {"most": 2.5}}})


def test_every_rule_is_explained(ftlint: Run) -> None:
    every = json.loads(ftlint("rule", "--all", "--output-format", "json").stdout)
    assert len(every) >= 55
    codes = [rule["code"] for rule in every]
    assert codes == sorted(set(codes))
    assert {
        "exact-duplicate", "conflicting-answers", "split-leakage", "too-few-examples", "bad-split",
        "target-retired",
    } <= {rule["name"] for rule in every}  # fmt: skip
    page = ftlint("rule", "split-leakage").stdout
    assert page.startswith("LEAK001 split-leakage\n")
    for part in ("## Why it matters", "## What to do", "## References"):
        assert part in page


def test_init_then_check(ftlint: Run, check: Check, write: Write, rows: Path) -> None:
    before = check("--isolated")
    assert ftlint("init").returncode == 0
    assert "hint:" not in ftlint("check").stdout
    assert set(check()) >= set(before) - {"missing-held-out"}
