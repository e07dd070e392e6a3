"""Faults of reinforcement learning and of preference tuning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trained.policy import Answers, Practice, World, gold, judge, practise, world
from trained.preference import Tuning, drawn_pairs, tune
from trained.setting import Fault
from trained.supervised import Trained

Reward = Callable[[Answers], NDArray[np.float64]]


def _practice(rng: np.random.Generator) -> Practice:
    return Practice(
        steps=int(rng.choice([40, 50, 60])),
        rate=float(rng.uniform(0.05, 0.1)),
        beta=float(rng.choice([0.02, 0.04])),
        bonus=0.04,
        prompts_each=int(rng.choice([4, 6])),
        log_every=int(rng.choice([1, 1, 2])),
    )


def reinforced(
    seed: int,
    changed: Callable[[Practice], Practice] = lambda practice: practice,
    likes_length: float = 0.0,
    reward: Callable[[World, np.random.Generator], Reward] | None = None,
    skill: float = 0.6,
) -> Trained:
    """One run; what is not given is as in a sound one."""
    rng = np.random.default_rng([17, seed])
    practice = changed(_practice(rng))
    here = world(rng, skill=skill)
    rewarded = reward(here, rng) if reward else judge(here, rng, likes_length, 10)
    return practise(here, practice, rewarded, rng)


@lru_cache(maxsize=64)
def sound(seed: int) -> Trained:
    """The twin that several faults share."""
    return reinforced(seed)


def upside_down(seed: int, faulty: bool) -> Trained:
    """A score of which less is better, taken for a reward, and no KL term that would hold the policy."""

    def reward(here: World, rng: np.random.Generator) -> Reward:
        return lambda answers: -gold(here, answers)

    if faulty:
        changed = {"beta": 0.0, "rate": 0.3, "steps": 60}
        return reinforced(seed, lambda sound: replace(sound, **changed), reward=reward, skill=0.85)
    return reinforced(seed, lambda sound: replace(sound, steps=60), skill=0.85)


def far_away(run: Trained, twin: Trained) -> bool:
    """The policy is more than 2 nats a token from where it began, and nothing it says is right."""
    worse = run.truth["exact_after"] < 0.1 * run.truth["exact_before"]
    return (
        run.truth["kl"] > 2
        and worse
        and twin.truth["kl"] < 1
        and twin.truth["exact_after"] > run.truth["exact_after"]
    )


def steps_too_large(seed: int, faulty: bool) -> Trained:
    """Steps so large that the policy comes to give one answer, where many are as good."""
    return (
        reinforced(seed, lambda sound: replace(sound, rate=0.8, beta=0.0, bonus=0.0))
        if faulty
        else sound(seed)
    )


def one_answer(run: Trained, twin: Trained) -> bool:
    """Of 100 answers to a prompt less than 8 differ; the twin gives all that are right, and others."""
    return run.truth["different_after"] < 8 and twin.truth["different_after"] > 10


def judged_by_length(seed: int, faulty: bool) -> Trained:
    """A reward model fitted to a judge who takes long answers for good ones."""
    return reinforced(seed, likes_length=3.0) if faulty else sound(seed)


def padded(run: Trained, twin: Trained) -> bool:
    """Answers grew by a third and no more of them are right; those of the twin are as long as they were, and
    better."""
    grown = run.truth["length_after"] > 1.33 * run.truth["length_before"]
    twins = twin.truth["length_after"] < 1.15 * twin.truth["length_before"]
    worse = run.truth["exact_after"] <= run.truth["exact_before"]
    return grown and twins and worse and twin.truth["exact_after"] > twin.truth["exact_before"]


def all_or_nothing(seed: int, faulty: bool) -> Trained:
    """A reward for what the policy cannot do at all (or, for odd seeds, cannot fail at): no group tells
    anything."""

    def reward(here: World, rng: np.random.Generator) -> Reward:
        if seed % 2:
            return lambda answers: (gold(here, answers) >= 0).astype(float)
        return lambda answers: (answers.lengths > 20).astype(float)

    return reinforced(seed, reward=reward) if faulty else sound(seed)


def unmoved(run: Trained, twin: Trained) -> bool:
    """Answers are as good as they were; those of the twin are better."""
    return (
        run.truth["gold_after"] < 1.15 * run.truth["gold_before"]
        and twin.truth["gold_after"] > 1.3 * twin.truth["gold_before"]
    )


def reward_at_random(seed: int, faulty: bool) -> Trained:
    """A reward that has nothing to do with the answer, as from a parser that fails."""

    def reward(here: World, rng: np.random.Generator) -> Reward:
        return lambda answers: rng.random(len(answers.prompts))

    return reinforced(seed, reward=reward) if faulty else sound(seed)


def stale_answers(seed: int, faulty: bool) -> Trained:
    """Eight large updates by the same answers."""
    return (
        reinforced(seed, lambda sound: replace(sound, inner=8, rate=0.5, steps=30)) if faulty else sound(seed)
    )


def off_policy(run: Trained, twin: Trained) -> bool:
    """One batch of answers made the chance of their tokens other by half; in the twin by a fifth at most."""
    return run.truth["moved"] > 0.5 and twin.truth["moved"] < 0.2


def limit_too_low(seed: int, faulty: bool) -> Trained:
    """A limit of tokens that no right answer fits in."""
    return reinforced(seed, lambda sound: replace(sound, limit=3)) if faulty else sound(seed)


def never_right(run: Trained, twin: Trained) -> bool:
    return run.truth["exact_after"] == 0 and twin.truth["exact_after"] > 0.05


def preferred(seed: int, changed: Tuning | None = None, coin: bool = False, count: int = 500) -> Trained:
    """One run of DPO on pairs of which the better one was chosen, or the one a coin chose."""
    rng = np.random.default_rng([19, seed])
    here = world(rng)
    tuning = replace(
        changed or Tuning(rate=0.03, anchor=0.3),
        steps=int(rng.choice([100, 120, 160])),
        log_every=int(rng.choice([2, 5, 10])),
        eval_every=int(rng.choice([10, 20])),
    )
    return tune(
        here, tuning, drawn_pairs(here, rng, count, 10, coin), drawn_pairs(here, rng, 150, 10, coin), rng
    )


@lru_cache(maxsize=64)
def content(seed: int) -> Trained:
    """The twin that several faults share."""
    return preferred(seed)


def chosen_by_coin(seed: int, faulty: bool) -> Trained:
    """Chosen and rejected answers by chance."""
    return preferred(seed, coin=True) if faulty else content(seed)


def not_told_apart(run: Trained, twin: Trained) -> bool:
    """Answers became better by less than a third of what the twin's did, and the better of two is not
    found."""
    gain, twins = (each.truth["gold_after"] - each.truth["gold_before"] for each in (run, twin))
    return gain < twins / 3 and run.truth["told_apart"] < 0.7 and twin.truth["told_apart"] > 0.75


def unanchored(seed: int, faulty: bool) -> Trained:
    """Large steps, and nothing that keeps chosen answers likely."""
    return (
        preferred(seed, Tuning(rate=0.15, anchor=0.0))
        if faulty
        else preferred(seed, Tuning(rate=0.15, anchor=1.0))
    )


def chosen_lost(run: Trained, twin: Trained) -> bool:
    """Better answers are far less likely than before; not so in the twin."""
    return run.truth["chosen_moved"] < -3 and twin.truth["chosen_moved"] > -1.5


def too_few_pairs(seed: int, faulty: bool) -> Trained:
    """A few pairs, learned by heart."""
    return preferred(seed, Tuning(rate=0.06), count=40) if faulty else content(seed)


def pairs_by_heart(run: Trained, twin: Trained) -> bool:
    """All pairs of training are told apart, unseen ones hardly better than by chance; the twin does
    better."""
    last = run.log.series["rewards/accuracies"].values[-1]
    return last > 0.9 and run.truth["told_apart"] < twin.truth["told_apart"]


POLICY = {
    "upside_down": Fault(upside_down, ("kl-blow-up",), far_away),
    "steps_too_large": Fault(steps_too_large, ("entropy-collapse",), one_answer),
    "judged_by_length": Fault(judged_by_length, ("reward-by-length",), padded),
    "all_or_nothing": Fault(all_or_nothing, ("zero-variance-groups",), unmoved),
    "reward_at_random": Fault(reward_at_random, ("reward-flat",), unmoved),
    "stale_answers": Fault(stale_answers, ("clip-ratio-high",), off_policy),
    "limit_too_low": Fault(limit_too_low, ("completions-clipped",), never_right),
    "chosen_by_coin": Fault(chosen_by_coin, ("preference-at-chance",), not_told_apart),
    "unanchored": Fault(unanchored, ("chosen-reward-falling",), chosen_lost),
    "too_few_pairs": Fault(too_few_pairs, ("overfitting",), pairs_by_heart),
}
