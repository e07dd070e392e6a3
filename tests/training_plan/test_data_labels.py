"""Which tokens the loss counts, over templates of many shapes and records of every format."""

from __future__ import annotations

from typing import Any

import pytest

from ftlint.formats import by_name, detect
from ftlint.model import Record
from ftlint.weights.conversation import conversation_of, messages_of
from ftlint.weights.examples import IGNORED, Encoded, Skipped, encode_all, encode_record
from ftlint.weights.tokenizer import Tokenizer

CHAT = by_name("openai-chat")
USER, ANSWER = {"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "It is three."}
TALK = [USER, ANSWER, {"role": "user", "content": "And?"}, {"role": "assistant", "content": "Two."}]


def counted(example: Encoded, tokenizer: Tokenizer) -> list[str]:
    """The stretches of text that the loss counts."""
    found: list[list[int]] = []
    before = IGNORED
    for token, label in zip(example.input_ids, example.labels, strict=True):
        assert label in (IGNORED, token)
        if label != IGNORED:
            if before == IGNORED:
                found.append([])
            found[-1].append(token)
        before = label
    return [tokenizer.decode(each) for each in found]


def encoded(tokenizer: Tokenizer, data: Any, format: Any = CHAT, **more: Any) -> list[Encoded]:
    found = encode_all(Record(data, format, 4, "a.jsonl"), tokenizer, **{"length": 999} | more)
    assert isinstance(found, list), found
    return found


@pytest.mark.parametrize(
    ("shape", "answers"),
    [
        ("chatml", ["It is three.<|im_end|>", "Two.<|im_end|>"]),
        ("llama3", ["It is three.<|eot_id|>", "Two.<|eot_id|>"]),
        ("gemma", ["It is three.<end_of_turn>", "Two.<end_of_turn>"]),
        ("mistral", [" It is three.</s>", " Two.</s>"]),
        ("marked", ["It is three.<|im_end|>", "Two.<|im_end|>"]),
        ("marked-short", ["It is three.<|im_end|>", "Two.<|im_end|>"]),
        ("phi", ["It is three.<|end|>", "Two.<|end|>\n<|endoftext|>"]),
        ("phi-stopping", ["It is three.<|end|>", "Two.<|end|>"]),
        ("alpaca", ["It is three.\n\n", "Two.\n\n</s>"]),
        ("bare", ["It is three.</s>", "Two.</s>"]),
    ],
)
def test_answers_and_what_ends_them_are_counted(
    made: dict[str, Tokenizer], shape: str, answers: list[str]
) -> None:
    (example,) = encoded(made[shape], {"messages": TALK})
    assert counted(example, made[shape]) == answers
    assert (example.turns, example.cut, example.path, example.row) == (2, 0, "a.jsonl", 4)


def test_a_template_that_rewrites_earlier_turns_gives_an_example_for_each_answer(
    made: dict[str, Tokenizer],
) -> None:
    thinking = made["thinking"]
    talk = [dict(each) for each in TALK]
    talk[1]["reasoning_content"] = "1+2"
    first, second = encoded(thinking, {"messages": talk})
    assert counted(first, thinking) == ["<think>\n1+2\n</think>\n\nIt is three.<|im_end|>"]
    assert counted(second, thinking) == ["<think>\n\n</think>\n\nTwo.<|im_end|>"]
    assert "1+2" not in thinking.decode(second.input_ids)
    asked = thinking.render(talk[:3], add_generation_prompt=True)
    assert thinking.decode(second.input_ids).startswith(asked)

    last = made["mistral-last"]
    system = [{"role": "system", "content": "Be brief."}, *TALK]
    both = encoded(last, {"messages": system})
    assert [counted(each, last) for each in both] == [[" It is three.</s>"], [" Two.</s>"]]
    assert "Be brief." in last.decode(both[0].input_ids)


def test_turns_of_weight_0_and_empty_ones_are_read_and_not_learnt(made: dict[str, Tokenizer]) -> None:
    for shape in ("chatml", "marked", "bare"):
        talk = [USER, {**ANSWER, "weight": 0}, *TALK[2:]]
        (example,) = encoded(made[shape], {"messages": talk})
        assert [text[:4] for text in counted(example, made[shape])] == ["Two."]
        assert "It is three." in made[shape].decode(example.input_ids)
        (example,) = encoded(made[shape], {"messages": [USER, {**ANSWER, "content": ""}, *TALK[2:]]})
        assert [text[:4] for text in counted(example, made[shape])] == ["Two."]
    assert encode_record(
        Record({"messages": [USER, {**ANSWER, "weight": 0}]}, CHAT), made["chatml"], length=99
    ) == (Skipped("has no answer to learn"))


def test_what_follows_the_last_answer_is_left_out(made: dict[str, Tokenizer]) -> None:
    (example,) = encoded(made["chatml"], {"messages": [*TALK, USER]})
    assert example == encoded(made["chatml"], {"messages": TALK})[0]


def test_a_conversation_that_begins_with_an_answer(made: dict[str, Tokenizer]) -> None:
    (example,) = encoded(made["chatml"], {"messages": [ANSWER, *TALK]})
    assert counted(example, made["chatml"])[0] == "It is three.<|im_end|>"


def test_no_answer_is_cut(made: dict[str, Tokenizer]) -> None:
    chatml = made["chatml"]
    (whole,) = encoded(chatml, {"messages": TALK})
    size = len(whole.input_ids)
    first = whole.input_ids.index(chatml.eos_id or 0, whole.input_ids.index(chatml.eos_id or 0) + 1) + 1
    for length in (size - 2, first):
        (part,) = encoded(chatml, {"messages": TALK}, length=length)
        assert counted(part, chatml) == ["It is three.<|im_end|>"]
        assert (part.turns, part.cut) == (1, size - len(part.input_ids))
        assert part.input_ids == whole.input_ids[:first]
    lost = encode_all(Record({"messages": TALK}, CHAT), chatml, length=first - 1)
    assert lost == Skipped(f"has no answer within {first - 1} tokens", "length", size)


def test_train_on_inputs_counts_everything(made: dict[str, Tokenizer]) -> None:
    (example,) = encoded(made["chatml"], {"messages": TALK}, train_on_inputs=True)
    assert example.labels == example.input_ids


def test_texts_are_continued_and_end_once(made: dict[str, Tokenizer]) -> None:
    bare = made["bare"]
    found = encoded(bare, {"text": "one two three four five six seven"}, by_name("text"), length=8)
    ids = [token for each in found for token in each.input_ids]
    assert len(found) > 2
    assert max(len(each.input_ids) for each in found) == 8
    assert ids.count(bare.eos_id) == 1
    assert bare.decode(ids) == "one two three four five six seven</s>"
    assert all(each.labels == each.input_ids for each in found)


def test_rows_that_are_tokens_already(made: dict[str, Tokenizer]) -> None:
    ids = by_name("tokenised")
    (example,) = encoded(made["bare"], {"input_ids": [5, 6, 7], "labels": [-100, 6, 7]}, ids)
    assert example.labels == [-100, 6, 7]
    assert isinstance(encode_all(Record({"input_ids": [5, "x"]}, ids), made["bare"], length=9), Skipped)
    assert isinstance(encode_all(Record({"input_ids": [5] * 10}, ids), made["bare"], length=9), Skipped)


ROWS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"messages": [USER, ANSWER]}, [("user", "What is it?"), ("assistant", "It is three.")]),
    ({"prompt": "P", "completion": "C"}, [("user", "P"), ("assistant", "C")]),
    ({"instruction": "I", "input": "", "output": "O"}, [("user", "I"), ("assistant", "O")]),
    (
        {"instruction": "I", "input": "N", "output": "O", "system": "S", "history": [["a", "b"]]},
        [("system", "S"), ("user", "a"), ("assistant", "b"), ("user", "I\nN"), ("assistant", "O")],
    ),
    (
        {"instruction": "I", "context": "N", "response": "O", "category": "qa"},
        [("user", "I\nN"), ("assistant", "O")],
    ),
    ({"question": "Q", "answer": "A"}, [("user", "Q"), ("assistant", "A")]),
    ({"text": "T", "label": 3}, [("user", "T"), ("assistant", "3")]),
    (
        {"conversations": [{"from": "human", "value": "H"}, {"from": "gpt", "value": "G"}], "system": "S"},
        [("system", "S"), ("user", "H"), ("assistant", "G")],
    ),
    (
        {"conversation": [{"human": "H", "assistant": "A"}, {"human": "I", "assistant": "B"}]},
        [("user", "H"), ("assistant", "A"), ("user", "I"), ("assistant", "B")],
    ),
    (
        {
            "system": "S",
            "messages": [{"role": "user", "content": "U"}, {"role": "assistant", "content": "A"}],
        },
        [("system", "S"), ("user", "U"), ("assistant", "A")],
    ),
    (
        {
            "schemaVersion": "bedrock-conversation-2024",
            "system": [{"text": "S"}],
            "messages": [
                {"role": "user", "content": [{"text": "U"}, {"text": "V"}]},
                {"role": "assistant", "content": [{"text": "A"}]},
            ],
        },
        [("system", "S"), ("user", "UV"), ("assistant", "A")],
    ),
    (
        {
            "systemInstruction": {"parts": [{"text": "S"}]},
            "contents": [
                {"role": "user", "parts": [{"text": "U"}]},
                {"role": "model", "parts": [{"text": "A"}]},
            ],
        },
        [("system", "S"), ("user", "U"), ("assistant", "A")],
    ),
    (
        {
            "prompt": [{"role": "user", "content": "U"}],
            "completion": [{"role": "assistant", "content": "A"}],
        },
        [("user", "U"), ("assistant", "A")],
    ),
    (
        {"interactions": [{"role": "user", "text": "U"}, {"role": "assistant", "text": "A"}]},
        [("user", "U"), ("assistant", "A")],
    ),
]


@pytest.mark.parametrize(("row", "said"), ROWS)
def test_rows_of_every_format_are_messages(row: dict[str, Any], said: list[tuple[str, str]]) -> None:
    kind = detect([row] * 5).format
    assert kind is not None
    assert [(each["role"], each["content"]) for each in messages_of(Record(row, kind))] == said


WEATHER = {"name": "warmth", "arguments": {"city": "Oslo"}}


@pytest.mark.parametrize(
    "row",
    [
        {
            "messages": [
                USER,
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {
                            "id": "a1",
                            "type": "function",
                            "function": {"name": "warmth", "arguments": '{"city": "Oslo"}'},
                        }
                    ],
                },
                {"role": "tool", "tool_call_id": "a1", "content": "3"},
                ANSWER,
            ],
            "tools": [{"type": "function", "function": {"name": "warmth", "parameters": {"type": "object"}}}],
        },
        {
            "conversations": [
                {"from": "human", "value": "What is it?"},
                {"from": "function_call", "value": '{"name": "warmth", "arguments": {"city": "Oslo"}}'},
                {"from": "observation", "value": "3"},
                {"from": "gpt", "value": "It is three."},
            ],
            "tools": '[{"name": "warmth", "parameters": {"type": "object"}}]',
        },
        {
            "schemaVersion": "bedrock-conversation-2024",
            "messages": [
                {"role": "user", "content": [{"text": "What is it?"}]},
                {
                    "role": "assistant",
                    "content": [
                        {"toolUse": {"toolUseId": "a1", "name": "warmth", "input": {"city": "Oslo"}}}
                    ],
                },
                {
                    "role": "user",
                    "content": [{"toolResult": {"toolUseId": "a1", "content": [{"text": "3"}]}}],
                },
                {"role": "assistant", "content": [{"text": "It is three."}]},
            ],
            "toolConfig": {
                "tools": [{"toolSpec": {"name": "warmth", "inputSchema": {"json": {"type": "object"}}}}]
            },
        },
        {
            "contents": [
                {"role": "user", "parts": [{"text": "What is it?"}]},
                {"role": "model", "parts": [{"functionCall": {"name": "warmth", "args": {"city": "Oslo"}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "warmth", "response": "3"}}]},
                {"role": "model", "parts": [{"text": "It is three."}]},
            ],
            "tools": [{"functionDeclarations": [{"name": "warmth", "parameters": {"type": "OBJECT"}}]}],
        },
    ],
    ids=["openai", "sharegpt", "converse", "gemini"],
)
def test_tool_calls_of_every_format_are_openai_calls(made: dict[str, Tokenizer], row: dict[str, Any]) -> None:
    kind = detect([row] * 5).format
    assert kind is not None
    talk = conversation_of(Record(row, kind))
    assert [each["role"] for each in talk.messages] == ["user", "assistant", "tool", "assistant"]
    assert talk.messages[1]["content"] == ""
    assert [each["function"] for each in talk.messages[1]["tool_calls"]] == [WEATHER]
    assert talk.messages[2]["content"] == "3"
    assert talk.tools == [
        {"type": "function", "function": {"name": "warmth", "parameters": {"type": "object"}}}
    ]
    assert talk.trained == [False, True, False, True]
    (example,) = encoded(made["llama3"], row, kind)
    first, second = counted(example, made["llama3"])
    assert first == '{"name": "warmth", "arguments": {"city": "Oslo"}}<|eot_id|>'
    assert second == "It is three.<|eot_id|>"
    # a template that joins arguments as text gets them as text
    (example,) = encoded(made["text-arguments"], row, kind)
    assert '<tool_call>warmth\n{"city": "Oslo"}</tool_call>' in counted(example, made["text-arguments"])[0]
    assert isinstance(encode_record(Record(row, kind), made["bare"], length=99), Skipped)
    # one that leaves them out would teach to answer nothing
    left_out = encode_record(Record(row, kind), made["phi-stopping"], length=99)
    assert isinstance(left_out, Skipped)
    assert "the chat template does not write them" in left_out.reason


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"messages": [USER, {"role": "narrator", "content": "x"}]}, "turn of no known role"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}, ANSWER]},
            "images",
        ),
        ({"messages": [USER]}, "no answer"),
        ({"messages": []}, "no turns"),
    ],
)
def test_what_cannot_be_learnt_is_said_without_its_words(
    made: dict[str, Tokenizer], row: Any, why: str
) -> None:
    found = encode_record(Record(row, CHAT), made["chatml"], length=99)
    assert isinstance(found, Skipped)
    assert why in found.reason
    assert "narrator" not in found.reason


def test_a_template_that_refuses_a_row_says_why(made: dict[str, Tokenizer]) -> None:
    found = encode_record(Record({"messages": [USER, USER, ANSWER]}, CHAT), made["gemma"], length=99)
    assert isinstance(found, Skipped)
    assert "roles must alternate" in found.reason
