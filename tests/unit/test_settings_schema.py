import json
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ftlint.registry import rules
from ftlint.settings import load
from ftlint.settings.schema import settings_schema
from ftlint.settings.show import show

Write = Callable[[str, Any], Path]

SHIPPED = files("ftlint.settings").joinpath("schema.json")


def own_rules() -> list[Any]:
    return [rule for rule in rules().values() if rule.__module__.startswith("ftlint_rules.")]


def test_the_shipped_schema_is_fresh() -> None:
    fresh = json.dumps(settings_schema(own_rules()), indent=2) + "\n"
    assert SHIPPED.read_text(encoding="utf-8") == fresh, "stale: run `make docs`"


def test_the_schema_is_a_schema_and_holds_every_rule() -> None:
    schema = settings_schema(own_rules())
    jsonschema.Draft202012Validator.check_schema(schema)
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


@pytest.mark.parametrize("text", [GOOD, *BAD], ids=lambda text: text.strip().splitlines()[-1])
def test_the_schema_agrees_with_the_loader(text: str) -> None:
    validator = jsonschema.Draft202012Validator(settings_schema(own_rules()))
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
