import json

import pytest

from ftlint.evaluate.metrics.tool_calls import calls, expected, tool_call_match

WANTED = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo", "days": 2}}\n</tool_call>'
CALL = {"name": "weather", "arguments": {"days": 2.0, "city": "Oslo"}}
TOOLS = {"tools": [{"type": "function", "function": {"name": "weather"}}]}


@pytest.mark.parametrize(
    "output",
    [
        WANTED,
        f"Let me look.\n{WANTED}<|im_end|>",
        f"<tool_call>{json.dumps(CALL)}",
        f"[TOOL_CALLS] [{json.dumps(CALL)}]</s>",
        '[TOOL_CALLS]weather[ARGS]{"city": "Oslo", "days": 2}',
        '{"name": "weather", "parameters": {"city": "Oslo", "days": 2}}',
        '<|python_tag|>{"name": "weather", "parameters": {"city": "Oslo", "days": 2}}<|eom_id|>',
        '<function=weather>{"city": "Oslo", "days": 2}</function>',
        "<tool_call>\n<function=weather>\n<parameter=city>\nOslo\n</parameter>\n<parameter=days>\n2\n</parameter>\n"
        "</function>\n</tool_call>",
        f"```json\n[{json.dumps(CALL)}]\n```",
        json.dumps([{"type": "function", "function": {**CALL, "arguments": json.dumps(CALL["arguments"])}}]),
        json.dumps({"role": "assistant", "tool_calls": [{"id": "c1", "function": CALL}]}),
        f"functools[{json.dumps(CALL)}]",
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n"
        '{"city": "Oslo", "days": 2}'
        "\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    ],
)
def test_a_call_in_every_spelling(output):
    assert [call.name for call in calls(output)] == ["weather"]
    assert tool_call_match(output, WANTED, TOOLS) == 1


@pytest.mark.parametrize(
    "output",
    [
        "It will rain in Oslo.",
        WANTED.replace("Oslo", "Bergen"),
        WANTED.replace("weather", "time"),
        WANTED.replace(', "days": 2', ""),
        WANTED + WANTED,
        "<tool_call>not json</tool_call>",
        WANTED.replace("2}", "2"),
        "",
    ],
)
def test_another_call_or_none_is_wrong(output):
    assert tool_call_match(output, WANTED, TOOLS) == 0


def test_calls_at_once_have_no_order():
    one, other = WANTED, WANTED.replace("Oslo", "Bergen")
    assert tool_call_match(other + one, one + other, {}) == 1
    assert tool_call_match(one + one, one + other, {}) == 0


def test_no_call_is_right_where_none_is_wanted():
    assert tool_call_match("Which city?", "Which city do you mean?", TOOLS) == 1
    assert tool_call_match(WANTED, "Which city do you mean?", TOOLS) == 0
    assert tool_call_match("anything", "prose", {}) is None


def test_what_is_wanted_may_be_a_column():
    listed = [{"function": {"name": "weather", "arguments": '{"city": "Oslo", "days": 2}'}}]
    assert tool_call_match(WANTED, "", {"tool_calls": listed}) == 1
    assert tool_call_match(WANTED, "", {"tool_calls": json.dumps(listed)}) == 1


@pytest.mark.parametrize("text", ['{"name": "Ann"}', "[1, 2]", '{"a": 1}', "name(x=1)", '{"function": "f"}'])
def test_json_that_calls_nothing(text):
    assert calls(text) == []
    assert expected(text, {}) is None


@pytest.mark.parametrize(
    "text", ["<tool_call>" * 3000, "[TOOL_CALLS]" * 3000, "<function=a>" * 3000, "{" * 50_000]
)
def test_hostile_output_ends(text):
    calls(text)
