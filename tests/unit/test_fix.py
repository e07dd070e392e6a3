from __future__ import annotations

import json
import random
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.fix.apply import Placed, apply, place
from ftlint.fix.json_edit import NoPlaceError, entries, splice_of, value_end
from ftlint.model import Drop, Fix, ReplaceBytes, SetValue

ROW = b'{"a": 1, "b": {"c": [1, 2, 3], "d/e": "x"}, "f": "\\u00e9"}'


def edited(raw: bytes, edit: SetValue) -> bytes:
    data, left = apply(raw, [Placed(edit, 0, len(raw))])
    assert not left
    return data


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (SetValue("/a", 2), ROW.replace(b'"a": 1', b'"a": 2')),
        (SetValue("/a", {"x": [1]}), ROW.replace(b'"a": 1', b'"a": {"x": [1]}')),
        (SetValue("/b/c/1", None), ROW.replace(b"[1, 2, 3]", b"[1, null, 3]")),
        (SetValue("/b/d~1e", "y"), ROW.replace(b'"x"', b'"y"')),
        (SetValue("/f", "ü"), ROW.replace(b"\\u00e9", b"\\u00fc")),
        (SetValue("/b/c/-", 4), ROW.replace(b"[1, 2, 3]", b"[1, 2, 3, 4]")),
        (SetValue("/g", True), ROW[:-1] + b', "g": true}'),
        (SetValue("/a", rename="z"), ROW.replace(b'"a"', b'"z"')),
        (SetValue("/b/d~1e", rename="d"), ROW.replace(b'"d/e"', b'"d"')),
        (SetValue("/a", remove=True), ROW.replace(b'"a": 1, ', b"")),
        (SetValue("/f", remove=True), ROW.replace(b', "f": "\\u00e9"', b"")),
        (SetValue("/b/c/0", remove=True), ROW.replace(b"[1, 2, 3]", b"[2, 3]")),
        (SetValue("/b/c/2", remove=True), ROW.replace(b"[1, 2, 3]", b"[1, 2]")),
        (SetValue("/nothing", remove=True), ROW),
        (SetValue("/a", 1), ROW),
        (SetValue("", {"new": 1}), b'{"new": 1}'),
    ],
)
def test_a_value_is_edited_and_nothing_else(edit: SetValue, expected: bytes) -> None:
    assert edited(ROW, edit) == expected
    json.loads(expected)


def test_the_spacing_of_the_record_is_kept() -> None:
    assert edited(b'{"a":1,"b":2}', SetValue("/c", [1, "é"])) == '{"a":1,"b":2,"c":[1,"é"]}'.encode()
    assert edited(b'{\n  "a": 1,\n  "b": 2\n}', SetValue("/c", 3)) == b'{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}'
    assert edited(b"{ }", SetValue("/a", 1)) == b'{"a":1 }'
    assert edited(b'{"only":1}', SetValue("/only", remove=True)) == b"{}"


def test_a_lone_surrogate_is_written_as_an_escape() -> None:
    assert edited('{"a":"é"}'.encode(), SetValue("/a", "\ud83d")) == b'{"a":"\\ud83d"}'


def test_a_key_written_twice_means_its_last_value() -> None:
    assert edited(b'{"a":1,"a":2}', SetValue("/a", 3)) == b'{"a":1,"a":3}'


def test_brackets_quotes_and_escapes_inside_strings_do_not_count() -> None:
    raw = rb'{"a":"}]\"{[,:","b":{"x":"\\"},"c":1}'
    assert edited(raw, SetValue("/c", 2)) == raw[:-2] + b"2}"
    assert [entry.key for entry in entries(raw, 0)] == ["a", "b", "c"]


def test_a_row_that_is_not_quite_json_is_edited_as_far_as_it_is_certain() -> None:
    assert edited(b'{"a":1,"b":NaN,}', SetValue("/a", 2)) == b'{"a":2,"b":NaN,}'


@pytest.mark.parametrize(
    ("raw", "edit"),
    [
        (ROW, SetValue("/b/x/y", 1)),
        (ROW, SetValue("/a/x", 1)),
        (ROW, SetValue("/b/c/9", 1)),
        (ROW, SetValue("/a", rename="f")),
        (ROW, SetValue("/b/c/0", rename="x")),
        (ROW, SetValue("", remove=True)),
        (b"{'a': 1}", SetValue("/a", 2)),
        (b'{"a": ', SetValue("/a", 2)),
        (b'{"a": "x', SetValue("/a", 2)),
        (b'{"a": [1', SetValue("/a", 2)),
        (b'{"a" 1}', SetValue("/a", 2)),
        (b'{"a": 1 "b": 2}', SetValue("/b", 3)),
        (b'{"\\x": 1}', SetValue("/a", 3)),
        (b"", SetValue("/a", 3)),
        (b"{", SetValue("/a", 3)),
    ],
)
def test_what_has_no_place_is_left(raw: bytes, edit: SetValue) -> None:
    placed = Placed(edit, 0, len(raw))
    assert apply(raw, [placed]) == (raw, [placed])
    with pytest.raises(NoPlaceError):
        splice_of(raw, edit)


def test_deep_nesting_needs_no_stack() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    raw = b'{"a":' + deep + b',"b":1}'
    assert value_end(raw, 5) == 5 + len(deep)
    assert edited(raw, SetValue("/b", 2)) == raw[:-2] + b"2}"


@pytest.mark.parametrize(
    ("data", "row", "expected"),
    [
        (b"[1]\n{}\n[3]\n", b"{}", b"[1]\n[3]\n"),
        (b"[1]\n{}\n[3]\n", b"[3]", b"[1]\n{}\n"),
        (b"[1]\n{}\n[3]", b"[3]", b"[1]\n{}\n"),
        (b"[1]\r\n{}\r\n[3]\r\n", b"{}", b"[1]\r\n[3]\r\n"),
        (b"[1]\r{}\r[3]\r", b"{}", b"[1]\r[3]\r"),
        (b"[1]\n  {} \n[3]\n", b"{}", b"[1]\n[3]\n"),
        (b"[1]\n{},\n[3]\n", b"{}", b"[1]\n[3]\n"),
        (b"[1] {} [3]\n", b"{}", b"[1] [3]\n"),
        (b"[1] {}\n[3]\n", b"{}", b"[1]\n[3]\n"),
        (b"{} [1]\n[3]\n", b"{}", b"[1]\n[3]\n"),
        (b"{}", b"{}", b""),
        (b"[1]\nnull\n[3]\n", b"null", b"[1]\n[3]\n"),
    ],
)
def test_a_dropped_row_takes_its_newline_along(data: bytes, row: bytes, expected: bytes) -> None:
    assert apply(data, [Placed(Drop(), data.index(row), len(row))]) == (expected, [])


def test_a_row_placed_with_its_newline_is_dropped_alike() -> None:
    assert apply(b"[]\n{}\n[3]\n", [Placed(Drop(), 3, 3)]) == (b"[]\n[3]\n", [])


@pytest.mark.parametrize(("offset", "size"), [(3, 6), (4, 1), (7, 1), (8, 1), (3, 0)])
def test_a_broken_row_is_dropped_as_a_line_wherever_its_fault_stands(offset: int, size: int) -> None:
    assert apply(b'[]\n{"a" 1\n[3]\n', [Placed(Drop(), offset, size)]) == (b"[]\n[3]\n", [])
    assert apply(b'[]\n{"a" 1', [Placed(Drop(), offset, size)]) == (b"[]\n", [])


def test_a_dropped_csv_row_leaves_the_empty_cell_of_the_next() -> None:
    assert apply(b"a,b\n1,2\n,3\n", [Placed(Drop(), 4, 4)], "csv") == (b"a,b\n,3\n", [])


@pytest.mark.parametrize(
    ("data", "row", "expected"),
    [
        (b"[1, 22, 3]", b"1", b"[22, 3]"),
        (b"[1, 22, 3]", b"22", b"[1, 3]"),
        (b"[1, 22, 3]", b"3", b"[1, 22]"),
        (b"[22]", b"22", b"[]"),
        (b"[\n  1,\n  22\n]\n", b"22", b"[\n  1\n]\n"),
        (b"[\n  1,\n  22\n]\n", b"1", b"[\n  22\n]\n"),
    ],
)
def test_a_dropped_element_takes_its_comma_along(data: bytes, row: bytes, expected: bytes) -> None:
    assert apply(data, [Placed(Drop(), data.index(row), len(row))], "json") == (expected, [])


def test_drop_beats_edit_and_the_edit_waits() -> None:
    data = b'{"a":1}\n{"a":2}\n'
    set_value, drop = Placed(SetValue("/a", 3), 0, 7), Placed(Drop(), 0, 7)
    assert apply(data, [set_value, drop]) == (b'{"a":2}\n', [set_value])


def test_the_whole_file_comes_before_everything() -> None:
    wide = '{"a":1}\n'.encode("utf-16")
    whole = Placed(ReplaceBytes(0, len(wide), b'{"a":1}\n'))
    drop = Placed(Drop(), 0, 7)
    assert apply(wide, [drop, whole]) == (b'{"a":1}\n', [drop])


def test_the_later_of_two_overlapping_edits_waits() -> None:
    first, second = Placed(ReplaceBytes(1, 3, b"x")), Placed(ReplaceBytes(2, 3, b"y"))
    assert apply(b"abcdef", [second, first]) == (b"axef", [second])


def test_an_insertion_at_the_edge_of_another_edit_waits() -> None:
    first, second = Placed(ReplaceBytes(1, 2, b"x")), Placed(ReplaceBytes(3, 0, b"y"))
    assert apply(b"abcdef", [first, second]) == (b"axdef", [second])


def test_the_same_edit_twice_is_one() -> None:
    same = [Placed(ReplaceBytes(3, 0, b"y")), Placed(ReplaceBytes(3, 0, b"y"))]
    assert apply(b"abcdef", same) == (b"abcydef", [])
    assert apply(b"1\n2\n", [Placed(Drop(), 0, 1), Placed(Drop(), 0, 1)]) == (b"2\n", [])


def test_edits_of_one_fix_go_together_or_not_at_all() -> None:
    fix = Fix("set both", (SetValue("/a", 9), SetValue("/b", 9)))
    data = b'{"a":1,"b":2}\n'
    assert apply(data, place(fix, 0, 13, group=1)) == (b'{"a":9,"b":9}\n', [])
    taken = Placed(ReplaceBytes(0, 6, b'{"a":5'))
    both = place(fix, 0, 13, group=1)
    assert apply(data, [taken, *both]) == (b'{"a":5,"b":2}\n', both)
    broken = place(Fix("set both", (SetValue("/a", 9), SetValue("/x/y", 9))), 0, 13, group=2)
    assert apply(data, broken) == (data, broken)


def test_neighbours_are_removed_together() -> None:
    raw = b'{"m": [1, {"a": 2}, 3,\n 4], "z": 1}'
    for count in range(1, 5):
        for chosen in combinations(range(4), count):
            edits = [Placed(SetValue(f"/m/{each}", remove=True), 0, len(raw), 1) for each in reversed(chosen)]
            data, left = apply(raw + b"\n[5]\n", edits)
            rest = [each for index, each in enumerate([1, {"a": 2}, 3, 4]) if index not in chosen]
            assert json.loads(data.removesuffix(b"[5]\n")) == {"m": rest, "z": 1}
            assert data.endswith(b', "z": 1}\n[5]\n')
            assert not left


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b'[{"a": 1}, {"a": x}, {"a": 2}]', b'{"a": x}'),  # no line break says where it ends
        (b'[\n {"a": "it"s"},\n {"a": 1},\n {"b": "it"s"}\n]', b'{"a": "it"s"},\n {"a": 1},\n {"b": "it"s"}'),
        (b'[\n{"a": 1,\n{"a": 2}\n]', b'{"a": 1,\n{"a": 2}'),  # its bracket is closed by another row
        (b'[\n{"a": 1},\n{"a": "\n]', b'{"a": "\n]'),  # it takes the end of the array along
    ],
)
def test_a_broken_element_without_a_certain_end_is_left(data: bytes, row: bytes) -> None:
    edits = [Placed(Drop(), data.index(row), len(row))]
    assert apply(data, edits, "json") == (data, edits)


@pytest.mark.parametrize("row", [b'{"a": x}', b'{"a": [\n  {"b" 1}\n ]}'])
def test_a_broken_element_between_line_breaks_is_dropped(row: bytes) -> None:
    data = b'[\n {"a": 1},\n ' + row + b',\n {"a": 2}\n]\n'
    dropped, left = apply(data, [Placed(Drop(), data.index(row), len(row))], "json")
    assert json.loads(dropped) == [{"a": 1}, {"a": 2}]
    assert not left


def test_edits_far_apart_and_over_page_ends_are_taken_like_any() -> None:
    draw = random.Random(3)
    size = 300_000
    data = bytes(draw.choices(b"abcdefgh", k=size))
    wanted = []
    for _ in range(400):
        start = draw.choice([draw.randrange(size), 65536 * draw.randrange(1, 5) - draw.randrange(3)])
        length = draw.choice([0, 1, 7, 900, 80_000 if draw.random() < 0.05 else 2])
        wanted.append(ReplaceBytes(start, min(length, size - start), draw.choice([b"", b"X", b"YY"])))
    edited, left = apply(data, [Placed(edit) for edit in wanted])
    taken: list[ReplaceBytes] = []
    for edit in sorted(wanted, key=lambda edit: edit.offset):
        if edit not in taken and not any(_touch(edit, other) for other in taken):
            taken.append(edit)
    assert {edit for edit in wanted if edit not in taken} == {each.edit for each in left}
    expected = data
    for edit in sorted(taken, key=lambda edit: edit.offset, reverse=True):
        expected = expected[: edit.offset] + edit.replacement + expected[edit.offset + edit.length :]
    assert edited == expected


def _touch(one: ReplaceBytes, other: ReplaceBytes) -> bool:
    ends = one.offset + one.length, other.offset + other.length
    if not one.length or not other.length:
        return one.offset <= ends[1] and other.offset <= ends[0]
    return one.offset < ends[1] and other.offset < ends[0]


@pytest.mark.parametrize("container", ["parquet", "arrow", "none"])
def test_records_without_bytes_of_their_own_are_left(container: Any) -> None:
    placed = [Placed(Drop(), 0, 3), Placed(SetValue("/a", 1), 0, 3)]
    assert apply(b"abc", placed, container) == (b"abc", placed)


def test_a_csv_row_has_no_pointers_and_nothing_lies_outside_the_file() -> None:
    placed = [Placed(SetValue("/a", 1), 0, 3), Placed(ReplaceBytes(2, 9, b""))]
    assert apply(b"abc", placed, "csv") == (b"abc", placed)
    placed = [Placed(Drop(), 2, 2), Placed(SetValue("/a", 1), 4, 0)]
    assert apply(b"abc", placed) == (b"abc", placed)


texts = st.text(alphabet=st.sampled_from('ab"\\/~{}[],: \né😀'), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
records = st.dictionaries(texts, values, max_size=5)
spacings = st.sampled_from([(None, None), (None, (",", ":")), (2, None)])


def dumped(record: Any, spacing: Any, ascii_only: bool) -> bytes:
    indent, separators = spacing
    return json.dumps(record, indent=indent, separators=separators, ensure_ascii=ascii_only).encode()


def pointers(value: Any, prefix: str = "") -> list[str]:
    found = [prefix]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        part = str(key).replace("~", "~0").replace("/", "~1")
        found += pointers(item, f"{prefix}/{part}")
    return found


def resolved(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


@given(records, spacings, st.booleans(), values, st.data())
def test_setting_any_value_changes_that_value_alone(
    record: Any, spacing: Any, ascii_only: bool, value: Any, draw: st.DataObject
) -> None:
    raw = dumped(record, spacing, ascii_only)
    before, after = b'{"x":0}\n', b'\n{"y":0}\n'
    pointer = draw.draw(st.sampled_from(pointers(record)))
    placed = Placed(SetValue(pointer, value), len(before), len(raw))
    data, left = apply(before + raw + after, [placed])
    assert not left
    assert data.startswith(before)
    assert data.endswith(after)
    new = data[len(before) : -len(after)]
    expected = json.loads(raw)
    if pointer:
        parent, _, last = pointer.rpartition("/")
        holder = resolved(expected, parent)
        holder[int(last) if isinstance(holder, list) else last.replace("~1", "/").replace("~0", "~")] = value
    else:
        expected = value
    assert json.loads(new) == expected
    assert json.dumps(json.loads(new)) == json.dumps(expected), "keys keep their order"
    again, left = apply(data, [Placed(SetValue(pointer, value), len(before), len(new))])
    assert (again, left) == (data, [])


@given(records.filter(bool), spacings, st.booleans(), st.data())
def test_removing_and_renaming_keys(record: Any, spacing: Any, ascii_only: bool, draw: st.DataObject) -> None:
    raw = dumped(record, spacing, ascii_only)
    key = draw.draw(st.sampled_from(list(record)))
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    removed = edited(raw, SetValue(pointer, remove=True))
    assert list(json.loads(removed).items()) == [item for item in record.items() if item[0] != key]
    assert edited(removed, SetValue(pointer, remove=True)) == removed
    renamed = edited(raw, SetValue(pointer, rename="new-name"))
    assert list(json.loads(renamed).items()) == [
        ("new-name" if name == key else name, value) for name, value in record.items()
    ]
    assert len(renamed) - len(raw) == len(b'"new-name"') - len(
        json.dumps(key, ensure_ascii=ascii_only).encode()
    )


@given(
    st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), st.binary(max_size=5)))
)
def test_replaced_bytes_leave_the_rest_as_it_was(data: bytes, wanted: list[tuple[int, int, bytes]]) -> None:
    placed = [Placed(ReplaceBytes(*edit)) for edit in wanted]
    new, left = apply(data, placed)
    done = [item.edit for item in placed if item not in left]
    spans = {(edit.offset, edit.length, edit.replacement) for edit in done if isinstance(edit, ReplaceBytes)}
    expected, at = b"", 0
    for offset, length, replacement in sorted(spans):
        expected += data[at:offset] + replacement
        at = offset + length
    assert new == expected + data[at:]
    assert apply(data, [item for item in placed if item not in left])[0] == new


@given(
    st.lists(st.sampled_from([b"{}", b'{"a":1}', b"[1]"]), min_size=1),
    st.sampled_from(["jsonl", "json"]),
    st.data(),
)
def test_dropping_any_rows_keeps_the_others(rows: list[bytes], container: Any, draw: st.DataObject) -> None:
    doomed = set(draw.draw(st.lists(st.integers(0, len(rows) - 1))))
    keys = list(range(len(rows)))
    data = _laid_out(rows, container)
    for _ in range(len(rows) + 1):
        spans = _spans(rows, container)
        placed = [Placed(Drop(), *spans[index]) for index, key in enumerate(keys) if key in doomed]
        data, left = apply(data, placed, container)
        gone = {
            index
            for index, key in enumerate(keys)
            if key in doomed and Placed(Drop(), *spans[index]) not in left
        }
        rows = [row for index, row in enumerate(rows) if index not in gone]
        keys = [key for index, key in enumerate(keys) if index not in gone]
        assert data == _laid_out(rows, container)
    assert not doomed & set(keys)


def _laid_out(rows: list[bytes], container: str) -> bytes:
    if container == "json":
        return b"[" + b",\n".join(rows) + b"]"
    return b"".join(row + b"\n" for row in rows)


def _spans(rows: list[bytes], container: str) -> list[tuple[int, int]]:
    spans, at, gap = [], int(container == "json"), 2 if container == "json" else 1
    for row in rows:
        spans.append((at, len(row)))
        at += len(row) + gap
    return spans
