"""However a file is cut, the same rows and faults come out, at the same places."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from ftlint.model import Fault, Source
from ftlint.read import records

GOOD = [
    b'{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "%b"}]}'
    % (b"x" * size)
    for size in (0, 10, 300)
]
ODD = [
    b"", b"   ", b'{"a":1,}', b'{"a":1},', b"{'a': 1}", b'{"a":NaN}', b'{"a":"x', b"// c", b"1", b"[]", b"{",
    b"}", b"{}", b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b", b"=======", b">>>>>>> b", b'{"a":1}{"b":2}',
    b"\xff\xfe", b'"{\\"a\\":1}"', b'{\n "a": [\n  {"b": 1}\n ]\n}', b'{"a":"x\ny"}', b'{"a":1}\r',
    b'{"a":"\xe2\x80\xa8"}', b'{"a":"\\frac"}', b'{"a":12345678901234567890123}', b"\0\0", b'[\n{"a":1},',
    b'{\n"a":\n{}\n,"b":\n{"c":1}\n}',
]  # fmt: skip


def added_up(faults: list[Fault]) -> list[Fault]:
    """Faults of a whole file, in order, where those told once per shard are one: the first, with the sum."""
    found: list[Fault] = []
    at: dict[str, int] = {}
    for fault in faults:
        if fault.kind in records.PER_FILE and fault.row is None:
            if fault.kind in at:
                first = found[at[fault.kind]]
                found[at[fault.kind]] = first._replace(times=first.times + fault.times)
                continue
            at[fault.kind] = len(found)
        found.append(fault)
    return found


def read(source: Source, size: int) -> tuple[list[object], list[Fault], int, int]:
    rows: list[object] = []
    faults: list[Fault] = []
    row = line = 0
    for start, end in records.shards(source, size):
        end_row = end_line = 0
        for block in records.blocks(source, start, end):
            columns = (block.rows, block.data, block.offsets, block.sizes, block.lines, block.raw)
            rows += [(r + row, d, o, s, n + line, raw) for r, d, o, s, n, raw in zip(*columns, strict=True)]
            faults += [
                fault._replace(
                    row=None if fault.row is None else fault.row + row,
                    line=None if fault.line is None else fault.line + line,
                )
                for fault in block.faults
            ]
            end_row, end_line = block.end_row, block.end_line
        row += end_row
        line += end_line
    return rows, sorted(added_up(faults), key=lambda fault: (fault.offset, fault.kind)), row, line


@pytest.mark.parametrize("seed", range(40))
def test_any_shard_size_reads_the_same(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    share = rng.choice([0.0, 0.1, 0.5, 0.9])
    parts = [rng.choice(ODD) if rng.random() < share else rng.choice(GOOD) for _ in range(60)]
    data = b"\n".join(parts) + rng.choice([b"", b"\n"])
    file = tmp_path / "x.jsonl"
    file.write_bytes(data)
    source = Source("x.jsonl", str(file), len(data), "jsonl")
    whole = read(source, 1 << 40)
    assert whole[3] == data.count(b"\n") + (not data.endswith(b"\n"))
    for fault in whole[1]:
        assert fault.line == data.count(b"\n", 0, fault.offset) + 1
    for size, chunk in [(1, 1 << 19), (50, 7), (700, 64), (3000, 1000)]:
        monkeypatch.setattr("ftlint.read.pieces.CHUNK", chunk)
        assert read(source, size) == whole


def test_shards_are_about_as_large_as_wanted(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"a": 1}\n' * 10_000)
    source = Source("x.jsonl", str(file), 90_000, "jsonl")
    ranges = records.shards(source, 10_000)
    assert len(ranges) == 9
    assert ranges[0][0] == 0
    assert ranges[-1][1] == 90_000
    assert all(end == start for (_, end), (start, _) in pairwise(ranges))


@pytest.mark.parametrize(
    "source",
    [
        Source("x", "x", 1 << 30, "json"),
        Source("x", "x", 1 << 30, "csv"),
        Source("x", "x", 1 << 30, "jsonl", compression="gzip"),
        Source("x", "x", 1 << 30, "jsonl", encoding="utf-16-le"),
        Source("x", "x", 1 << 30, "jsonl", delimiter="\r"),
    ],
)
def test_files_that_are_not_cut(source: Source) -> None:
    assert records.shards(source, 1 << 20) == [(0, 1 << 30)]
