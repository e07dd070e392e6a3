"""A policy of tokens that is trained by group-relative policy gradient (GRPO, arXiv 2402.03300).

A prompt asks for its own short string. The policy gives each token by the prompt and the token before; it is
first fitted to demonstrations that err. A reward model is fitted to the choices of a judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftlint.runlogs.recorder import Recorder
from trained.optimisers import Adam
from trained.supervised import Trained

Table = NDArray[np.float64]
"""Of each prompt and token before: what comes next."""

Tokens = NDArray[np.intp]

END = 0
"""The token that ends an answer. The one before the first counts as `tokens`, one past the last."""


class Answers(NamedTuple):
    """Sampled answers, one a row. `states` are rows of the flat table, `alive` says which tokens belong to an
    answer (its end too), `chances` are how likely each was when it was drawn."""

    prompts: Tokens
    tokens: Tokens
    states: Tokens
    alive: NDArray[np.bool_]
    chances: Table

    @property
    def lengths(self) -> Tokens:
        return self.alive.sum(axis=1)

    @property
    def cut(self) -> NDArray[np.bool_]:
        """Which reached the limit without an end."""
        return ~((self.tokens == END) & self.alive).any(axis=1)


class World(NamedTuple):
    """What may stand at each place of the answer to each prompt (the end after the last), and the policy as
    it is before training (logits)."""

    right: NDArray[np.bool_]
    start: Table

    @property
    def prompts(self) -> int:
        return len(self.right)

    @property
    def tokens(self) -> int:
        return self.start.shape[2]

    @property
    def longest(self) -> int:
        return self.right.shape[1]


def world(
    rng: np.random.Generator, prompts: int = 4, places: int = 4, skill: float = 0.6, demonstrations: int = 60
) -> World:
    """Two tokens are right at each place. The policy is fitted by counting to demonstrations whose tokens are
    right with a chance of `skill`."""
    tokens = 2 * places + 2
    right = np.zeros((prompts, places + 1, tokens), dtype=bool)
    counts = np.full((prompts, tokens + 1, tokens), 2.5 / tokens)
    for prompt in range(prompts):
        order = rng.permutation(np.arange(1, 2 * places + 1)).reshape(places, 2)
        for place, pair in enumerate(order):
            right[prompt, place, pair] = True
        right[prompt, places, END] = True
        written = order[np.arange(places), rng.integers(2, size=(demonstrations, places))]
        written = np.concatenate([written, np.full((demonstrations, 1), END)], axis=1)
        wrong = rng.random(written.shape) >= skill
        written = np.where(wrong, rng.integers(tokens, size=written.shape), written)
        before = np.concatenate([np.full((demonstrations, 1), tokens), written[:, :-1]], axis=1)
        np.add.at(counts[prompt], (before, written), 1)
    return World(right, np.log(counts / counts.sum(axis=2, keepdims=True)))


def softmax(logits: Table) -> Table:
    above = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return above / above.sum(axis=-1, keepdims=True)


def sample(table: Table, prompts: Tokens, limit: int, rng: np.random.Generator) -> Answers:
    """An answer to each prompt by a table of probabilities."""
    tokens = table.shape[2]
    flat = table.reshape(-1, tokens)
    cumulative = flat.cumsum(axis=1)
    rows = len(prompts)
    drawn = np.zeros((rows, limit), dtype=np.intp)
    states = np.zeros((rows, limit), dtype=np.intp)
    alive = np.zeros((rows, limit), dtype=bool)
    going = np.ones(rows, dtype=bool)
    before = np.full(rows, tokens)
    chances = rng.random((limit, rows, 1))
    for place in range(limit):
        states[:, place] = state = prompts * (tokens + 1) + before
        before = np.minimum((cumulative[state] < chances[place]).sum(axis=1), tokens - 1)
        drawn[:, place], alive[:, place] = before, going
        going = going & (before != END)
        if not going.any():
            break
    return Answers(prompts, drawn, states, alive, flat[states, drawn])


def gold(world: World, answers: Answers) -> Table:
    """What an answer is worth: the share of its places, and of those that were asked for, that are right."""
    seen = min(world.longest, answers.tokens.shape[1])
    place = np.arange(seen)
    fits = world.right[answers.prompts[:, None], place, answers.tokens[:, :seen]] & answers.alive[:, :seen]
    return fits.sum(axis=1) / np.maximum(answers.lengths, world.longest)


def judge(
    world: World, rng: np.random.Generator, likes_length: float, limit: int, pairs: int = 300
) -> Callable[[Answers], Table]:
    """A reward model: linear in what is right and in length, fitted to pairs that a judge chose between
    (Bradley-Terry, with a ridge).

    `likes_length` is what an answer of full length is to the judge, as a share of what a right one is.
    """
    prompts = rng.integers(world.prompts, size=pairs)
    loose = softmax(world.start * 0.5)
    one, other = sample(loose, prompts, limit, rng), sample(loose, prompts, limit, rng)

    def features(answers: Answers) -> Table:
        return np.stack([gold(world, answers), answers.lengths / limit], axis=1)

    between = features(one) - features(other)
    liking = between @ np.array([1.0, likes_length])
    chosen = (liking + rng.normal(0, 0.05, pairs) > 0).astype(float)
    weights = np.zeros(2)
    for _ in range(20):
        guess = 1 / (1 + np.exp(-between @ weights))
        curve = (between * (guess * (1 - guess))[:, None]).T @ between + 0.2 * np.eye(2)
        weights += np.linalg.solve(curve, between.T @ (chosen - guess) - 0.2 * weights)
    weights /= abs(weights[0])
    return lambda answers: features(answers) @ weights


@dataclass(frozen=True)
class Practice:
    """How a policy is trained. `beta` weighs the KL from the policy it started as, `bonus` the entropy;
    `inner` are the updates for one batch of answers."""

    steps: int = 50
    rate: float = 0.06
    beta: float = 0.04
    bonus: float = 0.0
    prompts_each: int = 5
    group: int = 8
    limit: int = 10
    inner: int = 1
    clip: float = 0.2
    log_every: int = 1


class Measured(NamedTuple):
    """What one update says of itself."""

    gradient: Table
    loss: float
    kl: float
    entropy: float
    clipped: float


def practise(
    world: World, practice: Practice, reward: Callable[[Answers], Table], rng: np.random.Generator
) -> Trained:
    """Train and log as TRL's GRPOTrainer names things; `truth` is by the gold reward and exact sums."""
    logits = world.start.copy()
    start = softmax(logits)
    optimiser = Adam()
    into = Recorder("out/trainer_state.json", "trainer-state")
    window: list[dict[str, float]] = []
    seen, moved = 0, 0.0
    for step in range(1, practice.steps + 1):
        prompts = np.repeat(rng.integers(world.prompts, size=practice.prompts_each), practice.group)
        answers = sample(softmax(logits), prompts, practice.limit, rng)
        rewards = reward(answers)
        groups = rewards.reshape(-1, practice.group)
        deviations = groups.std(axis=1, ddof=1)
        advantages = ((groups - groups.mean(axis=1, keepdims=True)) / (deviations[:, None] + 1e-4)).ravel()
        for _ in range(practice.inner):
            measured = update(logits, start, answers, advantages, practice)
            norm = float(np.linalg.norm(measured.gradient))
            optimiser.step(logits, measured.gradient * min(1.0, 1.0 / (norm + 1e-9)), practice.rate)
        now = softmax(logits).reshape(-1, logits.shape[2])[answers.states, answers.tokens]
        moved = max(moved, float(np.abs(now / answers.chances - 1)[answers.alive].mean()))
        seen += int(answers.lengths.sum())
        window.append(
            {
                "loss": measured.loss,
                "grad_norm": norm,
                "learning_rate": practice.rate,
                "reward": float(rewards.mean()),
                "reward_std": float(deviations.mean()),
                "frac_reward_zero_std": float((deviations < 1e-9).mean()),
                "kl": measured.kl,
                "entropy": measured.entropy,
                "clip_ratio": measured.clipped,
                "completions/mean_length": float(answers.lengths.mean()),
                "completions/max_length": float(answers.lengths.max()),
                "completions/clipped_ratio": float(answers.cut.mean()),
                "num_tokens": float(seen),
                "epoch": step / practice.steps,
            }
        )
        if step % practice.log_every == 0:
            for name in window[0]:
                into.point(name, step, float(np.mean([row[name] for row in window])))
            window.clear()
    into.planned_steps, into.finished = practice.steps, True
    into.arguments = {
        "logging_steps": practice.log_every,
        "max_completion_length": practice.limit,
        "num_generations": practice.group,
        "beta": practice.beta,
        "max_steps": practice.steps,
    }
    return Trained(into.log(), truth_of(world, logits, practice, rng) | {"moved": moved})


def update(logits: Table, start: Table, answers: Answers, advantages: Table, practice: Practice) -> Measured:
    """The gradient of the clipped objective with its KL, and what is told of it."""
    tokens = logits.shape[2]
    now = softmax(logits)
    flat = now.reshape(-1, tokens)
    states, drawn = answers.states[answers.alive], answers.tokens[answers.alive]
    before = answers.chances[answers.alive]
    gains = np.broadcast_to(advantages[:, None], answers.alive.shape)[answers.alive]
    chance = flat[states, drawn]
    ratio = chance / before
    over = ((ratio > 1 + practice.clip) & (gains > 0)) | ((ratio < 1 - practice.clip) & (gains < 0))
    at = states * tokens + drawn
    pulls = np.where(over, 0.0, ratio * gains) / len(states)
    size = flat.size
    pulled = np.bincount(at, pulls, size).reshape(flat.shape)
    ascent = pulled - flat * pulled.sum(axis=1, keepdims=True)
    # KL and entropy of each state, by how often it was visited
    visits = (np.bincount(states, minlength=len(flat)) / len(states))[:, None]
    log_now = np.log(flat + 1e-12)
    away = log_now - np.log(start.reshape(flat.shape))
    kl = (flat * away).sum(axis=1, keepdims=True)
    entropy = -(flat * log_now).sum(axis=1, keepdims=True)
    ascent -= practice.beta * visits * flat * (away - kl)
    ascent -= practice.bonus * visits * flat * (log_now + entropy)
    mean_kl = float((visits * kl).sum())
    return Measured(
        -ascent.reshape(logits.shape),
        float(-(np.minimum(ratio * gains, ratio.clip(1 - practice.clip, 1 + practice.clip) * gains)).mean())
        + practice.beta * mean_kl,
        mean_kl,
        float((visits * entropy).sum()),
        float(over.mean()),
    )


def truth_of(world: World, logits: Table, practice: Practice, rng: np.random.Generator) -> dict[str, float]:
    """The policy before and after, on 100 answers to each prompt with room for what was asked."""
    found = {}
    prompts = np.repeat(np.arange(world.prompts), 100)
    for name, table in (("before", softmax(world.start)), ("after", softmax(logits))):
        answers = sample(table, prompts, practice.limit, rng)
        different = [
            len(set(map(bytes, each)))
            for each in (answers.tokens * answers.alive).reshape(-1, 100, practice.limit)
        ]
        found |= {
            f"gold_{name}": float(gold(world, answers).mean()),
            f"length_{name}": float(answers.lengths.mean()),
            f"different_{name}": float(np.mean(different)),
            f"exact_{name}": float((gold(world, answers) == 1).mean()),
        }
    now, start = softmax(logits), softmax(world.start)
    answers = sample(now, prompts, practice.limit, rng)
    away = (now * (np.log(now + 1e-12) - np.log(start))).sum(axis=2).ravel()
    found["kl"] = float(away[answers.states[answers.alive]].mean())
    return found
