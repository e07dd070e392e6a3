"""Quantiles, bins, bars and shares; measures of statistics however the rows are cut."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect.measures.script_counts import ScriptCounts
from ftlint.detect.measures.sources import MOST, Sources
from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.detect.measures.token_totals import TokenTotals
from ftlint.detect.measures.turn_counts import TurnCounts
from ftlint.engine.counted import Counted
from ftlint.engine.hashing import content_hashes
from ftlint.formats import by_name
from ftlint.model import Batch
from ftlint.model.prior import Prior
from ftlint.model.stats import Bin, Scope, Spread
from ftlint.report.bars import bar, share
from ftlint.report.cells import cells
from ftlint.report.stats_grid import grid
from ftlint.report.style import Style
from ftlint.rule import Measure, chat


def spread(*values: int) -> Spread:
    return Spread(Counter(values))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ((7,), 0, 7),
        ((7,), 50, 7),
        ((7,), 100, 7),
        ((1, 2), 50, 1),
        ((1, 2), 51, 2),
        ((1, 2, 3), 50, 2),
        ((1, 2, 3, 4), 50, 2),
        (tuple(range(1, 101)), 5, 5),
        (tuple(range(1, 101)), 95, 95),
        (tuple(range(1, 102)), 95, 96),
        ((5, 5, 5, 900), 75, 5),
        ((5, 5, 5, 900), 76, 900),
        ((0, 0, 3), 0, 0),
    ],
)
def test_a_quantile_is_the_least_value_that_enough_records_do_not_exceed(
    values: tuple[int, ...], percent: int, expected: int
) -> None:
    assert spread(*values).quantiles((percent,)) == [expected]


@given(st.lists(st.integers(0, 50), min_size=1), st.lists(st.integers(0, 100), min_size=1))
def test_quantiles_are_what_their_definition_says(values: list[int], percents: list[int]) -> None:
    found = spread(*values).quantiles(percents)
    for percent, value in zip(percents, found, strict=True):
        assert value in values
        assert 100 * sum(each <= value for each in values) >= percent * len(values)
        smaller = [each for each in values if each < value]
        assert not smaller or 100 * len(smaller) < percent * len(values)


def test_no_records_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="no records"):
        spread().quantiles((50,))


def test_bins_are_powers_of_two_without_a_gap() -> None:
    found = spread(0, 1, 2, 3, 3, 16, 31).bins()
    assert found == [
        Bin(0, 0, 1), Bin(1, 1, 1), Bin(2, 3, 3), Bin(4, 7, 0), Bin(8, 15, 0), Bin(16, 31, 2),
    ]  # fmt: skip
    assert spread(1024).bins() == [Bin(1024, 2047, 1)]
    assert spread(1023).bins() == [Bin(512, 1023, 1)]
    assert spread().bins() == []


@given(st.lists(st.integers(0, 1 << 40), min_size=1))
def test_every_value_is_in_exactly_one_bin(values: list[int]) -> None:
    bins = spread(*values).bins()
    for each in bins:
        assert each.records == sum(each.low <= value <= each.high for value in values)
    assert sum(each.records for each in bins) == len(values)


def test_bars_are_true_to_an_eighth_of_a_cell() -> None:
    assert bar(10, 10, 4) == "████"
    assert bar(5, 10, 4) == "██"
    assert bar(1, 8, 1) == "▏"
    assert bar(7, 8, 1) == "▉"
    assert bar(1, 1_000_000, 4) == "▏"
    assert bar(0, 10, 4) == ""


def test_shares_say_none_and_all_of_nothing_less() -> None:
    told = [
        share(*pair) for pair in ((0, 9), (0, 0), (1, 9), (1, 99_999), (9_999, 10_000), (9, 9), (99, 1000))
    ]
    assert told == ["0%", "0%", "11%", "<0.1%", ">99%", "100%", "9.9%"]


KINDS: tuple[type[Measure], ...] = (ScriptCounts, Sources, TokenLengths, TokenTotals, TurnCounts)

ROWS: list[dict[str, Any]] = [
    {**chat("How are you today, my dear friend?", "Fine, and I hope that you are well."), "source": "shop"},
    {**chat("Hi", "Привет, дорогой друг, как у тебя дела?", system="Be kind."), "source": "shop"},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
                  {"role": "assistant", "content": "c"}], "source": None},
    {**chat("Hi", "", "Hi", "Yes?"), "source": "ann@example.com"},
    {**chat("2+2?", "4"), "source": 7, "origin": ["x"], "domain": "y" * 81},
]  # fmt: skip


def batch(rows: Sequence[dict[str, Any]], source: str = "", name: str = "openai-chat") -> Batch:
    from ftlint.engine.rows import texts_of

    known = by_name(name)
    texts = texts_of(known, rows)
    numbers = range(len(rows))
    return Batch(known, numbers, rows, *texts[:3], [], content_hashes, numbers, Prior(source=source))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cut", range(len(ROWS) + 1))
def test_a_measure_of_two_shards_is_that_of_the_whole(kind: type[Measure], cut: int) -> None:
    whole, first, second = kind(), kind(), kind()
    whole.add(batch(ROWS))
    for measure, rows in ((first, ROWS[:cut]), (second, ROWS[cut:])):
        if rows:
            measure.add(batch(rows))
    first.merge(second, cut)
    assert first.state() == whole.state()
    assert kind.from_state(whole.state()).state() == whole.state()


def test_the_script_is_that_of_the_answer_or_else_of_the_last_of_the_prompt() -> None:
    scripts = ScriptCounts()
    rows = [
        chat("Где моя посылка, которую я ждал?", "word " * 10),
        chat("Где моя посылка, которую я ждал?", "word " * 9 + "abc 12345"),
        chat("word " * 20, "Sure.", "Где моя посылка, которую я ждал?", "a" * 39),
        chat("1 + 1?", "2"),
    ]
    scripts.add(batch(rows))
    assert scripts.counts == {"l": 1, "c": 2, "": 1}


def test_turns_are_turns_and_not_texts() -> None:
    turns = TurnCounts()
    turns.add(batch(ROWS))
    assert turns.counts == {2: 3, 3: 1, 4: 1}
    plain = TurnCounts()
    view = batch(ROWS[:2])
    view.odd = ()
    plain.add(view)
    assert plain.counts == {2: 1, 3: 1}


def test_prompt_and_completion_add_up_to_the_lengths() -> None:
    for name, rows in (
        ("openai-chat", ROWS),
        ("text", [{"text": "a" * n} for n in range(9)]),
        ("trl-preference", [{"prompt": "Hi", "chosen": "x" * n, "rejected": "y" * 3} for n in range(9)]),
        ("trl-prompt-only", [{"prompt": "x" * n} for n in range(1, 9)]),
    ):
        lengths, totals = TokenLengths(), TokenTotals()
        view = batch(rows, name=name)
        lengths.add(view)
        totals.add(view)
        assert totals.prompt + totals.completion == sum(lengths.tokens), name
        assert totals.prompt >= 0, name
        assert (totals.prompt == 0) == (name == "text"), name
        assert (totals.completion == 0) == (name == "trl-prompt-only"), name


def test_sources_are_short_values_and_masked() -> None:
    sources = Sources()
    sources.add(batch(ROWS))
    assert set(sources.columns) == {"source"}
    tally = sources.columns["source"]
    assert sorted(tally.shown.values()) == ["7", "shop", "‹…›"]
    assert sorted((tally.counts or {}).values()) == [1, 1, 2]
    assert "ann@example.com" not in repr(sources.state())


def test_a_declared_source_may_lie_inside_another_column() -> None:
    rows = [
        {"meta": {"from": {"site": "a"}}},
        {"meta": {"from": "b"}},
        {"meta": 1},
        {"meta.from.site": "c"},
        {},
    ]
    sources = Sources()
    sources.add(batch([{**chat("Hi", "Yes?"), **row} for row in rows], source="meta.from.site"))
    assert sorted(sources.columns["meta.from.site"].shown.values()) == ["a", "c"]


def test_columns_that_the_format_reads_are_no_sources() -> None:
    sources = Sources()
    rows = [{"instruction": "Say yes.", "output": "Yes.", "category": "a"}]
    sources.add(batch(rows, name="alpaca"))
    assert set(sources.columns) == {"category"}
    flat = by_name("classification")
    text = Batch(flat, [0], [{"text": "x", "label": "y"}], ["x"], ["y"], [""], [], content_hashes, [0])
    sources.add(text)
    assert set(sources.columns) == {"category"}


def test_too_many_values_are_no_sources_however_they_are_cut() -> None:
    rows = [{**chat("Hi", "Yes?"), "source": f"s{number}"} for number in range(MOST + 1)]
    for cut in (len(rows), MOST, 1):
        first, second = Sources(), Sources()
        first.add(batch(rows[:cut]))
        if rows[cut:]:
            second.add(batch(rows[cut:]))
        first.merge(second, cut)
        assert first.state() == {"source": None}
    enough = Sources()
    enough.add(batch(rows[:MOST]))
    assert enough.columns["source"].values == MOST


def scope(name: str, rows: int, lengths: Sequence[int]) -> Scope:
    counted = Counted(files=1, rows=rows, records=rows, measured=rows, bytes=rows * 999)
    counted.lengths = Counter(lengths)
    counted.prompt = sum(lengths)
    return counted.scope(name, "")


@pytest.mark.parametrize("width", [60, 70, 80, 120])
def test_a_grid_fits_and_gives_up_what_matters_least(width: int) -> None:
    scopes = [scope("a-rather-long-name-of-a-dataset/数据", 12_345_678, [900_000]), scope("b", 3, [1, 2, 3])]
    lines = list(grid(scopes, scope("total", 12_345_681, [5]), Style(width=width)))
    assert len(lines) == 4
    assert {cells(line) for line in lines} == {cells(lines[0])}
    assert cells(lines[0]) <= width
    heads = lines[0].split()
    assert {"rows", "tokens", "copies"} <= set(heads)
    assert ("files" in heads) == (width == 120)
    assert lines[3].split()[:2] == ["total", "12,345,681"] if width < 120 else lines[3].split()[0] == "total"


def test_rows_that_were_not_read_are_no_short_records() -> None:
    from ftlint.model import Part, Source

    lengths = TokenLengths()
    lengths.tokens = array("I", [5, 0, 0, 7])
    measures = {kind: kind() for kind in KINDS} | {TokenLengths: lengths}
    part = Part(Source("a", "a", 9, "jsonl"), by_name("text"), 5, 3, measures)
    assert Counted.file(part).lengths == {0: 1, 5: 1, 7: 1}
