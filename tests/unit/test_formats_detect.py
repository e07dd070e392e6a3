"""Detection: one row of each format, ambiguous ones, and JSON that is no dataset at all."""

from typing import Any

import pytest

from ftlint.formats import best, by_name, detect, fitted
from ftlint.formats.columns import ColumnFormat

Q, A = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
HUMAN, GPT = {"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}
TOLD = {"role": "user", "content": [{"text": "a"}]}
CONTENT = {"role": "user", "parts": [{"text": "a"}]}
HH = "\n\nHuman: a\n\nAssistant: "

CERTAIN: list[tuple[str, dict[str, Any]]] = [
    ("openai-chat", {"messages": [Q, A]}),
    ("openai-chat", {"messages": [Q, A], "tools": [{"type": "function"}]}),
    ("openai-chat", {"messages": [Q, A], "id": "7", "images": ["a.png"]}),
    (
        "openai-chat",
        {"messages": [{"role": "system", "content": "s"}, Q, A], "prompt": "a", "prompt_id": "1"},
    ),
    ("openai-chat", {"messages": '[{"role": "user", "content": "a"}]'}),
    ("openai-chat", {"messages": []}),
    ("openai-dpo", {"input": {"messages": [Q]}, "preferred_output": [A], "non_preferred_output": [A]}),
    ("openai-rft", {"messages": [Q], "answer_key": "4", "tools": []}),
    ("openai-rft", {"messages": [Q], "reference_answer": {"x": 1}}),
    ("prompt-completion", {"prompt": "a", "completion": "b"}),
    ("prompt-completion", {"Prompt": "a", "Completion": "b", "Id": "1"}),
    ("trl-conversational-prompt-completion", {"prompt": [Q], "completion": [A]}),
    ("bedrock-claude", {"system": "s", "messages": [Q, A]}),
    ("bedrock-converse", {"schemaVersion": "bedrock-conversation-2024", "messages": [TOLD]}),
    ("bedrock-converse", {"system": [{"text": "s"}], "messages": [TOLD]}),
    ("gemini", {"contents": [CONTENT], "systemInstruction": {"parts": [{"text": "s"}]}}),
    ("gemini-rft", {"contents": [CONTENT], "references": {"answer": "4"}}),
    ("gemini-dpo", {"contents": [CONTENT], "completions": [{"score": 1, "completion": CONTENT}]}),
    ("mistral", {"interactions": [Q, A]}),
    ("mistral", {"messages": [{"role": "user", "text": "a"}, {"role": "assistant", "text": "b"}]}),
    ("mistral", {"messages": [Q, A], "available_tools": [], "system_prompt": "s"}),
    ("trl-preference", {"prompt": "a", "chosen": "b", "rejected": "c"}),
    ("trl-preference", {"chosen": [Q, A], "rejected": [Q, A], "score_chosen": 1.0}),
    ("trl-preference", {"question": "a", "chosen": "b", "rejected": "c", "system": "s"}),
    ("trl-preference", {"chosen_messages": [Q, A], "rejected_messages": [Q, A]}),
    ("hh", {"chosen": HH + "b", "rejected": HH + "c"}),
    ("trl-unpaired", {"prompt": "a", "completion": "b", "label": True}),
    ("trl-unpaired", {"instruction": "a", "input": "", "output": "b", "kto_tag": False}),
    ("trl-stepwise", {"prompt": "a", "completions": ["b", "c"], "labels": [True, False]}),
    ("trl-prompt-only", {"prompt": [Q], "reward_model": {"ground_truth": "4"}, "data_source": "x"}),
    ("trl-prompt-only", {"prompt": [Q]}),
    ("kto", {"messages": [Q, A], "label": True}),
    ("kto", {"messages": [Q, A], "kto_tag": False}),
    ("kto", {"conversations": [HUMAN, GPT], "kto_tag": False}),
    ("sharegpt", {"conversations": [HUMAN, GPT], "tools": "[]"}),
    ("sharegpt", {"messages": [HUMAN, GPT]}),
    ("sharegpt", {"conversation": [HUMAN, GPT]}),
    ("sharegpt-dpo", {"conversations": [HUMAN], "chosen": GPT, "rejected": GPT}),
    ("sharegpt-dpo", {"messages": [Q], "chosen": A, "rejected": A}),
    ("dialogue", {"conversations": [Q, A]}),
    ("dialogue", {"chat_rounds": [{"role": "human", "content": "a"}, {"role": "bot", "content": "b"}]}),
    ("rounds", {"conversation": [{"system": "s", "human": "a", "assistant": "b"}]}),
    ("alpaca", {"instruction": "a", "input": "", "output": "b"}),
    ("alpaca", {"Instruction": "a", "Output": "b"}),
    ("alpaca", {"instruction": "a", "output": "b", "history": [["c", "d"]], "text": "a b"}),
    ("gpteacher", {"instruction": "a", "input": "i", "response": "b"}),
    ("dolly", {"instruction": "a", "context": "", "response": "b", "category": "open_qa"}),
    ("seed-tasks", {"id": "1", "instruction": "a", "instances": [{"input": "", "output": "b"}]}),
    ("qa", {"question": "a", "answer": "b", "id": 3}),
    ("qa", {"query": "a", "response": "b"}),
    ("qa", {"id": "1", "system_prompt": "s", "question": "a", "response": "b"}),
    ("text", {"text": "a"}),
    ("text", {"text": "a", "url": "u", "timestamp": "t"}),
    ("tokenised", {"input_ids": [1, 2], "attention_mask": [1, 1], "labels": [-100, 2]}),
    ("classification", {"text": "a", "label": "spam"}),
    ("classification", {"sentence": "a", "sentiment": 2, "id": 1}),
]

DOUBTFUL: list[tuple[str, dict[str, Any], str]] = [
    ("qa", {"input": "a", "output": "b"}, "input and output"),
    ("qa", {"problem": "p", "answer": "C", "solution": "s", "url": "u"}, "solution and answer"),
    ("trl-prompt-only", {"prompt": "a"}, "without answers"),
    ("openai-chat", {"messages": [Q, A], "text": "a b"}, "messages and also text"),
    ("openai-chat", {"instruction": "a", "output": "b", "messages": [Q, A]}, "also instruction and output"),
    ("openai-chat", {"messages": [Q, A], "label": "greeting"}, "label is not true or false"),
    ("openai-rft", {"messages": [Q], "id": "1"}, "no conversation ends with an answer"),
    ("classification", {"comment_text": "a", "toxic": "0", "obscene": "1"}, "could be the label"),
    ("qa", {"prompt": "a", "canonical_solution": "b", "test": "t", "entry_point": "f"}, "benchmark"),
]

NO_DATASET: list[dict[str, Any]] = [
    {},
    {"name": "app", "version": "1.0.0", "scripts": {"test": "x"}, "dependencies": {}},
    {"compilerOptions": {"strict": True}, "include": ["src"]},
    {"level": "info", "msg": "started", "ts": 1.5, "caller": "main.go:1"},
    {"filePath": "a.js", "messages": [{"ruleId": "semi", "severity": 2, "message": "m"}], "errorCount": 1},
    {"type": "message", "user": "U1", "text": "hi", "ts": "1.2", "team": "T"},
    {"created_at": "d", "id": 1, "text": "t", "user": {"id": 1}, "retweet_count": 1, "entities": {}},
    {"source": "a", "target": "b", "value": 3},
    {"input": "a.txt", "output": "b.txt", "mode": "x", "threads": "4"},
    {"name": "src", "contents": [{"name": "a"}], "type": "directory"},
    {"cells": [{"cell_type": "code", "source": []}], "metadata": {}, "nbformat": 4},
    {"step": 10, "loss": 1.5, "lr": 0.001},
    {"architectures": ["LlamaForCausalLM"], "vocab_size": 32000, "hidden_size": 4096},
    {"id": "x", "object": "chat.completion", "choices": [], "usage": {}},
    {"query": "a", "request": "{}", "sample": "log"},
    {"identity": {"file_name": "identity.json"}, "lima": {"hf_hub_url": "x/lima"}},
    {"features": [{"name": "text"}], "rows": [{"row_idx": 0, "row": {"text": "a"}}]},
    {"custom_id": "1", "method": "POST", "url": "/v1", "body": {"messages": [Q]}},
]


@pytest.mark.parametrize(("name", "row"), CERTAIN)
def test_certain(name: str, row: dict[str, Any]) -> None:
    found = detect([row] * 3)
    assert found.format is not None
    assert (found.format.name, found.note, found.share) == (name, "", 1.0)
    assert best(row, found.format) is found.format


@pytest.mark.parametrize(("name", "row", "said"), DOUBTFUL)
def test_doubtful_rows_are_read_and_the_doubt_is_said(name: str, row: dict[str, Any], said: str) -> None:
    found = detect([row] * 3)
    assert found.format is not None
    assert found.format.name == name
    assert said in found.note


@pytest.mark.parametrize("row", NO_DATASET)
def test_what_is_no_dataset_is_not_guessed_at(row: dict[str, Any]) -> None:
    assert detect([row]).format is None


def test_notes_name_files_that_hold_no_records() -> None:
    assert "registry" in detect([{"identity": {"file_name": "identity.json"}}]).note
    assert "rows[].row" in detect([{"features": [], "rows": []}]).note
    assert "query, request" in detect([{"query": "a", "request": "{}"}]).note


def test_claude_and_chat_without_a_system_prompt_cannot_be_told_apart() -> None:
    found = detect([{"messages": [Q, A]}])
    assert found.candidates == ("bedrock-claude",)
    some = detect([{"messages": [Q, A]}, {"messages": [Q, A], "system": "s"}])
    assert some.format is by_name("bedrock-claude")


def test_columns_of_a_known_pair_are_picked() -> None:
    found = detect([{"problem": "a", "solution": "b", "system_prompt": "s"}]).format
    assert isinstance(found, ColumnFormat)
    assert found.name == "qa"
    assert found.required == ("problem", "solution")
    assert [turn.text for turn in found.turns({"problem": "a", "solution": "b", "system_prompt": "s"})] == [
        "s",
        "a",
        "b",
    ]


def test_a_mixed_file_has_the_format_of_most_rows() -> None:
    rows = [{"messages": [Q, A]}] * 6 + [{"text": "t"}] * 2 + [{"foo": 1}]
    found = detect(rows)
    assert found.format is by_name("openai-chat")
    assert found.share == pytest.approx(6 / 9)


def test_too_many_unknown_rows_give_no_format() -> None:
    assert detect([{"foo": 1}] * 3 + [{"messages": [Q, A]}]).format is None


HOME: list[tuple[str, dict[str, Any], str]] = [
    ("openai-chat", {"messages": []}, "openai-chat"),
    ("openai-chat", {}, "openai-chat"),
    ("openai-chat", {"foo": 1}, "openai-chat"),
    ("openai-chat", {"messages": "text"}, "openai-chat"),
    ("openai-chat", {"messages": [{"role": "user"}]}, "openai-chat"),
    ("openai-chat", {"messages": [{"content": "text"}]}, "openai-chat"),
    ("openai-chat", {"messages": [{"rol": "user", "content": "text"}]}, "openai-chat"),
    ("openai-chat", {"messages": [Q], "id": "text"}, "openai-chat"),
    ("openai-chat", {"messages": [Q, A], "text": "text"}, "openai-chat"),
    ("openai-chat", {"instruction": "text", "input": "", "output": "text"}, "alpaca"),
    ("openai-chat", {"prompt": "text", "completion": "text"}, "prompt-completion"),
    ("openai-chat", {"conversations": [HUMAN, GPT]}, "sharegpt"),
    ("openai-chat", {"text": "text"}, "text"),
    ("openai-chat", {"contents": [CONTENT]}, "gemini"),
    ("bedrock-claude", {"messages": [{"role": "system", "content": "text"}, Q, A]}, "bedrock-claude"),
    ("bedrock-converse", {"messages": [Q, A]}, "bedrock-converse"),
    ("prompt-completion", {"prompt": "text"}, "prompt-completion"),
    ("prompt-completion", {"completion": "text"}, "prompt-completion"),
    ("prompt-completion", {"prompt": None, "completion": None}, "prompt-completion"),
    ("prompt-completion", {"prompt": "text", "chosen": "text", "rejected": "text"}, "trl-preference"),
    ("alpaca", {"instruction": "text", "input": ""}, "alpaca"),
    ("alpaca", {"output": "text"}, "alpaca"),
    ("alpaca", {"messages": [Q, A]}, "openai-chat"),
    ("trl-preference", {"prompt": "text", "chosen": "text"}, "trl-preference"),
    ("trl-unpaired", {"prompt": "text", "completion": "text"}, "trl-unpaired"),
    ("hh", {"chosen": "text", "rejected": "text"}, "hh"),
    ("qa", {"question": "text"}, "qa"),
    ("text", {"text": None}, "text"),
    ("gemini", {"contents": []}, "gemini"),
    ("kto", {"messages": [Q, A]}, "kto"),
]


@pytest.mark.parametrize(("home", "row", "name"), HOME)
def test_best_leaves_a_broken_row_at_home(home: str, row: dict[str, Any], name: str) -> None:
    found = best(row, by_name(home))
    assert found is not None
    assert found.name == name


def test_best_without_a_home() -> None:
    assert best({"foo": 1}, None) is None
    assert best({"messages": [Q, A]}, None) is by_name("openai-chat")


def test_a_named_format_is_fitted_to_the_columns_as_written() -> None:
    rows = [{"Prompt": "a", "Completion": "b"}]
    found = fitted(by_name("prompt-completion"), rows)
    assert found.required == ("Prompt", "Completion")
    assert fitted(by_name("qa"), [{"input": "a", "output": "b"}]).required == ("input", "output")
    assert fitted(by_name("alpaca"), rows) is by_name("alpaca")
