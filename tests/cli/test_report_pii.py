"""`ftlint report pii` in a process of its own: numbers, shapes, widths, exit codes, and never a value."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ftlint.rule import chat

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]

ADDRESS = "jo.harrow" + "@" + "tamwick-pottery.com"
CARD = "4617 7877 8932" + " 8795"
IP = "185.199" + ".108.153"
TOKEN = "ghp_" + "Wd83kLq0" * 4 + "Zz11"
ALLOWED = "sales" + "@" + "quellbrunn-keramik.de"
VALUES = [ADDRESS, CARD, CARD.replace(" ", ""), IP, ALLOWED, "harrow", "tamwick", "quellbrunn"]

TRAIN = [
    {**chat(f"Write to {ADDRESS}, not to {ALLOWED}.", f"I wrote to {ADDRESS}."), "meta": {"by": [ADDRESS]}},
    chat("Which card?", f"It is {CARD}."),
    chat("Nothing here.", "Nothing."),
    chat("Who?", "Ask help@example.com."),
]
VALIDATION = [chat(f"From {IP}?", "Yes."), chat("Nothing here, either.", "Nothing.")]
SETTINGS = f"""[pii]
allow = ["{ALLOWED}"]
countries = ["in"]
thresholds = {{ phone = 0.6 }}
"""
NOW = ("--today", "2026-11-22")


@pytest.fixture
def data(write: Write) -> None:
    write("train.jsonl", TRAIN)
    write("val.jsonl", VALIDATION)
    write("ftlint.toml", SETTINGS)


def document(done: subprocess.CompletedProcess[str], code: int = 0) -> dict[str, Any]:
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    schema = json.loads((files("ftlint.report") / "pii.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def kind(name: str, code: str, count: int, rows: int, rate: float, **more: Any) -> dict[str, Any]:
    return {
        "kind": name,
        "family": "pii",
        "code": code,
        "count": count,
        "rows": rows,
        "count_per_1000_rows": rate,
        "different_values": None,
        "placeholders": 0,
        "accepted": 0,
        **more,
    }


@pytest.mark.usefixtures("data")
def test_the_document(ftlint: Run) -> None:
    found = document(ftlint("report", "pii", *NOW, "--output-format", "json"))
    (dataset,) = found["datasets"]
    train, validation = dataset["splits"]
    content = "/messages/[]/content"
    email = kind(
        "email", "PII001", 3, 1, 750.0, placeholders=1,
        fields=[{"pointer": content, "count": 2}, {"pointer": "/meta/by/[]", "count": 1}],
    )  # fmt: skip
    card = kind("card", "PII003", 1, 1, 250.0, fields=[{"pointer": content, "count": 1}])
    ip = kind("ip", "PII006", 1, 1, 500.0, fields=[{"pointer": content, "count": 1}])
    numbers = {
        "files": 1,
        "rows": 4,
        "rows_looked_at": 4,
        "rows_with_personal_data": 2,
        "rows_with_secrets": 0,
    }
    assert train == {"name": "train", **numbers, "found": [email, card]}
    assert validation == {
        "name": "validation", "files": 1, "rows": 2, "rows_looked_at": 2, "rows_with_personal_data": 1,
        "rows_with_secrets": 0, "found": [ip],
    }  # fmt: skip
    assert [each["kind"] for each in found["total"]["found"]] == ["email", "card", "ip"]
    assert found["date"] == "2026-11-22"
    assert found["not_read"] == []
    settings = found["settings"]
    assert (settings["allowed_values"], settings["countries"], settings["keyed"]) == (1, ["in"], False)
    assert settings["thresholds"] == {"phone": 0.6}
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["versions"]["presidio-analyzer"])


@pytest.mark.usefixtures("data")
def test_coverage_is_that_of_the_settings(ftlint: Run) -> None:
    def states(*flags: str) -> dict[str, str]:
        found = document(ftlint("report", "pii", *NOW, "--output-format", "json", *flags))
        laws = {law["law"]: law["identifiers"] for law in found["coverage"]}
        assert [len(laws["HIPAA"]), laws["GDPR"][0]["reference"]] == [18, "Art. 4(1)"]
        return {each["reference"]: each["state"] for each in laws["HIPAA"]}

    plain = states()
    assert plain["(F)"] == plain["(D)"] == "pattern"
    assert (plain["(A)"], plain["(C)"], plain["(P)"]) == ("needs-model", "off", "none")
    more = states("--extend-select", "pii-date", "--ignore", "pii-email")
    assert (more["(C)"], more["(F)"]) == ("pattern", "off")


@pytest.mark.usefixtures("data")
def test_no_value_is_in_any_shape(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("more.jsonl", [{**chat("Token?", f"Use {TOKEN}."), ADDRESS: CARD}])
    for shape in ("table", "json", "markdown"):
        done = ftlint("report", "pii", *NOW, "--output-format", shape)
        assert done.returncode == 0, done.stderr
        written = ftlint("report", "pii", *NOW, "--output-format", shape, "-o", f"out.{shape}")
        assert (written.returncode, written.stdout) == (0, "")
        file = (tmp_path / f"out.{shape}").read_text()
        (tmp_path / f"out.{shape}").unlink()
        for value in (*VALUES, TOKEN):
            assert not [text for text in (done.stdout, done.stderr, file) if value in text], (
                "a value is shown"
            )


@pytest.mark.usefixtures("data")
def test_secrets_are_counted_too(ftlint: Run, write: Write) -> None:
    write(
        "train.jsonl",
        [*TRAIN, chat("Log in?", "Use postgres://app:" + "v7Kq92xTdw" + "@db.tamwick.net/app.")],
    )
    found = document(ftlint("report", "pii", *NOW, "--output-format", "json"))
    assert found["total"]["rows_with_secrets"] == 1
    (secret,) = [each for each in found["total"]["found"] if each["family"] == "secret"]
    assert secret["code"].startswith("SEC")
    assert (secret["count"], secret["rows"]) == (1, 1)
    assert all(rule["code"].startswith("SEC") for rule in found["secret_rules"])


@pytest.mark.usefixtures("data")
def test_accepted_findings_are_counted_apart(ftlint: Run, write: Write) -> None:
    flags = ("check", "train.jsonl", "--select", "PII", "--write-suppressions", "--reason", "a made-up shop")
    assert ftlint(*flags).returncode == 0
    write("train.jsonl", [*TRAIN, chat("Which card?", f"{CARD}, again.")])
    found = document(ftlint("report", "pii", *NOW, "--output-format", "json"))["datasets"][0]["splits"][0]
    assert found["rows_with_personal_data"] == 1
    numbers = {
        each["kind"]: (each["count"], each["rows"], each["placeholders"], each["accepted"])
        for each in found["found"]
    }
    assert numbers == {"email": (0, 0, 0, 4), "card": (1, 1, 0, 1)}
    assert "email" in (table := ftlint("report", "pii", *NOW).stdout)
    assert re.search(r"email +0 +0 +0 +4", table), "found, per 1,000, rows, accepted"


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_table_fits(ftlint: Run, width: int) -> None:
    done = ftlint("report", "pii", *NOW, env={"COLUMNS": str(width)})
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip()]
    joined = " ".join(done.stdout.split())
    assert "personal data in 3 rows (500 in 1,000), secrets in 0 rows" in joined
    assert re.search(r"email +3 +750 +1 ", done.stdout), "count, rate and rows stay at any width"
    assert "messages[].content (2)" in joined
    assert "This is no legal advice." in joined
    assert "national-id" in joined.split("looked for")[1].split(" not ")[0], "the country is named"


def test_a_clean_set_says_so(ftlint: Run, write: Write) -> None:
    write("train.jsonl", TRAIN[2:3])
    done = ftlint("report", "pii", *NOW)
    assert done.returncode == 0
    assert done.stdout.startswith("dataset · 1 file, 1 row · nothing found\n")


def test_nothing_heavy_is_imported_for_a_clean_set(ftlint: Run, write: Write) -> None:
    write("train.jsonl", TRAIN[2:3])
    traced = ftlint("report", "pii", *NOW, env={"PYTHONPROFILEIMPORTTIME": "1"}).stderr
    assert "ftlint.engine.inventory" in traced
    assert not re.search(r"\| +(?:presidio_analyzer|spacy|phonenumbers|numpy|pyarrow)\b", traced)
    write("train.jsonl", TRAIN[:1])
    traced = ftlint("report", "pii", *NOW, env={"PYTHONPROFILEIMPORTTIME": "1"}).stderr
    assert re.search(r"\| +presidio_analyzer\b", traced), "the probe sees what is imported"


def test_many_datasets_get_a_line_each(ftlint: Run, write: Write) -> None:
    for name in ("autumn", "hill", "lake", "meadow"):
        write(f"{name}.jsonl", TRAIN)
    done = ftlint("report", "pii", *NOW, env={"COLUMNS": "80"})
    assert done.stdout.startswith("all datasets · 4 files, 16 rows · personal data in 8 rows")
    assert len(re.findall(r"(?m)^  (?:autumn|hill  |lake  |meadow)  4 rows: personal", done.stdout)) == 4


@pytest.mark.usefixtures("data")
def test_markdown_is_a_document(ftlint: Run, write: Write) -> None:
    write("train.jsonl", [{**TRAIN[0], "a|b`c<i>": ADDRESS}])
    text = ftlint("report", "pii", *NOW, "--output-format", "markdown").stdout
    assert text.startswith("# Personal data and secrets in training data\n\n2026-11-22. 2 files, 3 rows; ")
    assert re.search(r"(?m)^\| email \| PII001 \| 4 \| 4,000 \| 1 \| not counted \| 0 \| 0 \| ", text)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    widths = {re.sub(r"\\.", "", line).count("|") for line in rows}
    assert widths <= {3, 6, 10}, "a bar in a name breaks no table"
    assert "`a\\|b'c<i>`" in text
    assert text.count("\n## ") == 3
    assert "\n\n\n" not in text


def test_what_could_not_be_read_is_told(ftlint: Run, write: Write) -> None:
    write("train.jsonl", "".join(json.dumps(row) + "\n" for row in TRAIN) + '{"a": \n{"b"\n')
    write("pointer.jsonl", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 99\n")
    found = document(ftlint("report", "pii", *NOW, "--output-format", "json"), 2)
    reasons = {each["path"]: each["reason"] for each in found["not_read"]}
    assert reasons == {"pointer.jsonl": "is a pointer: its content is not pulled"}
    assert (found["total"]["rows"], found["total"]["rows_looked_at"]) == (6, 4)
    done = ftlint("report", "pii", *NOW)
    assert done.returncode == 2
    assert "NOT LOOKED AT pointer.jsonl: is a pointer" in done.stdout
    assert "2 rows not looked at" in " ".join(done.stdout.split())


def test_rows_of_no_known_format_are_looked_at(ftlint: Run, write: Write) -> None:
    write("list.csv", "file,owner\n" + "".join(f"{number}.bin,{ADDRESS}\n" for number in range(9)))
    found = document(ftlint("report", "pii", *NOW, "--output-format", "json"))
    (email,) = found["total"]["found"]
    assert (email["count"], email["fields"]) == (9, [{"pointer": "/owner", "count": 9}])


def test_without_the_extra_the_report_says_so(ftlint: Run, write: Write, tmp_path: Path) -> None:
    hide = "import sys\n\nsys.modules['presidio_analyzer'] = None\n"
    write("absent/sitecustomize.py", hide)
    write("train.jsonl", TRAIN)
    found = document(
        ftlint(
            "report", "pii", "train.jsonl", *NOW, "--output-format", "json",
            env={"PYTHONPATH": str(tmp_path / "absent")},
        ),
        2,
    )  # fmt: skip
    assert {kind["state"] for kind in found["kinds"]} == {"needs-extra"}
    assert found["total"]["found"] == []


def test_mistakes(ftlint: Run, write: Write, tmp_path: Path) -> None:
    done = ftlint("report", "pii", *NOW)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no data files found" in done.stderr
    write("train.jsonl", TRAIN)
    assert "--today" in ftlint("report", "pii", "--today", "tomorrow").stderr
    assert "pii-emial" in ftlint("report", "pii", "--extend-select", "pii-emial").stderr
    assert ftlint("report", "pii", "gone.jsonl").returncode == 2
    assert ftlint("report").returncode == 2
    assert "pii" in ftlint("report").stdout


@pytest.mark.usefixtures("data")
def test_the_same_input_gives_the_same_bytes(ftlint: Run) -> None:
    texts = {
        ftlint("report", "pii", *NOW, "--output-format", "markdown", "-j", jobs).stdout for jobs in "121"
    }
    assert len(texts) == 1
