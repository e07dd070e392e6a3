"""Which rows go now: of rows that repeat each other one always stays."""

from __future__ import annotations

import random

import pytest

from ftlint.engine.fixes import _waiting
from ftlint.model import Drop, Finding, Fix, Related

DROP = Fix("drop this row", (Drop(),), safe=False)
Pair = tuple[str, str, int, str, int]


def told(code: str, path: str, row: int, other: str = "", before: int = 0) -> Finding:
    return Finding(
        "told", row=row, path=path, code=code, fix=DROP, related=Related(other, before) if other else None
    )


def now(found: list[Finding]) -> list[tuple[str, str, int | None]]:
    waiting = _waiting(found)
    return [(each.code, each.path, each.row) for each in found if id(each) not in waiting]


@pytest.mark.parametrize(
    ("found", "goes"),
    [
        # a chain of one rule goes at once, whatever its length
        ([told("D1", "a", row, "a", row - 1) for row in range(1, 5)], [1, 2, 3, 4]),
        # what two rules say: the copies go first, what is nearly a copy once they are gone
        ([told("D4", "a", 1, "a", 0), told("D1", "a", 2, "a", 1), told("D1", "a", 3, "a", 1)], [2, 3]),
        # each repeats the other: one stays
        ([told("D1", "a", 0, "a", 1), told("D1", "a", 1, "a", 0)], [0]),
        # what it repeats is broken and goes: it stays
        ([told("F1", "a", 0), told("D1", "a", 1, "a", 0)], [0]),
        ([told("F1", "a", 0), told("D1", "a", 1, "a", 0), told("D1", "a", 2, "a", 1)], [0, 2]),
    ],
)
def test_what_goes_now(found: list[Finding], goes: list[int]) -> None:
    assert [row for _, _, row in now(found)] == goes


def test_a_leak_goes_before_what_is_nearly_a_copy() -> None:
    # row 1 is nearly row 2, and row 2 stands in the test split, too: when that is gone, row 1 is alone
    found = [told("D4", "train", 1, "train", 2), told("L1", "train", 2, "test", 7)]
    assert now(found) == [("L1", "train", 2)]


def test_whatever_is_told_one_of_each_stays() -> None:
    draw = random.Random(11)
    for _ in range(400):
        found = []
        for _ in range(draw.randrange(1, 25)):
            mine, other = ((draw.choice("ab"), draw.randrange(5)) for _ in range(2))
            if draw.random() < 0.1:
                found.append(told("F1", *mine))
            elif mine != other:
                found.append(told(draw.choice(["D1", "D4", "L1"]), *mine, *other))
        waiting = _waiting(found)
        going = [each for each in found if id(each) not in waiting]
        gone = {(each.path, each.row) for each in going}
        broken = {(each.path, each.row) for each in going if each.related is None}
        assert going or not found
        for place in gone - broken:
            # some way from row to row, each for the same rule, ends at one that stays
            assert any(_ends(each, going, gone) for each in going if (each.path, each.row) == place), found


def _ends(finding: Finding, going: list[Finding], gone: set[tuple[str, int | None]]) -> bool:
    reached = {(finding.path, finding.row)}
    while True:
        following = {
            (each.related.path, each.related.row)
            for each in going
            if each.code == finding.code and each.related is not None and (each.path, each.row) in reached
        }
        if following - gone:
            return True
        if following <= reached:
            return False
        reached |= following
