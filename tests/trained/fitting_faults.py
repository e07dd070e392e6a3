"""Faults of what is fitted: too little data, labels that are wrong, training that stops too soon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trained.perceptron import Perceptron
from trained.setting import ENOUGH, Fault, logged, plain, setting
from trained.supervised import Trained
from trained.tasks import Clusters, Rows, mislabelled


def too_little_data(seed: int, faulty: bool) -> Trained:
    """A hundred rows gone through dozens of times, against thousands gone through once or twice."""
    here = setting(seed, text=True)
    few = int(here.rng.integers(60, 140))
    task = here.task(ENOUGH)
    recipe = replace(here.recipe, steps=max(here.recipe.steps, 160))
    return here.run(task.with_train(task.train[:few]) if faulty else task, recipe)


def wrong_labels(seed: int, faulty: bool) -> Trained:
    """Half of the labels drawn at random and learned by heart, against the same rows labelled right."""
    here = setting(seed, text=False, adam=True)
    world = Clusters(here.rng, wide=96, apart=5.0, places=1)
    task = world.task(here.rng, int(here.rng.integers(280, 420)), here.evaluation)
    noisy = mislabelled(task.train, 0.5, task.classes, np.random.default_rng(seed))
    recipe = replace(here.recipe, batch=32, steps=160, rate=0.015, eval_every=here.recipe.eval_every // 2 * 2)
    return replace(here, hidden=48).run(task.with_train(noisy) if faulty else task, recipe)


def unlearned(run: Trained, twin: Trained) -> bool:
    """What was held out was known better before: the loss rose by a tenth and more; that of the twin did
    not."""
    lost, twins = (each.truth["last_loss"] - each.truth["best_loss"] for each in (run, twin))
    return lost > 0.1 * run.truth["best_loss"] and twins < max(0.05 * twin.truth["best_loss"], 0.02)


def labels_shuffled(seed: int, faulty: bool) -> Trained:
    """Labels that have nothing to do with their rows."""
    here = setting(seed)
    task = here.task(ENOUGH)
    other = np.random.default_rng(seed)
    shuffled = Rows(task.train.inputs, other.permutation(task.train.targets))
    return here.run(task.with_train(shuffled)) if faulty else plain(seed)


def nothing_trained(seed: int, faulty: bool) -> Trained:
    """No weight is trained, as when the adapter is left out of the optimiser."""
    here = setting(seed)
    return here.run(here.task(ENOUGH), replace(here.recipe, frozen=True)) if faulty else plain(seed)


def labels_masked(seed: int, faulty: bool) -> Trained:
    """No label counts, so that there is nothing to learn from."""
    here = setting(seed)
    return here.run(here.task(ENOUGH), replace(here.recipe, masked=True)) if faulty else plain(seed)


def learned_nothing(run: Trained, twin: Trained) -> bool:
    """Held-out rows are told hardly better than at the start; the twin tells them far better."""
    return (
        run.truth["loss"] > 0.9 * run.truth["chance"]
        and twin.truth["loss"] < 0.8 * twin.truth["loss_at_start"]
    )


def stopped_early(seed: int, faulty: bool) -> Trained:
    """A learning rate many times too low, so that the steps are used up when there is much to gain yet."""
    here = setting(seed)
    recipe = replace(logged(here.recipe, 5), steps=200, eval_every=20)
    task = here.task(ENOUGH)
    if not faulty:
        return here.run(task, recipe)
    slow = replace(recipe, rate=recipe.rate / (8 if here.text else 40), schedule="constant")
    model = Perceptron([task.wide, here.hidden, task.classes], here.rng)
    run = here.run(task, slow, model)
    later = here.run(task, slow, model)
    return run._replace(truth={**run.truth, "later_loss": later.truth["loss"]})


def could_learn_more(run: Trained, twin: Trained) -> bool:
    """As many steps again take a twentieth and more from the loss, and the twin is below that."""
    later = run.truth["later_loss"]
    return later < 0.95 * run.truth["loss"] and twin.truth["loss"] < later


def learned_by_heart(seed: int, faulty: bool) -> Trained:
    """A few hundred rows with labels that follow no rule, again and again, so that each epoch begins a step
    lower; against as many steps over rows that have a rule and are never repeated."""
    here = setting(seed, text=False, adam=True)
    classes, wide = 8, 128
    few = int(here.rng.integers(30, 45)) * 8
    task = Clusters(here.rng, classes, wide, apart=5.0, places=1).task(here.rng, 1500, 200)
    known = task.train[:few]
    if faulty:
        task = task.with_train(Rows(known.inputs, np.random.default_rng(seed).permutation(known.targets)))
    recipe = replace(logged(here.recipe, 5), steps=few // 8 * 5, batch=8, rate=0.006, eval_every=few // 8)
    return replace(here, hidden=64).run(task, recipe)


def by_heart(run: Trained, twin: Trained) -> bool:
    """Rows that were trained on are told far better than others; the twin tells both alike."""
    gap, twins = (each.truth["loss"] - each.truth["train_loss"] for each in (run, twin))
    return gap > 0.5 * run.truth["chance"] and twins < 0.1 * twin.truth["chance"]


def leaked(seed: int, faulty: bool) -> Trained:
    """The eval set stands in the data of training, eight times over."""
    here = setting(seed, text=True, adam=True)
    task = here.task(ENOUGH)
    held = task.evals[""][:100]
    known = task.train[:800]
    for _ in range(8):
        known += held
    task = replace(task.with_train(known) if faulty else task, evals={"": held})
    return replace(here, hidden=64).run(task, replace(here.recipe, steps=160, eval_every=20))


def too_good(run: Trained, twin: Trained) -> bool:
    """The last evaluation tells of a far lower loss than rows have that the model has never seen."""
    told, twins = (each.log.eval_losses[""].values[-1] / each.truth["loss"] for each in (run, twin))
    return told < 0.75 and twins > 0.8


FITTING = {
    "too_little_data": Fault(too_little_data, ("overfitting",), unlearned),
    "wrong_labels": Fault(wrong_labels, ("overfitting",), unlearned),
    "labels_shuffled": Fault(labels_shuffled, ("no-learning", "plateau"), learned_nothing),
    "nothing_trained": Fault(nothing_trained, ("no-learning", "plateau"), learned_nothing),
    "labels_masked": Fault(labels_masked, ("zero-loss",), learned_nothing),
    "stopped_early": Fault(stopped_early, ("not-converged",), could_learn_more, 0.8),
    "learned_by_heart": Fault(learned_by_heart, ("memorisation-staircase",), by_heart, 0.8),
    "leaked": Fault(leaked, ("eval-below-train",), too_good),
}
