"""Preferences of every format as pairs of tokens."""

from __future__ import annotations

from typing import Any

import pytest

from ftlint.formats import by_name, detect
from ftlint.model import Record
from ftlint.weights.conversation import Unfit, pair_of
from ftlint.weights.examples import Skipped, encode_pair
from ftlint.weights.tokenizer import Tokenizer

PAIRS = [
    {"prompt": "P", "chosen": "good", "rejected": "bad"},
    {
        "prompt": [{"role": "user", "content": "P"}],
        "chosen": [{"role": "assistant", "content": "good"}],
        "rejected": [{"role": "assistant", "content": "bad"}],
    },
    {
        "chosen": [{"role": "user", "content": "P"}, {"role": "assistant", "content": "good"}],
        "rejected": [{"role": "user", "content": "P"}, {"role": "assistant", "content": "bad"}],
    },
    {
        "prompt": "P",
        "chosen": [{"role": "user", "content": "P"}, {"role": "assistant", "content": "good"}],
        "rejected": [{"role": "user", "content": "P"}, {"role": "assistant", "content": "bad"}],
    },
    {"chosen": "\n\nHuman: P\n\nAssistant: good", "rejected": "\n\nHuman: P\n\nAssistant: bad"},
    {
        "input": {"messages": [{"role": "user", "content": "P"}]},
        "preferred_output": [{"role": "assistant", "content": "good"}],
        "non_preferred_output": [{"role": "assistant", "content": "bad"}],
    },
    {
        "conversations": [{"from": "human", "value": "P"}],
        "chosen": {"from": "gpt", "value": "good"},
        "rejected": {"from": "gpt", "value": "bad"},
    },
    {
        "contents": [{"role": "user", "parts": [{"text": "P"}]}],
        "completions": [
            {"score": 0, "completion": {"role": "model", "parts": [{"text": "bad"}]}},
            {"score": 1, "completion": {"role": "model", "parts": [{"text": "good"}]}},
        ],
    },
]


@pytest.mark.parametrize("row", PAIRS)
def test_preferences_of_every_format_are_pairs(made: dict[str, Tokenizer], row: dict[str, Any]) -> None:
    kind = detect([row] * 5).format
    assert kind is not None
    pair = pair_of(Record(row, kind))
    said = [[(each["role"], each["content"]) for each in part] for part in pair[:3]]
    assert said == [[("user", "P")], [("assistant", "good")], [("assistant", "bad")]]
    for shape in ("chatml", "bare"):
        found = encode_pair(Record(row, kind), made[shape], length=99)
        assert not isinstance(found, Skipped)
        end = "<|im_end|>" if shape == "chatml" else "</s>"
        assert made[shape].decode(found.chosen_ids) == f"good{end}"
        assert made[shape].decode(found.rejected_ids) == f"bad{end}"
        assert made[shape].decode(found.prompt_ids).count("P") == 1


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "P", "chosen": "same", "rejected": "same"},
        {"prompt": "P", "chosen": "", "rejected": ""},
        {"chosen": "good", "rejected": "bad"},
    ],
)
def test_pairs_that_teach_nothing_are_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Unfit):
        pair_of(Record(row, by_name("trl-preference")))
