"""Tokens of prompts and answers, and what a sequence length takes from them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.detect.measures.record_keys import RecordKeys
from ftlint.detect.tokens import PER_TURN, weighed
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.scan import Scan
from ftlint.formats import by_name
from ftlint.model import Batch, Source
from ftlint.read.block import Block
from ftlint.rule import Measure, chat
from ftlint_rules.fit.overlong import missed, summed
from ftlint_rules.measures.template_marks import TemplateMarks


def batch(rows: Sequence[dict[str, Any]], format: str) -> Batch:
    known = by_name(format)
    scan = Scan(FilePlan(Source("a.jsonl", "a.jsonl", 0, "jsonl"), known), RuleSet([]))
    data = list(rows)
    block = Block()
    block.data, block.rows, block.sizes = data, range(len(data)), [100] * len(data)
    return scan.columns(block, known)[1]


def lengths(rows: Sequence[dict[str, Any]], format: str = "openai-chat") -> list[list[int]]:
    measure = AnswerLengths()
    measure.add(batch(rows, format))
    return [list(each) for each in measure.of("")]


Q, A = "How do I reset it?", "Hold the button for ten seconds."
ASKED, SAID = weighed(Q) + PER_TURN, weighed(A) + PER_TURN


@pytest.mark.parametrize(
    ("row", "format", "told"),
    [
        (chat(Q, A), "openai-chat", [ASKED, SAID]),
        (chat(Q, A, Q, A), "openai-chat", [ASKED, SAID, ASKED, SAID]),
        (chat(Q, A, Q, A, system=Q), "openai-chat", [2 * ASKED, SAID, ASKED, SAID]),
        (chat(Q, A, system=Q), "openai-chat", [2 * ASKED, SAID]),
        ({"prompt": Q, "completion": A}, "prompt-completion", [ASKED, SAID]),
        (
            {"prompt": Q, "chosen": A, "rejected": f"{A} {A}"},
            "trl-preference",
            [ASKED, weighed(f"{A} {A}") + 4],
        ),
        ({"text": f"{Q}\n{A}"}, "text", [0, weighed(f"{Q}\n{A}")]),
        ({"input_ids": [1, 2, 3]}, "tokenised", [0, 3]),
        ({"prompt": Q}, "trl-prompt-only", [ASKED, 0]),
    ],
)
def test_prompts_and_answers_are_told_apart(row: dict[str, Any], format: str, told: list[int]) -> None:
    assert lengths([row], format) == [told]


def test_a_turn_without_an_answer_at_the_end_belongs_to_no_answer() -> None:
    row = {"messages": [*chat(Q, A, Q, A)["messages"], {"role": "user", "content": Q}]}
    assert lengths([row]) == [[ASKED, SAID, ASKED, SAID, ASKED, 0]]


ROWS = st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=7), min_size=1, max_size=12)


@pytest.mark.parametrize("kind", [AnswerLengths, RecordKeys, TemplateMarks])
@given(texts=ROWS, cut=st.integers(0, 12))
def test_shards_merge_to_the_whole_and_survive_the_cache(
    kind: type[Measure], texts: list[list[str]], cut: int
) -> None:
    rows: list[dict[str, Any]] = [{"text": "".join(text), f"key{len(text)}": 1} for text in texts]
    name = "text"
    if kind is AnswerLengths:
        rows, name = [chat(*text) for text in texts], "openai-chat"
    whole, left, right = kind(), kind(), kind()
    whole.add(batch(rows, name))
    if rows[:cut]:
        left.add(batch(rows[:cut], name))
    if rows[cut:]:
        right.add(batch(rows[cut:], name))
    left = kind.from_state(left.state())
    left.merge(kind.from_state(right.state()), len(rows[:cut]))
    assert left.state() == whole.state()


def test_states_hold_no_text() -> None:
    for kind in (AnswerLengths, TemplateMarks):
        measure = kind()
        measure.add(batch([{"text": "[INST] secret [/INST] word"}], "text"))
        assert "secret" not in repr(measure.state())
    keys = RecordKeys()
    keys.add(batch([{"text": "a", "jane.doe@example.org": 1}], "text"))
    assert (dict(keys.counts), keys.complete) == ({"text": 1}, False)


def test_columns_are_arrays() -> None:
    measure = AnswerLengths()
    measure.add(batch([chat(Q, A)], "openai-chat"))
    assert all(isinstance(column, array) for column in measure.state()["by"][""])


@pytest.mark.parametrize(
    ("record", "how", "limit", "told"),
    [
        ([10, 90], "end", 100, (0, 0)),
        ([10, 90], "end", 50, (50, 0)),
        ([60, 40], "end", 50, (40, 10)),
        ([10, 20, 30, 40], "end", 45, (40, 15)),
        ([10, 20, 30, 40], "start", 45, (20, 35)),
        ([10, 90], "start", 50, (40, 10)),
        ([10, 90], "drop", 50, (90, 10)),
        ([10, 90], "refuse", 50, (90, 10)),
        # LLaMA-Factory: a short answer is kept and its prompt cut; a short prompt is kept; else in proportion
        ([90, 20], "pairs", 50, (0, 60)),
        ([20, 90], "pairs", 50, (60, 0)),
        ([60, 40], "pairs", 50, (20, 30)),
        ([20, 20, 60, 40], "pairs", 50, (36, 54)),
        ([40, 20, 10, 10], "pairs", 50, (10, 20)),
    ],
)
def test_what_a_limit_takes_depends_on_the_framework(
    record: list[int], how: Any, limit: int, told: tuple[int, int]
) -> None:
    assert missed(record, how, limit) == told


@given(
    record=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=4),
    how=st.sampled_from(["end", "start", "pairs"]),
    limit=st.integers(1, 600),
)
def test_no_way_keeps_more_than_the_limit(record: list[tuple[int, int]], how: Any, limit: int) -> None:
    flat = [length for pair in record for length in pair]
    answers, prompts = missed(flat, how, limit)
    assert 0 <= answers <= sum(flat[1::2])
    assert 0 <= prompts <= sum(flat[::2])
    kept = sum(flat) - answers - prompts
    assert kept <= limit
    assert how == "pairs" or kept == min(limit, sum(flat))


def test_what_is_sure_is_counted_apart() -> None:
    records = [[10, 95], [10, 200], [120, 10], [10, 10]]
    lost = summed(records, "end", 100, 1.25)
    assert (lost.records, lost.longer, lost.cut, lost.lost) == (4, 3, 3, 1)
    assert (lost.sure_longer, lost.sure_cut) == (2, 2)
    assert (lost.answer_tokens, lost.cut_tokens, lost.longest) == (315, 5 + 110 + 10, 210)
