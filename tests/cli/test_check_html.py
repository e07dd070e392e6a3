"""The HTML report of real runs: every container, standard input, and the same bytes each time."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

FLAGS = ("--isolated", "--select", "DUP,LEAK,SPLIT,placeholder-output", "--output-format")


def row(number: int) -> dict[str, str]:
    return {"prompt": f"Which shelf holds part number {number}?", "completion": ("left", "right")[number % 2]}


ROWS = [row(number) for number in [*range(30), 3, 4, 4]]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL))


def parquet(rows: list[dict[str, str]]) -> bytes:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    out = io.BytesIO()
    write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def table(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def lines(rows: list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in rows).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", lines(ROWS)),
        ("a.json", json.dumps(ROWS, indent=1)),
        ("a.jsonl.gz", gzip.compress(lines(ROWS))),
        ("a.csv", table(ROWS)),
        ("a.parquet", parquet(ROWS)),
    ],
)
def test_rows_of_every_container_say_what_they_are_about(
    ftlint: Run, write: Write, name: str, content: Any
) -> None:
    write(name, content)
    done = ftlint("check", name, *FLAGS, "html")
    assert done.returncode in (0, 1), done.stderr
    told = words(done.stdout)
    assert "5 rows in 2 clusters." in told
    assert "asks Which shelf holds part number 4? answers left" in told
    assert "Labels by answer: train label rows share left" in told
    assert "33 rows" in told


def test_standard_input(ftlint: Run) -> None:
    done = ftlint("check", "-", *FLAGS, "html", input=lines(ROWS).decode())
    told = words(done.stdout)
    assert "asks Which shelf holds part number 4? answers left" in told
    assert "1 dataset, 33 rows" in told


def test_the_same_bytes_each_time(ftlint: Run, write: Write) -> None:
    write("data/train.jsonl", lines(ROWS * 20))
    write("data/val.jsonl", lines(ROWS))
    pages = [
        ftlint("check", "data", *FLAGS, "html", "--no-cache", "--jobs", jobs).stdout for jobs in ("1", "2")
    ]
    less = [re.sub(r"· [\d.]+ s</p>", "", page) for page in pages]
    assert less[0] != pages[0]
    assert less[0] == less[1]
    assert less[0].endswith("</html>\n")


def test_what_is_private_is_hidden_where_a_row_is_told(ftlint: Run, write: Write) -> None:
    """A value that only a rule finds, not its form: an employee's number by a recognizer of one's own."""
    address = "@".join(("olga.planted", "mailbox-sample.de"))
    told = {
        "prompt": f"Who is the staff member 4471-B, {address}, of shelf 12?",
        "completion": "Staff 4471-B.",
    }
    write("train.jsonl", lines([told, told, *ROWS]))
    write(
        "ftlint.toml",
        "[[pii.recognizer]]\nname = 'STAFF'\npatterns = ['[0-9]{4}-[AB]']\nscore = 0.9\n",
    )
    done = ftlint("check", "train.jsonl", "--output-format", "html")
    assert done.returncode in (0, 1), done.stderr
    assert "asks Who is the staff member ‹…›, ‹…›, of shelf 12? answers Staff ‹…›." in words(done.stdout)
    assert "Labels by answer: train label rows share left 17 49% right 16 46% Staff ‹…›. 2 5.7%" in words(
        done.stdout
    )
    assert "4471" not in done.stdout
    assert "planted" not in done.stdout
