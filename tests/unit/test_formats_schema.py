"""A user's schema: what breaks it is told by place and kind, never by value."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.formats.schema import RowSchema, row_schema
from ftlint.model import FtlintError

SECRET = "hunter2-correct-horse"

VALUE_CASES: list[tuple[Any, Any, str]] = [
    ({"type": "string"}, [SECRET], "expected type string, found array"),
    ({"type": ["string", "null"]}, 7, "expected type string or null, found integer"),
    ({"type": "number"}, SECRET, "expected type number, found string"),
    ({"enum": ["p", "q", "r", "s"]}, SECRET, "not one of the 4 allowed values"),
    ({"const": "p"}, SECRET, "not the one allowed value"),
    ({"pattern": "^[a-z]+$"}, SECRET, "does not match the pattern ^[a-z]+$"),
    ({"pattern": "^" + "x" * 90}, SECRET, "does not match the pattern ^" + "x" * 58 + "…"),
    ({"minimum": 3}, 1, "less than the minimum of 3"),
    ({"multipleOf": 2}, 3, "not a multiple of 2"),
    ({"maxLength": 5}, SECRET, "longer than 5 characters"),
    ({"minItems": 2}, [SECRET], "fewer than 2 items"),
    ({"uniqueItems": True}, [SECRET, SECRET], "holds an item twice"),
    ({"contains": {"type": "null"}}, [SECRET], "holds no item of the wanted kind"),
    ({"not": {"type": "string"}}, SECRET, "of a kind the schema forbids"),
    (
        {"oneOf": [{"type": "string"}, {"minLength": 1}]},
        SECRET,
        "matches none, or more than one, of the 2 alternatives",
    ),
    (False, SECRET, "nothing is allowed here"),
]
ROW_CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"required": ["x", "y"]}, {"z": SECRET}, "missing required key 'x', 'y'"),
    ({"properties": {"a": {}}, "additionalProperties": False}, {"b": SECRET}, "key not allowed: 'b'"),
    (
        {"patternProperties": {"^x": {}}, "additionalProperties": False},
        {"xa": 1, "b": 1},
        "key not allowed: 'b'",
    ),
    (
        {"anyOf": [{"required": ["a"]}, False]},
        {"c": SECRET},
        "matches none of the 2 alternatives",
    ),
    ({"propertyNames": {"maxLength": 3}}, {SECRET: 1}, "a key's name breaks maxLength"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": SECRET}, "breaks dependentRequired"),
]
DEEP_CASES: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str]]] = [
    (
        {"properties": {"m/s": {"items": {"properties": {"role": {"type": "string"}}}}}},
        {"m/s": [{"role": "user"}, {"role": None}]},
        ("/m~1s/1/role", "expected type string, found null"),
    ),
    (
        {"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "email"}}},
        {"a": SECRET},
        ("/a", "breaks format"),
    ),
    (
        {"$ref": "#/$defs/row", "$defs": {"row": {"properties": {"a": {"type": "number"}}}}},
        {"a": SECRET},
        ("/a", "expected type number, found string"),
    ),
    (
        {"if": {"required": ["a"]}, "then": {"properties": {"a": {"type": "null"}}}},
        {"a": SECRET},
        ("/a", "expected type null, found string"),
    ),
]
CASES = [
    *(({"properties": {"a": schema}}, {"a": value}, ("/a", told)) for schema, value, told in VALUE_CASES),
    *((schema, row, ("", told)) for schema, row, told in ROW_CASES),
    *DEEP_CASES,
]


@pytest.mark.parametrize(("schema", "row", "told"), CASES)
def test_what_is_told(schema: dict[str, Any], row: dict[str, Any], told: tuple[str, str]) -> None:
    faults = RowSchema(schema, "row.json").faults(row, 4, 100)
    assert [(fault.pointer, fault.detail) for fault in faults] == [told]
    assert all(
        (fault.kind, fault.row, fault.offset, fault.recovered) == ("schema-violation", 4, 100, True)
        for fault in faults
    )


def test_a_sound_row_breaks_nothing() -> None:
    schema = RowSchema({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}, "s")
    assert schema.faults({"a": "x", "b": 1}, 0) == []


def test_what_json_has_no_word_for() -> None:
    schema = RowSchema({"properties": {"a": {"type": "string"}}}, "s")
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    for row in ({"a": object()}, deep):
        assert [fault.pointer for fault in schema.faults(row, 0)] == [""]


def test_a_row_that_breaks_much_is_told_of_in_bounds() -> None:
    schema = RowSchema({"additionalProperties": {"type": "string"}}, "s")
    assert len(schema.faults({f"k{number}": number for number in range(500)}, 0)) == 20


BROKEN = [
    ("{", "is no JSON", 1),
    ('{\n"type": "string",\n}', "is no JSON", 3),
    ('"object"', "must be an object", None),
    ('{"type": "objekt"}', "is no valid JSON Schema at /type", None),
    ('{"properties": {"a": {"pattern": "("}}}', "is no valid JSON Schema at /properties/a/pattern", None),
    ('{"$ref": "#/nowhere"}', "is no valid JSON Schema", None),
    ('{"$ref": "other.json"}', "is no valid JSON Schema", None),
    ('{"$ref": "https://example.invalid/row.json"}', "is no valid JSON Schema", None),
]


@pytest.mark.parametrize(("content", "said", "line"), BROKEN)
def test_a_broken_schema_is_a_users_mistake(
    tmp_path: Path, content: str, said: str, line: int | None
) -> None:
    file = tmp_path / "row.schema.json"
    file.write_text(content, "utf-8")
    with pytest.raises(FtlintError, match=said) as raised:
        row_schema(str(file))
    assert (raised.value.path, raised.value.line) == (str(file), line)


def test_a_missing_schema_file(tmp_path: Path) -> None:
    with pytest.raises(FtlintError, match="cannot be read"):
        row_schema(str(tmp_path / "none.json"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(row=st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3))
@settings(max_examples=100, deadline=None)
def test_no_value_is_ever_said(row: dict[str, Any]) -> None:
    schema = RowSchema(
        {
            "required": ["a"],
            "properties": {
                "a": {"type": "object", "additionalProperties": False},
                "b": {"anyOf": [{"type": "array", "minItems": 2}, {"const": 1}]},
                "c": {"type": "string", "maxLength": 3, "pattern": "^x"},
            },
        },
        "s",
    )
    said = json.dumps([(fault.detail, fault.pointer) for fault in schema.faults(row, 0)])
    assert SECRET not in said
