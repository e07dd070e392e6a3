"""Which row of one version is which of the other.

Rows are sets with repeats: of three copies and five, three are matched. Each step matches what the steps
before left, and each is the same both ways round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.measures.row_digests import IDS
from ftlint.engine.diff.columns import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME, BY_ID, BY_TEXTS, BY_PROMPT, BY_LIKENESS = range(1, 6)
"""How two rows were matched."""

CROWD = 8
"""Rows left on a side that ask the same: of more of them, which answer was which is not to be told."""

HELD = 0.9
"""Share of the rows that must have an id for its column to be taken for one."""

STABLE = 0.5
"""Share of the rows with equal texts that must have equal ids: else ids were given anew."""


@dataclass(slots=True)
class Matches:
    """The matched rows, by index: `old[i]` is `new[i]`, known by `how[i]`; in the order of `old`.

    `likeness` is known of rows that were matched by it, by index of the old row.
    """

    old: NDArray[Any]
    new: NDArray[Any]
    how: NDArray[Any]
    likeness: dict[int, float]

    def by(self, *how: int) -> NDArray[Any]:
        """Positions of the matches of these kinds."""
        import numpy as np

        return np.flatnonzero(np.isin(self.how, how))


class Matching:
    """The rows of both versions that are matched so far, and those that are left."""

    def __init__(self, old: Columns, new: Columns, files: NDArray[Any], key: str) -> None:
        """`files` is for each file of the old version its counterpart in the new one, -1 for none."""
        import numpy as np

        self.old, self.new, self.key = old, new, key
        self.counterparts = files
        self.partner = np.full(len(old), -1, np.int64)
        self.how = np.zeros(len(old), np.uint8)
        self.taken = np.zeros(len(new), bool)
        self.likeness: dict[int, float] = {}
        self.apart = [np.zeros(len(old), bool), np.zeros(len(new), bool)]
        """Rows of either side that are no edited ones: they have an id, or both sides hold their content."""

    def exact(self) -> None:
        """Match by content, then by id, then by what rows say and what they are asked."""
        import numpy as np

        old, new = self.old, self.new
        codes = dense((np.concatenate((old.high, new.high)), np.concatenate((old.low, new.low))))
        content = codes[: len(old)], codes[len(old) :]
        files = self.counterparts[old.file], new.file.astype(np.int64)
        splits = old.split, new.split
        self._match(SAME, content, files)
        self._match(SAME, content, splits)
        self._match(SAME, content)
        self.apart = [np.isin(content[0], content[1]), np.isin(content[1], content[0])]
        if self.key:
            ids = self._ids()
            self.apart = [apart | (own != 0) for apart, own in zip(self.apart, ids, strict=True)]
            self._match(BY_ID, ids, splits, ids)
            self._match(BY_ID, ids, None, ids)
        apart = self.apart
        texts = np.where(apart[0], 0, old.texts), np.where(apart[1], 0, new.texts)
        prompts = np.where(apart[0], 0, old.prompts), np.where(apart[1], 0, new.prompts)
        self._match(BY_TEXTS, texts, files, texts)
        self._match(BY_TEXTS, texts, splits, texts)
        self._match(BY_TEXTS, texts, None, texts)
        self._match(BY_PROMPT, prompts, splits, prompts, crowd=CROWD)
        self._match(BY_PROMPT, prompts, None, prompts, crowd=CROWD)

    def left(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """The rows of either side that are not matched."""
        import numpy as np

        return np.flatnonzero(self.partner < 0), np.flatnonzero(~self.taken)

    def open(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Those of them that may be edited rows of the other side."""
        old, new = self.left()
        return old[~self.apart[0][old]], new[~self.apart[1][new]]

    def _ids(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """The ids of both versions, 0 for none: an empty version has no column."""
        import numpy as np

        found = [side.ids.get(self.key, np.zeros(len(side), np.uint64)) for side in (self.old, self.new)]
        return found[0], found[1]

    def add(self, how: int, old: NDArray[Any], new: NDArray[Any]) -> None:
        self.partner[old] = new
        self.how[old] = how
        self.taken[new] = True

    def matches(self) -> Matches:
        import numpy as np

        found = np.flatnonzero(self.partner >= 0)
        return Matches(found, self.partner[found], self.how[found], self.likeness)

    def _match(
        self,
        how: int,
        keys: tuple[NDArray[Any], NDArray[Any]],
        within: tuple[NDArray[Any], NDArray[Any]] | None = None,
        needed: tuple[NDArray[Any], NDArray[Any]] | None = None,
        crowd: int = 0,
    ) -> None:
        """Match what is left and has equal keys, and is of one group where `within` says groups.

        Rows whose `needed` is 0 are left out, and keys that more than `crowd` of them share.
        """
        import numpy as np

        old, new = self.left()
        if needed is not None:
            old, new = old[needed[0][old] != 0], new[needed[1][new] != 0]
        if not len(old) or not len(new):
            return
        columns = [np.concatenate((keys[0][old], keys[1][new]))]
        if within is not None:
            columns.append(np.concatenate((within[0][old], within[1][new])))
        codes = dense(columns)
        mine, theirs = codes[: len(old)], codes[len(old) :]
        if crowd:
            counts = np.maximum(
                np.bincount(mine, minlength=len(codes)), np.bincount(theirs, minlength=len(codes))
            )
            few_mine, few_theirs = counts[mine] <= crowd, counts[theirs] <= crowd
            old, mine, new, theirs = old[few_mine], mine[few_mine], new[few_theirs], theirs[few_theirs]
        first, second = paired(mine, theirs)
        self.add(how, old[first], new[second])


def dense(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """A number from 0 on for each row of columns, equal where the rows are."""
    import numpy as np

    order = np.lexsort(columns)
    differs = np.zeros(len(order), bool)
    for column in columns:
        ordered = column[order]
        differs[1:] |= ordered[1:] != ordered[:-1]
    codes = np.empty(len(order), np.int64)
    codes[order] = np.cumsum(differs)
    return codes


def paired(mine: NDArray[Any], theirs: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Indexes of pairs of equal codes: the first with the first, the second with the second ..."""
    import numpy as np

    _, first, second = np.intersect1d(_ranked(mine), _ranked(theirs), assume_unique=True, return_indices=True)
    return first, second


def _ranked(codes: NDArray[Any]) -> NDArray[Any]:
    """Each code with how often it stood before, in one number."""
    import numpy as np

    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    ranks = np.empty(len(codes), np.int64)
    ranks[order] = np.arange(len(codes)) - np.repeat(begins, np.diff(begins, append=len(codes)))
    return (codes << np.int64(32)) | ranks


class Key(NamedTuple):
    """The column that rows are matched by, "" for none, and what a person should know of it."""

    column: str
    note: str = ""


def detected_key(old: Columns, new: Columns) -> Key:
    """The column of ids of both versions; none where none tells rows apart, or where ids were given anew."""
    note = ""
    for column in IDS:
        if column in old.ids and column in new.ids and _tells_apart(column, old, new):
            if _is_stable(column, old, new):
                return Key(column)
            note = (
                note
                or f"{column} is another one for most rows that say the same: rows are matched by content"
            )
    return Key("", note)


def given_key(column: str, old: Columns, new: Columns) -> Key:
    """The column that a person names. Raises `FtlintError` where a version does not have it."""
    import numpy as np

    from ftlint.model import FtlintError

    repeated = 0
    for name, side in (("OLD", old), ("NEW", new)):
        ids = side.ids.get(column)
        if ids is None:
            if len(side):
                raise FtlintError(f"--id {column}: no row of {name} has a short text or a whole number there")
            continue
        written = ids[ids != 0]
        repeated += len(written) - len(np.unique(written))
    told = "1 row bears" if repeated == 1 else f"{repeated:,} rows bear"
    return Key(
        column, f"{told} the {column} of an earlier row: such rows are matched in order" if repeated else ""
    )


def _tells_apart(column: str, old: Columns, new: Columns) -> bool:
    import numpy as np

    for side in (old, new):
        ids = side.ids[column]
        written = ids[ids != 0]
        if len(written) < HELD * len(ids) or len(np.unique(written)) < len(written):
            return False
    return True


def _is_stable(column: str, old: Columns, new: Columns) -> bool:
    """Whether rows that say the same bear the same id; where no texts are known, whether most ids are on both
    sides.
    """
    import numpy as np

    ids = old.ids[column], new.ids[column]
    said = old.texts != 0, new.texts != 0
    texts = old.texts[said[0]], new.texts[said[1]]
    alike = _shared([np.concatenate(texts)], len(texts[0]))
    if alike:
        kept = np.concatenate((ids[0][said[0]], ids[1][said[1]]))
        return _shared([np.concatenate(texts), kept], len(texts[0])) >= STABLE * alike
    least = min(len(old), len(new))
    return bool(least) and _shared([np.concatenate(ids)], len(old)) >= STABLE * least


def _shared(columns: Sequence[NDArray[Any]], cut: int) -> int:
    """How many rows before the cut have one of their own after it."""
    codes = dense(columns)
    return len(paired(codes[:cut], codes[cut:])[0])


def reordered(places: NDArray[Any]) -> int:
    """How many of them would have to be moved at least for the rest to ascend."""
    from bisect import bisect_left

    import numpy as np

    if not len(places) or bool((np.diff(places) > 0).all()):
        return 0
    tails: list[int] = []
    for place in places.tolist():
        at = bisect_left(tails, place)
        if at == len(tails):
            tails.append(place)
        else:
            tails[at] = place
    return len(places) - len(tails)
