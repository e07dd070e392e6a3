"""What spans the rules of record structure: one fault, one rule; stricter targets; any JSON at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.engine.plan import RuleSet
from ftlint.engine.shapes import masked
from ftlint.formats import FORMATS
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.registry import rules
from ftlint.rule import Example, Rule
from ftlint.testing import findings, run, write

CHAT = {code: rule for code, rule in rules().items() if code.startswith("CHAT")}
USER = {"role": "user", "content": "a"}
ANSWER = {"role": "assistant", "content": "b"}
SOUND = {"messages": [USER, ANSWER]}


def call(name: str = "c1", arguments: str = "{}") -> dict[str, Any]:
    inside = {"id": name, "type": "function", "function": {"name": "f", "arguments": arguments}}
    return {"role": "assistant", "content": None, "tool_calls": [inside]}


def found(folder: Path, row: dict[str, Any], format: str = "openai-chat", target: str = "") -> list[Finding]:
    example = Example([SOUND, row] if format == "openai-chat" else [row], format=format, target=target)
    write(example, folder, CHAT["CHAT001"])
    return [finding for rule in CHAT.values() for finding in findings(run(folder, rule, example))]


FAULTS: list[tuple[list[Any] | str, set[str]]] = [
    ([USER], {"CHAT010"}),
    ([ANSWER], {"CHAT008"}),
    ([USER, USER, ANSWER], {"CHAT007"}),
    ([USER, ANSWER, {"role": "system", "content": "s"}], {"CHAT011"}),
    ([{"role": "system", "content": "s"}, ANSWER], {"CHAT008"}),
    ([{"role": "human", "content": "a"}, {"role": "gpt", "content": "b"}], {"CHAT005"}),
    ([{"role": "narrator", "content": "a"}, ANSWER], {"CHAT005"}),
    ([{"role": "user", "content": ""}, ANSWER], {"CHAT014"}),
    ([USER, {"role": "assistant", "content": ""}], {"CHAT013"}),
    ([], {"CHAT004"}),
    ([{"role": "user"}, ANSWER], {"CHAT001"}),
    ([{"content": "a"}, ANSWER], {"CHAT001"}),
    ([{"role": "user", "content": None}, ANSWER], {"CHAT002"}),
    ([USER, {**ANSWER, "weight": 0.5}], {"CHAT016"}),
    ([USER, {**ANSWER, "weight": 0}], {"CHAT015"}),
    ([USER, call(arguments="{broken")], {"CHAT022"}),
    ([USER, call(arguments="[1]")], {"CHAT022"}),
    ([USER, call(), {"role": "tool", "tool_call_id": "c2", "content": "r"}, ANSWER], {"CHAT020"}),
    ([USER, call(), ANSWER], {"CHAT021"}),
    ([USER, call(), {"role": "tool", "tool_call_id": "c1", "content": "r"}, ANSWER], set()),
]


@pytest.mark.parametrize(("messages", "codes"), FAULTS, ids=range(len(FAULTS)))
def test_one_fault_wakes_its_own_rule_alone(messages: Any, codes: set[str], tmp_path: Path) -> None:
    assert {finding.code for finding in found(tmp_path, {"messages": messages})} == codes


STRICTER: list[tuple[list[Any], str, str]] = [
    ([USER, ANSWER, USER], "bedrock-claude", "CHAT009"),
    ([USER, ANSWER, USER], "mistral", "CHAT009"),
    ([USER, USER, ANSWER], "together", "CHAT007"),
    ([ANSWER, USER, ANSWER], "bedrock-nova", "CHAT008"),
    ([USER, ANSWER, {"role": "system", "content": "s"}, ANSWER], "fireworks", "CHAT011"),
    ([{"role": "system", "content": "s"}] * 2 + [USER, ANSWER], "mistral", "CHAT012"),
    ([USER, call(), ANSWER], "mistral", "CHAT021"),
]


@pytest.mark.parametrize(("messages", "target", "code"), STRICTER, ids=[case[2] for case in STRICTER])
def test_what_a_target_rejects_is_an_error_for_it(
    messages: list[Any], target: str, code: str, tmp_path: Path
) -> None:
    report = found(tmp_path, {"messages": messages}, target=target)
    assert {finding.severity for finding in report if finding.code == code} == {Severity.ERROR}


def test_a_function_call_turn_that_is_no_json(tmp_path: Path) -> None:
    turns = [{"from": "human", "value": "a"}, {"from": "function_call", "value": "f(x=1)"}]
    report = found(tmp_path, {"conversations": turns, "tools": '[{"name": "f"}]'}, format="sharegpt")
    assert [finding.code for finding in report] == ["CHAT022"]


def test_messages_never_show_text(tmp_path: Path) -> None:
    secret = "the secret of the row, with blanks"
    turns = [
        {"role": secret, "content": "a"},
        call(arguments=secret),
        {"role": "user", "content": 1, secret: 2},
    ]
    tools = [{"type": "function", "function": {"name": secret, "parameters": {"type": secret}}}]
    report = found(tmp_path, {"messages": turns, "tools": tools})
    assert len(report) > 2
    assert not [finding for finding in report if secret in finding.message]


KEYS = st.sampled_from(
    """
    messages conversations contents role from content value parts text type prompt completion chosen rejected
    input output instruction history label labels completions tools tool_calls function name arguments id
    tool_call_id weight images image_url url toolUse toolResult functionCall preferred_output system
    non_preferred_output input_ids function_call schemaVersion source image format parameters properties
    """.split()  # noqa: SIM905
)
WORDS = st.sampled_from(
    ["user", "assistant", "system", "tool", "human", "gpt", "function_call", "model", "text", "image_url", ""]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.floats(allow_nan=False), WORDS, st.text(max_size=8)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=24,
)


def judged(row: dict[str, Any], chosen: list[Rule[Any]]) -> Iterator[Finding]:
    suite = RuleSet(chosen)
    for kind in FORMATS.values():
        for target in ("", "together"):
            shape = Shape(masked(row), kind, target=target)
            for rule in suite.shape:
                yield from rule.check(shape)
            for rule in suite.record:
                if rule.wakes(shape):
                    yield from rule.check(Record(row, kind, target=target))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(row=st.dictionaries(KEYS, ANYTHING, max_size=5))
def test_any_json_is_judged_without_an_exception(row: dict[str, Any]) -> None:
    for finding in judged(row, [rule() for rule in CHAT.values()]):
        assert finding.message
        assert not finding.pointer or finding.pointer.startswith("/")
