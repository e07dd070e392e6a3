"""The benchmarks' truth: what is planted is what stands in the file, and brute force finds it."""

import importlib
import json
import random
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ROWS = 3_000


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("planted")


@pytest.fixture
def brute(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("brute")


def spoken(row: dict[str, Any]) -> str:
    return "\n".join(turn["content"] for turn in row["messages"] if turn["role"] != "system")


def test_truth_is_what_stands_in_the_file(
    planted: Any, brute: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planted, "FOLDER", tmp_path)
    made = planted.planted(ROWS)
    texts = [spoken(json.loads(line)) for line in made.data.read_text().splitlines()]
    pairs = made.pairs()
    assert len(texts) == ROWS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["planted-7-3000.csv", "planted-7-3000.jsonl"]
    for pair in pairs:
        assert pair.earlier < pair.later
        assert brute.jaccard(texts[pair.earlier], texts[pair.later]) == pytest.approx(pair.jaccard, abs=1e-6)
        assert (texts[pair.earlier] == texts[pair.later]) == (pair.kind == "exact")
    assert all(pair.jaccard == 1 for pair in pairs if pair.kind in ("exact", "norm"))
    edited = [pair.jaccard for pair in pairs if pair.kind in planted.EDITS]
    tenths = [sum(low / 10 <= value < (low + 1) / 10 for value in edited) for low in range(4, 10)]
    assert sum(tenths) == len(edited)
    assert min(tenths) > len(edited) / 10

    found = {(pair.earlier, pair.later) for pair in brute.alike([brute.grams(text) for text in texts], 0.1)}
    sources = {pair.later: pair.earlier for pair in pairs}
    assert {(pair.earlier, pair.later) for pair in pairs} <= found
    assert all(sources.get(one, one) == sources.get(other, other) for one, other in found), (
        "rows that do not stem from one source have less than a tenth in common"
    )


def test_a_smaller_corpus_is_the_head_of_a_larger_one(planted: Any) -> None:
    assert list(islice(planted.rows(3), 300)) == list(islice(planted.rows(3), 600))[:300]
    assert next(planted.rows(3)) != next(planted.rows(4))


def test_brute_force_finds_every_pair(brute: Any) -> None:
    draw = random.Random(5)
    rows = [set(draw.choices("abcdefghij", k=draw.randint(0, 8))) for _ in range(120)]
    expected = {
        (earlier, later, len(rows[earlier] & rows[later]) / len(rows[earlier] | rows[later]))
        for later in range(len(rows))
        for earlier in range(later)
        if len(rows[earlier] & rows[later]) >= 0.8 * len(rows[earlier] | rows[later]) > 0
    }
    assert len(expected) > 20
    assert set(brute.alike(rows, 0.8)) == expected


def test_a_cluster_is_superfluous_but_for_its_first_row(brute: Any) -> None:
    pairs = [brute.Alike(2, 7, 0.9), brute.Alike(4, 7, 1.0), brute.Alike(8, 9, 1.0)]
    clusters = brute.Clusters(iter(pairs))
    assert clusters.partnered == {2, 4, 7, 8, 9}
    assert clusters.superfluous == {4, 7, 9}
    assert clusters.edited == {4}


def test_boilerplate_is_left_out_where_it_is_named(brute: Any) -> None:
    one, other = "You are a kind helper. Why is it so?", "you ARE a kind\thelper! When was it there"
    assert brute.grams("a b  C, d e_1 f") == {"a b c d e_1", "b c d e_1 f"}
    assert brute.jaccard(one, other) == pytest.approx(1 / 9)
    assert brute.jaccard(one, other, {"you are a kind helper"}) == 0
