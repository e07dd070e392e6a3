import json
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ftlint.registry import rules
from ftlint.settings import load
from ftlint.settings.schema import ADDRESS, published, settings_schema
from ftlint.settings.show import show

Write = Callable[[str, Any], Path]

SHIPPED = files("ftlint.settings").joinpath("schema.json")


def own_rules() -> list[Any]:
    return [rule for rule in rules().values() if rule.__module__.startswith("ftlint_rules.")]


def test_the_shipped_schema_is_fresh() -> None:
    fresh = json.dumps(published(own_rules()), indent=2) + "\n"
    assert SHIPPED.read_text(encoding="utf-8") == fresh, "stale: run `make docs`"


def test_the_schema_is_a_schema_and_holds_every_rule() -> None:
    schema = settings_schema(own_rules())
    jsonschema.Draft7Validator.check_schema(schema)
    tables = schema["properties"]["rules"]["properties"]
    assert all(rule.name in tables and rule.code in tables for rule in own_rules())


GOOD = """
select = ["QUAL"]
fail-on = "warning"
[per-path-ignores]
"raw/**" = "DUP"
[rules.DUP001]
severity = "info"
[[dataset]]
name = "a"
train = "train.jsonl"
"""

BAD = [
    "selct = ['QUAL']",
    "fail-on = 'fatal'",
    "[rules.exact-duplicate]\nno-such-option = 1",
    "[rules.no-such-rule]",
    "[[dataset]]\nname = 'a'",
    "[[dataset]]\ntrain = 'a'",
    "jobs = -1",
]


def test_the_published_schema_is_one_that_schemastore_takes() -> None:
    """Its rules: draft-07, an address, references that stay inside, a description of every key."""
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == ADDRESS == "https://json.schemastore.org/ftlint.json"
    assert schema["title"] == "ftlint settings"
    names = set(schema["definitions"])
    for place, node in nodes(schema, "#"):
        if "$ref" in node:
            assert node.keys() == {"$ref"}, (
                f"{place}: what stands beside a reference does not count in draft-07"
            )
            assert node["$ref"].removeprefix("#/definitions/") in names, place
            continue
        assert not isinstance(node.get("type"), list), place
        if "/anyOf/" in place:
            continue
        if "properties" in node:
            assert node["type"] == "object", place
            assert "additionalProperties" in node or "/additionalProperties" in place, place
        if "enum" in node or "minimum" in node or "items" in node:
            assert "type" in node, place
        if "/properties/" in place and place.rpartition("/")[0].endswith("properties"):
            assert node.get("description"), f"{place} says nothing of itself"
            assert not node["description"].endswith(":"), place


def nodes(schema: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with its place."""
    yield place, schema
    for word in ("properties", "definitions"):
        for name, inner in schema.get(word, {}).items():
            yield from nodes(inner, f"{place}/{word}/{name}")
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from nodes(schema[word], f"{place}/{word}")
    for word in ("anyOf", "oneOf", "allOf"):
        for index, inner in enumerate(schema.get(word, ())):
            yield from nodes(inner, f"{place}/{word}/{index}")


def test_the_published_schema_lets_rules_of_other_packages_be() -> None:
    validator = jsonschema.Draft7Validator(json.loads(SHIPPED.read_text(encoding="utf-8")))
    assert validator.is_valid(tomllib.loads("[rules.acme-shouting]\nseverity = 'error'\nshare = 0.5"))
    assert not validator.is_valid(tomllib.loads("[rules.acme-shouting]\nseverity = 'fatal'"))
    for text in BAD:
        assert validator.is_valid(tomllib.loads(text)) == ("no-such-rule" in text), text


@pytest.mark.parametrize("text", [GOOD, *BAD], ids=lambda text: text.strip().splitlines()[-1])
def test_the_schema_agrees_with_the_loader(text: str) -> None:
    validator = jsonschema.Draft7Validator(settings_schema(own_rules()))
    assert validator.is_valid(tomllib.loads(text)) == (text == GOOD)


def test_show_is_toml_that_means_the_same(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("base.toml", 'extend-select = ["DUP"]\n[rules.exact-duplicate]\nseverity = "error"\n')
    write("ftlint.toml", 'extend = "base.toml"\n' + GOOD.replace('name = "a"', 'name = "a \\"b\\" ü"'))
    settings = load()
    text = show(settings)
    assert 'severity = "error"                      # base.toml:3' in text
    assert 'fail-on = "warning"                     # ftlint.toml:4' in text
    assert "jobs = 0                                # default" in text
    write("ftlint.toml", text)
    again = load()
    for name in (
        "select",
        "extend_select",
        "dataset",
        "rule_severity",
        "per_path_ignores",
        "exclude",
        "fail_on",
    ):
        assert getattr(again, name) == getattr(settings, name)
