"""What comparing the rows of a dataset said before: of all of it, or, where a file has changed, of pairs.

Kept are positions and similarities of rows, and hashes of what they hold.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ftlint.detect.near.sketches import Sketches
from ftlint.engine.alike import likeness
from ftlint.engine.comparison import Compared
from ftlint.engine.executors import Executor
from ftlint.engine.hashing import content_hash
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.model import Part
from ftlint.model.near import Alike, Likeness

Contents = tuple[int, int]
"""What two rows hold, as hashes, the lesser first."""

COLUMNS = ("positions", "others", "similarities", "firsts", "sizes", "equals")


class Recalled:
    """Similarities of pairs by what the rows hold, and what the rows of a crowd share.

    Each stands under what was left out of the rows when they were compared. Only what a run asks for or finds
    is kept for the next.
    """

    def __init__(self, state: Sequence[Any] | None = None) -> None:
        self._before: dict[str, dict[Contents, float]] = {}
        self._shared: dict[str, bytes] = {}
        self.similarities: dict[str, dict[Contents, float]] = {}
        self.shared: dict[str, bytes] = {}
        if state is not None:
            pairs, self._shared = state
            for left_out, (lesser, greater, similarities) in pairs.items():
                contents = zip(lesser, greater, strict=True)
                self._before[left_out] = dict(zip(contents, similarities, strict=True))

    def state(self) -> list[Any]:
        pairs = {
            left_out: [
                array("Q", [lesser for lesser, _ in known]),
                array("Q", [greater for _, greater in known]),
                array("d", known.values()),
            ]
            for left_out, known in self.similarities.items()
        }
        return [pairs, self.shared]

    def similarity(self, left_out: str, contents: Contents) -> float | None:
        found = self._before.get(left_out, {}).get(contents)
        if found is not None:
            self.found(left_out, contents, found)
        return found

    def found(self, left_out: str, contents: Contents, similarity: float) -> None:
        self.similarities.setdefault(left_out, {})[contents] = similarity

    def template(self, left_out: str, contents: Collection[int]) -> tuple[str, bytes | None]:
        """What rows share, by the name to keep it under."""
        held = array("Q", sorted(contents)).tobytes()
        name = content_hash(left_out.encode() + held)
        if name in self._shared:
            self.shared[name] = self._shared[name]
        return name, self._shared.get(name)


def recalled(
    kind: type[Sketches],
    similarities: Sequence[float],
    plans: Sequence[FilePlan],
    parts: Sequence[Part],
    partials: Sequence[Partial],
    executor: Executor,
    rules: RuleSet,
    cache: Any,
) -> Mapping[float, Likeness]:
    """Who is near whom by one view: as an earlier run found it in the same files, else found now."""
    files = [plan.source.file for plan in plans]
    contents = [] if any(plan.source.origin for plan in plans) else [cache.content(file) for file in files]
    if not contents or not all(contents):
        return likeness(kind, similarities, plans, parts, partials, executor)
    name = f"{kind.__module__}.{kind.__qualname__}"
    steering = [cache.steering(plan, rules) for plan in plans]
    key = "near", name, similarities, contents, steering, [plan.split for plan in plans]
    state = cache.known(*key)
    if state is not None:
        sketches: list[Any] = [partial.measures[kind] for partial in partials]
        rows = Compared(plans, parts, partials, sketches)
        return {similarity: _likeness(told, rows) for similarity, told in state.items()}
    pairs = "pairs", name, plans[0].dataset
    known = Recalled(cache.known(*pairs))
    found = likeness(kind, similarities, plans, parts, partials, executor, known)
    cache.tell({similarity: _state(told) for similarity, told in found.items()}, files, *key)
    if known.similarities or known.shared:
        cache.tell(known.state(), files, *pairs)
    return found


def _state(told: Likeness) -> list[Any]:
    return [
        {split: _columns(alike) for split, alike in told.within.items()},
        {pair: _columns(alike) for pair, alike in told.across.items()},
    ]


def _columns(alike: Alike) -> list[Any]:
    return [getattr(alike, name) for name in COLUMNS]


def _likeness(state: Sequence[Any], rows: Compared) -> Likeness:
    within, across = state
    return Likeness(
        {split: _alike(columns, rows) for split, columns in within.items()},
        {pair: _alike(columns, rows) for pair, columns in across.items()},
    )


def _alike(columns: Sequence[Any], rows: Compared) -> Alike:
    alike = Alike(rows.place)
    for name, column in zip(COLUMNS, columns, strict=True):
        setattr(alike, name, column)
    return alike
