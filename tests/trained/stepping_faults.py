"""Faults of the steps that are taken: too large, too early, out of range, by rubbish, after a crash."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache

import numpy as np

from trained.perceptron import Half, Perceptron
from trained.setting import ENOUGH, Fault, logged, plain, setting
from trained.supervised import Recipe, Resume, Trained, train
from trained.tasks import HELD_OUT, Language, Rows, Task


def rate_too_high(seed: int, faulty: bool) -> Trained:
    """A learning rate many times too high."""
    here = setting(seed)
    times = float(here.rng.uniform(40, 80)) * (4 if here.text else 1)
    recipe = replace(here.recipe, schedule="constant")
    task = here.task(ENOUGH)
    return here.run(task, replace(recipe, rate=recipe.rate * times) if faulty else recipe)


def worse_than_nothing(run: Trained, twin: Trained) -> bool:
    """The model knows no more than before it was trained, or nothing at all; the twin has learned."""
    after = run.truth["loss"]
    ruined = not math.isfinite(after) or after > 0.95 * run.truth["loss_at_start"]
    return ruined and twin.truth["loss"] < 0.8 * twin.truth["loss_at_start"]


def rate_past_stability(seed: int, faulty: bool) -> Trained:
    """A long warmup to a learning rate at which descent is no longer stable: it learns, then goes up."""
    here = setting(seed, text=False, adam=False)
    steps = 160
    recipe = replace(
        here.recipe, steps=steps, rate=0.02, schedule="constant", warmup=steps, clip=5.0, eval_every=10
    )
    times = float(here.rng.uniform(60, 90))
    return here.run(here.task(ENOUGH), replace(recipe, rate=recipe.rate * times) if faulty else recipe)


def went_up(run: Trained, twin: Trained) -> bool:
    """The model had learned, and came to know less than half of it, or nothing; the twin never lost a
    quarter."""
    start, best, last = (run.truth[name] for name in ("loss_at_start", "best_loss", "last_loss"))
    kept = twin.truth["last_loss"] < 1.25 * twin.truth["best_loss"]
    return best < 0.8 * start and not last < (start + best) / 2 and kept


def activations_overflow(seed: int, faulty: bool) -> Trained:
    """Activations that grow past what float16 can hold, against a run in float32."""
    here = setting(seed)
    recipe = replace(here.recipe, filtered=seed % 2 == 0)
    task = here.task(ENOUGH)
    model = Perceptron([task.wide, here.hidden, task.classes], here.rng)
    if not faulty:
        return plain(seed)
    before = _highest(model, task.train)
    rng = deepcopy(here.rng)
    sound = model.copy()
    train(sound, task, recipe, rng)
    after = _highest(sound, task.train)
    half = Half(65504 / min(math.sqrt(before * after), 0.8 * after))
    return here.run(task, replace(recipe, half=half, checked=False, growth=10**9), model)


def _highest(model: Perceptron, rows: Rows) -> float:
    matrix, bias = model.layers[0]
    return float((rows.inputs @ matrix + bias).max())


def scale_unchecked(seed: int, faulty: bool) -> Trained:
    """A loss scale that grows until gradients overflow, and steps that are taken all the same; in the twin
    they are left out and the scale is halved."""
    here = setting(seed)
    growth = int(here.rng.integers(14, 22))
    recipe = replace(
        here.recipe, filtered=seed % 2 == 0, half=Half(), scale=2.0**16, growth=growth, checked=not faulty
    )
    return here.run(here.task(ENOUGH), recipe)


def broken(run: Trained, twin: Trained) -> bool:
    """The model says nothing any more; the twin has learned."""
    return not math.isfinite(run.truth["loss"]) and twin.truth["loss"] < 0.8 * twin.truth["loss_at_start"]


def broken_batches(seed: int, faulty: bool) -> Trained:
    """A shard of rubbish in the middle of the data: rows at random, one label for all (as padding has)."""
    here = setting(seed)
    recipe = logged(here.recipe, 5)
    adam = recipe.optimiser == "adam"
    recipe = replace(recipe, clip=None, eval_every=5, rate=recipe.rate / 2 if adam else recipe.rate)
    task = here.task(ENOUGH)
    first = int(here.rng.integers(recipe.steps * 2 // 5, recipe.steps * 3 // 5))
    length = int(here.rng.integers(8, 14) if adam else here.rng.integers(6, 10)) * (3 if here.text else 1)
    spoiled = {}
    other = np.random.default_rng(seed)
    for step in range(first, first + length):
        rows = task.train[other.integers(len(task.train), size=recipe.batch)]
        spoiled[step] = Rows(rows.inputs, np.zeros(recipe.batch, dtype=np.intp))
    return here.run(task, replace(recipe, spoiled=spoiled if faulty else {}))


def thrown_back(run: Trained, twin: Trained) -> bool:
    """Held-out rows were told a tenth worse than before the shard; in the twin never."""
    return run.truth["rise"] > 1.1 and twin.truth["rise"] < 1.1


@lru_cache(maxsize=4)
def _schooled(which: int) -> tuple[Perceptron, Language, Language]:
    """A model that knows one language, and another that it doesn't know."""
    rng = np.random.default_rng([11, which])
    known, new = Language(rng), Language(rng)
    rows = known.text(rng, 6000, 0, 2)
    model = Perceptron([rows.inputs.shape[1], 64, known.tokens], rng)
    task = Task(rows, {}, rows[:HELD_OUT], known.tokens, only=())
    train(model, task, Recipe(steps=250, rate=0.02, eval_every=250, log_every=100), rng)
    return model, known, new


def no_general_mix(seed: int, faulty: bool) -> Trained:
    """Trained on a new language alone, against one with two thirds of the rows from what it knew."""
    here = setting(seed, text=True)
    model, known, new = _schooled(seed % 4)
    rng = here.rng
    rows = new.text(rng, 2500, 1, 2)
    general = known.text(rng, 2500, 0, 2)
    held_out = known.text(rng, HELD_OUT, 0, 2)
    task = Task(
        rows if faulty else rows + general + general,
        {"": new.text(rng, here.evaluation, 1, 2), "general": known.text(rng, here.evaluation, 0, 2)},
        new.text(rng, HELD_OUT, 1, 2),
        new.tokens,
        general=held_out,
        only=("loss", "accuracy") if seed % 2 else ("loss",),
    )
    recipe = replace(here.recipe, optimiser="adam", rate=0.01, eval_at_start=True)
    run = here.run(task, recipe, model.copy())
    before = {
        "general_loss_before": model.loss(held_out.inputs, held_out.targets),
        "general_accuracy_before": model.accuracy(held_out.inputs, held_out.targets),
    }
    return run._replace(truth={**run.truth, **before})


def forgot(run: Trained, twin: Trained) -> bool:
    """Of what it knew before it tells a tenth less right; the loss of the twin stays where it was."""
    less = run.truth["general_accuracy"] < 0.9 * run.truth["general_accuracy_before"]
    return less and twin.truth["general_loss"] < 1.02 * twin.truth["general_loss_before"]


@lru_cache(maxsize=4)
def _deep(which: int) -> tuple[Perceptron, Language]:
    """A deeper model that knows its language well."""
    rng = np.random.default_rng([13, which])
    known = Language(rng)
    rows = known.text(rng, 8000)
    model = Perceptron([rows.inputs.shape[1], 64, 64, known.tokens], rng)
    task = Task(rows, {}, rows[:HELD_OUT], known.tokens, only=())
    train(model, task, Recipe(steps=250, rate=0.01, eval_every=250, log_every=100), rng)
    return model, known


def no_warmup(seed: int, faulty: bool) -> Trained:
    """Adam at its full rate from the first step on, in a model that knows the language of its task
    already."""
    here = setting(seed, text=True, adam=True)
    model, known = _deep(seed % 4)
    task = known.task(here.rng, ENOUGH, here.evaluation)
    recipe = replace(
        here.recipe,
        steps=80,
        batch=64,
        rate=float(here.rng.uniform(0.05, 0.07)),
        warmup=0 if faulty else 24,
        log_every=min(here.recipe.log_every, 2),
        eval_every=int(here.rng.choice([5, 10])),
        eval_at_start=True,
        watched=8,
    )
    return here.run(task, recipe, model.copy())


def blew_up_early(run: Trained, twin: Trained) -> bool:
    """In its first steps the loss of held-out rows rose by three tenths and more; in the twin by one at
    most."""
    return run.truth["early"] > 1.3 and twin.truth["early"] < 1.1


def resumed_without_weights(seed: int, faulty: bool) -> Trained:
    """Goes on after a crash from the weights of the start (as when an adapter is not loaded), not from those
    of its checkpoint."""
    here = setting(seed)
    recipe = logged(here.recipe, 5)
    saved = recipe.steps // 2 // 10 * 10
    resume = Resume(saved, saved + 10, lost=faulty)
    return here.run(here.task(ENOUGH), replace(recipe, resume=resume))


def began_again(run: Trained, twin: Trained) -> bool:
    return (
        run.truth["loss_resumed"] > 1.2 * run.truth["loss_saved"]
        and twin.truth["loss_resumed"] == twin.truth["loss_saved"]
    )


STEPPING = {
    "rate_too_high": Fault(rate_too_high, ("divergence", "nan-loss", "no-learning"), worse_than_nothing),
    "rate_past_stability": Fault(rate_past_stability, ("divergence", "nan-loss"), went_up),
    "activations_overflow": Fault(activations_overflow, ("nan-loss", "zero-loss"), broken),
    "scale_unchecked": Fault(scale_unchecked, ("nan-loss", "zero-loss"), broken),
    "broken_batches": Fault(broken_batches, ("loss-spike", "divergence"), thrown_back),
    "no_general_mix": Fault(no_general_mix, ("forgetting",), forgot),
    "no_warmup": Fault(no_warmup, ("warmup-missing", "loss-spike", "divergence"), blew_up_early),
    "resumed_without_weights": Fault(resumed_without_weights, ("resume-discontinuity",), began_again),
}
