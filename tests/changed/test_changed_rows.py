"""Which rows changed, against what the definition says: rows that the older file holds fewer times."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.engine import changed_rows as module
from ftlint.engine.changed_rows import changed_rows, unmatched
from ftlint.engine.lint import planned
from ftlint.engine.plan import RuleSet
from ftlint.read.classify import classify
from ftlint.settings import Settings

LINES = st.sampled_from(
    [
        *(json.dumps({"text": f"row {number}"}) for number in range(6)),
        '{"text": "broken',
        '{"text" : "row 1"}',
        '{"text": "row  1"}',
        "[1, 2]",
    ]
)


@given(old=st.lists(LINES, min_size=1, max_size=30), new=st.lists(LINES, min_size=1, max_size=30))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kept_are_rows_that_the_older_file_does_not_hold(
    old: list[str], new: list[str], tmp_path: Path
) -> None:
    (tmp_path / "old.jsonl").write_text("\n".join(old) + "\n")
    (tmp_path / "new.jsonl").write_text("\n".join(new))
    older, newer = (classify(str(tmp_path / name), name)[0] for name in ("old.jsonl", "new.jsonl"))
    if "none" in (older.container, newer.container) or "json" in (older.container, newer.container):
        return
    places = module._places(newer, Settings())
    found = changed_rows(newer, places, older, Settings())
    left = Counter(line.replace(" :", ":") for line in old)
    expected = []
    for index, line in enumerate(line.replace(" :", ":") for line in new):
        if left[line]:
            left[line] -= 1
        else:
            expected.append(index)
    kept = [new[index] for index in range(len(new)) if index in found]
    assert len(found) == len(expected)
    assert Counter(line.replace(" :", ":") for line in kept) == Counter(
        new[index].replace(" :", ":") for index in expected
    )


@given(st.lists(st.integers(-5, 5), max_size=60), st.lists(st.integers(-5, 5), max_size=60))
@settings(max_examples=200, deadline=None)
def test_both_ways_to_match_agree(new: list[int], old: list[int]) -> None:
    small = unmatched(new, old)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SORTED_FROM", 0)
        assert unmatched(new, old) == small
    assert Counter(new[index] for index in small[0]) == Counter(new) - Counter(old)
    assert Counter(old[index] for index in small[1]) == Counter(old) - Counter(new)


def test_rows_stand_where_a_scan_has_them(tmp_path: Path) -> None:
    """Broken and blank lines between rows do not shift what is compared."""
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "1"}\n\n{"text": \n{"text": "2"}\n')
    source = classify(str(file), "a.jsonl")[0]
    plans, _ = planned([], Settings(), RuleSet(()), 0)
    assert plans == []
    partial = module._places(source, Settings())
    assert [text for _, text in module._texts(source, partial.places, range(partial.rows))] == [
        b'{"text": "1"}',
        b'{"text": ',
        b'{"text": "2"}',
    ]
