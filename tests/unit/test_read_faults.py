"""One made file per fault: kind, line, column, what it ought to be, whether the row was read."""

import json
from pathlib import Path
from typing import Any

import pytest

from ftlint.model import Fault
from ftlint.read import records
from ftlint.read.classify import classify

OK = b'{"a": "ok"}'
Read = tuple[list[Any], list[Fault]]


def read(folder: Path, data: bytes, name: str = "rows.jsonl") -> Read:
    file = folder / name
    file.write_bytes(data)
    source, faults = classify(str(file), name)
    rows: list[Any] = []
    for block in records.blocks(source):
        rows += block.data
        faults += block.faults
    return rows, faults


BROKEN_ROWS = [
    # name, row, kind, column, recovered value (None for lost), mended row (None for unsure)
    ("comma in object", b'{"a": 1,}', "trailing-comma", 8, {"a": 1}, b'{"a": 1}'),
    ("comma in array", b'{"a": [1, 2, ]}', "trailing-comma", 12, {"a": [1, 2]}, b'{"a": [1, 2 ]}'),
    ("comma after", b'{"a": 1},', "comma-after-row", 9, {"a": 1}, b'{"a": 1}'),
    ("single quotes", b"{'a': 'it\\'s'}", "python-repr", 1, {"a": "it's"}, b'{"a":"it\'s"}'),
    ("python words", b'{"a": True}', "python-repr", 7, {"a": True}, b'{"a": true}'),
    ("not a number", b'{"a": NaN}', "nan-infinity", 7, {"a": None}, b'{"a": null}'),
    ("infinities", b'{"a": [Infinity, NaN]}', "nan-infinity", 8, {"a": [None, None]}, b'{"a": [null, null]}'),
    ("cut in a text", b'{"a": "x', "truncated-row", 9, None, None),
    ("cut in an object", b'{"a": {"b": 1}', "truncated-row", 15, None, None),
    ("cut in a word", b'{"a": tru', "truncated-row", 10, None, None),
    ("comment behind", b'{"a": 1} // why', "json-comment", 10, {"a": 1}, b'{"a": 1} '),
    ("comment inside", b'{"a": /* why */ 1}', "json-comment", 7, {"a": 1}, b'{"a":  1}'),
    ("Windows path", b'{"a": "C:\\path"}', "bad-escape", 10, {"a": "C:\\path"}, b'{"a": "C:\\\\path"}'),
    ("hex escape", b'{"a": "\\x41"}', "bad-escape", 8, {"a": "\\x41"}, None),
    ("escaped quote", b'{"a": "it\\\'s"}', "bad-escape", 10, {"a": "it's"}, b'{"a": "it\'s"}'),
    ("tab", b'{"a": "b\tc"}', "control-character", 9, {"a": "b\tc"}, b'{"a": "b\\tc"}'),
    ("lone surrogate", b'{"a": "x \\ud83d"}', "lone-surrogate", 10, {"a": "x ?"}, None),
    ("Windows-1252", b'{"a": "caf\xe9"}', "invalid-utf8", 11, {"a": "café"}, None),
    ("overlong", b'{"a": "\xc0\xaf"}', "invalid-utf8", 8, {"a": "À¯"}, None),
    ("NUL", b'{"a": 1}\x00\x00', "nul-bytes", 9, {"a": 1}, b'{"a": 1}'),
    ("BOM in the middle", b'\xef\xbb\xbf{"a": 1}', "byte-order-mark", 1, {"a": 1}, b'{"a": 1}'),
    ("double encoded", b'"{\\"a\\": 1}"', "double-encoded", 1, {"a": 1}, b'{"a":1}'),
    ("5,000 digits", b'{"a": ' + b"9" * 5000 + b"}", "big-integer", 7, {"a": 1.7976931348623157e308}, None),
    ("23 digits", b'{"a": 12345678901234567890123}', "big-integer", 7, {"a": 1.2345678901234568e22}, None),
    ("nesting", b"[" * 100_000, "deep-nesting", 1025, None, None),
    ("half-escaped TeX", b'{"a": "$\\frac1"}', "latex-escape", 9, {"a": "$\frac1"}, b'{"a": "$\\\\frac1"}'),
    ("TeX", b'{"a": "\\beta\\frac"}', "latex-escape", 8, {"a": "\beta\frac"}, b'{"a": "\\\\beta\\\\frac"}'),
    ("number", b"1", "not-an-object", 1, None, None),
    ("list", b"[1]", "not-an-object", 1, None, None),
    ("null", b"null", "not-an-object", 1, None, None),
    ("no quotes", b"{a: 1}", "invalid-json", 2, None, None),
    ("prose", b"hello there", "invalid-json", 1, None, None),
    ("quote in a text", b'{"a": "he "x" y"}', "invalid-json", 12, None, None),
    ("wide characters", '{"é€😀": 1,}'.encode(), "trailing-comma", 10, {"é€😀": 1}, '{"é€😀": 1}'.encode()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "kind", "column", "value", "mended"),
    [case[1:] for case in BROKEN_ROWS],
    ids=[case[0] for case in BROKEN_ROWS],
)
def test_broken_row(
    tmp_path: Path, row: bytes, kind: str, column: int, value: Any, mended: bytes | None
) -> None:
    data = OK + b"\n" + row + b"\n" + OK + b"\n"
    rows, faults = read(tmp_path, data)
    assert [(fault.kind, fault.row, fault.line, fault.column) for fault in faults] == [(kind, 1, 2, column)]
    fault = faults[0]
    assert fault.recovered == (value is not None)
    assert rows == [{"a": "ok"}, *([value] if value is not None else []), {"a": "ok"}]
    if mended is None:
        assert fault.replacement is None
    else:
        assert fault.replacement is not None
        fixed = data[: fault.offset] + fault.replacement + data[fault.offset + fault.length :]
        assert fixed == OK + b"\n" + mended + b"\n" + OK + b"\n"
        assert read(tmp_path, fixed)[1] == []


NEAR_MISSES = {
    "TeX as it ought to be": b'{"a": "$\\\\frac{1}{2}$ \\\\theta"}',
    "tab before a word": b'{"a": "1\\text\\table\\tau"}',
    "form feed": b'{"a": "page\\f2"}',
    "64 bits": b'{"a": 18446744073709551615, "b": -9223372036854775808}',
    "long fraction": b'{"a": 0.12345678901234567890123}',
    "digits in a text": b'{"a": ": 12345678901234567890123"}',
    "surrogate pair": b'{"a": "\\ud83d\\ude00"}',
    "quotes and slashes": b'{"a": "// \\" # /* NaN, } \'"}',
    "conflict inside a text": b'{"a": "<<<<<<< HEAD"}',
    "empty object": b"{}",
    "white space around": b'  {"a": 1}\t',
    "nesting of 1,000": b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}",
}


@pytest.mark.parametrize("row", NEAR_MISSES.values(), ids=NEAR_MISSES.keys())
def test_sound_row(tmp_path: Path, row: bytes) -> None:
    rows, faults = read(tmp_path, OK + b"\n" + row + b"\n")
    assert faults == []
    assert len(rows) == 2


def test_several_objects_on_a_line(tmp_path: Path) -> None:
    data = b'{"a": 1}{"a": 2} {"a": 3}\n' + OK + b"\n"
    rows, faults = read(tmp_path, data)
    assert rows == [{"a": 1}, {"a": 2}, {"a": 3}, {"a": "ok"}]
    (fault,) = faults
    assert (fault.kind, fault.row, fault.line, fault.column, fault.times) == (
        "several-objects-on-line",
        0,
        1,
        9,
        2,
    )
    assert fault.replacement is not None
    fixed = data[: fault.offset] + fault.replacement + data[fault.offset + fault.length :]
    assert read(tmp_path, fixed) == (rows, [])


def test_pretty_printed(tmp_path: Path) -> None:
    pretty = json.dumps({"a": [{"b": 1}, {}], "c": "x"}, indent=2).encode()
    rows, faults = read(tmp_path, OK + b"\n" + pretty + b"\n" + pretty + b"\n" + OK)
    assert [row.get("a") for row in rows] == ["ok", [{"b": 1}, {}], [{"b": 1}, {}], "ok"]
    assert [(fault.kind, fault.row, fault.line) for fault in faults] == [
        ("pretty-printed", 1, 2),
        ("pretty-printed", 2, 11),
    ]
    assert all(json.loads(fault.replacement or b"") == rows[1] for fault in faults)


def test_raw_newline_in_a_text(tmp_path: Path) -> None:
    rows, faults = read(tmp_path, b'{"a": "x\ny"}\n' + OK)
    assert rows == [{"a": "x\ny"}, {"a": "ok"}]
    assert [(fault.kind, fault.line, fault.column, fault.replacement) for fault in faults] == [
        ("control-character", 1, 9, b"\\n")
    ]


def test_truncated_row_does_not_swallow_the_next(tmp_path: Path) -> None:
    rows, faults = read(tmp_path, b'{"a": "cut\n' + OK + b"\n" + OK)
    assert len(rows) == 2
    assert [(fault.kind, fault.row) for fault in faults] == [("truncated-row", 0)]


def test_unfinished_merge_is_one_fault(tmp_path: Path) -> None:
    data = b"\n".join([OK, b"<<<<<<< HEAD", OK, OK, b"=======", OK, b">>>>>>> branch", OK]) + b"\n"
    rows, faults = read(tmp_path, data)
    assert len(rows) == 5
    (fault,) = faults
    assert (fault.kind, fault.row, fault.line, fault.detail) == (
        "merge-conflict",
        None,
        2,
        "6 lines, both sides",
    )
    assert data[fault.offset : fault.offset + fault.length].endswith(b">>>>>>> branch")


def test_a_marker_alone_is_told(tmp_path: Path) -> None:
    _, faults = read(tmp_path, OK + b"\n>>>>>>> branch\n" + OK)
    assert [(fault.kind, fault.line) for fault in faults] == [("merge-conflict", 2)]


def test_comment_and_nul_lines_are_no_rows(tmp_path: Path) -> None:
    data = b"// head\n" + OK + b"\n\x00\x00\x00\n# tail\n" + OK + b"\n"
    rows, faults = read(tmp_path, data)
    assert len(rows) == 2
    assert [(fault.kind, fault.row, fault.line) for fault in faults] == [
        ("json-comment", None, 1),
        ("nul-bytes", None, 3),
        ("json-comment", None, 4),
    ]
    for fault in reversed(faults):
        data = data[: fault.offset] + (fault.replacement or b"") + data[fault.offset + fault.length :]
    assert data == OK + b"\n" + OK + b"\n"


def test_told_once_per_file(tmp_path: Path) -> None:
    data = b'{"a": "x"}\r\n\r\n\n{"a": "\xe2\x80\xa8 \xe2\x80\xa9"}\r\n  \n' + OK + b"\n"
    rows, faults = read(tmp_path, data)
    assert len(rows) == 3
    assert [(fault.kind, fault.row, fault.line, fault.column, fault.times) for fault in faults] == [
        ("blank-line", None, 2, 1, 3),
        ("crlf-newlines", None, 1, 11, 3),
        ("line-separator", None, 4, 8, 2),
    ]


@pytest.mark.parametrize(
    "line", [b"{ not json", b"{", b'{"a": [', b'{"a": "x', b"[", b'"', b"}", b'{"a": {"b": "c"', b"'", b"\\"]
)
def test_nothing_but_garbage_is_read_in_linear_time(tmp_path: Path, line: bytes) -> None:
    rows, faults = read(tmp_path, b"{}\n" + b"\n".join([line] * 3000))
    assert rows == [{}]
    assert len(faults) == 3000


def test_a_text_without_end_takes_little_memory(tmp_path: Path) -> None:
    rows, faults = read(tmp_path, b'[{"a": 1}, {"a": "' + b"x" * (20 << 20), "rows.json")
    assert rows == [{"a": 1}]
    assert [fault.kind for fault in faults] == ["truncated-row", "truncated-row"]


def test_several_kinds_in_one_row(tmp_path: Path) -> None:
    rows, faults = read(tmp_path, b'{"a": NaN, "b": "x\ty",},\n')
    assert rows == [{"a": None, "b": "x\ty"}]
    assert [fault.kind for fault in faults] == [
        "nan-infinity",
        "control-character",
        "trailing-comma",
        "comma-after-row",
    ]


def test_rows_of_a_huge_line_are_read_and_named(tmp_path: Path) -> None:
    row = json.dumps({"a": "x" * (17 << 20)}).encode()
    rows, faults = read(tmp_path, OK + b"\n" + row + b"\n" + OK + b"\n")
    assert len(rows) == 3
    assert [(fault.kind, fault.row, fault.recovered) for fault in faults] == [("huge-line", 1, True)]


def test_a_line_too_long_to_hold_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftlint.read.pieces.CHUNK", 64)
    monkeypatch.setattr("ftlint.read.pieces.LONGEST", 1000)
    long = json.dumps({"a": "x" * 5000}).encode()
    data = b"\n".join([OK, long, OK, OK, long, OK]) + b"\n"
    rows, faults = read(tmp_path, data)
    assert len(rows) == 4
    assert [(fault.kind, fault.row, fault.line, fault.offset, fault.recovered) for fault in faults] == [
        ("huge-line", 1, 2, 12, False),
        ("huge-line", 4, 5, data.index(long, 100), False),
    ]


def test_duplicate_keys() -> None:
    raw = '{"é": 1, "b": {"x": 1, "x": 2, "x": 3}, "é": 2}'.encode()
    faults = records.duplicate_keys(raw, "f", 3, 100, 7)
    assert [(fault.pointer, fault.column, fault.times, fault.detail) for fault in faults] == [
        ("/é", 41, 2, "é"),
        ("/b/x", 24, 3, "x"),
    ]
    assert all((fault.row, fault.line, fault.recovered) == (3, 7, True) for fault in faults)
    assert faults[0].offset == 100 + raw.rindex('"é"'.encode())
    assert records.duplicate_keys(b'{"a": {"a": 1}}', "f", 0, 0, 1) == []
    assert records.duplicate_keys(b'{"a": ', "f", 0, 0, 1) == []


def test_key_marks(tmp_path: Path) -> None:
    def marks(data: bytes) -> int:
        file = tmp_path / "k.jsonl"
        file.write_bytes(data)
        source, _ = classify(str(file), "k.jsonl")
        return sum(block.key_marks for block in records.blocks(source))

    assert marks(b'{"a": 1, "b": {"c": "\\":"}}\n' * 3) == 9
    assert marks(b'{"a": 1, "a": 2}\n') == 2
    assert marks(b'{"a" : 1}\n') == -1
    assert marks(b'{"a\\\\": 1}\n') == -1
