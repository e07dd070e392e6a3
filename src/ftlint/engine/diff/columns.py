"""The rows of one version in columns: what they are matched by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.measures.row_digests import RowDigests
from ftlint.detect.measures.row_hashes import BLANK, RowHashes
from ftlint.detect.positions import Positions
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan
from ftlint.model.batch import EMPTY_HASH

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Columns(NamedTuple):
    """Rows that could be read, file by file, an entry each.

    `file` is an index of the plans, `row` counts from 0 in its file, `split` is a number that both versions
    use for it. `high` and `low` are the halves of a hash of all content. `texts` and `prompts` are hashes
    of what a row says and of what it asks, 0 for nothing. `ids` are hashes of ids by column, 0 for none.
    """

    file: NDArray[Any]
    row: NDArray[Any]
    split: NDArray[Any]
    high: NDArray[Any]
    low: NDArray[Any]
    texts: NDArray[Any]
    prompts: NDArray[Any]
    ids: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.file)


def columns_of(plans: Sequence[FilePlan], scanned: Mapping[str, Partial], splits: dict[str, int]) -> Columns:
    """The rows of all files. Names of splits are numbered in `splits`, which grows."""
    import numpy as np

    partials = [scanned[plan.path] for plan in plans]
    digests: list[RowDigests] = [partial.measures[RowDigests] for partial in partials]  # type: ignore[misc]  # each stands under its own type
    file = np.repeat(np.arange(len(plans), dtype=np.int32), [len(each) for each in digests])
    numbers = np.array([splits.setdefault(plan.split, len(splits)) for plan in plans], np.int64)
    said = [_said(partial, len(each)) for partial, each in zip(partials, digests, strict=True)]
    names = sorted({name for each in digests for name in each.ids})
    return Columns(
        file,
        _joined([_rows(each.positions) for each in digests]),
        numbers[file],
        _joined([np.frombuffer(each.high, np.uint64) for each in digests]),
        _joined([np.frombuffer(each.low, np.uint64) for each in digests]),
        _joined([texts for texts, _ in said]),
        _joined([prompts for _, prompts in said]),
        {name: _joined([np.frombuffer(each.column(name), np.uint64) for each in digests]) for name in names},
    )


def _joined(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    import numpy as np

    return np.concatenate(columns) if columns else np.empty(0, np.uint64)


def _rows(positions: Positions) -> NDArray[Any]:
    import numpy as np

    starts = np.array(positions.starts, np.int64)
    shifts = np.array(positions.rows, np.int64) - starts
    return np.arange(len(positions)) + np.repeat(shifts, np.diff(starts, append=len(positions)))


def _said(partial: Partial, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Hashes of what each row says and asks; of a file of no known format nobody knows."""
    import numpy as np

    hashes = partial.measures.get(RowHashes)
    if not isinstance(hashes, RowHashes):
        return np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    texts = np.array(hashes.keys, np.uint64)
    prompts = np.array(hashes.prompts, np.uint64)
    texts[texts == np.uint64(BLANK)] = 0
    prompts[prompts == np.uint64(EMPTY_HASH)] = 0
    return texts, prompts
