"""Columns under other names, and LLaMA-Factory's registry of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ftlint.formats import by_name, identity, remapped
from ftlint.formats.columns import ColumnFormat
from ftlint.formats.dataset_info import is_registry, read_registry, registry_formats
from ftlint.model import FtlintError, PlainChat, PlainFlat


def mapped(*arguments: Any) -> ColumnFormat:
    known = remapped(*arguments)
    assert isinstance(known, ColumnFormat)
    return known


def test_everything_follows_the_new_names() -> None:
    known = mapped("qa", {"question": "q/1", "answer": "a"})
    assert known.required == ("q/1", "a")
    assert known.keys == {"context", "q/1", "a", "system", "history"}
    assert known.plain == PlainFlat(("context", "q/1"), "a", "system")
    assert [text.pointer for text in known.texts({"q/1": "x", "a": "y"})] == ["/q~11", "/a"]


def test_equal_mappings_are_one_object_and_no_mapping_is_the_format_itself() -> None:
    assert mapped("qa", {"prompt": "p"}) is mapped(by_name("qa"), {"question": "p"})
    assert mapped("qa", {"question": "question"}) is by_name("qa")
    assert mapped(mapped("qa", {"question": "p"}), {"answer": "a"}) is mapped(
        "qa", {"question": "p", "answer": "a"}
    )


def test_a_column_is_read_once() -> None:
    known = mapped("alpaca", {"instruction": "input"})
    assert [text.pointer for text in known.texts({"input": "a", "output": "b"})] == ["/input", "/output"]


def test_a_column_mapped_to_nothing_is_not_read() -> None:
    known = mapped("alpaca", {"input": None})
    assert known.plain == PlainFlat(("instruction",), "output", "system")
    assert len(known.texts({"instruction": "a", "input": "not read", "output": "b"})) == 2


def test_tags_spell_the_messages() -> None:
    known = mapped("sharegpt", {"messages": "talk"}, {"role_tag": "who", "user_tag": "me"})
    assert known.plain == PlainChat("talk", "who", "value")
    assert known.roles["me"] == "user"
    assert "human" not in known.roles
    turns = known.turns({"talk": [{"who": "me", "value": "a"}, {"who": "gpt", "value": "b"}]})
    assert [(turn.role, turn.text) for turn in turns] == [("user", "a"), ("assistant", "b")]
    assert identity(known) != identity(mapped("sharegpt", {"messages": "talk"}))


def test_mistakes_are_told() -> None:
    with pytest.raises(FtlintError, match=r"format qa has no column 'chosen'; it has answer, context"):
        remapped("qa", {"chosen": "x"})
    with pytest.raises(FtlintError, match="no messages to tag"):
        remapped("qa", {}, {"role_tag": "x"})


OPENAI = {"role_tag": "role", "content_tag": "content"}

ENTRIES: list[tuple[dict[str, Any], str, tuple[str, ...], dict[str, Any], list[str]]] = [
    (
        {},
        "alpaca",
        ("instruction", "output"),
        {"instruction": "a", "input": "i", "output": "b"},
        ["a\ni", "b"],
    ),
    (
        {"columns": {"prompt": "question", "response": "answer", "system": "sys"}},
        "alpaca",
        ("question", "answer"),
        {"sys": "s", "question": "a", "input": "not read", "answer": "b"},
        ["s", "a", "b"],
    ),
    ({"columns": {"prompt": "body"}}, "text", ("body",), {"body": "a"}, ["a"]),
    (
        {"ranking": True, "columns": {"prompt": "instruction", "chosen": "good", "rejected": "bad"}},
        "trl-preference",
        ("good", "bad"),
        {"instruction": "a", "good": "b", "bad": "c"},
        ["a", "b", "c"],
    ),
    (
        {"columns": {"prompt": "prompt", "response": "completion", "kto_tag": "label"}},
        "trl-unpaired",
        ("prompt", "completion", "label"),
        {"prompt": "a", "completion": "b", "label": True},
        ["a", "b"],
    ),
    (
        {"formatting": "sharegpt"},
        "sharegpt",
        ("conversations",),
        {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
        ["a", "b"],
    ),
    (
        {
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": {**OPENAI, "user_tag": "user", "assistant_tag": "assistant"},
        },
        "sharegpt",
        ("messages",),
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
        ["a", "b"],
    ),
    (
        {"formatting": "openai", "columns": {"messages": "messages"}},
        "sharegpt",
        ("messages",),
        {"messages": [{"role": "tool", "content": "a"}, {"role": "assistant", "content": "b"}]},
        ["a", "b"],
    ),
    (
        {
            "formatting": "sharegpt",
            "ranking": True,
            "columns": {"messages": "talk", "chosen": "c", "rejected": "r"},
        },
        "sharegpt-dpo",
        ("talk", "c", "r"),
        {"talk": [{"from": "human", "value": "a"}], "c": {"from": "gpt", "value": "b"}, "r": None},
        ["a", "b"],
    ),
    (
        {"formatting": "sharegpt", "columns": {"messages": "messages", "kto_tag": "good"}},
        "kto",
        ("messages", "good"),
        {"messages": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}], "good": True},
        ["a", "b"],
    ),
]


@pytest.mark.parametrize(("entry", "name", "required", "row", "texts"), ENTRIES)
def test_registry_entries(
    entry: dict[str, Any], name: str, required: tuple[str, ...], row: dict[str, Any], texts: list[str]
) -> None:
    known = registry_formats({"mine": {"file_name": "data.json", **entry}})["data.json"]
    assert (known.name, known.required) == (name, required)
    turns = known.turns(row)
    assert [turn.text for turn in turns] == texts
    assert all(turn.role for turn in turns)


def test_a_registry_on_disk(tmp_path: Path) -> None:
    file = tmp_path / "dataset_info.json"
    registry = {
        "a": {"file_name": "a.json"},
        "twin": {"file_name": "a.json", "formatting": "sharegpt"},
        "hub": {"hf_hub_url": "x/y"},
    }
    file.write_text(json.dumps(registry), "utf-8")
    assert read_registry(str(file)) == {"a.json": by_name("alpaca")}


BROKEN = [
    ('{"a": ', "cannot be read as JSON"),
    ('{"a": {"columns": {}}}', "no LLaMA-Factory registry"),
    ("[]", "no LLaMA-Factory registry"),
    ('{"a": {"file_name": "x", "formatting": "parquet"}}', "dataset 'a': unknown formatting 'parquet'"),
    ('{"a": {"file_name": "x", "columns": ["prompt"]}}', "dataset 'a': columns must map"),
    ('{"a": {"file_name": "x", "columns": {"prompt": 1}}}', "dataset 'a': columns must map"),
]


@pytest.mark.parametrize(("content", "said"), BROKEN)
def test_a_broken_registry_is_told_with_its_path(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "dataset_info.json"
    file.write_text(content, "utf-8")
    with pytest.raises(FtlintError, match=said) as raised:
        read_registry(str(file), "data/dataset_info.json")
    assert raised.value.path == "data/dataset_info.json"


def test_what_a_registry_is() -> None:
    assert is_registry({"a": {"script_url": "x"}})
    assert not is_registry({})
    assert not is_registry({"a": {"file_name": "x"}, "version": 1})
