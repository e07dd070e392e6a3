"""The dated tables of dialects: defaults, renamed keys, and the keys that frameworks know."""

from __future__ import annotations

from datetime import date

import pytest

from ftlint.dialects.detect import dialects
from ftlint.facts.dialects import FOLDER, all_keys, dialect_facts, parts, within
from ftlint.model.config_fields import FIELDS

TABLES = sorted(file.stem for file in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_dated_sourced_and_in_order(name: str) -> None:
    facts = dialect_facts(name)
    assert date.fromisoformat(facts.as_of) <= date.today()
    for default in facts.defaults:
        assert {default.field, *default.when} <= set(FIELDS)
        assert default.source
        assert not default.until or not default.since or parts(default.since) < parts(default.until)
    keys = [each.key for each in facts.renamed]
    assert len(keys) == len(set(keys))
    for each in facts.renamed:
        assert each.source
        assert each.package or name.endswith("-job")  # a service has no version but a date
        assert each.deprecated or each.removed
        assert not (each.deprecated and each.removed) or parts(each.deprecated) <= parts(each.removed)


@pytest.mark.parametrize("name", dialects())
def test_every_spelling_is_of_a_field(name: str) -> None:
    dialect = dialects()[name]
    assert set(dialect.spelling) <= set(FIELDS)
    assert all(key.spellings for key in dialect.keys)


@pytest.mark.parametrize(
    ("version", "since", "until", "holds"),
    [
        ("", "", "", True),
        ("", "4.0", "", True),
        ("", "", "5.0", False),
        ("4.9", "4.10", "", False),
        ("4.10.0", "4.10", "5", True),
        ("5.0", "4.10", "5", False),
        ("4.46.0.dev0", "", "4.46", False),
    ],
)
def test_versions_are_compared_as_numbers(version: str, since: str, until: str, holds: bool) -> None:
    assert within(version, since, until) is holds


@pytest.mark.parametrize("dialect", ["transformers", "trl", "alignment-handbook", "llamafactory", "axolotl"])
def test_keys_are_known(dialect: str) -> None:
    facts = dialect_facts(dialect)
    assert len(facts.known_keys) > 100
    assert facts.known_keys <= all_keys()
    assert "learning_rate" in facts.keys
    assert not facts.keys & facts.other_keys
