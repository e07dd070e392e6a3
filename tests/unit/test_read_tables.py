"""CSV, TSV, Parquet and Arrow."""

import json
from pathlib import Path
from typing import Any

import pytest

from ftlint.model import Fault
from ftlint.read import records
from ftlint.read.classify import classify


def read(folder: Path, data: bytes, name: str = "x.csv") -> tuple[list[Any], list[Fault]]:
    file = folder / name
    file.write_bytes(data)
    source, faults = classify(str(file), name)
    rows: list[Any] = []
    for block in records.blocks(source):
        rows += block.data
        faults += block.faults
        for offset, size, line, raw in zip(block.offsets, block.sizes, block.lines, block.raw, strict=True):
            assert data[offset : offset + size] == raw
            assert data.count(b"\n", 0, offset) + 1 == line
    return rows, faults


@pytest.mark.parametrize(
    ("data", "count", "expected"),
    [
        (b'prompt,completion\n"a\nb",c\nd,"e, f"\n', 2, []),
        (b'prompt,completion\r\n"say ""hi""",b\r\n', 1, []),
        (b"prompt,completion\n\na,b\n", 1, []),
        (b"prompt,completion\na,b\nc,d,e\nf\n", 1, [("csv-ragged", 1, 3, 1), ("csv-ragged", 2, 4, 1)]),
        (b'prompt,completion\n"a,b\nc,d\ne,f\n', 2, [("csv-quote", 0, 2, 1)]),
        (b'prompt,completion\nx,"a,b\nc,d\n', 1, [("csv-quote", 0, 2, 3)]),
        (b'prompt,completion\n"a" b,c\n', 1, [("csv-quote", 0, 2, 1)]),
        (b'prompt,completion\nsix" pipe,c\n', 1, []),
        (b"What is 2+2?,4\nWhat is 3+3?,6\n", 2, [("csv-no-header", None, 1, 1)]),
        (b"1,2\n3,4\n", 2, [("csv-no-header", None, 1, 1)]),
        (b"city,population\nParis,2\n", 1, []),
        (b",prompt\n0,a\n", 1, []),
        (b'prompt,completion\n=HYPERLINK("http://x"),b\n', 1, [("csv-formula", 0, 2, 1)]),
        (b"prompt,completion\n- a list,-5\n= equals,@user\n+1 555,=)\n", 3, []),
        (b"prompt,completion\ncaf\xe9,b\n", 1, [("invalid-utf8", 0, 2, 4)]),
        (b"prompt,completion\na\0,b\n", 1, [("nul-bytes", 0, 2, 1)]),
        (b"prompt,completion\na,b\n<<<<<<< HEAD\nc,d\n", 2, [("merge-conflict", None, 3, 1)]),
        (b"prompt,completion\n" + b"x" * 200_000 + b",b\n", 1, []),
    ],
)
def test_csv(tmp_path: Path, data: bytes, count: int, expected: list[Any]) -> None:
    rows, faults = read(tmp_path, data)
    assert len(rows) == count
    assert [(fault.kind, fault.row, fault.line, fault.column) for fault in faults] == expected


def test_csv_values_are_texts(tmp_path: Path) -> None:
    assert read(tmp_path, b'prompt,n\n"a\nb",1\n')[0] == [{"prompt": "a\nb", "n": "1"}]


def test_csv_without_header_numbers_its_columns(tmp_path: Path) -> None:
    assert read(tmp_path, b"What?,4\nWho?,6\n")[0][0] == {"column_1": "What?", "column_2": "4"}


def test_a_quote_left_open_does_not_swallow_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ftlint.read.csv_rows.LONGEST_ROW", 1000)
    rows, faults = read(tmp_path, b'prompt,completion\n"open,b\n' + b"c,d\n" * 1000)
    assert len(rows) == 1000
    assert [fault.kind for fault in faults] == ["csv-quote"]


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    data = [
        {"messages": [{"role": "user", "content": f"é{index}"}], "score": float("nan")}
        for index in range(3000)
    ]
    file = tmp_path / "x.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(data), file, row_group_size=700)
    source, faults = classify(str(file), "x.parquet")
    blocks = list(records.blocks(source))
    rows = [row for block in blocks for row in block.data]
    assert faults == []
    assert [index for block in blocks for index in block.rows] == list(range(3000))
    assert rows[2999] == {"messages": [{"role": "user", "content": "é2999"}], "score": None}
    wanted = [(blocks[-1].offsets[-1], blocks[-1].sizes[-1])]
    assert [json.loads(raw) for raw in records.reread(source, wanted)] == [rows[2999]]
    assert [fault.kind for fault in classify(str(file.rename(tmp_path / "x.jsonl")), "x.jsonl")[1]] == [
        "wrong-extension"
    ]


def test_damaged_parquet_is_named(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "x.parquet"
    parquet.write_table(pyarrow.table({"a": [str(index) for index in range(5000)]}), file)
    data = bytearray(file.read_bytes())
    for at in range(4, len(data) // 2, 3):
        data[at] ^= 0xFF
    file.write_bytes(bytes(data))
    source, faults = classify(str(file), "x.parquet")
    faults += [fault for block in records.blocks(source) for fault in block.faults]
    assert [fault.kind for fault in faults] == ["broken-parquet"]


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_arrow(tmp_path: Path, kind: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.Table.from_pylist([{"text": str(index)} for index in range(10)])
    file = tmp_path / "data-00000-of-00001.arrow"
    new = pyarrow.ipc.new_file if kind == "file" else pyarrow.ipc.new_stream
    with pyarrow.OSFile(str(file), "wb") as sink, new(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=4)
    source, faults = classify(str(file), file.name)
    assert (source.container, faults) == ("arrow", [])
    assert [row["text"] for block in records.blocks(source) for row in block.data] == [
        str(i) for i in range(10)
    ]
    file.write_bytes(file.read_bytes()[:-200])
    source, faults = classify(str(file), file.name)
    faults += [fault for block in records.blocks(source) for fault in block.faults]
    assert [fault.kind for fault in faults] == ["truncated-archive"]
