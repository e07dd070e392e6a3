"""What each format reads out of a record: roles, places and the part each text plays in training."""

from typing import Any

import pytest

from ftlint.formats import by_name, remapped
from ftlint.model import Format

USER, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}
TOOL = {"type": "function", "function": {"name": "weather", "description": "Tells the weather"}}

P, T, M = "prompt", "target", "meta"

VIEWS: list[tuple[str, dict[str, Any], list[tuple[str, str, str]]]] = [
    (
        "openai-chat",
        {
            "messages": [
                {"role": "developer", "content": "s"},
                {
                    "role": "user",
                    "content": [{"type": "text", "text": "a"}, IMAGE],
                },
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "tool_call_id": "c1", "content": "rain"},
                {"role": "assistant", "content": "old", "weight": 0},
                {"role": "assistant", "content": "b", "refusal": "no", "weight": 1},
            ],
            "tools": [TOOL],
            "id": "no part of the record",
        },
        [
            ("/messages/0/content", "s", P),
            ("/messages/1/content/0/text", "a", P),
            ("/messages/2/tool_calls/0/function/name", "weather", T),
            ("/messages/2/tool_calls/0/function/arguments", '{"city": "Bern"}', T),
            ("/messages/3/content", "rain", P),
            ("/messages/4/content", "old", P),
            ("/messages/5/content", "b", T),
            ("/messages/5/refusal", "no", T),
            ("/tools/0/function/name", "weather", M),
            ("/tools/0/function/description", "Tells the weather", M),
        ],
    ),
    (
        "openai-chat",
        {
            "messages": [
                {"role": "assistant", "function_call": {"name": "f", "arguments": {"id": "x", "a/b": ["y"]}}},
                {"role": "function", "name": "f", "content": "r"},
            ]
        },
        [
            ("/messages/0/function_call/name", "f", T),
            ("/messages/0/function_call/arguments/id", "x", T),
            ("/messages/0/function_call/arguments/a~1b/0", "y", T),
            ("/messages/1/content", "r", P),
        ],
    ),
    (
        "openai-dpo",
        {
            "input": {"messages": [{"role": "assistant", "content": "hi"}], "tools": [TOOL]},
            "preferred_output": [{"role": "assistant", "content": "b"}],
            "non_preferred_output": [{"role": "assistant", "content": "c"}],
        },
        [
            ("/input/messages/0/content", "hi", P),
            ("/preferred_output/0/content", "b", T),
            ("/non_preferred_output/0/content", "c", T),
            ("/input/tools/0/function/name", "weather", M),
            ("/input/tools/0/function/description", "Tells the weather", M),
        ],
    ),
    (
        "openai-rft",
        {"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}], "item": "x"},
        [("/messages/0/content", "a", P), ("/messages/1/content", "b", P)],
    ),
    (
        "bedrock-claude",
        {
            "system": "s",
            "messages": [USER, ANSWER],
        },
        [("/system", "s", P), ("/messages/0/content", "a", P), ("/messages/1/content", "b", T)],
    ),
    (
        "bedrock-converse",
        {
            "schemaVersion": "bedrock-conversation-2024",
            "system": [{"text": "s"}],
            "messages": [
                {"role": "user", "content": [{"text": "a"}, {"image": {"source": {"s3Location": {}}}}]},
                {
                    "role": "assistant",
                    "content": [{"toolUse": {"name": "f", "input": {"x": "y"}}}],
                },
                {"role": "user", "content": [{"toolResult": {"toolUseId": "1", "content": [{"text": "r"}]}}]},
                {"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "t"}}}]},
            ],
        },
        [
            ("/system/0/text", "s", P),
            ("/messages/0/content/0/text", "a", P),
            ("/messages/1/content/0/toolUse/name", "f", T),
            ("/messages/1/content/0/toolUse/input/x", "y", T),
            ("/messages/2/content/0/toolResult/content/0/text", "r", P),
            ("/messages/3/content/0/reasoningContent/reasoningText/text", "t", T),
        ],
    ),
    (
        "gemini",
        {
            "systemInstruction": {"role": "system", "parts": [{"text": "s"}]},
            "contents": [
                {"role": "user", "parts": [{"text": "a"}, {"fileData": {"fileUri": "gs://b/c"}}]},
                {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"x": "y"}}}]},
                {"role": "function", "parts": [{"functionResponse": {"name": "f", "response": {"r": "z"}}}]},
                {"role": "model", "parts": [{"text": "b"}]},
            ],
        },
        [
            ("/systemInstruction/parts/0/text", "s", P),
            ("/contents/0/parts/0/text", "a", P),
            ("/contents/1/parts/0/functionCall/name", "f", T),
            ("/contents/1/parts/0/functionCall/args/x", "y", T),
            ("/contents/2/parts/0/functionResponse/response/r", "z", P),
            ("/contents/3/parts/0/text", "b", T),
        ],
    ),
    (
        "gemini-rft",
        {"contents": [{"role": "user", "parts": [{"text": "a"}]}], "references": {"answer": "4"}},
        [("/contents/0/parts/0/text", "a", P), ("/references/answer", "4", M)],
    ),
    (
        "gemini-dpo",
        {
            "contents": [{"role": "user", "parts": [{"text": "a"}]}],
            "completions": [
                {"score": 0, "completion": {"role": "model", "parts": [{"text": "c"}]}},
                {"score": 1, "completion": {"role": "model", "parts": [{"text": "b"}]}},
            ],
        },
        [
            ("/contents/0/parts/0/text", "a", P),
            ("/completions/0/completion/parts/0/text", "c", T),
            ("/completions/1/completion/parts/0/text", "b", T),
        ],
    ),
    (
        "mistral",
        {
            "system_prompt": "s",
            "messages": [USER, {"role": "assistant", "text": "b"}],
        },
        [("/system_prompt", "s", P), ("/messages/0/content", "a", P), ("/messages/1/text", "b", T)],
    ),
    ("prompt-completion", {"prompt": "a", "completion": "b"}, [("/prompt", "a", P), ("/completion", "b", T)]),
    (
        "trl-conversational-prompt-completion",
        {"prompt": [{"role": "user", "content": "a"}], "completion": [{"role": "assistant", "content": "b"}]},
        [("/prompt/0/content", "a", P), ("/completion/0/content", "b", T)],
    ),
    (
        "trl-preference",
        {"prompt": "a", "chosen": "b", "rejected": [{"role": "assistant", "content": "c"}]},
        [("/prompt", "a", P), ("/chosen", "b", T), ("/rejected/0/content", "c", T)],
    ),
    (
        "trl-preference",
        {
            "chosen": [USER, ANSWER],
            "rejected": {"role": "assistant", "content": "c"},
        },
        [("/chosen/0/content", "a", P), ("/chosen/1/content", "b", T), ("/rejected/content", "c", T)],
    ),
    (
        "trl-unpaired",
        {"prompt": [{"role": "user", "content": "a"}], "completion": "b", "label": True},
        [("/prompt/0/content", "a", P), ("/completion", "b", T)],
    ),
    (
        "trl-stepwise",
        {"prompt": "a", "completions": ["b", "c"], "labels": [True, False]},
        [("/prompt", "a", P), ("/completions/0", "b", T), ("/completions/1", "c", T)],
    ),
    ("trl-prompt-only", {"prompt": [{"role": "assistant", "content": "a"}]}, [("/prompt/0/content", "a", P)]),
    (
        "kto",
        {
            "messages": [USER, ANSWER],
            "label": False,
        },
        [("/messages/0/content", "a", P), ("/messages/1/content", "b", T)],
    ),
    (
        "sharegpt",
        {
            "system": "s",
            "tools": "[]",
            "conversations": [
                {"from": "human", "value": "a"},
                {"from": "function_call", "value": "{}"},
                {"from": "observation", "value": "r"},
                {"from": "gpt", "value": "b"},
            ],
        },
        [
            ("/system", "s", P),
            ("/conversations/0/value", "a", P),
            ("/conversations/1/value", "{}", T),
            ("/conversations/2/value", "r", P),
            ("/conversations/3/value", "b", T),
            ("/tools", "[]", M),
        ],
    ),
    (
        "sharegpt-dpo",
        {
            "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "not learnt"}],
            "chosen": {"from": "gpt", "value": "b"},
            "rejected": {"from": "gpt", "value": "c"},
        },
        [
            ("/conversations/0/value", "a", P),
            ("/conversations/1/value", "not learnt", P),
            ("/chosen/value", "b", T),
            ("/rejected/value", "c", T),
        ],
    ),
    (
        "rounds",
        {"conversation": [{"system": "s", "human": "a", "assistant": "b"}, {"human": "c", "assistant": "d"}]},
        [
            ("/conversation/0/system", "s", P),
            ("/conversation/0/human", "a", P),
            ("/conversation/0/assistant", "b", T),
            ("/conversation/1/human", "c", P),
            ("/conversation/1/assistant", "d", T),
        ],
    ),
    (
        "alpaca",
        {"output": "b", "input": "i", "instruction": "a", "system": "s", "history": [["c", "d"]]},
        [
            ("/system", "s", P),
            ("/history/0/0", "c", P),
            ("/history/0/1", "d", T),
            ("/instruction", "a", P),
            ("/input", "i", P),
            ("/output", "b", T),
        ],
    ),
    ("gpteacher", {"instruction": "a", "response": "b"}, [("/instruction", "a", P), ("/response", "b", T)]),
    (
        "dolly",
        {"instruction": "a", "context": "c", "response": "b", "category": "qa"},
        [("/instruction", "a", P), ("/context", "c", P), ("/response", "b", T)],
    ),
    (
        "seed-tasks",
        {"instruction": "a", "instances": [{"input": "i", "output": "b"}, {"input": "j", "output": "c"}]},
        [
            ("/instruction", "a", P),
            ("/instances/0/input", "i", P),
            ("/instances/0/output", "b", T),
            ("/instances/1/input", "j", P),
            ("/instances/1/output", "c", T),
        ],
    ),
    (
        "hh",
        {"chosen": "a", "rejected": "r"},
        [("/chosen", "a", T), ("/rejected", "r", T)],
    ),
    (
        "qa",
        {"question": "a", "context": "c", "answer": "b"},
        [("/context", "c", P), ("/question", "a", P), ("/answer", "b", T)],
    ),
    ("text", {"text": "a"}, [("/text", "a", T)]),
    ("tokenised", {"input_ids": [1], "labels": [1]}, []),
    ("classification", {"text": "a", "label": "spam"}, [("/text", "a", P), ("/label", "spam", T)]),
]


def seen(known: Format, row: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(text.pointer, text.value, text.where) for text in known.texts(row)]


@pytest.mark.parametrize(("name", "row", "texts"), VIEWS)
def test_texts(name: str, row: dict[str, Any], texts: list[tuple[str, str, str]]) -> None:
    assert seen(by_name(name), row) == texts


def test_every_format_is_viewed_here() -> None:
    from ftlint.formats import FORMATS

    assert {name for name, *_ in VIEWS} | {"dialogue"} == set(FORMATS)


def test_turns_keep_what_was_written() -> None:
    message = {"role": "narrator", "content": "a", "weight": 0.5}
    turns = by_name("openai-chat").turns({"messages": [message, "stray", {"content": None}]})
    assert [(turn.role, turn.name, turn.pointer, turn.weight) for turn in turns] == [
        ("", "narrator", "/messages/0", 0.5),
        ("", "", "/messages/2", None),
    ]
    assert turns[0].data is message
    assert not turns[0].is_blank
    assert turns[1].is_blank


def test_branches_tell_the_answers_apart() -> None:
    turns = by_name("hh").turns({"chosen": "b", "rejected": "c"})
    assert [turn.role for turn in turns] == ["assistant", "assistant"]
    assert [turn.branch for turn in turns] == ["chosen", "rejected"]


def test_missing_null_and_odd_columns() -> None:
    alpaca = by_name("alpaca")
    turns = alpaca.turns({"instruction": None, "output": {"a": 1}})
    assert [(turn.role, turn.content, turn.texts) for turn in turns] == [
        ("user", None, ()),
        ("assistant", {"a": 1}, ()),
    ]
    assert [turn.role for turn in alpaca.turns({"output": "b"})] == ["assistant"]


def test_a_conversation_under_other_names() -> None:
    known = remapped("dialogue", {"messages": "turns"}, {"content_tag": "text"})
    row = {"turns": [{"role": "customer", "text": "a"}, {"role": "agent", "text": "b"}]}
    assert seen(known, row) == [("/turns/0/text", "a", "prompt"), ("/turns/1/text", "b", "target")]
