"""Of places that overlap, which stay."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect.spans import apart
from ftlint.model import Span


def spans(places: list[tuple[int, int]]) -> list[Span]:
    return [Span(f"k{rank}", start, start + length) for rank, (start, length) in enumerate(places)]


def test_the_first_of_two_stays() -> None:
    assert [span.kind for span in apart(spans([(5, 5), (0, 6), (10, 2), (9, 2)]))] == ["k0", "k2"]
    assert apart([]) == []


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=30))
def test_it_keeps_what_overlaps_nothing_kept_before(places: list[tuple[int, int]]) -> None:
    given = spans(places)
    kept: list[Span] = []
    for span in given:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    found = apart(given)
    assert found == sorted(kept, key=lambda span: span.start)
    assert all(one.end <= other.start for one, other in pairwise(found))
