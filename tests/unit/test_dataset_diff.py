"""Matching, reordering, fields and shifts of `ftlint data diff`, against their definitions."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.detect.measures.row_digests import NO_ID, RowDigests, canonical, id_hash
from ftlint.detect.shift import MODERATE, _chi_squared_95, kolmogorov_smirnov, ordered, unordered
from ftlint.engine.bind import bind
from ftlint.engine.diff.fields import differences, pattern, shown
from ftlint.engine.diff.matching import reordered
from ftlint.engine.diff.sides import aligned, on_disk
from ftlint.engine.diff.whole import compare
from ftlint.model.dataset_diff import DatasetDiff
from ftlint.read.discover import discover
from ftlint.settings import Settings

QUICK = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

TEXTS = [
    "Yes",
    "No",
    "the courier left the parcel with a neighbour",
    "the courier left a parcel with a neighbour",
]
rows = st.builds(
    lambda prompt, answer, source: {
        "prompt": prompt,
        "completion": answer,
        **({"source": source} if source else {}),
    },
    st.sampled_from([f"Where is it, {text}?" for text in TEXTS]),
    st.sampled_from(TEXTS),
    st.sampled_from(["", "a", "b"]),
)
with_ids = st.lists(
    st.builds(lambda row, number: {**row, "id": number}, rows, st.integers(0, 12)),
    unique_by=lambda row: row["id"],
)
splits = st.fixed_dictionaries(
    {"train": st.lists(rows, max_size=12), "val": st.lists(rows, max_size=5)}
) | st.fixed_dictionaries({"train": with_ids, "val": st.just([])})


def compared(folder: Path, old: dict[str, list[Any]], new: dict[str, list[Any]]) -> DatasetDiff:
    for name, sides in (("old", old), ("new", new)):
        (folder / name).mkdir(exist_ok=True)
        for split, some in sides.items():
            (folder / name / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some))
    chosen = Settings(root=str(folder))
    sides = [on_disk([str(folder / name)], chosen) for name in ("old", "new")]
    return compare(*aligned(*sides), chosen, [])


def contents(side: dict[str, list[Any]], split: str = "") -> Counter[bytes]:
    return Counter(
        canonical(row) for name, some in side.items() for row in some if name == split or not split
    )


@QUICK
@given(splits, splits)
def test_counts_are_those_of_multisets_and_the_same_both_ways_round(
    tmp_path: Path, old: dict[str, list[Any]], new: dict[str, list[Any]]
) -> None:
    forth, back = compared(tmp_path, old, new), compared(tmp_path, new, old)
    one, other = contents(old), contents(new)
    rows = forth.rows
    assert rows.same == (one & other).total()
    assert rows.same + rows.changed + rows.removed == one.total()
    assert rows.same + rows.changed + rows.added == other.total()
    assert rows.changed == sum(forth.how.values())
    assert forth.differs or one == other
    assert rows == back.rows._replace(added=back.rows.removed, removed=back.rows.added)
    assert forth.how == back.how
    assert {(move.old, move.new): move.rows for move in forth.moved} == {
        (move.new, move.old): move.rows for move in back.moved
    }
    for split in forth.splits:
        name = "val" if split.name == "validation" else split.name
        assert split.old == len(old[name]) == split.same + split.changed + split.removed + split.moved_out
        assert split.new == len(new[name]) == split.same + split.changed + split.added + split.moved_in
        assert split.same == (contents(old, name) & contents(new, name)).total()
    for shift, mirrored in zip(forth.total.shifts, back.total.shifts, strict=True):
        assert (shift.name, shift.level, shift.d) == (mirrored.name, mirrored.level, mirrored.d)
        assert shift.psi == pytest.approx(mirrored.psi)


@QUICK
@given(st.lists(rows, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_a_permutation_is_reordered_and_nothing_else(
    tmp_path: Path, some: list[Any], draw: random.Random
) -> None:
    mixed = list(some)
    draw.shuffle(mixed)
    diff = compared(tmp_path, {"train": some, "val": []}, {"train": mixed, "val": []})
    assert diff.rows._replace(reordered=0) == (len(some), 0, 0, 0, 0, 0, 0, 0, 0)
    assert diff.rows.reordered < len(some)
    assert (diff.rows.reordered == 0) == (some == mixed)
    assert not compared(tmp_path, {"train": some, "val": []}, {"train": some, "val": []}).differs


@given(st.permutations(range(9)))
def test_reordered_rows_are_the_fewest_that_would_have_to_move(places: list[int]) -> None:
    import numpy as np

    longest = [0] * len(places)
    for at, place in enumerate(places):
        longest[at] = 1 + max((longest[before] for before in range(at) if places[before] < place), default=0)
    assert reordered(np.array(places)) == len(places) - max(longest)


values: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(-2, 2)
    | st.sampled_from(["a", "ab", "", "b/~"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc/~"), inner, max_size=3),
    max_leaves=12,
)


@given(values, values)
def test_values_differ_where_their_json_does(old: Any, new: Any) -> None:
    left, right = {"a": old}, {"a": new}
    found = differences(left, right)
    assert bool(found) == (json.dumps(left, sort_keys=True) != json.dumps(right, sort_keys=True))
    assert len({pair.steps for pair in found}) == len(found)
    for pair in found:
        assert shown(pair, (), ()).pointer == pair.pointer


def test_items_of_lists_are_told_where_they_came_or_went() -> None:
    old = {"messages": ["system", "asks", "answers"]}
    new = {"messages": ["system", "asks", "is asked back", "says", "answers"]}
    assert [(pair.pointer, pair.new) for pair in differences(old, new)] == [
        ("/messages/2", "is asked back"), ("/messages/3", "says")
    ]  # fmt: skip
    assert {pattern(pair.steps) for pair in differences(new, old)} == {"/messages/*"}
    assert [pair.pointer for pair in differences({"n": 1, "a": True}, {"n": 1.0, "a": 1})] == ["/n", "/a"]


def test_excerpts_are_of_where_texts_differ() -> None:
    old, new = ("word " * 300 + middle + " word" * 300 for middle in ("here", "there"))
    difference = shown(differences({"text": old}, {"text": new})[0], (), ())
    assert difference.old is not None
    assert difference.new is not None
    assert "word here word" in difference.old
    assert "word there word" in difference.new
    assert max(len(difference.old), len(difference.new)) < 100
    hidden = shown(differences({"text": "of Ann Lee"}, {"text": "of Bo Yang"})[0], [(3, 10)], [(3, 10)])
    assert (hidden.old, hidden.new) == ("of ‹…›", "of ‹…›")


def test_ids_are_short_texts_and_whole_numbers() -> None:
    assert id_hash(7) == id_hash("7") != id_hash("8")
    assert [id_hash(value) for value in (None, True, 1.5, "", "  ", "x" * 300, [1], {})] == [NO_ID] * 8


def test_digests_of_shards_add_up() -> None:
    from ftlint.engine.hashing import content_hashes
    from ftlint.formats import by_name
    from ftlint.model import Batch

    data = [
        {"text": str(n), **({"id": n} if n > 2 else {}), **({"uuid": n} if n < 2 else {})} for n in range(6)
    ]

    def measured(first: int, last: int) -> RowDigests:
        some, nothing = data[first:last], [""] * (last - first)
        made = RowDigests()
        made.add(
            Batch(
                by_name("text"),
                range(last - first),
                some,
                nothing,
                nothing,
                nothing,
                [1] * len(some),
                content_hashes,
            )
        )
        return made

    whole, parts = measured(0, 6), measured(0, 2)
    parts.merge(measured(2, 3), 2)
    parts.merge(measured(3, 6), 3)
    for column in ("id", "uuid"):
        assert whole.column(column) == parts.column(column)
    assert whole.state() == parts.state() == RowDigests.from_state(parts.state()).state()


counts = st.dictionaries(st.integers(0, 30), st.integers(1, 50), min_size=1, max_size=12)


@given(counts, counts)
def test_kolmogorov_smirnov_is_the_largest_distance(old: dict[int, int], new: dict[int, int]) -> None:
    n, m = sum(old.values()), sum(new.values())
    distances = [
        abs(sum(c for v, c in old.items() if v <= at) / n - sum(c for v, c in new.items() if v <= at) / m)
        for at in range(31)
    ]
    assert kolmogorov_smirnov(old, new) == pytest.approx(max(distances))
    shift = ordered(old, new)
    assert shift is not None
    assert shift.psi >= 0
    same = ordered(old, old)
    assert same is not None
    assert (same.psi, same.d, same.level) == (0.0, 0.0, "none")


def test_the_index_and_its_levels() -> None:
    # large samples: the sum of (p - q) ln(p / q)
    shift = unordered({"a": 50_000, "b": 50_000}, {"a": 40_000, "b": 60_000})
    assert shift is not None
    assert shift.psi == pytest.approx(0.1 * 0.405465, rel=1e-3)
    assert shift.level == "none"
    moderate = unordered({"a": 5_000, "b": 5_000}, {"a": 3_000, "b": 7_000})
    assert moderate is not None
    assert (MODERATE < moderate.psi < 0.25, moderate.level) == (True, "moderate")
    major = unordered({"a": 9_000, "b": 1_000}, {"a": 5_000, "b": 5_000})
    assert major is not None
    assert major.level == "major"
    few = unordered({"a": 5, "b": 5}, {"a": 2, "b": 8})
    assert few is not None
    assert (few.psi > MODERATE, few.level) == (True, "chance")
    assert unordered({}, {"a": 1}) is None


def test_chance_is_below_the_95th_percentile() -> None:
    # tables of chi-squared: 1, 2, 3, 9 and 99 degrees of freedom
    for degrees, known in ((1, 3.841), (2, 5.991), (3, 7.815), (9, 16.919), (99, 123.225)):
        assert _chi_squared_95(degrees) == pytest.approx(known, rel=0.01)
    draw = random.Random(4)
    above = 0
    for _ in range(400):
        one, other = (Counter(draw.choices(range(8), k=300)) for _ in range(2))
        shift = unordered(one, other)
        assert shift is not None
        above += shift.psi > shift.chance
    assert above <= 32  # 20 are to be expected


def test_files_are_paired_by_place_then_by_name_then_as_the_last_ones(tmp_path: Path) -> None:
    for name in ("v1/a/train.jsonl", "v1/b/train.jsonl", "v1/c.json", "v1/old.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('[{"text": "x"}]' if name.endswith("json") else '{"text": "x"}\n')
    for name in ("v2/b/train.jsonl", "v2/a/train.jsonl", "v2/c.jsonl.gz", "v2/renamed.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('{"text": "x"}\n')
    chosen = Settings(root=str(tmp_path))
    old, _ = aligned(on_disk([str(tmp_path / "v1")], chosen), on_disk([str(tmp_path / "v2")], chosen))
    assert old.paths == {
        "v1/a/train.jsonl": "v2/a/train.jsonl",
        "v1/b/train.jsonl": "v2/b/train.jsonl",
        "v1/c.json": "v2/c.jsonl.gz",
        "v1/old.jsonl": "v2/renamed.jsonl",
    }
    assert old.call("v2/c.jsonl.gz") == "v1/c.json"
    assert len(bind(discover([str(tmp_path / "v1")], chosen), chosen)) == 4


def test_a_template_makes_no_rows_alike(tmp_path: Path) -> None:
    template = (
        "You are the assistant of a shop of lamps, answer in one sentence and politely, the customer asks: {}"
    )

    def row(number: int, word: str = "cable") -> dict[str, str]:
        own = " ".join(f"{word}{number}{letter}" for letter in "abcdefgh")
        return {"text": template.format(own)}

    kept = [row(number) for number in range(30)]
    old = [*kept, *(row(number) for number in range(30, 42))]
    edited = [{"text": row(number)["text"] + " please"} for number in range(30, 36)]
    new = [*kept, *edited, *(row(number, "bulb") for number in range(36, 42))]
    diff = compared(tmp_path, {"train": old, "val": []}, {"train": new, "val": []})
    assert (diff.rows.changed, diff.rows.added, diff.rows.removed) == (6, 6, 6)
    assert diff.how == {"near": 6}
