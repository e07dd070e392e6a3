"""A sample of rows as hashes: all that is asked of it to tell what the rows of a dataset share."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.near.boilerplate import COMPLETIONS, FEWEST, FEWEST_SYSTEMS, PROMPTS, SYSTEMS
from ftlint.detect.near.exact import shingle_sets
from ftlint.detect.near.shingles import Shingles, row_shingles, text_shingles

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Sets(NamedTuple):
    """Sets of 64-bit hashes, one after another: set i is `hashes[ends[i - 1]:ends[i]]`."""

    hashes: array[int]
    ends: array[int]

    def each(self) -> list[NDArray[Any]]:
        import numpy as np

        whole = np.frombuffer(self.hashes, np.uint64) if self.hashes else np.empty(0, np.uint64)
        return np.split(whole, self.ends[:-1]) if self.ends else []


class Sample(NamedTuple):
    """Some rows of a file, each different one once.

    Of each a hash of all it says, the shingles of its prompt and of its completion, and a hash of its system
    prompt (0 for none), of which `systems` holds the shingles.
    """

    rows: array[int]
    prompts: Sets
    completions: Sets
    said: array[int]
    systems: dict[int, array[int]]

    def state(self) -> list[Any]:
        return [self.rows, *self.prompts, *self.completions, self.said, self.systems]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> Sample:
        rows, prompts, prompt_ends, completions, completion_ends, said, systems = state
        return cls(rows, Sets(prompts, prompt_ends), Sets(completions, completion_ends), said, systems)


def sample_of(
    prompts: Sequence[str],
    targets: Sequence[str],
    systems: Sequence[str],
    hasher: Callable[[list[str]], array[int]],
) -> Sample:
    """The sample of rows that say this; `hasher` makes a 64-bit hash of each text."""
    distinct = list(dict.fromkeys(zip(prompts, targets, systems, strict=True)))
    shingles = row_shingles([row[0] for row in distinct], [row[1] for row in distinct])
    written = list(dict.fromkeys(row[2] for row in distinct if row[2]))
    known = dict(zip(written, hasher(written), strict=True))
    parts = text_shingles(written)
    return Sample(
        hasher([f"{len(asked)} {len(answer)} {asked}{answer}{system}" for asked, answer, system in distinct]),
        _sets(shingles.view("prompt")),
        _sets(shingles.view("completion")),
        array("Q", [known.get(row[2], 0) for row in distinct]),
        {known[system]: array("Q", parts.of(index).tobytes()) for index, system in enumerate(written)},
    )


def shared_by(samples: Sequence[Sample]) -> bytes:
    """The shingles that rows of these samples share: sorted 64-bit hashes, little-endian.

    Equal rows count once. A shingle is shared when it stands in a tenth of the prompts, or in half of the
    completions: what the model learns is left out with more reluctance, for a large cluster of copies looks
    like a template, too, but for its completions. All of a system prompt is shared when a fiftieth of the
    rows have it. A lower share would leave out what tells rows apart.
    """
    import numpy as np

    seen: set[int] = set()
    prompts: list[NDArray[Any]] = []
    completions: list[NDArray[Any]] = []
    said: Counter[int] = Counter()
    systems: dict[int, array[int]] = {}
    for sample in samples:
        rows = zip(sample.rows, sample.prompts.each(), sample.completions.each(), sample.said, strict=True)
        for row, asked, answered, system in rows:
            if row not in seen:
                seen.add(row)
                prompts.append(asked)
                completions.append(answered)
                said[system] += 1
        systems.update(sample.systems)
    found = [
        _shared(prompts, max(FEWEST, PROMPTS * len(seen))),
        _shared(completions, max(FEWEST, COMPLETIONS * len(seen))),
    ]
    least = max(FEWEST_SYSTEMS, SYSTEMS * len(seen))
    common = [systems[system] for system, count in said.items() if system and count >= least]
    found += [np.frombuffer(each, np.uint64) for each in common if each]
    shared: bytes = np.unique(np.concatenate(found)).astype("<u8").tobytes()
    return shared


def _sets(shingles: Shingles) -> Sets:
    import numpy as np

    sets = shingle_sets(shingles) if len(shingles.ends) else []
    whole = np.concatenate(sets) if sets else np.empty(0, np.uint64)
    return Sets(
        array("Q", whole.tobytes()),
        array("Q", np.cumsum([len(each) for each in sets], dtype=np.uint64).tobytes()),
    )


def _shared(sets: Sequence[NDArray[Any]], least: float) -> NDArray[Any]:
    """Hashes that stand in that many sets or more."""
    import numpy as np

    if not sets:
        return np.empty(0, np.uint64)
    hashes, counts = np.unique(np.concatenate(sets), return_counts=True)
    kept: NDArray[Any] = hashes[counts >= least]
    return kept
