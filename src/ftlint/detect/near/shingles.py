"""Word hashes to shingles: the hash of every run of five words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ftlint.detect.near.words import Words, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 5
"""Words to a shingle, as in Lee et al. 2022 (arXiv:2107.06499) and the near-duplicate filters after it."""

View = Literal["row", "prompt", "completion"]
"""What of a row is compared: all that is read and learnt, what is read, what is learnt."""

_STEP = 0xD6E8FEB86659FD93
_MIX = 0x9E3779B97F4A7C15
_WORD = 0xFFFFFFFFFFFFFFFF


class Shingles(NamedTuple):
    """Shingles of several texts: those of text i are `hashes[ends[i - 1]:ends[i]]` (uint64; ends int64).

    They stand in the order of the text; one that occurs twice stands twice.
    """

    hashes: NDArray[Any]
    ends: NDArray[Any]

    @property
    def counts(self) -> NDArray[Any]:
        import numpy as np

        return np.diff(self.ends, prepend=0)

    @property
    def owners(self) -> NDArray[Any]:
        """The index of the text that each shingle belongs to."""
        import numpy as np

        return np.repeat(np.arange(len(self.ends)), self.counts)

    def kept(self, keep: NDArray[Any]) -> Shingles:
        """Those that a mask marks."""
        import numpy as np

        before = np.concatenate(([0], np.cumsum(keep)))
        return Shingles(self.hashes[keep], before[self.ends])

    def of(self, index: int) -> NDArray[Any]:
        return self.hashes[self.ends[index - 1] if index else 0 : self.ends[index]]


class RowShingles(NamedTuple):
    """Shingles of whole rows, and which of them lie wholly in the prompt or wholly in the completion."""

    row: Shingles
    prompts: NDArray[Any]
    targets: NDArray[Any]

    def view(self, view: View) -> Shingles:
        if view == "row":
            return self.row
        return self.row.kept(self.prompts if view == "prompt" else self.targets)

    def kept(self, keep: NDArray[Any]) -> RowShingles:
        return RowShingles(self.row.kept(keep), self.prompts[keep], self.targets[keep])


def row_shingles(prompts: Sequence[str], targets: Sequence[str]) -> RowShingles:
    """The shingles of rows, each its prompt followed by its completion."""
    import numpy as np

    texts = [""] * (2 * len(prompts))
    texts[0::2], texts[1::2] = prompts, targets
    words = words_of(texts)
    ends = words.ends[1::2]
    middles = words.ends[0::2]
    starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
    hashes = _chained(words.hashes)
    keep = _whole(words, ends, len(hashes))
    places = np.flatnonzero(keep)
    counts = np.maximum(ends - starts - (WIDTH - 1), 0)
    row = Shingles(hashes[places], np.cumsum(counts))
    edge = np.repeat(middles, counts)
    return RowShingles(row, places + WIDTH <= edge, places >= edge)


def text_shingles(texts: Sequence[str], width: int = WIDTH) -> Shingles:
    """The shingles of single texts, of any width of words."""
    return word_shingles(words_of(texts), width)


def word_shingles(words: Words, width: int) -> Shingles:
    """The shingles of texts whose words are known."""
    import numpy as np

    hashes = _chained(words.hashes) if width == WIDTH else _rolled(words.hashes, width)
    keep = _whole(words, words.ends, len(hashes), width)
    counts = np.maximum(np.diff(words.ends, prepend=0) - (width - 1), 0)
    return Shingles(hashes[keep], np.cumsum(counts))


def _whole(words: Words, ends: NDArray[Any], count: int, width: int = WIDTH) -> NDArray[Any]:
    """A mask of the runs that do not cross the end of a text."""
    import numpy as np

    keep = np.ones(count, bool)
    for back in range(1, width):
        at = ends - back
        keep[at[(at >= 0) & (at < count)]] = False
    return keep


def _chained(words: NDArray[Any]) -> NDArray[Any]:
    """A hash of every five words in a row, by pairs of words and pairs of pairs."""
    import numpy as np

    step = np.uint64(_STEP)
    if len(words) < WIDTH:
        return np.empty(0, np.uint64)
    pairs = words[:-1] * step + words[1:]
    fours = pairs[:-2] * np.uint64(_STEP * _STEP & _WORD) + pairs[2:]
    return _mixed(fours[:-1] * step + words[4:])


def _rolled(words: NDArray[Any], width: int) -> NDArray[Any]:
    """A hash of every `width` words in a row: a polynomial of them, made of those of half as many."""
    import numpy as np

    if len(words) < width:
        return np.empty(0, np.uint64)
    total, length, power = words, 1, _STEP
    for bit in f"{width:b}"[1:]:
        total = total[:-length] * np.uint64(power) + total[length:]
        length, power = 2 * length, power * power & _WORD
        if bit == "1":
            total = total[:-1] * np.uint64(_STEP) + words[length:]
            length, power = length + 1, power * _STEP & _WORD
    return _mixed(total.copy() if total is words else total)


def _mixed(hashes: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(_MIX)
    hashes ^= hashes >> np.uint64(29)
    return hashes
