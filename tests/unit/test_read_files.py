"""What whole files are, by their bytes, and that their rows are read."""

import bz2
import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from ftlint.model import Fault, Source
from ftlint.read import records
from ftlint.read.classify import classify

ROWS = [{"a": index, "b": "é"} for index in range(5)]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)


def read(folder: Path, data: bytes, name: str) -> tuple[Source, list[Any], list[Fault]]:
    file = folder / name
    file.write_bytes(data)
    source, faults = classify(str(file), name)
    rows: list[Any] = []
    for block in records.blocks(source):
        rows += block.data
        faults += block.faults
        wanted = list(zip(block.offsets, block.sizes, strict=True))
        if block.raw:
            assert list(records.reread(source, wanted)) == block.raw
    return source, rows, faults


def kinds(faults: list[Fault]) -> list[str]:
    return [fault.kind for fault in faults]


@pytest.mark.parametrize(
    ("encoding", "mark", "kind"),
    [
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16"),
        ("utf-16-be", b"", "utf-16"),
        ("utf-32-le", b"\xff\xfe\0\0", "utf-32"),
        ("utf-32-be", b"\0\0\xfe\xff", "utf-32"),
        ("utf-32-le", b"", "utf-32"),
        ("utf-8", b"\xef\xbb\xbf", "byte-order-mark"),
    ],
)
@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
def test_encodings(tmp_path: Path, encoding: str, mark: bytes, kind: str, pack: Any) -> None:
    data = mark + LINES.encode(encoding)
    name = "x.jsonl" if pack(b"x") == b"x" else "x.jsonl.gz"
    source, rows, faults = read(tmp_path, pack(data), name)
    assert (source.container, source.encoding) == ("jsonl", encoding)
    assert rows == ROWS
    assert kinds(faults) == [kind]
    if name == "x.jsonl":
        fault = faults[0]
        assert fault.replacement is not None
        assert (
            data[: fault.offset] + fault.replacement + data[fault.offset + fault.length :] == LINES.encode()
        )


def test_old_mac_newlines(tmp_path: Path) -> None:
    source, rows, faults = read(tmp_path, LINES.replace("\n", "\r").encode(), "x.jsonl")
    assert rows == ROWS
    assert [(fault.kind, fault.times, fault.replacement) for fault in faults] == [
        ("carriage-return-newlines", 5, LINES.encode())
    ]
    assert records.shards(source, 10) == [(0, source.size)]


PACKS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: pytest.importorskip("zstandard").compress(data),
}


@pytest.mark.parametrize("suffix", PACKS)
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.jsonl", LINES.encode()),
        ("x.json", json.dumps(ROWS, indent=1).encode()),
        ("x.csv", b"a,b\n1,2\n3,4\n"),
        ("x.tsv", b"a\tb\n1\t2\n3\t4\n"),
    ],
)
def test_archives(tmp_path: Path, name: str, data: bytes, suffix: str) -> None:
    pack = PACKS[suffix]
    plain = read(tmp_path, data, name)
    packed = read(tmp_path, pack(data), f"{name}.{suffix}")
    assert packed[1:] == plain[1:]
    assert plain[2] == []
    members = read(tmp_path, pack(data[:20]) + pack(data[20:]), f"{name}.{suffix}")
    assert members[1:] == plain[1:]
    assert kinds(read(tmp_path, pack(data), name)[2]) == ["wrong-extension"]
    assert kinds(read(tmp_path, data, f"{name}.{suffix}")[2]) == ["wrong-extension"]


@pytest.mark.parametrize("suffix", PACKS)
def test_truncated_archive_keeps_its_rows(tmp_path: Path, suffix: str) -> None:
    lines = b"".join(b'{"a": "%064x"}\n' % (index**20) for index in range(40_000))
    data = PACKS[suffix](lines)
    _, rows, faults = read(tmp_path, data[: len(data) * 2 // 3], f"x.jsonl.{suffix}")
    assert len(rows) > 1000
    assert kinds(faults)[-1] == "truncated-archive"
    assert set(kinds(faults)) <= {"truncated-row", "truncated-archive"}


def test_damaged_archive(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(LINES.encode()))
    data[-6] ^= 0xFF
    _, rows, faults = read(tmp_path, bytes(data), "x.jsonl.gz")
    assert rows == ROWS
    assert kinds(faults) == ["truncated-archive"]


@pytest.mark.parametrize("suffix", PACKS)
def test_decompression_is_bounded(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftlint.read.open.FREE_BYTES", 1 << 20)
    monkeypatch.setattr("ftlint.read.open.LARGEST_RATIO", 2)
    data = PACKS[suffix](b'{"a": 1}\n' * 400_000)
    _, rows, faults = read(tmp_path, data, f"x.jsonl.{suffix}")
    assert 116_000 < len(rows) < 116_600
    assert kinds(faults)[-1] == "decompression-bomb"


def test_missing_zstandard_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    source, rows, faults = read(tmp_path, b"\x28\xb5\x2f\xfd....", "x.jsonl.zst")
    assert (source.container, rows) == ("none", [])
    assert [(fault.kind, fault.detail) for fault in faults] == [("missing-extra", "zst")]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("x.jsonl", b"", "empty-file"),
        ("x.jsonl", b"\n\n \r\n", "empty-file"),
        ("x.jsonl", b"\xef\xbb\xbf\n", "empty-file"),
        ("x.jsonl", b"\0" * 4096, "empty-file"),
        ("x.jsonl.gz", gzip.compress(b"", mtime=0), "empty-file"),
        ("x.jsonl", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "not-pulled"),
        ("x.jsonl", b"outs:\n- md5: 0123\n  path: x.jsonl\n", "not-pulled"),
        ("x.jsonl", b"../../.git/annex/objects/aa/bb/SHA256E-s1--0", "not-pulled"),
        ("x.jsonl", b"<!DOCTYPE html>\n<html></html>", "html-page"),
        ("x.csv", b"  <html><body>404</body></html>", "html-page"),
        ("x.jsonl", b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "html-page"),
        ("x.jsonl", b"PK\x03\x04....", "unsupported-file"),
        ("x.bin", bytes(range(256)) * 20, "unsupported-file"),
        ("x.yaml", b"a: 1\nb: 2\n", "unsupported-file"),
        ("x.parquet", b"PAR1....................", "broken-parquet"),
    ],
)
def test_files_without_rows(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    source, rows, faults = read(tmp_path, data, name)
    assert (source.container, rows, kinds(faults)) == ("none", [], [kind])


@pytest.mark.parametrize(
    ("name", "data", "container", "expected"),
    [
        ("x.jsonl", b'[{"a": 1}, {"a": 2}]', "json", ["array-in-jsonl"]),
        ("x.jsonl", b'[\n{"a": 1},\n{"a": 2}\n]\n', "json", ["array-in-jsonl"]),
        ("x.json", b'{"a": 1}\n{"a": 2}\n', "jsonl", ["jsonl-in-json"]),
        ("x.parquet", b'{"a": 1}\n{"a": 2}\n', "jsonl", ["broken-parquet"]),
        ("x.csv", b'{"a": 1}\n{"a": 2}\n', "jsonl", ["wrong-extension"]),
        ("x.jsonl", b"a,b\n1,2\n3,4\n5,6\n", "csv", ["wrong-extension"]),
        ("x.csv", b"a;b\n1;2\n3;4\n", "csv", ["csv-delimiter"]),
        ("x.csv", b"a\tb\n1\t2\n3\t4\n", "csv", ["csv-delimiter"]),
        ("x.tsv", b"a\tb\n1\t2\n3\t4\n", "tsv", []),
        ("x.json", b'[{"a": 1}]', "json", []),
        ("x.json", b'{"a": 1}', "json", []),
        ("x.json", b'{\n "a": 1\n}', "json", []),
        ("x.jsonl", b'{"a": 1}', "jsonl", []),
        ("x.ndjson", b'// note\n{"a": 1}', "jsonl", ["json-comment"]),
        ("x", b'{"a": 1}\n{"a": 2}\n', "jsonl", []),
        ("x.txt", b"one line\n\nanother\n", "text", []),
        ("x.txt", b'{"a": 1}\n{"a": 2}\n', "jsonl", []),
        ("x.jsonl", b'[{"role": "user"}]\n[{"role": "user"}]\n', "jsonl", ["not-an-object"] * 2),
    ],
)
def test_what_a_file_is(tmp_path: Path, name: str, data: bytes, container: str, expected: list[str]) -> None:
    source, _, faults = read(tmp_path, data, name)
    assert (source.container, kinds(faults)) == (container, expected)


def test_small_array_is_mended(tmp_path: Path) -> None:
    data = json.dumps(ROWS, indent=2).encode()
    fault = read(tmp_path, data, "x.jsonl")[2][0]
    assert fault.replacement is not None
    assert read(tmp_path, fault.replacement, "x.jsonl")[1:] == (ROWS, [])


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("around", ["%s", '{"meta": {"rows": [1]}, "data": %s, "count": 5}'])
def test_arrays(tmp_path: Path, indent: int | None, around: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftlint.read.window.CHUNK", 100)
    data = (around % json.dumps(ROWS * 40, indent=indent, ensure_ascii=False)).encode()
    file = tmp_path / "x.json"
    file.write_bytes(data)
    source, faults = classify(str(file), "x.json")
    rows = []
    for block in records.blocks(source):
        rows += block.data
        faults += block.faults
        for offset, size, line, raw in zip(block.offsets, block.sizes, block.lines, block.raw, strict=True):
            assert data[offset : offset + size] == raw
            assert data.count(b"\n", 0, offset) + 1 == line
    assert (rows, faults) == (ROWS * 40, [])


@pytest.mark.parametrize(
    ("data", "count", "expected"),
    [
        (b'[{"a": 1}, {"a": NaN}, {"a": 3}]', 3, [("nan-infinity", 1, 1, 18)]),
        (b'[\n{"a": 1},\n{"a": 2,},\n{"a": 3}\n]', 3, [("trailing-comma", 1, 3, 8)]),
        (b'[\n{"a": 1},\n{"a": 2},\n]', 2, [("trailing-comma", None, 3, 9)]),
        (b'[{"a": 1}, {"a": 2}', 2, [("truncated-row", None, 1, 20)]),
        (b'[\n{"a": 1},\n{"a": "cut\n', 1, [("truncated-row", 1, 3, 11), ("truncated-row", None, 4, 1)]),
        (b'[\n{"a": 1},\n{"a": "b},\n{"a": 3},\n{"a": 4}\n]', 3, [("truncated-row", 1, 3, 10)]),
        (
            b'[{"a": 1}, 2, "x", [3], {"a": 4}]',
            2,
            [("not-an-object", row, 1, at) for row, at in ((1, 12), (2, 15), (3, 20))],
        ),
        (b"[{'a': 1}, {'a': None}]", 2, [("python-repr", 0, 1, 2), ("python-repr", 1, 1, 12)]),
        (b'[{"a": 1} {"a": 2}]', 2, [("invalid-json", None, 1, 11)]),
        (b'[{"a": 1}] x', 1, [("invalid-json", None, 1, 12)]),
        (b'[ // note\n{"a": 1}]', 1, [("json-comment", None, 1, 3)]),
        (b'[{"a": 1},\n<<<<<<< HEAD\n{"a": 2}\n]', 2, [("merge-conflict", None, 2, 1)]),
        (b"[]", 0, []),
    ],
)
def test_broken_arrays(tmp_path: Path, data: bytes, count: int, expected: list[Any]) -> None:
    _, rows, faults = read(tmp_path, data, "x.json")
    assert len(rows) == count
    assert [(fault.kind, fault.row, fault.line, fault.column) for fault in faults] == expected


def test_datasets_server_export(tmp_path: Path) -> None:
    data = {"features": [{"name": "a"}], "rows": [{"row_idx": i, "row": row} for i, row in enumerate(ROWS)]}
    assert read(tmp_path, json.dumps(data).encode(), "x.json")[1:] == (ROWS, [])


def test_sample_reads_the_head_only(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"a": 1}\n' * 1000)
    source, _ = classify(str(file), "x.jsonl")
    assert records.sample(source, 7) == [{"a": 1}] * 7


def test_reread_of_a_compressed_file(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl.gz"
    file.write_bytes(gzip.compress(LINES.encode()))
    source, _ = classify(str(file), "x.jsonl.gz")
    (block,) = records.blocks(source)
    wanted = [(block.offsets[index], block.sizes[index]) for index in (1, 1, 4)]
    assert [json.loads(raw) for raw in records.reread(source, wanted)] == [ROWS[1], ROWS[1], ROWS[4]]
