from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from ftlint.model import Batch
from ftlint.rule import Measure

NUMBERS = ("rows", "files", "places", "lines", "covered", "sizes")


class Hit(NamedTuple):
    """How much of one benchmark item a row covers: `covered` of its `size` different runs of words.

    `prompt` says that the item's prompt alone was compared. `line` is None in a file without lines.
    """

    row: int
    path: str
    place: int
    line: int | None
    covered: int
    size: int
    prompt: bool

    @property
    def share(self) -> float:
        return self.covered / self.size


class Contamination(Measure):
    """Rows that cover a tenth or more of an item of the declared benchmarks: 25 bytes for each such pair.

    Without a declared benchmark it costs nothing.
    """

    priors = ("benchmark",)

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.rows: array[int] = array("Q")
        self.files: array[int] = array("I")
        self.places: array[int] = array("I")
        self.lines: array[int] = array("I")
        self.covered: array[int] = array("I")
        self.sizes: array[int] = array("I")
        self.prompts: array[int] = array("B")

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, batch: Batch) -> None:
        benchmark = batch.prior.benchmark
        if benchmark is None:
            return
        from ftlint.detect.near.coverage import coverage_of

        coverage = coverage_of(benchmark)
        texts = [f"{prompt} {target}" for prompt, target in zip(batch.prompts, batch.targets, strict=True)]
        found = coverage.covered(texts)
        if not len(found.units):
            return
        self.paths = list(benchmark.paths)
        self.rows.extend([batch.rows[index] for index in found.texts.tolist()])
        self.files.extend(coverage.files[found.units].tolist())
        self.places.extend(coverage.rows[found.units].tolist())
        self.lines.extend(coverage.lines[found.units].tolist())
        self.covered.extend(found.runs.tolist())
        self.sizes.extend(coverage.sizes[found.units].tolist())
        self.prompts.extend(coverage.prompts[found.units].tolist())

    def merge(self, other: Contamination, rows: int) -> None:
        self.paths = self.paths or other.paths
        self.rows.extend([rows + row for row in other.rows])
        for name in (*NUMBERS[1:], "prompts"):
            getattr(self, name).extend(getattr(other, name))

    def by_row(self) -> Iterator[tuple[int, list[Hit]]]:
        """Every such row with its hits, rows ascending."""
        hits = (
            Hit(row, self.paths[file], place, line or None, covered, size, bool(prompt))
            for row, file, place, line, covered, size, prompt in zip(
                *(getattr(self, name) for name in NUMBERS), self.prompts, strict=True
            )
        )
        for row, found in groupby(hits, attrgetter("row")):
            yield row, list(found)

    def state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("paths", *NUMBERS, "prompts")}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Contamination:
        measure = cls()
        for name, value in state.items():
            setattr(measure, name, value)
        return measure
