"""Places inside the raw bytes of one record."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.read.pointer import key_span, span_of, text_span

RAW = '{ "a" : [1, {"b": "é\\n\\u00e9\\ud83d\\ude00x"}], "x/y~z": null, "a": [true, {"b": "last"}] }'.encode()


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RAW.strip()),
        ("/a/0", b"true"),
        ("/a/1/b", b'"last"'),
        ("/x~1y~0z", b"null"),
        ("/a/2", None),
        ("/a/x", None),
        ("/b", None),
        ("/a/0/b", None),
    ],
)
def test_span(pointer: str, value: bytes | None) -> None:
    span = span_of(RAW, pointer)
    assert (RAW[slice(*span)] if span else None) == value


def test_broken_bytes_give_none_or_a_span() -> None:
    for end in range(len(RAW)):
        span_of(RAW[:end], "/a/1/b")
        text_span(RAW[:end], "/a/1/b", 0, 2)
    assert span_of(b"{'a': 1}", "/a") is None


def test_key_span() -> None:
    span = key_span(RAW, "/x~1y~0z")
    assert span is not None
    assert RAW[slice(*span)] == b'"x/y~z"'
    assert key_span(RAW, "/none") is None


def test_text_span_walks_escapes() -> None:
    raw = '{"t": "é\\n\\u00e9\\ud83d\\ude00x😀y"}'.encode()
    text = json.loads(raw)["t"]
    assert text == "é\né😀x😀y"
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            span = text_span(raw, "/t", start, end)
            assert span is not None
            assert json.loads(b'"' + raw[slice(*span)] + b'"') == text[start:end]
    assert text_span(raw, "", 0, 1) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, pointer: str = "") -> Any:
    yield pointer, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, f"{pointer}/{index}")


@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_every_value_is_found(value: Any, ascii_only: bool, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    for pointer, item in places(value):
        span = span_of(raw, pointer)
        assert span is not None
        assert json.loads(raw[slice(*span)]) == item
