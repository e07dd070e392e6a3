from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ftlint.facts.dates import days_between
from ftlint.facts.targets import SHIPPED, load, names, profile
from ftlint.formats import FORMATS
from ftlint.model import FtlintError


@pytest.mark.parametrize("name", names())
def test_shipped_entries_are_dated_sourced_and_sound(name: str) -> None:
    target = profile(name)
    assert target.title
    assert target.source
    assert date.fromisoformat(target.as_of) <= date.today()
    for day in (target.closed_on, target.retires_on):
        assert not day or date.fromisoformat(day)
    assert set(target.formats) <= set(FORMATS), "a format that ftlint does not know"
    assert all(extension.startswith(".") and extension.islower() for extension in target.extensions)
    assert (target.min_train_rows or 0) <= (target.max_train_rows or 10**12)
    assert (target.min_train_rows or 0) <= (target.advised_train_rows or 10**12)


def test_no_alias_names_two_targets() -> None:
    known = [name for target in load().values() for name in (target.name, *target.aliases)]
    assert len(known) == len(set(known))


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("bedrock-claude", "bedrock-claude-3-haiku"),
        ("bedrock-nova-lite", "bedrock-nova"),
        ("azure", "azure-openai"),
        ("gemini-2.5-pro", "vertex-gemini-2.5-pro"),
    ],
)
def test_an_alias_stands_for_its_target(alias: str, name: str) -> None:
    assert profile(alias).name == name


def test_a_child_takes_over_what_it_does_not_say() -> None:
    provider, model = profile("openai"), profile("gpt-4o-mini")
    assert model.min_train_rows == provider.min_train_rows == 10
    assert model.max_tokens == 65_536
    assert provider.max_tokens is None
    assert model.aliases == ("gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini")
    assert profile("bedrock-nova-2-lite").max_train_rows is None, "0 takes back an inherited number"


def test_an_unknown_target_names_the_nearest() -> None:
    with pytest.raises(FtlintError, match=r"unknown target 'gpt4o': did you mean gpt-4o"):
        profile("gpt4o")


def test_a_file_of_the_users_lies_over_the_shipped_table(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(
        '[inhouse]\nextends = "together"\ntitle = "Our cluster"\nas_of = 2026-12-01\nsource = "the wiki"\n'
        "max_tokens = 4096\n\n[cohere]\nclosed_on = 2030-01-01\n"
    )
    ours = profile(f"{file}#inhouse")
    assert (ours.title, ours.max_tokens, ours.max_images) == ("Our cluster", 4096, 10)
    assert ours.as_of == "2026-12-01"
    extended = profile(f"{file}#cohere")
    assert (extended.closed_on, extended.min_train_rows) == ("2030-01-01", 2)
    assert profile("cohere").closed_on == "2025-09-15", "the shipped table is untouched"
    assert profile(f"{file}#gpt-4o").max_tokens == 65_536


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('[a]\ntitle = "A"\nas_of = 2026-01-01\nsource = "s"\nmax_token = 3\n', "unknown key 'max_token'", 5),
        (
            '[a]\ntitle = "A"\nas_of = 2026-01-01\nsource = "s"\nmax_tokens = "3"\n',
            "'max_tokens' has a value",
            5,
        ),
        ('[a]\ntitle = "A"\nas_of = "soon"\nsource = "s"\n', "'as_of' has a value", 3),
        ('[a]\ntitle = "A"\nas_of = 2026-01-01\n', "lacks 'source'", None),
        ('[a]\nextends = "b"\n[b]\nextends = "a"\n', "which is no other target", None),
        ("title = 1\n", "stands outside", None),
        ("[a\n", "not TOML", None),
    ],
)
def test_a_mistake_in_a_users_file_is_told_with_its_place(
    tmp_path: Path, text: str, message: str, line: int | None
) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(text)
    with pytest.raises(FtlintError) as caught:
        profile(f"{file}#a")
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (str(file), line)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FtlintError, match="cannot be read"):
        profile(f"{tmp_path / 'none.toml'}#a")


def test_the_shipped_table_is_package_data() -> None:
    assert SHIPPED.is_file()


def test_days_between() -> None:
    assert days_between("2026-11-22", "2027-01-06") == 45
    assert days_between("2027-01-06", "2026-11-22") == -45
