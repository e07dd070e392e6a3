"""Measures: what near-duplicates of a file's rows are found by."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ftlint.detect.besides import besides_of
from ftlint.detect.near.passages import Passages, Said, said
from ftlint.detect.near.shingles import RowShingles, Shingles, View
from ftlint.detect.near.signature import signatures
from ftlint.detect.near.store import Filed
from ftlint.detect.positions import Positions
from ftlint.model import Batch
from ftlint.rule import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 16
"""Shingles (20 words) that a text must have, shared boilerplate left out, to be compared: below that one word
more or less decides, and only exact copies are copies."""


MANY = 20_000
"""Rows of a small file: more are only there where it shrinks a hundredfold, by rows that are all alike."""


class Sketches(Measure):
    """Of each row the hash of its content, 8 bytes, and if it is long enough to be compared 48 bytes more.

    `contents` has an entry for each record, 0 where it is too short; `signed` has a signature for each other.
    Of a small dataset (`Prior.sketch` is false) there are only `passages`.
    """

    priors = ("sketch", "boilerplate")
    view: ClassVar[View]

    def __init__(self) -> None:
        self.positions = Positions()
        self.contents: array[int] = array("Q")
        self.signed: array[int] | Filed = array("B")
        self.passages = Passages()
        self.many = False
        """Whether there are too many rows for passages to be kept of them."""

    def __len__(self) -> int:
        return len(self.positions)

    def add(self, batch: Batch) -> None:
        self.positions.add(batch.rows)
        if not batch.prior.sketch:
            self.many = self.many or len(self) > MANY
            if self.many:
                self.passages = Passages()
                return
            asked, answered = _said(batch)
            parts = {"row": (asked, answered), "prompt": (asked,), "completion": (answered,)}
            self.passages.add(zip(*parts[self.view], strict=True))
            return
        contents, signed = sketched(*_shingles(batch), self.view)
        if self.view != "completion":
            _distinguish(contents, batch)
        self.contents.frombytes(contents.tobytes())
        self.signed.extend(array("B", signed.tobytes()))

    def merge(self, other: Self, rows: int) -> None:
        self.positions.merge(other.positions, rows)
        self.contents.extend(other.contents)
        assert not isinstance(other.signed, Filed)
        self.signed.extend(other.signed)
        self.passages.merge(other.passages)
        self.many = self.many or other.many

    @property
    def resident(self) -> int:
        """Bytes of signatures in memory."""
        return 0 if isinstance(self.signed, Filed) else len(self.signed)

    def put_into(self, file: str, keeper: object) -> None:
        """Move the signatures to a file; those of further shards follow them."""
        if not isinstance(self.signed, Filed):
            filed = Filed(file, keeper)
            filed.extend(self.signed)
            self.signed = filed

    def state(self) -> dict[str, Any]:
        return {
            "positions": self.positions.state(),
            "contents": self.contents,
            "signed": self.signed,
            "passages": self.passages.state(),
            "many": self.many,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.positions = Positions.from_state(state["positions"])
        measure.contents, measure.signed = state["contents"], state["signed"]
        measure.passages = Passages.from_state(state["passages"])
        measure.many = state["many"]
        return measure


class RowSketches(Sketches):
    """Prompt and completion together."""

    view = "row"


class PromptSketches(Sketches):
    """What the model is asked."""

    view = "prompt"


class CompletionSketches(Sketches):
    """What the model learns to answer."""

    view = "completion"


def sketched(whole: RowShingles, rows: RowShingles, view: View) -> tuple[NDArray[Any], NDArray[Any]]:
    """Content hashes (uint64, 0 for a text too short), and signatures (uint8, 48 columns) of the others.

    Contents are hashes of the `whole` texts, signatures are made of what is left of them in `rows`.
    """
    import numpy as np

    shingles = rows.view(view)
    counts = shingles.counts
    long = counts >= FEWEST
    contents = _contents(shingles if whole is rows else whole.view(view))
    contents[long & (contents == 0)] = 1
    contents[~long] = 0
    if not long.all():
        shingles = shingles.kept(np.repeat(long, counts))
    return contents, signatures(shingles._replace(ends=shingles.ends[long]))


def _distinguish(contents: NDArray[Any], batch: Batch) -> None:
    """Rows that differ in tools or pictures differ in content."""
    import numpy as np

    found = {index: text for index, text in besides_of(batch).items() if contents[index]}
    if found:
        digests = np.frombuffer(batch.hasher(list(found.values())), np.uint64)
        contents[list(found)] = np.maximum(contents[list(found)] ^ digests, np.uint64(1))


def _contents(shingles: Shingles) -> NDArray[Any]:
    """A hash of all shingles of each text, whatever their order."""
    import numpy as np

    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(shingles.hashes)))[shingles.ends]
    return np.diff(sums, prepend=np.uint64(0))


def _shingles(batch: Batch) -> tuple[RowShingles, RowShingles]:
    known: tuple[RowShingles, RowShingles] | None = batch.shared.get("shingles")
    if known is None:
        from ftlint.detect.near.boilerplate import boilerplate_of

        shared = boilerplate_of(batch.prior.boilerplate)
        known = shared.shingles(batch.prompts, batch.targets, batch.systems)
        batch.shared["shingles"] = known
    return known


def _said(batch: Batch) -> tuple[list[Said], list[Said]]:
    """The passages of prompts, less the system prompts that several rows have, and of completions."""
    known: tuple[list[Said], list[Said]] | None = batch.shared.get("passages")
    if known is None:
        from ftlint.detect.near.boilerplate import FEWEST_SYSTEMS, SYSTEMS

        least = max(FEWEST_SYSTEMS, SYSTEMS * len(batch.systems))
        common = {system for system, count in Counter(batch.systems).items() if count >= least}
        asked = [
            prompt.removeprefix(system) if system in common else prompt
            for prompt, system in zip(batch.prompts, batch.systems, strict=True)
        ]
        known = list(map(said, asked)), list(map(said, batch.targets))
        batch.shared["passages"] = known
    return known
