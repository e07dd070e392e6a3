"""What became of the rows: counted by split and by field, with examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.mask import window
from ftlint.engine.diff.columns import Columns
from ftlint.engine.diff.fields import differences, pattern, shown
from ftlint.engine.diff.matching import BY_ID, BY_LIKENESS, BY_PROMPT, BY_TEXTS, SAME, Matches, reordered
from ftlint.engine.diff.reader import RowReader, strings
from ftlint.engine.diff.version import Version
from ftlint.model import SPLITS
from ftlint.model.dataset_diff import (
    ChangedRow,
    Converted,
    FieldCount,
    FoundRow,
    How,
    Moved,
    RowsDiff,
    SplitDiff,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOW: Mapping[int, How] = {BY_ID: "id", BY_TEXTS: "texts", BY_PROMPT: "prompt", BY_LIKENESS: "near"}

COUNTED = 20_000
"""Changed rows that are read again to count the fields that differ."""

AT_ONCE = 1_000
SHOWN_FIELDS = 20
MOST_FIELDS = 10_000
"""Different fields that are counted: more are there only where values stand for keys."""

SHOWN_VALUES = 4
"""Values of a changed row that are shown."""

TRAINED = ("train", "general")
HELD_OUT = ("validation", "test")


class Found(NamedTuple):
    """Matched and unmatched rows of two versions. `splits` are the names of the splits by number."""

    old: Columns
    new: Columns
    matches: Matches
    removed: NDArray[Any]
    added: NDArray[Any]
    counterparts: NDArray[Any]
    splits: Sequence[str]

    @property
    def moved(self) -> NDArray[Any]:
        """A mask of the matches that stand in another split."""
        moved: NDArray[Any] = self.old.split[self.matches.old] != self.new.split[self.matches.new]
        return moved

    @property
    def in_file(self) -> NDArray[Any]:
        """A mask of those that stand in the same file, or in what it is called now."""
        held: NDArray[Any] = (
            self.counterparts[self.old.file[self.matches.old]] == self.new.file[self.matches.new]
        )
        return held


def counted(found: Found) -> tuple[RowsDiff, list[SplitDiff]]:
    import numpy as np

    same = found.matches.how == SAME
    moved, in_file = found.moved, found.in_file
    orders = _orders(found)
    total = RowsDiff(
        same=int(same.sum()),
        added=len(found.added),
        removed=len(found.removed),
        changed=int((~same).sum()),
        moved=int(moved.sum()),
        refiled=int((~moved & ~in_file).sum()),
        reordered=sum(orders.values()),
    )
    old, new = found.old.split[found.matches.old], found.new.split[found.matches.new]
    splits = []
    for number, name in enumerate(found.splits):
        here = (old == number) & (new == number)
        splits.append(
            SplitDiff(
                name,
                old=int((found.old.split == number).sum()),
                new=int((found.new.split == number).sum()),
                same=int((here & same).sum()),
                added=int((found.new.split[found.added] == number).sum()),
                removed=int((found.old.split[found.removed] == number).sum()),
                changed=int((here & ~same).sum()),
                moved_in=int((moved & (new == number)).sum()),
                moved_out=int((moved & (old == number)).sum()),
                reordered=orders[number],
            )
        )
    assert total.same + total.changed == len(np.unique(found.matches.new))
    return total, sorted(splits, key=lambda split: _order(split.name))


def _order(name: str) -> tuple[int, str]:
    return (SPLITS.index(name) if name in SPLITS else len(SPLITS), name)


def _orders(found: Found) -> Counter[int]:
    """How many rows stand in another order within their files, by split."""
    import numpy as np

    orders: Counter[int] = Counter()
    kept = np.flatnonzero(found.in_file & ~found.moved)
    old, new = found.matches.old[kept], found.matches.new[kept]
    files = found.old.file[old]
    for file in np.unique(files).tolist():
        here = files == file
        split = int(found.old.split[old[here][0]])
        orders[split] += reordered(found.new.row[new[here]])
    return orders


def moves(found: Found, old: Version, new: Version, examples: int) -> list[Moved]:
    """Rows that stand in another split, leaks first."""
    import numpy as np

    matches, moved = found.matches, found.moved
    pairs = Counter(
        zip(
            found.old.split[matches.old[moved]].tolist(),
            found.new.split[matches.new[moved]].tolist(),
            strict=True,
        )
    )
    told = []
    for (before, after), rows in pairs.items():
        here = np.flatnonzero(
            (found.old.split[matches.old] == before) & (found.new.split[matches.new] == after)
        )[:examples]
        places = [(old.place(matches.old[at]), new.place(matches.new[at])) for at in here]
        names = found.splits[before], found.splits[after]
        told.append(Moved(*names, rows, names[0] in TRAINED and names[1] in HELD_OUT, places))
    return sorted(told, key=lambda move: (not move.leak, _order(move.old), _order(move.new)))


def conversions(found: Found, old: Version, new: Version) -> tuple[list[Converted], NDArray[Any]]:
    """Rows that say the same in another format, and a mask of those matches."""
    import numpy as np

    matches = found.matches
    names: dict[str, int] = {}
    kinds = [
        np.array(
            [names.setdefault(plan.format.name if plan.format else "", len(names)) for plan in version.plans],
            np.int64,
        )
        for version in (old, new)
    ]
    before, after = kinds[0][found.old.file[matches.old]], kinds[1][found.new.file[matches.new]]
    texts = found.old.texts[matches.old]
    mask = (matches.how != SAME) & (before != after) & (texts != 0) & (texts == found.new.texts[matches.new])
    called = list(names)
    counts = Counter(zip(before[mask].tolist(), after[mask].tolist(), strict=True))
    told = [Converted(called[one], called[other], rows) for (one, other), rows in counts.items()]
    return sorted(told, key=lambda each: (-each.rows, each.old, each.new)), mask


class Changes(NamedTuple):
    """Fields that differ in changed rows, of so many of them, and examples."""

    fields: Sequence[FieldCount]
    counted: int
    examples: Sequence[ChangedRow]


def changes(
    found: Found, edited: NDArray[Any], readers: tuple[RowReader, RowReader], examples: int
) -> Changes:
    """Of the matches at `edited`, in order: what differs in them."""
    fields: Counter[str] = Counter()
    told: list[ChangedRow] = []
    some = edited[:COUNTED]
    for start in range(0, len(some), AT_ONCE):
        run = some[start : start + AT_ONCE]
        old, new = found.matches.old[run].tolist(), found.matches.new[run].tolist()
        records = zip(readers[0].records(old), readers[1].records(new), strict=True)
        for at, left, right, (before, after) in zip(run.tolist(), old, new, records, strict=True):
            pairs = differences(before, after)
            for found_at in {pattern(pair.steps) for pair in pairs}:
                if found_at in fields or len(fields) < MOST_FIELDS:
                    fields[found_at] += 1
            if len(told) < examples:
                versions = readers[0].version, readers[1].version
                told.append(
                    ChangedRow(
                        versions[0].place(left),
                        versions[1].place(right),
                        HOW[int(found.matches.how[at])],
                        found.matches.likeness.get(left),
                        [
                            shown(
                                pair,
                                versions[0].hidden(left, pair.pointer),
                                versions[1].hidden(right, pair.pointer),
                            )
                            for pair in pairs[:SHOWN_VALUES]
                        ],
                        len(pairs),
                    )
                )
    order = sorted(fields.items(), key=lambda item: (-item[1], item[0]))
    return Changes([FieldCount(*each) for each in order[:SHOWN_FIELDS]], len(some), told)


def found_rows(reader: RowReader, rows: NDArray[Any], examples: int) -> list[FoundRow]:
    """The first of some rows, each with where it stands and masked how it begins."""
    some = rows[:examples].tolist()
    return [
        FoundRow(reader.version.place(index), _beginning(reader.version, index, record))
        for index, record in zip(some, reader.records(some), strict=True)
    ]


def _beginning(version: Version, index: int, record: Any) -> str:
    """The beginning of what a row asks last, or else of its longest text, masked."""
    known = version.plan(index).format
    texts = [] if known is None else [text for text in known.texts(record) if text.value.strip()]
    asked = [text for text in texts if text.where == "prompt"] or texts
    if asked:
        return _head(asked[-1].value, version.hidden(index, asked[-1].pointer))
    return _head(max(strings(record), key=len, default=""), ())


def _head(text: str, hidden: Sequence[tuple[int, int]]) -> str:
    return window(text, 0, 0, before=0, after=80, hidden=hidden)[0].strip()


def hows(matches: Matches) -> Iterator[tuple[How, int]]:
    """How changed rows were matched, and how many of them."""
    for number, how in HOW.items():
        rows = int((matches.how == number).sum())
        if rows:
            yield how, rows
