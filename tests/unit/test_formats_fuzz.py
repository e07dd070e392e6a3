"""Any JSON at all: no format raises, and every pointer leads to the text it names."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.formats import FORMATS, best, by_name, detect, fitted, remapped
from ftlint.formats.columns import ColumnFormat
from ftlint.model import Format

INNER = (
    "role from content value parts text type weight tool_calls function name arguments function_call toolUse "
    "toolResult input output human assistant score completion functionCall args reasoningContent kto_tag "
    "references ~/ Prompt"
)
WORDS = sorted({key for known in FORMATS.values() for key in known.keys}.union(INNER.split(), [" text "]))
STRINGS = st.sampled_from(["", " ", "text", "user", "assistant", "human", "gpt", "tool_use", "\n\nHuman: a"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | STRINGS | st.text(max_size=5)
KEYS = st.sampled_from(WORDS) | st.text(max_size=3)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
ROWS = st.dictionaries(KEYS, TREES, max_size=6)

MAPPED = [
    remapped("sharegpt", {"messages": "messages"}, {"role_tag": "role", "content_tag": "content"}),
    remapped("trl-preference", {"prompt": "question", "input": None}),
    remapped("alpaca", {"prompt": "input", "response": "output"}),
    remapped("kto", {"messages": "conversations"}, {"role_tag": "from", "content_tag": "value"}),
]
ALL: list[Format] = [*FORMATS.values(), *MAPPED]


def resolve(data: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data


def rows_of(known: Format) -> st.SearchStrategy[dict[str, Any]]:
    """Rows with this format's own keys, so that its reading is reached at all."""
    return st.dictionaries(st.sampled_from(sorted(known.keys)), TREES, max_size=5)


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.name)
@given(draw=st.data())
@settings(max_examples=40, deadline=None)
def test_any_json_is_read(known: Format, draw: st.DataObject) -> None:
    row = draw.draw(ROWS | rows_of(known))
    assert 0 <= known.certainty(row) <= 100
    for turn in known.turns(row):
        assert turn.role in ("", "system", "user", "assistant", "tool")
        resolve(row, turn.pointer)
        for text in turn.texts:
            assert resolve(row, text.pointer) is text.value
            assert text.where != "target" or turn.role == "assistant"
    for text in known.texts(row):
        assert resolve(row, text.pointer) is text.value


@given(rows=st.lists(ROWS, max_size=6), home=st.sampled_from([None, *ALL]))
@settings(max_examples=150, deadline=None)
def test_any_rows_are_judged(rows: list[dict[str, Any]], home: Format | None) -> None:
    found = detect(rows)
    assert 0 <= found.share <= 1
    assert found.format is None or found.format.name not in found.candidates
    assert fitted(by_name("qa"), rows).name == "qa"
    for row in rows:
        best(row, home)


def test_deep_and_wide_values_are_cut_not_followed() -> None:
    deep: Any = "text"
    for _ in range(50_000):
        deep = [deep]
    row = {"messages": [{"role": "assistant", "function_call": {"name": "f", "arguments": deep}}]}
    assert len(by_name("openai-chat").texts({**row, "tools": deep})) == 1
    wide = {"messages": [], "tools": ["x"] * 100_000}
    assert len(by_name("openai-chat").texts(wide)) < 5000


def test_every_mapped_format_is_a_column_format() -> None:
    assert all(isinstance(known, ColumnFormat) for known in ALL)
