"""What is learned: made text of a made language, and clusters with labels."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from trained.perceptron import Classes, Floats

HELD_OUT = 2000


@dataclass(frozen=True)
class Rows:
    """Inputs, one a row, and the class of each."""

    inputs: Floats
    targets: Classes

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, wanted: slice | Classes) -> Rows:
        return Rows(self.inputs[wanted], self.targets[wanted])

    def __add__(self, other: Rows) -> Rows:
        return Rows(
            np.concatenate([self.inputs, other.inputs]), np.concatenate([self.targets, other.targets])
        )


@dataclass(frozen=True)
class Task:
    """What to learn, what the log's evaluations are made on, and `truth`: rows that no log sees, by which it
    is told what became of the model."""

    train: Rows
    evals: dict[str, Rows]
    truth: Rows
    classes: int
    general: Rows | None = None
    """Rows that no log sees, of what the model knew before."""

    only: tuple[str, ...] = ("loss", "accuracy")
    """The metrics that evaluations write."""

    @property
    def wide(self) -> int:
        return self.train.inputs.shape[1]

    def with_train(self, train: Rows) -> Task:
        return replace(self, train=train)


class Language:
    """A made language: each token depends on the two before it, with few likely successors."""

    def __init__(
        self, rng: np.random.Generator, tokens: int = 16, spread: float = 0.12, kinds: int = 6
    ) -> None:
        self.tokens = tokens
        successors = rng.dirichlet(np.full(tokens, spread), size=(kinds, tokens))
        self.kind = rng.integers(kinds, size=tokens)
        self.cumulative = np.cumsum(successors, axis=2)

    def text(self, rng: np.random.Generator, rows: int, marker: int = 0, markers: int = 0) -> Rows:
        """So many contexts of two tokens with the token after them; `marker` tells which language it is."""
        lines = max(4, rows // 24)
        length = -(-rows // lines)
        before = rng.integers(self.tokens, size=lines)
        last = rng.integers(self.tokens, size=lines)
        chances = rng.random((length, lines, 1))
        seen: list[tuple[Classes, Classes, Classes]] = []
        for chance in chances:
            cumulative = self.cumulative[self.kind[before], last]
            following = np.minimum((cumulative < chance).sum(axis=1), self.tokens - 1)
            seen.append((before, last, following))
            before, last = last, following
        first, second, targets = (np.concatenate(each)[:rows] for each in zip(*seen, strict=True))
        inputs = np.zeros((rows, 2 * self.tokens + markers), dtype=np.float32)
        index = np.arange(rows)
        inputs[index, first] = 1
        inputs[index, self.tokens + second] = 1
        if markers:
            inputs[index, 2 * self.tokens + marker] = 3
        return Rows(inputs, targets)

    def task(self, rng: np.random.Generator, train: int, evaluation: int) -> Task:
        """Predict the next token."""
        return Task(
            train=self.text(rng, train),
            evals={"": self.text(rng, evaluation)},
            truth=self.text(rng, HELD_OUT),
            classes=self.tokens,
        )


class Clusters:
    """Classes that lie in two places each; `apart` is how far from the middle, in deviations of a cluster."""

    def __init__(
        self, rng: np.random.Generator, classes: int = 4, wide: int = 12, apart: float = 3.2, places: int = 2
    ) -> None:
        centres = rng.normal(0, 1, (places, classes, wide))
        self.centres = centres * (apart / np.linalg.norm(centres, axis=2, keepdims=True))

    def rows(self, rng: np.random.Generator, rows: int) -> Rows:
        places, classes, wide = self.centres.shape
        targets = rng.integers(classes, size=rows)
        where = self.centres[rng.integers(places, size=rows), targets]
        return Rows((where + rng.normal(0, 1, (rows, wide))).astype(np.float32), targets)

    def moved(self, rng: np.random.Generator, by: float) -> Clusters:
        """The same classes, somewhat elsewhere."""
        other = copy(self)
        other.centres = self.centres + rng.normal(0, by, self.centres.shape)
        return other

    def task(self, rng: np.random.Generator, train: int, evaluation: int) -> Task:
        return Task(
            train=self.rows(rng, train),
            evals={"": self.rows(rng, evaluation)},
            truth=self.rows(rng, HELD_OUT),
            classes=self.centres.shape[1],
        )


def mislabelled(rows: Rows, share: float, classes: int, rng: np.random.Generator) -> Rows:
    """The rows with a share of their classes drawn at random."""
    wrong = rng.random(len(rows)) < share
    return Rows(rows.inputs, np.where(wrong, rng.integers(classes, size=len(rows)), rows.targets))
