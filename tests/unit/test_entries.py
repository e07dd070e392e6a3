"""Findings in columns: the same findings come out, in the same order, and what they share is kept once."""

import pickle
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect import repeats
from ftlint.engine import entries as module
from ftlint.engine.bind import bind
from ftlint.engine.cache_values import partial_packed, partial_unpacked
from ftlint.engine.entries import Entries
from ftlint.engine.executors import Serial
from ftlint.engine.groups import FileGroup
from ftlint.engine.lint import check
from ftlint.engine.partial import Partial, Verdict
from ftlint.engine.plan import RuleSet
from ftlint.model import Drop, Finding, Fix, Record, Related, SetValue
from ftlint.read.discover import discover
from ftlint.rule import Rule, Severity
from ftlint.settings import Settings

DROP = Fix("drop this row", (Drop(),), safe=False)

numbers = st.one_of(st.none(), st.integers(0, 9), st.sampled_from([2**31 - 1, 2**31, 2**40, 2**62 - 1]))
odd = st.sampled_from([-1, -7, 2**62, 2**63, True])
fixes = st.sampled_from(
    [None, None, DROP, Fix("set", (SetValue("/a", "b"),))]
    + [Fix("set", (SetValue("/a", value),)) for value in (1, True, 1.0, [1], {"a": True})]
)


def findings(number: st.SearchStrategy[Any] = numbers) -> st.SearchStrategy[list[Finding]]:
    return st.lists(
        st.builds(
            Finding,
            message=st.sampled_from(["one", "two"]),
            row=number,
            pointer=st.sampled_from(["", "/a", "/b"]),
            start=number,
            end=number,
            path=st.sampled_from(["", "a.jsonl"]),
            line=number,
            column=number,
            end_line=number,
            end_column=number,
            offset=number,
            severity=st.sampled_from([None, Severity.INFO, Severity.ERROR]),
            fix=fixes,
            help=st.sampled_from(["", "mend it"]),
            kind=st.sampled_from(["", "email"]),
            fingerprint=number,
            related=st.one_of(st.none(), st.builds(Related, st.sampled_from(["", "a"]), number, number)),
        ),
        max_size=30,
    )


any_findings = st.one_of(findings(), findings(st.one_of(numbers, odd)))


def by_place(found: Iterable[Finding]) -> list[Finding]:
    """What the order is: by row, the whole file first, then by place in the row."""
    return sorted(
        found,
        key=lambda f: (-1 if f.row is None else f.row, f.line or 0, f.pointer, f.start or 0, f.message),
    )


def told(found: Iterable[Finding]) -> list[str]:
    """Findings so that 1, 1.0 and true are three things."""
    return [repr(finding) for finding in found]


@given(any_findings)
def test_what_goes_in_comes_out(found: list[Finding]) -> None:
    entries = Entries(found)
    assert told(entries) == told(found)
    assert len(entries) == len(found)
    assert told(pickle.loads(pickle.dumps(entries))) == told(found)
    for safe in (True, False):
        assert entries.fixes(safe) == sum(f.fix is not None and f.fix.safe is safe for f in found)


@given(any_findings, st.integers(0, 31))
def test_the_order_is_by_place(found: list[Finding], limit: int) -> None:
    entries = Entries(found)
    assert told(entries.in_row_order()) == told(by_place(found))
    assert told(entries.in_row_order(limit))[:limit] == told(by_place(found))[:limit]


@given(findings())
def test_numpy_sorts_alike(found: list[Finding]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LARGE", 2)
        assert told(Entries(found).in_row_order()) == told(by_place(found))


@given(any_findings, any_findings, st.sampled_from([0, 1, 5, 2**31 - 1]), st.integers(0, 3))
def test_shards_are_put_together(first: list[Finding], second: list[Finding], rows: int, lines: int) -> None:
    entries, later = Entries(first), Entries(second)
    entries.extend(later, rows, lines)
    wanted = [
        f._replace(
            row=None if f.row is None else f.row + rows,
            line=None if f.line is None else f.line + lines,
            end_line=None if f.end_line is None else f.end_line + lines,
        )
        for f in second
    ]
    assert [*entries] == [*first, *wanted]
    assert told(later) == told(second)
    entries.append(Finding("last", row=1))
    assert [*entries][-1] == Finding("last", row=1)


@given(any_findings, st.sets(st.integers(0, 9)))
def test_rows_and_severities_are_told_apart(found: list[Finding], rows: set[int]) -> None:
    entries = Entries(found)
    assert told(entries.without_rows(rows)) == told(f for f in found if f.row not in rows)
    parts = entries.by(lambda finding: finding.severity)
    assert {kind: told(part) for kind, part in parts.items()} == {
        kind: told(f for f in found if f.severity == kind) for kind in {f.severity for f in found}
    }


@given(findings())
def test_the_cache_brings_them_back(found: list[Finding]) -> None:
    partial = Partial()
    kept = [f._replace(path="", code="", name="", fix=DROP if f.fix else None) for f in found]
    for finding in kept:
        partial.findings["QUAL001"].append(finding)
    again = partial_unpacked(partial_packed(partial), {})
    wanted = [f._replace(fix=f.fix and f.fix._replace(edits=())) for f in kept]
    assert told(again.findings["QUAL001"]) == told(wanted)


def bytes_each(entries: Entries) -> int:
    return entries.which.itemsize + sum(column.itemsize for column in entries.columns if column is not None)


def test_a_repeated_row_costs_a_few_bytes() -> None:
    entries = Entries(
        Finding("same as an earlier row", row=row, path="a", related=Related("a", row // 2), fix=DROP)
        for row in range(5000)
    )
    assert len(entries.templates) == 1
    assert bytes_each(entries) == 12
    rows = entries.columns[0]
    assert rows is not None
    assert len(rows) == len(entries.which) == 5000


def test_a_text_finding_costs_a_few_bytes_and_a_placed_one_forty() -> None:
    texts = Entries(Finding("refusal", row=n, pointer=f"/m/{n % 9}", start=n, end=n + 4) for n in range(900))
    assert (len(texts.templates), bytes_each(texts)) == (9, 16)
    placed = Entries(
        Finding("x", 1, "", 2, 3, "", 4, 5, 6, 7, 8, related=Related("a", n)) for n in range(900)
    )
    assert (len(placed.templates), bytes_each(placed)) == (1, 40)


def test_numbers_past_32_bits_widen_their_own_column_alone() -> None:
    entries = Entries([Finding("x", row=1, offset=9), Finding("x", row=2, offset=1 << 40)])
    assert [column.typecode for column in entries.columns if column is not None] == ["i", "q"]


def test_messages_that_all_differ_are_looked_up_no_further_than_so_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_KNOWN", 10)
    found = [Finding(f"{number % 25} of them", row=number) for number in range(100)]
    entries = Entries(found)
    assert [*entries] == found
    assert len(entries.templates) == 100
    assert len(entries._known) <= 10


def test_the_first_few_are_made_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = Entries(Finding("x", row=row, related=Related("a", 0)) for row in range(10_000))
    made = []
    one = Entries.__getitem__
    monkeypatch.setattr(Entries, "__getitem__", lambda self, index: made.append(index) or one(self, index))
    group = FileGroup("a", Rule_(), Severity.INFO, [entries], {})
    assert [finding.row for finding in group.findings(3)] == [0, 1, 2]
    assert len(made) <= 4


class Rule_(Rule[Record]):  # noqa: N801
    """A rule that finds nothing."""

    code, name, severity = "XXX001", "none", Severity.INFO
    headline = "{count} of {related}"
    help = "mend them"


def test_a_group_merges_its_findings_and_the_rows_of_structures() -> None:
    parts: list[Entries | Verdict] = [
        Entries([Finding("late", row=7, related=Related("b")), Finding("file")]),
        Verdict("XXX001", Finding("shape", fix=DROP), array("I", [1, 7])),
        Entries([Finding("early", row=1, help="own")]),
    ]
    group = FileGroup("a", Rule_(), Severity.ERROR, parts, {})
    assert [(f.row, f.message, f.help) for f in group.findings()] == [
        (None, "file", "mend them"),
        (1, "early", "own"),
        (1, "shape", "mend them"),
        (7, "late", "mend them"),
        (7, "shape", "mend them"),
    ]
    assert (group.count, group.safe_fixes, group.unsafe_fixes) == (5, 0, 2)
    assert group.headline == "5 of b"
    left, dropped = group.without(lambda finding, identity: finding.message != "shape")
    assert dropped == 3
    assert left is not None
    assert [(f.row, f.message) for f in left.findings()] == [(1, "shape"), (7, "shape")]
    assert group.without(lambda finding, identity: True) == (None, 5)


def test_a_rule_that_breaks_late_leaves_none_of_its_findings(
    tmp_path: Path, write: Callable[[str, Any], Path]
) -> None:
    from ftlint.model import Dataset

    class Late(Rule[Dataset]):
        """Late."""

        code, name, severity = "XXX002", "late", Severity.INFO

        def check(self, dataset: Dataset) -> Iterable[Finding]:
            yield Finding("one", row=0)
            raise RuntimeError

    write("train.jsonl", [{"prompt": "a", "completion": "b"}] * 3)
    settings = Settings(root=str(tmp_path))
    bindings = bind(discover([str(tmp_path)], settings), settings)
    report = check(bindings, settings, RuleSet([Late()]), executor=Serial())
    assert len(report.failures) == 1
    assert not report.groups


rows_of_few = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), min_size=1, max_size=60)


@given(rows_of_few, st.lists(st.integers(0, 20), min_size=1, max_size=60))
def test_sorted_columns_find_what_a_dictionary_finds(rows: list[tuple[int, int]], others: list[int]) -> None:
    groups = array("Q", [group for group, _ in rows])
    keys = array("Q", [group * 3 + answer for group, answer in rows])
    ends = [len(rows) // 2, len(rows)]

    def all_of_it() -> list[Any]:
        return [
            list(repeats.repeats(keys)),
            repeats.differing(groups, keys, 0),
            list(repeats.shared(keys, array("Q", others))),
            repeats.repeats_by_file(keys, ends, 0),
        ]

    small = all_of_it()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "LARGE", 1)
        assert all_of_it() == small
