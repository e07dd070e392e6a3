"""What differs from run to run beside the fault, and how a fault is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from trained.perceptron import Perceptron
from trained.supervised import Recipe, Trained, train
from trained.tasks import Clusters, Language, Task

ENOUGH = 5000
"""Rows of training that a model of this size does not learn by heart."""


class Fault(NamedTuple):
    """A fault that can be put in a run, or left out of it.

    `rules` are names of which one at least is to be found, `proof` tells by the models alone that the first
    run has the fault and the second has not. `least` is the share of runs in which it is to be found.
    """

    make: Callable[[int, bool], Trained]
    rules: tuple[str, ...]
    proof: Callable[[Trained, Trained], bool]
    least: float = 0.95


@dataclass(frozen=True)
class Setting:
    """The task, the size of the model, how often it logs: drawn once for a run and its twin."""

    rng: np.random.Generator
    text: bool
    hidden: int
    evaluation: int
    recipe: Recipe

    def task(self, rows: int) -> Task:
        world: Language | Clusters = Language(self.rng) if self.text else Clusters(self.rng)
        return world.task(self.rng, rows, self.evaluation)

    def run(self, task: Task, recipe: Recipe | None = None, model: Perceptron | None = None) -> Trained:
        model = model or Perceptron([task.wide, self.hidden, task.classes], self.rng)
        return train(model, task, recipe or self.recipe, self.rng)


def setting(seed: int, text: bool | None = None, adam: bool | None = None) -> Setting:
    """Learning rates are those that were found to learn best, or somewhat below."""
    rng = np.random.default_rng([7, seed])
    steps = int(rng.choice([120, 140, 160, 200]))
    text = bool(rng.random() < 0.5) if text is None else text
    adam = bool(rng.random() < 0.7) if adam is None else adam
    best = 0.03 if adam else 0.5 if text else 0.1
    recipe = Recipe(
        steps=steps,
        batch=int(rng.choice([24, 32, 48])),
        optimiser="adam" if adam else "momentum",
        rate=best * float(rng.choice([0.7, 1.0])),
        schedule="linear" if rng.random() < 0.5 else "cosine",
        warmup=int(rng.choice([5, 10, 20])),
        log_every=int(rng.choice([1, 2, 5, 10])),
        eval_every=steps // int(rng.choice([5, 8, 10, 16, 20])),
    )
    return Setting(rng, text, int(rng.choice([24, 32, 48])), int(rng.choice([200, 300, 500])), recipe)


@lru_cache(maxsize=64)
def plain(seed: int) -> Trained:
    """The sound run that several faults have for their twin."""
    here = setting(seed)
    return here.run(here.task(ENOUGH))


def logged(recipe: Recipe, most: int) -> Recipe:
    """The recipe with a log at least each so many steps."""
    return replace(recipe, log_every=min(recipe.log_every, most))
