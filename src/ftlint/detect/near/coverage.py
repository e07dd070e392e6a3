"""How much of a benchmark's items stands in other texts: runs of 13 words, looked up in a table.

An item is a record's prompt and answer; a prompt of 20 words or more counts by itself, too, since a copied
question is contamination whatever answer it was given. Items of 8 to 12 words count as one run of all their
words; shorter ones are everyday phrases and are not compared. What many items of a file have in common
(instructions, fixed shots) says nothing about any of them and is left out.

Runs are compared by 64-bit hashes of their words: two different runs have the same hash once in 2^64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.near.shingles import Shingles, word_shingles
from ftlint.detect.near.words import Words, words_of
from ftlint.model.prior import Benchmark

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 13
"""Words to a run, as in Brown et al. 2020 (arXiv:2005.14165) and the decontamination of others after it."""

SHORTEST = 8
"""Words of the shortest item that is compared."""

PROMPT = 20
"""Words of the shortest prompt that is compared without its answer."""

MOST = 10
"""A hit is kept where the item has at most so many times the runs that are covered: rules ask for more."""

SHARED = 0.02
FEWEST = 20
"""A run in that share of the items of a file, and in so many of them, is left out. Reading benchmarks ask
fewer questions about one text."""

AT_ONCE = 1 << 22
"""Pairs of a run and an item that are counted at once, where many items have the same runs."""


class Units:
    """The items of benchmark files as they are read; `benchmark` is what they are recognised by."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.runs: list[NDArray[Any]] = []
        """The hash of each run, its width and its unit, in columns."""
        self.columns: list[NDArray[Any]] = []
        self.count = 0
        self.seen: set[tuple[str, str]] = set()
        self.begun = 0, 0

    def begin(self, path: str) -> None:
        """The items that follow stand in the file at `path`."""
        self._end()
        self.paths.append(path)
        self.seen.clear()
        self.begun = len(self.runs), self.count

    def add(
        self, rows: Sequence[int], lines: Sequence[int], prompts: Sequence[str], targets: Sequence[str]
    ) -> None:
        """Records of that file, in columns; of equal ones the first stands for all."""
        import numpy as np

        fresh = []
        for index, pair in enumerate(zip(prompts, targets, strict=True)):
            if pair not in self.seen:
                self.seen.add(pair)
                fresh.append(index)
        places = np.array([[rows[index], lines[index]] for index in fresh], np.uint32).reshape(-1, 2)
        words = words_of([f"{prompts[index]} {targets[index]}" for index in fresh])
        lengths = np.diff(words.ends, prepend=0)
        self._put(word_shingles(words, WIDTH), WIDTH)
        for width in range(SHORTEST, WIDTH):
            if (lengths == width).any():
                runs = word_shingles(words, width)
                self._put(runs.kept(np.repeat(lengths == width, runs.counts)), width)
        self._places(places, np.zeros(len(fresh), np.uint32))
        answered = [at for at, index in enumerate(fresh) if prompts[index].strip() and targets[index].strip()]
        asked = words_of([prompts[fresh[at]] for at in answered])
        runs = word_shingles(asked, WIDTH)
        long = runs.counts > PROMPT - WIDTH
        self._put(runs.kept(np.repeat(long, runs.counts)), WIDTH)
        self._places(places[answered], np.ones(len(answered), np.uint32))

    def _put(self, runs: Shingles, width: int) -> None:
        """Runs of the units that come next."""
        import numpy as np

        if len(runs.hashes):
            widths = np.full(len(runs.hashes), width, np.uint64)
            units = (runs.owners + self.count).astype(np.uint64)
            self.runs.append(np.stack((widths, runs.hashes, units)))

    def _places(self, places: NDArray[Any], prompts: NDArray[Any]) -> None:
        import numpy as np

        file = np.full(len(places), len(self.paths) - 1, np.uint32)
        self.columns.append(np.column_stack((file, places, prompts)))
        self.count += len(places)

    def _end(self) -> None:
        """Of the file just read, each unit's runs once, less what many of its items share."""
        import numpy as np

        first, unit = self.begun
        if first == len(self.runs):
            return
        runs = np.concatenate(self.runs[first:], axis=1)
        runs = runs[:, np.argsort(runs[1], kind="stable")]  # those of one unit came one after another
        runs = runs[:, np.append(True, (runs[1:, 1:] != runs[1:, :-1]).any(axis=0))]
        prompts = np.concatenate(self.columns)[unit:, 3].astype(bool)
        whole = ~prompts[runs[2].astype(np.int64) - unit]
        values, counts = np.unique(runs[1, whole], return_counts=True)
        shared = values[counts >= max(FEWEST, SHARED * (~prompts).sum())]
        self.runs[first:] = [runs[:, ~np.isin(runs[1], shared)]]

    def benchmark(self) -> Benchmark:
        import numpy as np

        self._end()
        runs = np.concatenate([np.empty((3, 0), np.uint64), *self.runs], axis=1)
        runs = runs[:, np.lexsort((runs[1], runs[0]))]
        widths, counts = np.unique(runs[0], return_counts=True)
        owners = runs[2].astype(np.int64)
        columns = np.concatenate([np.empty((0, 4), np.uint32), *self.columns]).astype("<u4")
        return Benchmark(
            tuple(self.paths),
            tuple(zip(widths.tolist(), counts.tolist(), strict=True)),
            runs[1].astype("<u8").tobytes(),
            owners.astype("<u4").tobytes(),
            np.bincount(owners, minlength=self.count).astype("<u4").tobytes(),
            columns[:, 0].tobytes(),
            columns[:, 1].tobytes(),
            columns[:, 2].tobytes(),
            columns[:, 3].astype(np.uint8).tobytes(),
        )


class Covered(NamedTuple):
    """Which texts cover which units: index of the text, unit, and different runs of it that stand there."""

    texts: NDArray[Any]
    units: NDArray[Any]
    runs: NDArray[Any]


class Runs:
    """The runs of one width, sorted. A table of their high bits rules nearly all others out at once."""

    def __init__(self, width: int, hashes: NDArray[Any], units: NDArray[Any]) -> None:
        import numpy as np

        self.width = width
        self.hashes = hashes
        self.units = units
        bits = min(24, max(16, (8 * len(hashes)).bit_length()))
        self.shift = np.uint64(64 - bits)
        self.table = np.zeros(1 << bits, bool)
        self.table[hashes >> self.shift] = True

    def found(self, words: Words) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Of runs that stand in a text: the text, and where in `hashes` they begin and end; by text, once."""
        import numpy as np

        runs = word_shingles(words, self.width)
        suspects = np.flatnonzero(self.table[runs.hashes >> self.shift])
        hashes = runs.hashes[suspects]
        first = np.searchsorted(self.hashes, hashes)
        sound = self.hashes[np.minimum(first, len(self.hashes) - 1)] == hashes
        texts = np.searchsorted(runs.ends, suspects[sound], side="right")
        pairs = np.unique(texts * len(self.hashes) + first[sound])
        texts, first = pairs // len(self.hashes), pairs % len(self.hashes)
        return texts, first, np.searchsorted(self.hashes, self.hashes[first], side="right")


class Coverage:
    """Looks texts up in a benchmark."""

    def __init__(self, benchmark: Benchmark) -> None:
        import numpy as np

        self.sizes = np.frombuffer(benchmark.sizes, "<u4")
        self.files = np.frombuffer(benchmark.files, "<u4")
        self.rows = np.frombuffer(benchmark.rows, "<u4")
        self.lines = np.frombuffer(benchmark.lines, "<u4")
        self.prompts = np.frombuffer(benchmark.prompts, np.uint8)
        hashes = np.frombuffer(benchmark.hashes, "<u8")
        units = np.frombuffer(benchmark.units, "<u4")
        self.runs: list[Runs] = []
        start = 0
        for width, count in benchmark.widths:
            self.runs.append(Runs(width, hashes[start : start + count], units[start : start + count]))
            start += count

    def covered(self, texts: Sequence[str]) -> Covered:
        """The units of which a tenth or more stands in a text; by text, then unit."""
        import numpy as np

        words = words_of(texts)
        pairs = [np.empty((2, 0), np.int64)]
        pairs += [counted for runs in self.runs for counted in self._counted(runs, words)]
        codes, counts = np.concatenate(pairs, axis=1)
        order = np.argsort(codes, kind="stable")
        codes, counts = codes[order], counts[order]
        units = codes % len(self.sizes)
        kept = MOST * counts >= self.sizes[units]
        return Covered((codes // len(self.sizes))[kept], units[kept], counts[kept])

    def _counted(self, runs: Runs, words: Words) -> Iterator[NDArray[Any]]:
        """Text and unit as one number, and how many runs they share: for some million pairs at a time."""
        import numpy as np

        texts, first, last = runs.found(words)
        spans = last - first
        until = np.cumsum(spans)
        start = 0
        while start < len(texts):
            full = np.searchsorted(until, until[start] - spans[start] + AT_ONCE, side="right")
            stop = int(np.searchsorted(texts, texts[max(start, full - 1)], side="right"))
            some = spans[start:stop]
            within = np.arange(some.sum()) - np.repeat(np.cumsum(some) - some, some)
            units = runs.units[np.repeat(first[start:stop], some) + within]
            codes = np.repeat(texts[start:stop], some) * len(self.sizes) + units
            yield np.array(np.unique(codes, return_counts=True))
            start = stop


@lru_cache(maxsize=4)
def coverage_of(benchmark: Benchmark) -> Coverage:
    """The table of a benchmark, made once in a process."""
    return Coverage(benchmark)
