"""`ftlint data stats` on what cannot be read, and on what a person mistypes."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from test_data_stats import TRAIN, Run, Write, counted, prose

from ftlint.rule import chat


def test_a_source_field_that_no_record_has_is_a_mistake(ftlint: Run, write: Write) -> None:
    write("train.jsonl", TRAIN)
    done = ftlint("data", "stats", "--source-field", "orign")
    assert done.returncode == 2
    assert "orign" in done.stderr
    assert done.stdout == ""


def test_files_that_cannot_be_read_are_told(ftlint: Run, write: Write) -> None:
    packed = gzip.compress("".join(json.dumps(chat(prose(n), "Yes")) + "\n" for n in range(400)).encode())
    write("cut.jsonl.gz", packed[: len(packed) // 2])
    write("pointer.jsonl", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 99\n")
    write("train.jsonl", TRAIN)
    found = counted(ftlint("data", "stats", "--output-format", "json"), 2)
    assert found["not_read"] == [
        {"path": "cut.jsonl.gz", "reason": "is cut off: what follows is missing"},
        {"path": "pointer.jsonl", "reason": "is a pointer: its content is not pulled"},
    ]
    assert found["total"]["records"] > 100
    done = ftlint("data", "stats")
    assert done.returncode == 2
    assert "COULD NOT READ pointer.jsonl: is a pointer" in done.stdout


def test_a_missing_extra_is_told(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("absent/sitecustomize.py", "import sys\n\nsys.modules['pyarrow'] = None\n")
    write("train.parquet", b"PAR1" + b"\0" * 60 + b"PAR1")
    done = ftlint("data", "stats", "train.parquet", env={"PYTHONPATH": str(tmp_path / "absent")})
    assert done.returncode == 2
    assert "COULD NOT READ train.parquet: needs an extra: pip install 'ftlint[parquet]'" in done.stdout


def test_broken_rows_and_unknown_formats_are_told(ftlint: Run, write: Write) -> None:
    write("train.jsonl", "".join(json.dumps(row) + "\n" for row in TRAIN) + '{"a": \n{"b"\n')
    write("list.csv", "file,bytes,sha\n" + "".join(f"{n}.bin,{n},5f1c\n" for n in range(20)))
    done = ftlint("data", "stats")
    assert done.returncode == 0
    assert "not read: 2 rows could not be read: ftlint check says why" in done.stdout
    assert "not counted: 1 file of unknown format" in done.stdout
    found = counted(ftlint("data", "stats", "--output-format", "json"))["total"]
    assert (found["rows"], found["records"], found["measured"]) == (26, 24, 4)
    assert {"name": None, "files": 1, "records": 20} in found["formats"]


def test_nothing_found_is_a_mistake(ftlint: Run) -> None:
    done = ftlint("data", "stats")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no data files found" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["data", "stat"], "did you mean stats?"),
        (["data", "stats", "--output-format", "tabel"], "did you mean table?"),
        (["data", "stats", "--similarty", "1"], "did you mean --similarity?"),
        (["data", "stats", "--similarity", "0.2"], "0.7 to 1"),
    ],
)
def test_mistyped_words_are_suggested(ftlint: Run, arguments: list[str], told: str) -> None:
    done = ftlint(*arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_help_lists_the_command(ftlint: Run) -> None:
    assert re.search(r"^    data +", ftlint("--help").stdout, re.MULTILINE)
    bare = ftlint("data")
    assert bare.returncode == 2
    assert re.search(r"^    stats +", bare.stdout, re.MULTILINE)
    assert "--source-field" in ftlint("data", "stats", "--help").stdout
