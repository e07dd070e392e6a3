"""Files rewritten as a whole: their encoding, newlines and layout."""

from __future__ import annotations

from typing import Any

import pytest

from ftlint.fix.apply import Placed, apply
from ftlint.model import Drop, Rewrite


@pytest.mark.parametrize(
    ("edit", "data", "expected"),
    [
        (Rewrite("newlines"), b'{"a":1}\r\n{}\r\n', b'{"a":1}\n{}\n'),
        (Rewrite("newlines"), b'{"a":"\\r"}\r{}\r', b'{"a":"\\r"}\n{}\n'),
        (Rewrite("blank-lines"), b"\n{}\n \t\n\r\n[]\n\n", b"{}\n[]\n"),
        (Rewrite("blank-lines"), b"{}\n  ", b"{}\n"),
        (Rewrite("separators"), '{"a":"x\u2028\u2029"}'.encode(), b'{"a":"x\\u2028\\u2029"}'),
        (Rewrite("array"), b'[{"a": 1}, {"b": [2,\n 3]}]\n', b'{"a": 1}\n{"b": [2, 3]}\n'),
        (Rewrite("array"), b'[\n  {\n    "a": "x  [\\n]"\n  },\n{}\n]', b'{ "a": "x  [\\n]" }\n{}\n'),
    ],
)
def test_a_file_is_rewritten_as_a_whole(edit: Rewrite, data: bytes, expected: bytes) -> None:
    assert apply(data, [Placed(edit)]) == (expected, [])
    if edit.form != "array":
        assert apply(expected, [Placed(edit)]) == (expected, [])


@pytest.mark.parametrize("wide", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_encodings_become_utf8(wide: str) -> None:
    text = '{"a": "é😀\u2028"}\n'
    assert apply(text.encode(wide), [Placed(Rewrite("utf-8", wide[:6]))]) == (text.encode(), [])


@pytest.mark.parametrize(
    ("edit", "data", "container"),
    [
        (Rewrite("utf-8", "utf-16"), b'{"a":1}', "jsonl"),
        (Rewrite("utf-8", "utf-16"), b"\xff\xfe\x00\xd8", "jsonl"),
        (Rewrite("newlines"), b'a,b\r\n"c\r\nd",e\r\n', "csv"),
        (Rewrite("array"), b'[{"a": "x\ny"}]', "json"),
        (Rewrite("array"), b"[1, 2] more", "json"),
        (Rewrite("array"), b"[]", "json"),
    ],
)
def test_a_file_that_cannot_be_rewritten_for_certain_is_left(
    edit: Rewrite, data: bytes, container: Any
) -> None:
    assert apply(data, [Placed(edit)], container) == (data, [Placed(edit)])


def test_after_a_rewrite_all_other_edits_wait() -> None:
    drop, rewrite = Placed(Drop(), 0, 2), Placed(Rewrite("newlines"))
    assert apply(b"{}\r\n[]\r\n", [drop, rewrite]) == (b"{}\n[]\n", [drop])
    assert apply(b"{}\n[]\n", [drop, rewrite]) == (b"[]\n", [])
