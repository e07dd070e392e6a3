"""A measure: tokens of each record, prompt and answers apart, in the order they stand in."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

from ftlint.detect.positions import Positions
from ftlint.detect.tokens import PER_TURN, exact, weighed
from ftlint.model import Batch
from ftlint.rule import Measure

UNIT = "\x1f"
MOST_PAIRS = 0xFFFF


class Counted:
    """Tokens by one counter: for each record its pairs of a prompt and the answer to it, one after another.

    10 bytes for a record with one answer, 8 for each further one. A conversation's template is counted in,
    four tokens a turn. Of plain text all is answer.
    """

    def __init__(self) -> None:
        self.pairs: array[int] = array("H")
        self.lengths: array[int] = array("I")

    def __len__(self) -> int:
        return len(self.pairs)

    def add(self, lengths: Sequence[int]) -> None:
        self.pairs.append(min(len(lengths) // 2, MOST_PAIRS))
        self.lengths.extend(lengths[: 2 * MOST_PAIRS])

    def __iter__(self) -> Iterator[Sequence[int]]:
        """For each record prompt, answer, prompt, answer ..."""
        at, lengths = 0, self.lengths
        for pairs in self.pairs:
            yield lengths[at : at + 2 * pairs]
            at += 2 * pairs

    @property
    def total(self) -> int:
        return sum(self.lengths)

    @property
    def answers(self) -> int:
        return sum(self.lengths[1::2])

    @property
    def longest(self) -> int:
        return max(map(sum, self), default=0)


class AnswerLengths(Measure):
    """How many tokens each record's prompts and answers have: by `by[""]` estimated, by a tokenizer counted.

    `positions` tells which row each record is. Of a preference record the longer answer counts.
    """

    priors = ("counters",)

    def __init__(self) -> None:
        self.by: dict[str, Counted] = {}
        self.positions = Positions()

    def __len__(self) -> int:
        return len(self.positions)

    def add(self, batch: Batch) -> None:
        self.positions.add(batch.rows)
        for counter in batch.prior.counters or ("",):
            counted = self.by.setdefault(counter, Counted())
            count = exact(counter) if counter else weighed
            for lengths in _lengths(batch, count):
                counted.add(lengths)

    def of(self, counter: str) -> Counted:
        """The tokens by that counter, estimated ones where there are no others."""
        return self.by.get(counter) or self.by.get("") or Counted()

    def merge(self, other: Self, rows: int) -> None:
        self.positions.merge(other.positions, rows)
        for counter, theirs in other.by.items():
            mine = self.by.setdefault(counter, Counted())
            mine.pairs.extend(theirs.pairs)
            mine.lengths.extend(theirs.lengths)

    def state(self) -> dict[str, Any]:
        return {
            "positions": self.positions.state(),
            "by": {counter: [counted.pairs, counted.lengths] for counter, counted in self.by.items()},
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.positions = Positions.from_state(state["positions"])
        for counter, (pairs, lengths) in state["by"].items():
            counted = measure.by[counter] = Counted()
            counted.pairs, counted.lengths = pairs, lengths
        return measure


def _lengths(batch: Batch, count: Callable[[str], int]) -> Iterator[Sequence[int]]:
    """Prompt, answer, prompt, answer ... of each record."""
    kind = batch.format.kind
    if kind == "tokenised":
        for data in batch.data:
            ids = data.get("input_ids")
            yield 0, len(ids) if isinstance(ids, list) else 0
        return
    if kind == "text":
        for prompt, target in zip(batch.prompts, batch.targets, strict=True):
            yield 0, count(prompt) + count(target)
        return
    paired = kind == "preference"
    for index, (prompt, target) in enumerate(zip(batch.prompts, batch.targets, strict=True)):
        turns = prompt.count(UNIT) + bool(prompt)
        if kind == "chat" and turns > 2:
            yield _conversation(batch, index, count)
            continue
        answer = max(map(count, target.split(UNIT))) if paired else count(target)
        yield (
            sum(map(count, prompt.split(UNIT))) + PER_TURN * turns if prompt else 0,
            answer + PER_TURN if target else 0,
        )


def _conversation(batch: Batch, index: int, count: Callable[[str], int]) -> Sequence[int]:
    """The turns of a conversation, neighbours of one kind put together."""
    found = [0]
    for turn in batch.format.turns(batch.data[index]):
        answer = any(text.where == "target" for text in turn.texts)
        if answer == (len(found) % 2 == 1):
            found.append(0)
        found[-1] += count(turn.text) + PER_TURN
    return found if len(found) % 2 == 0 else [*found, 0]
