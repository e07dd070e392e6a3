"""`ftlint data stats` in a process of its own: exact numbers of known files, as JSON and as a table."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.bind import bind
from ftlint.engine.executors import Executor, Processes, Serial
from ftlint.engine.stats import stats
from ftlint.read.discover import discover
from ftlint.report.stats_json import write as as_json
from ftlint.rule import chat
from ftlint.settings import Settings

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]

WORDS = """parcel neighbour Tuesday number twelve write again address street courier window garden letter
morning afternoon office return label refund customer order colour size week month invoice total discount"""


def prose(seed: int, words: int = 60) -> str:
    draw = random.Random(seed)
    return " ".join(f"{draw.choice(WORDS.split())}{draw.randrange(50)}" for _ in range(words))


def counted(done: subprocess.CompletedProcess[str], code: int = 0) -> dict[str, Any]:
    assert done.returncode == code, done.stderr
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# tokens: a quarter of the characters, and 4 for each turn
TRAIN = [
    {**chat("a" * 40, "b" * 20), "source": "shop"},  # 15 + 8 = 23, of them 5 + 4 completion
    {**chat("a" * 40, "b" * 20), "source": "shop"},  # the same again
    {**chat("a" * 400, "b" * 100), "source": "forum"},  # 125 + 8 = 133, of them 25 + 4 completion
    {**chat("a" * 7, "b" * 16, system="c" * 8), "source": "forum"},  # 8 + 12 = 20, of them 4 + 4 completion
]
VALIDATION = [
    {**chat("Где моя посылка, которую я ждал?", "Её передали соседу из квартиры."), "source": "forum"}
]


def scope(**figures: Any) -> dict[str, Any]:
    """A part of the document, with the keys that are the same everywhere."""
    return {
        "formats": [{"name": "openai-chat", "files": figures["files"], "records": figures["records"]}],
        **figures,
    }


def spread(records: int, *quantiles: int, histogram: list[tuple[int, int, int]]) -> dict[str, Any]:
    return {
        "records": records,
        **dict(zip(("min", "p5", "p50", "p95", "p99", "max"), quantiles, strict=True)),
        "histogram": [{"from": low, "to": high, "records": count} for low, high, count in histogram],
    }


FORUM = {"value": "forum", "values": 1}
NO_CLUSTERS = {"clusters": 0, "rows": 0, "largest": []}


def test_the_document(ftlint: Run, write: Write) -> None:
    size = write("train.jsonl", TRAIN).stat().st_size
    with (Path(write("train.jsonl", TRAIN))).open("ab") as out:
        out.write(b'{"messages": [}\n')
    other = write("val.jsonl", VALIDATION).stat().st_size
    train = scope(
        files=1, rows=5, records=4, measured=4, bytes=size + 16,
        tokens={"prompt": 144, "completion": 55, "total": 199},
        lengths=spread(
            4, 20, 20, 23, 133, 133, 133,
            histogram=[(16, 31, 3), (32, 63, 0), (64, 127, 0), (128, 255, 1)],
        ),
        turns=spread(4, 2, 2, 2, 3, 3, 3, histogram=[(2, 2, 3), (3, 3, 1)]),
        exact_duplicates={"rows": 1, "of": 1},
        near_duplicates=NO_CLUSTERS,
        scripts=[{"name": "Latin", "records": 3}, {"name": None, "records": 1}],
        sources={
            "field": "source", "records": 4, "values": 2,
            "top": [FORUM | {"records": 2}, {"value": "shop", "values": 1, "records": 2}],
            "rest": {"values": 0, "records": 0},
        },
    )  # fmt: skip
    validation = scope(
        files=1, rows=1, records=1, measured=1, bytes=other,
        tokens={"prompt": 16, "completion": 16, "total": 32},
        lengths=spread(1, 32, 32, 32, 32, 32, 32, histogram=[(32, 63, 1)]),
        turns=spread(1, 2, 2, 2, 2, 2, 2, histogram=[(2, 2, 1)]),
        exact_duplicates={"rows": 0, "of": 0},
        near_duplicates=NO_CLUSTERS,
        scripts=[{"name": "Cyrillic", "records": 1}],
        sources={
            "field": "source", "records": 1, "values": 1,
            "top": [FORUM | {"records": 1}], "rest": {"values": 0, "records": 0},
        },
    )  # fmt: skip
    whole = scope(
        files=2, rows=6, records=5, measured=5, bytes=size + 16 + other,
        tokens={"prompt": 160, "completion": 71, "total": 231},
        lengths=spread(
            5, 20, 20, 23, 133, 133, 133,
            histogram=[(16, 31, 3), (32, 63, 1), (64, 127, 0), (128, 255, 1)],
        ),
        turns=spread(5, 2, 2, 2, 3, 3, 3, histogram=[(2, 2, 4), (3, 3, 1)]),
        exact_duplicates={"rows": 1, "of": 1},
        near_duplicates=NO_CLUSTERS,
        scripts=[
            {"name": "Latin", "records": 3}, {"name": "Cyrillic", "records": 1}, {"name": None, "records": 1},
        ],
        sources={
            "field": "source", "records": 5, "values": 2,
            "top": [FORUM | {"records": 3}, {"value": "shop", "values": 1, "records": 2}],
            "rest": {"values": 0, "records": 0},
        },
    )  # fmt: skip
    found = counted(ftlint("data", "stats", "--output-format", "json"))
    seconds = found.pop("seconds")
    assert isinstance(seconds, float)
    assert found == {
        "version": 1,
        "similarity": 0.8,
        "total": whole,
        "datasets": [
            {"name": "dataset", **whole,
             "splits": [{"name": "train", **train}, {"name": "validation", **validation}]},
        ],
        "files": [
            {"path": "train.jsonl", "dataset": "dataset", "split": "train", "format": "openai-chat",
             "container": "jsonl", "rows": 5, "records": 4, "bytes": size + 16},
            {"path": "val.jsonl", "dataset": "dataset", "split": "validation", "format": "openai-chat",
             "container": "jsonl", "rows": 1, "records": 1, "bytes": other},
        ],
        "not_read": [],
    }  # fmt: skip
    assert list(found) == ["version", "similarity", "total", "datasets", "files", "not_read"]
    assert list(found["total"]) == [
        "files", "rows", "records", "measured", "bytes", "formats", "tokens", "lengths", "turns",
        "exact_duplicates", "near_duplicates", "scripts", "sources",
    ]  # fmt: skip


def test_the_table(ftlint: Run, write: Write) -> None:
    write("train.jsonl", TRAIN)
    write("val.jsonl", VALIDATION)
    done = ftlint("data", "stats", env={"COLUMNS": "80"})
    assert done.returncode == 0
    assert done.stderr == ""
    assert re.sub(r"\d\.\d+ s\b", "0.1 s", done.stdout) == TABLE
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


TABLE = """\
dataset · 2 files, 5 rows, 1.3 KB · openai-chat
              files  rows  share    size  tokens  p50  p95  max  copies  near
  train           1     4    80%  1.1 KB     199   23  133  133       1     0
  validation      1     1    20%   219 B      32   32   32   32       0     0

  tokens    about 231: 160 prompt, 71 completion
  per row   min 20 · p5 20 · p50 23 · p95 133 · p99 133 · max 133
              16-31  ████████████████████████████████████████  3    60%
              32-63  █████████████▍                            1    20%
             64-127                                            0     0%
            128-255  █████████████▍                            1    20%
  turns     min 2 · p50 2 · max 3
  copies    1 row repeats an earlier one to the character (20%)
  near      no rows 80% alike or more
  scripts   Latin 60% · Cyrillic 20% · not clear 20%
  sources   by source: 2 values
            forum  ████████████████████████████████████████  3    60%
            shop   ██████████████████████████▋               2    40%

1 dataset · 2 files, 5 rows, 1.3 KB, 0.1 s
tokens are estimates: nine in ten ASCII texts lie between -27% and +45%
"""


def planted(write: Write) -> None:
    """Three near copies of one text, an exact pair of another, and a pair across splits, which is none."""
    base, pair, twin = prose(1), prose(2), prose(3)
    rows = [chat(f"Question {n}: {prose(100 + n)}", prose(200 + n)) for n in range(12)]
    rows[3:3] = [chat("Tell me of it.", base)]
    rows[7:7] = [chat("Tell me of it.", base + " indeed")]
    rows += [chat("Tell me more.", pair), chat("Tell me of it!", "So: " + base), chat("Tell me more.", pair)]
    rows += [chat("Say it.", twin)]
    write("train.jsonl", rows)
    write("test.jsonl", [chat("Say it.", twin + " now"), chat("Which?", prose(4))])


def test_clusters_are_found_with_their_sizes_and_first_rows(ftlint: Run, write: Write) -> None:
    planted(write)
    found = counted(ftlint("data", "stats", "--output-format", "json"))["datasets"][0]["splits"]
    assert found[0]["near_duplicates"] == {
        "clusters": 2,
        "rows": 5,
        "largest": [
            {"rows": 3, "path": "train.jsonl", "row": 3, "line": 4},
            {"rows": 2, "path": "train.jsonl", "row": 14, "line": 15},
        ],
    }
    assert found[0]["exact_duplicates"] == {"rows": 1, "of": 1}
    assert found[1]["near_duplicates"] == NO_CLUSTERS
    table = ftlint("data", "stats").stdout
    assert "5 rows in 2 clusters, 80% alike or more (25%)" in table
    assert "3 rows, first train.jsonl:4" in table


def test_near_rows_are_left_alone_on_request(ftlint: Run, write: Write) -> None:
    planted(write)
    found = counted(ftlint("data", "stats", "--no-near", "--output-format", "json"))
    assert found["similarity"] is None
    assert found["total"]["near_duplicates"] is None
    assert found["total"]["exact_duplicates"] == {"rows": 1, "of": 1}
    assert "near" not in ftlint("data", "stats", "--no-near").stdout
    strict = counted(ftlint("data", "stats", "--similarity", "1", "--output-format", "json"))
    assert strict["total"]["near_duplicates"]["rows"] == 2


def many_rows(seed: int) -> list[bytes]:
    """Rows of every kind: plain, repeated, near, broken, blank, of other formats, with sources."""
    draw = random.Random(seed)
    lines = []
    for number in range(150):
        answer = draw.choice(
            [f"Answer {number}", prose(draw.randrange(20)), "Привет, дорогой друг", "是的，我知道了，谢谢你"]
        )
        row: Any = {**chat(f"Question {draw.randrange(30)}", answer), "source": f"s{draw.randrange(15)}"}
        row = draw.choice([row] * 9 + [{"prompt": "Say", "completion": answer}, [1], {"messages": []}])
        line = json.dumps(row, ensure_ascii=draw.random() < 0.5).encode()
        lines.append(draw.choice([line] * 12 + [b"", line[:-1], b"\xff"]))
    return lines


def document(root: Path, executor: Executor, shard_bytes: int) -> bytes:
    settings = Settings(root=str(root))
    bindings = bind(discover([str(root)], settings), settings)
    found = stats(bindings, settings, executor=executor, shard_bytes=shard_bytes)
    out = io.StringIO()
    as_json(found._replace(seconds=0.0), out)
    return out.getvalue().encode()


@pytest.mark.parametrize("seed", [1, 2])
def test_any_shard_count_and_any_executor(tmp_path: Path, seed: int) -> None:
    (tmp_path / "train.jsonl").write_bytes(b"\n".join(many_rows(seed) * 2))
    (tmp_path / "val.jsonl").write_bytes(b"\n".join(many_rows(seed + 7)))
    whole = document(tmp_path, Serial(), 1 << 30)
    assert json.loads(whole)["total"]["near_duplicates"]["clusters"] > 5
    for shard_bytes in (300, 4000, 25_000):
        assert document(tmp_path, Serial(), shard_bytes) == whole
    assert document(tmp_path, Processes(2), 2000) == whole


def test_any_number_of_jobs(ftlint: Run, tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_bytes(b"\n".join(many_rows(3)))
    printed = [
        re.sub(
            r'"seconds": [\d.]+',
            "",
            ftlint("data", "stats", "--output-format", "json", "--jobs", jobs).stdout,
        )
        for jobs in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert '"version": 1' in printed[0]


def test_values_of_a_source_are_masked(ftlint: Run, write: Write) -> None:
    names = ["ann.lee@example.com", "bob@example.org", "forum"]
    write("train.jsonl", [{**chat(f"Question {n}", "Yes"), "contact": names[n % 3]} for n in range(12)])
    document = ftlint("data", "stats", "--source-field", "contact", "--output-format", "json")
    assert counted(document)["total"]["sources"] == {
        "field": "contact", "records": 12, "values": 3,
        "top": [{"value": "‹…›", "values": 2, "records": 8}, {"value": "forum", "values": 1, "records": 4}],
        "rest": {"values": 0, "records": 0},
    }  # fmt: skip
    table = ftlint("data", "stats", "--source-field", "contact").stdout
    assert "‹…› (2 values)" in table
    for told in (document.stdout, table):
        assert "ann" not in told
        assert "bob" not in told


def test_the_commonest_sources_are_listed_and_the_rest_counted(ftlint: Run, write: Write) -> None:
    rows = [{**chat("Hi", "Yes"), "dataset": f"s{n:02}"} for n in range(13) for _ in range(20 - n)]
    write("train.jsonl", [*rows, chat("Hi", "Yes")])
    found = counted(ftlint("data", "stats", "--output-format", "json"))["total"]["sources"]
    assert [(each["value"], each["records"]) for each in found["top"]] == [
        (f"s{n:02}", 20 - n) for n in range(10)
    ]
    assert found["rest"] == {"values": 3, "records": 10 + 9 + 8}
    lines = [line.split() for line in ftlint("data", "stats").stdout.splitlines()]
    assert ["(3", "more)"] in [line[:2] for line in lines]
    assert ["(none)"] in [line[:1] for line in lines]


def test_ids_are_no_sources_unless_declared(ftlint: Run, write: Write) -> None:
    write(
        "train.jsonl", [{**chat("Hi", "Yes"), "source": f"https://example.org/page-{n}"} for n in range(20)]
    )
    assert counted(ftlint("data", "stats", "--output-format", "json"))["total"]["sources"] is None
    found = counted(ftlint("data", "stats", "--output-format", "json", "--source-field", "source"))
    assert found["total"]["sources"]["values"] == 20


def test_output_goes_to_a_file(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("train.jsonl", TRAIN)
    done = ftlint("data", "stats", "-o", "out.txt", env={"FORCE_COLOR": "1", "NO_COLOR": ""})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = (tmp_path / "out.txt").read_text()
    assert "tokens" in text
    assert "\x1b" not in text


def test_colours_and_plain_characters(ftlint: Run, write: Write) -> None:
    write("train.jsonl", TRAIN)
    coloured = ftlint("data", "stats", env={"FORCE_COLOR": "1", "NO_COLOR": ""}).stdout
    plain = ftlint("data", "stats").stdout
    assert "\x1b[34m" in coloured
    assert timeless(re.sub(r"\x1b\[[\d;]*m", "", coloured)) == timeless(plain)
    ascii_only = ftlint("data", "stats", env={"PYTHONIOENCODING": "ascii"}).stdout
    assert ascii_only.isascii()
    assert "####" in ascii_only


def timeless(text: str) -> str:
    return "\n".join(line.rstrip() for line in re.sub(r"\d\.\d+ s\b", "", text).splitlines())


def test_several_datasets_get_a_table_and_a_total(ftlint: Run, write: Write) -> None:
    for name in ("one", "two", "three", "four"):
        write(f"{name}/data.jsonl", TRAIN)
    lines = ftlint("data", "stats").stdout.splitlines()
    assert lines[0].startswith("total · 4 files, 16 rows")
    total = next(line for line in lines if re.match(r"total\s+4\s", line))
    assert total.split()[:4] == ["total", "4", "16", "100%"]
    few = ftlint("data", "stats", "one", "two").stdout
    assert few.count("sources   by source") == 2


def test_a_stream_is_counted(ftlint: Run) -> None:
    rows = "".join(json.dumps({"text": "word " * n}) + "\n" for n in (10, 20))
    done = ftlint("data", "stats", "-", "--format", "text", "--output-format", "json", input=rows)
    found = counted(done)
    assert found["files"][0]["path"] == "<stdin>"
    assert found["total"]["tokens"] == {"prompt": 0, "completion": 12 + 25, "total": 37}
    assert found["total"]["turns"] is None


def test_rows_without_text_are_no_copies(ftlint: Run, write: Write) -> None:
    write(
        "train.jsonl", [{"text": ""}, {"text": ""}, {"text": "One fine day."}, {"text": "One fine day."}] * 2
    )
    found = counted(ftlint("data", "stats", "--format", "text", "--output-format", "json"))["total"]
    assert found["exact_duplicates"] == {"rows": 3, "of": 1}
    assert found["lengths"]["min"] == 0
    assert found["lengths"]["histogram"][0] == {"from": 0, "to": 0, "records": 4}


def test_a_cluster_in_a_file_without_lines_has_a_row(ftlint: Run, tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    texts = [prose(n) for n in range(15)] + [prose(4) + " indeed"]
    parquet.write_table(pyarrow.table({"text": texts}), tmp_path / "train.parquet")
    found = counted(ftlint("data", "stats", "--output-format", "json"))
    assert found["files"][0]["container"] == "parquet"
    assert found["total"]["near_duplicates"]["largest"] == [
        {"rows": 2, "path": "train.parquet", "row": 4, "line": None}
    ]
    assert "2 rows, first train.parquet (row 4)" in ftlint("data", "stats").stdout


def test_an_empty_file_is_counted(ftlint: Run, write: Write) -> None:
    write("train.jsonl", "")
    found = counted(ftlint("data", "stats", "--output-format", "json"))
    assert (found["total"]["files"], found["total"]["rows"], found["total"]["lengths"]) == (1, 0, None)
    assert found["not_read"] == []
    assert ftlint("data", "stats").stdout.startswith("dataset · 1 file, 0 rows, 0 B")
