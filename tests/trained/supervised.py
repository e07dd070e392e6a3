"""The loop that trains a perceptron and writes its log, with the faults that a loop can have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from ftlint.model.run_log import RunLog
from ftlint.runlogs.recorder import Recorder
from trained.optimisers import Adam, Momentum, Optimiser, Schedule, rate_at
from trained.perceptron import Classes, Half, Perceptron
from trained.tasks import Rows, Task


class Trained(NamedTuple):
    """A run: its log, and `truth`: what was measured on the model itself, which no log says."""

    log: RunLog
    truth: Mapping[str, float]


@dataclass(frozen=True)
class Recipe:
    """How to train. `warmup` is in steps."""

    steps: int
    batch: int = 32
    rate: float = 0.01
    schedule: Schedule = "cosine"
    warmup: int = 10
    optimiser: Literal["adam", "momentum"] = "adam"
    clip: float | None = 1.0
    log_every: int = 5
    eval_every: int = 20
    eval_at_start: bool = False
    half: Half | None = None
    scale: float = 1.0
    """What the loss is multiplied by in half precision; it doubles each `growth` steps."""

    growth: int = 20
    checked: bool = True
    """Whether steps with an infinite gradient are left out and the scale is halved."""

    filtered: bool = False
    """Whether a loss that is not finite is left out of the mean that is logged, as transformers does."""

    spoiled: Mapping[int, Rows] = field(default_factory=dict)
    """Batches that come in place of those drawn, by step."""

    masked: bool = False
    """Whether the label of every row is masked."""

    frozen: bool = False
    """Whether no weight is trained."""

    resume: Resume | None = None
    watched: int = 0
    """The first steps after each of which the model is measured, for `truth` alone."""


class Resume(NamedTuple):
    """The run is killed at `killed` and goes on from the checkpoint of `saved`; where that is `lost`, from
    the weights of the start and without the optimiser's moments."""

    saved: int
    killed: int
    lost: bool = False


def batches(rng: np.random.Generator, rows: int, size: int) -> Iterator[Classes]:
    """Indices of one batch after another, each epoch in an order of its own."""
    size = min(size, rows)
    while True:
        order = rng.permutation(rows)
        for start in range(0, rows - size + 1, size):
            yield order[start : start + size]


def made(recipe: Recipe) -> Optimiser:
    return Adam() if recipe.optimiser == "adam" else Momentum()


class Loop:
    """One run from its start to its end. `truth` is filled as it goes."""

    def __init__(self, model: Perceptron, task: Task, recipe: Recipe, rng: np.random.Generator) -> None:
        self.model, self.task, self.recipe, self.rng = model, task, recipe, rng
        self.optimiser = made(recipe)
        self.truth: dict[str, float] = {}
        self.held_out: dict[int, float] = {}
        self.early: list[float] = []
        self.scale = recipe.scale
        self.good = 0
        self.norm = self.rate = 0.0
        self.window: list[float] = []
        self.into = Recorder("out/trainer_state.json", "trainer-state")

    def run(self) -> Trained:
        recipe, into = self.recipe, self.into
        with np.errstate(all="ignore"):
            self._train()
            self._measure()
        into.planned_steps = recipe.steps
        into.planned_epochs = recipe.steps * recipe.batch / len(self.task.train)
        into.finished = True
        into.eval_rows = {name: len(rows) for name, rows in self.task.evals.items()}
        into.arguments = {
            "logging_steps": recipe.log_every,
            "eval_steps": recipe.eval_every,
            "train_batch_size": recipe.batch,
            "max_steps": recipe.steps,
        }
        if recipe.clip:
            into.arguments["max_grad_norm"] = recipe.clip
        return Trained(into.log(), self.truth)

    def _train(self) -> None:
        recipe = self.recipe
        drawn = batches(self.rng, len(self.task.train), recipe.batch)
        if recipe.eval_at_start:
            self._evaluate(0)
        self.truth["loss_at_start"] = self._held_out()
        first = saved = self.model.weights.copy()
        moments = self.optimiser
        step, ahead = 0, recipe.resume
        while step < recipe.steps:
            self._step(step, recipe.spoiled.get(step) or self.task.train[next(drawn)])
            step += 1
            if step <= recipe.watched:
                self.early.append(self._held_out())
            if step % recipe.log_every == 0:
                self._write(step)
            if step % recipe.eval_every == 0 or step == recipe.steps:
                self._evaluate(step)
            if ahead and step == ahead.saved:
                saved, moments = self.model.weights.copy(), deepcopy(self.optimiser)
                self.truth["loss_saved"] = self._held_out()
            if ahead and step == ahead.killed:
                self.model.weights[:] = first if ahead.lost else saved
                self.optimiser = made(recipe) if ahead.lost else moments
                self.truth["loss_resumed"] = self._held_out()
                self.window.clear()
                step, ahead = ahead.saved, None

    def _step(self, step: int, rows: Rows) -> None:
        recipe, model = self.recipe, self.model
        counted = np.zeros(len(rows), dtype=np.float32) if recipe.masked else None
        loss, gradient = model.gradient(rows.inputs, rows.targets, counted, recipe.half, self.scale)
        norm = float(np.sqrt(gradient @ gradient))
        self.norm = norm
        self.rate = rate_at(step, recipe.steps, recipe.rate, recipe.schedule, recipe.warmup)
        self.window.append(loss)
        if recipe.half:
            self.good += 1
            if not math.isfinite(norm) and recipe.checked:
                self.scale /= 2
                self.good = 0
                return
            if self.good == recipe.growth:
                self.scale *= 2
                self.good = 0
        if recipe.frozen:
            return
        if recipe.clip and norm > recipe.clip:
            gradient = gradient * np.float32(recipe.clip / norm)
        self.optimiser.step(model.weights, gradient, self.rate)

    def _write(self, step: int) -> None:
        window = (
            [loss for loss in self.window if math.isfinite(loss)] if self.recipe.filtered else self.window
        )
        values = {
            "loss": sum(window) / len(window) if window else 0.0,
            "grad_norm": self.norm,
            "learning_rate": self.rate,
            "epoch": step * self.recipe.batch / len(self.task.train),
        }
        for name, value in values.items():
            self.into.point(name, step, value)
        self.window.clear()

    def _evaluate(self, step: int) -> None:
        for name, rows in self.task.evals.items():
            prefix = f"eval_{name}_" if name else "eval_"
            if "loss" in self.task.only:
                self.into.point(
                    prefix + "loss", step, self.model.loss(rows.inputs, rows.targets, self.recipe.half)
                )
            if "accuracy" in self.task.only:
                self.into.point(prefix + "accuracy", step, self.model.accuracy(rows.inputs, rows.targets))
        self.held_out[step] = self._held_out()

    def _held_out(self) -> float:
        rows = self.task.truth[:800]
        return self.model.loss(rows.inputs, rows.targets)

    def _measure(self) -> None:
        truth, task = self.truth, self.task
        truth["loss"] = self.model.loss(task.truth.inputs, task.truth.targets)
        truth["accuracy"] = self.model.accuracy(task.truth.inputs, task.truth.targets)
        held_out = list(self.held_out.values())
        truth["best_loss"], truth["last_loss"] = min(held_out), held_out[-1]
        truth["highest_loss"] = max([*held_out, *self.early])
        truth["train_loss"] = self.model.loss(task.train.inputs[:400], task.train.targets[:400])
        truth["chance"] = math.log(task.classes)
        first = min(self.recipe.spoiled, default=0)
        later = [loss for step, loss in self.held_out.items() if step >= first - self.recipe.eval_every]
        truth["rise"] = max(later) / later[0]
        truth["wobble"] = max(loss / min(held_out[: index + 1]) for index, loss in enumerate(held_out))
        truth["early"] = max(self.early, default=0.0) / truth["loss_at_start"]
        if task.general is not None:
            truth["general_loss"] = self.model.loss(task.general.inputs, task.general.targets)
            truth["general_accuracy"] = self.model.accuracy(task.general.inputs, task.general.targets)


def train(model: Perceptron, task: Task, recipe: Recipe, rng: np.random.Generator) -> Trained:
    return Loop(model, task, recipe, rng).run()
