"""Direct preference optimisation (DPO, arXiv 2305.18290) of a small policy of tokens.

The policy gives each token by the prompt and the token before, through a few shared dimensions, so that what
is learned of one string moves others too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftlint.runlogs.recorder import Recorder
from trained.optimisers import Adam, rate_at
from trained.policy import Answers, World, gold, sample, softmax
from trained.supervised import Trained, batches

Numbers = NDArray[np.float64]


class Pairs(NamedTuple):
    """Answers that were chosen, those rejected, and how often each token of a state stands in them."""

    chosen: Answers
    rejected: Answers

    def __len__(self) -> int:
        return len(self.chosen.prompts)


class Low:
    """A table of logits of low rank: a vector for each state, times one for each token."""

    def __init__(self, table: Numbers, rank: int) -> None:
        states = table.reshape(-1, table.shape[2])
        left, strength, right = np.linalg.svd(
            states - states.mean(axis=1, keepdims=True), full_matrices=False
        )
        root = np.sqrt(strength[:rank])
        self.shape = table.shape
        self.rank = rank
        self.weights = np.concatenate(
            [(left[:, :rank] * root).ravel(), (root[:, None] * right[:rank]).ravel()]
        )

    def parts(self, weights: Numbers) -> tuple[Numbers, Numbers]:
        cut = self.shape[0] * self.shape[1] * self.rank
        return weights[:cut].reshape(-1, self.rank), weights[cut:].reshape(self.rank, -1)

    def logits(self) -> Numbers:
        states, tokens = self.parts(self.weights)
        return states @ tokens

    def gradient(self, above: Numbers) -> Numbers:
        """Of the weights, from that of the logits."""
        states, tokens = self.parts(self.weights)
        return np.concatenate([(above @ tokens.T).ravel(), (states.T @ above).ravel()])


@dataclass(frozen=True)
class Tuning:
    """How to train on pairs. `anchor` weighs the likelihood of chosen answers beside the preference (as
    `rpo_alpha` does, arXiv 2404.19733)."""

    steps: int = 120
    rate: float = 0.01
    beta: float = 0.1
    anchor: float = 0.0
    batch: int = 16
    log_every: int = 5
    eval_every: int = 20


def drawn_pairs(world: World, rng: np.random.Generator, count: int, limit: int, coin: bool = False) -> Pairs:
    """Two answers of the untrained policy to a prompt, one of them clearly better: that is the chosen one,
    unless a coin chooses."""
    start = softmax(world.start)
    prompts = rng.integers(world.prompts, size=3 * count)
    one, other = sample(start, prompts, limit, rng), sample(start, prompts, limit, rng)
    ahead = gold(world, one) - gold(world, other)
    clear = np.argsort(-np.abs(ahead), kind="stable")[:count]
    clear = rng.permutation(clear)
    better = rng.random(count) < 0.5 if coin else ahead[clear] > 0
    one, other = (Answers(*(part[clear] for part in each)) for each in (one, other))

    def taken(first: NDArray[np.bool_]) -> Answers:
        both = zip(one, other, strict=True)
        return Answers(*(np.where(first.reshape(-1, *[1] * (a.ndim - 1)), a, b) for a, b in both))

    return Pairs(taken(better), taken(~better))


def likelihoods(logs: Numbers, answers: Answers) -> Numbers:
    """Log-probability of each answer."""
    return (logs[answers.states, answers.tokens] * answers.alive).sum(axis=1)


def tune(
    world: World, tuning: Tuning, pairs: Pairs, held_out: Pairs, rng: np.random.Generator, rank: int = 5
) -> Trained:
    """Train, and log as TRL's DPOTrainer names things; `truth` is by the world and by sampled answers."""
    model = Low(world.start, rank)
    start = np.log(softmax(model.logits()))
    before = softmax(model.logits())
    optimiser = Adam()
    into = Recorder("out/trainer_state.json", "trainer-state")
    window: list[dict[str, float]] = []
    began, began_held_out = (
        (likelihoods(start, each.chosen), likelihoods(start, each.rejected)) for each in (pairs, held_out)
    )
    taking = batches(rng, len(pairs), tuning.batch)
    everything = np.arange(len(held_out))
    for step in range(1, tuning.steps + 1):
        rows = next(taking)
        table = softmax(model.logits())
        logs = np.log(table + 1e-12)
        found, margin = _judged(pairs, rows, logs, began, tuning.beta)
        above = _push(world, tuning, pairs, rows, margin).reshape(table.shape)
        gradient = model.gradient(-(above - table * above.sum(axis=1, keepdims=True)))
        found["grad_norm"] = norm = float(np.linalg.norm(gradient))
        rate = rate_at(step - 1, tuning.steps, tuning.rate, "linear", tuning.steps // 10)
        found["learning_rate"] = rate
        optimiser.step(model.weights, gradient * min(1.0, 1.0 / (norm + 1e-9)), rate)
        window.append(found)
        if step % tuning.log_every == 0:
            for name in window[0]:
                into.point(name, step, float(np.mean([row[name] for row in window])))
            into.point("epoch", step, step * tuning.batch / len(pairs))
            window.clear()
        if step % tuning.eval_every == 0:
            logs = np.log(softmax(model.logits()) + 1e-12)
            evaluated, _ = _judged(held_out, everything, logs, began_held_out, tuning.beta)
            for name, value in evaluated.items():
                into.point(f"eval_{name}", step, value)
    into.planned_steps, into.finished = tuning.steps, True
    into.eval_rows = {"": len(held_out)}
    into.arguments = {
        "logging_steps": tuning.log_every,
        "eval_steps": tuning.eval_every,
        "train_batch_size": tuning.batch,
        "beta": tuning.beta,
        "max_steps": tuning.steps,
    }
    return Trained(into.log(), _truth(world, before, softmax(model.logits()), rng))


def _judged(
    pairs: Pairs, rows: NDArray[np.intp], logs: Numbers, began: tuple[Numbers, Numbers], beta: float
) -> tuple[dict[str, float], Numbers]:
    """What is logged of some pairs, and the margin of each; `began` are the likelihoods of all before."""
    chosen, rejected = (
        likelihoods(logs, Answers(*(part[rows] for part in answers)))
        for answers in (pairs.chosen, pairs.rejected)
    )
    won = beta * (chosen - began[0][rows])
    lost = beta * (rejected - began[1][rows])
    margin = won - lost
    return {
        "loss": float(np.logaddexp(0, -margin).mean()),
        "rewards/chosen": float(won.mean()),
        "rewards/rejected": float(lost.mean()),
        "rewards/margins": float(margin.mean()),
        "rewards/accuracies": float((margin > 0).mean()),
        "logps/chosen": float(chosen.mean()),
        "logps/rejected": float(rejected.mean()),
    }, margin


def _push(world: World, tuning: Tuning, pairs: Pairs, rows: NDArray[np.intp], margin: Numbers) -> Numbers:
    """By how much the loss of some pairs pushes each token of each state up."""
    push = tuning.beta / (1 + np.exp(margin)) / len(rows)
    above = np.zeros(world.start.size)
    for answers, weight in (
        (pairs.chosen, push + tuning.anchor / len(rows) / world.longest),
        (pairs.rejected, -push),
    ):
        alive = answers.alive[rows]
        at = (answers.states[rows] * world.tokens + answers.tokens[rows])[alive]
        weights = np.broadcast_to(weight[:, None], alive.shape)[alive]
        above += np.bincount(at, weights, above.size)
    return above


def _truth(world: World, before: Numbers, after: Numbers, rng: np.random.Generator) -> dict[str, float]:
    """How good sampled answers are, how likely right ones are, and how often the better of two unseen
    answers is the likelier one by what was learned."""
    found = {}
    for name, table in (("before", before), ("after", after)):
        prompts = np.repeat(np.arange(world.prompts), 100)
        answers = sample(table.reshape(world.start.shape), prompts, 10, rng)
        found[f"gold_{name}"] = float(gold(world, answers).mean())
    unseen = drawn_pairs(world, rng, 400, 10)
    logs, start = np.log(after + 1e-12), np.log(before + 1e-12)
    chosen = likelihoods(logs, unseen.chosen) - likelihoods(start, unseen.chosen)
    rejected = likelihoods(logs, unseen.rejected) - likelihoods(start, unseen.rejected)
    differ = gold(world, unseen.chosen) > gold(world, unseen.rejected)
    found["told_apart"] = float((chosen > rejected)[differ].mean())
    found["chosen_moved"] = float(chosen.mean())
    return found
