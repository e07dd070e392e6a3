"""Names, aliases, and what every format owes the engine."""

import pickle
import subprocess
import sys

import pytest

from ftlint.formats import FORMATS, by_name, identity, remapped
from ftlint.formats.columns import ColumnFormat
from ftlint.model import FtlintError, PlainChat, PlainFlat

ALIASES = {
    "OpenAI_Chat": "openai-chat",
    "together": "openai-chat",
    "fireworks": "openai-chat",
    "chatml": "openai-chat",
    "messages": "openai-chat",
    "nova": "bedrock-converse",
    "claude": "bedrock-claude",
    "preference": "trl-preference",
    "tokenized": "tokenised",
    "hh-rlhf": "hh",
    "vertex": "gemini",
    "prompt only": "trl-prompt-only",
}


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_aliases(alias: str, name: str) -> None:
    assert by_name(alias) is FORMATS[name]


def test_an_unknown_name_is_met_with_near_ones() -> None:
    with pytest.raises(FtlintError, match="openai-chat"):
        by_name("openai-cat")
    with pytest.raises(FtlintError, match="known are"):
        by_name("zzzzzz")


@pytest.mark.parametrize("name", FORMATS)
def test_contract(name: str) -> None:
    known = FORMATS[name]
    assert isinstance(known, ColumnFormat)
    assert known.name == name
    assert by_name(name) is known
    assert known.title
    assert known.required
    assert known.keys.issuperset(known.required)
    assert known.keys.issuperset(known.spoken)
    assert known.keys.issuperset(known.words.values())
    assert set(known.roles.values()) <= {"system", "user", "assistant", "tool"}
    assert pickle.loads(pickle.dumps(known)) is known
    assert known.certainty({}) == 0
    assert known.turns({}) == []
    assert known.texts({}) == []
    if isinstance(known.plain, PlainChat):
        assert known.plain.turns in known.keys
    if isinstance(known.plain, PlainFlat):
        assert known.keys.issuperset(known.plain.prompt)
        assert known.plain.target is None or known.plain.target in known.keys


def test_mapped_formats_survive_pickling_as_the_same_object() -> None:
    mapped = remapped("sharegpt", {"messages": "chat"}, {"user_tag": "me", "assistant_tag": "you"})
    assert pickle.loads(pickle.dumps(mapped)) is mapped
    assert identity(mapped) != identity(by_name("sharegpt"))


def test_all_formats_load_nothing_heavy() -> None:
    code = (
        "import sys, ftlint.formats as f; list(f.FORMATS)\n"
        "f.detect([{'messages': [{'role': 'user', 'content': 'a'}]}])\n"
        "heavy = {'numpy', 'jsonschema', 'jsonschema_rs', 'pydantic', 'pyarrow', 'difflib', 'json'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
