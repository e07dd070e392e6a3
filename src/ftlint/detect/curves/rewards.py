"""Rewards of reinforcement learning: whether they rise, by what, and whether they tell answers apart."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import Level, ends, finite, jitter, level, median, since, sure
from ftlint.detect.curves.policy import FEWEST, series_of, tail
from ftlint.model.run_log import RunLog, Series

REWARDS = ("reward", "ppo/mean_scores", "env/reward_mean")

ALIKE = 1e-6
"""A standard deviation of rewards below it is none."""


def gain(log: RunLog) -> tuple[Level, Level] | None:
    """The reward at the start and at the end of a run; None where the log has too few."""
    rewards = series_of(log, *REWARDS)
    return ends(rewards.values) if rewards is not None else None


def longer_for_reward(log: RunLog, growth: float, correlation: float) -> Judgement:
    """Whether answers grew to `growth` times their length and the reward went up and down with them.

    `tied` of the numbers is the correlation of their changes from row to row, without the common trend;
    `clipped` how many are cut at the end; `held_out` the change of a held-out metric in standard errors,
    where there is one.
    """
    lengths = series_of(log, "completions/mean_length")
    rewards = series_of(log, "reward")
    if lengths is None or rewards is None:
        return Judgement("unknown", needs=FEWEST, why="too few lengths or rewards")
    long, paid = ends(lengths.values, 0.1), ends(rewards.values, 0.1)
    if long is None or paid is None:
        return Judgement("unknown", needs=FEWEST, why="too few lengths or rewards")
    cut = log.series.get("completions/clipped_ratio")
    clipped = tail(finite(cut)).value if cut is not None and len(cut) else 0.0
    numbers = {
        "before": long[0].value,
        "now": long[1].value,
        "growth": long[1].value / long[0].value if long[0].value > 0 else 0.0,
        "reward_before": paid[0].value,
        "reward": paid[1].value,
        "tied": tied(lengths, rewards),
        "clipped": clipped,
    }
    held_out = _held_out_gain(log)
    if held_out is not None:
        numbers["held_out"] = held_out
    grew = numbers["growth"] >= growth and long[1].over(long[0]) >= 3
    rose = paid[1].over(paid[0]) >= 2
    # the trends of both are one and the same curve where the reward is paid by length
    if not (grew and rose and max(numbers["tied"], trend(lengths, rewards) - 0.3) >= correlation):
        return Judgement("no", end=lengths.steps[-1], confidence=0.8, numbers=numbers)
    limit = long[0].value * sqrt(growth)
    step = since(lengths, lambda value: value >= limit, 0.2)
    return Judgement("yes", step, lengths.steps[-1], min(0.9, 0.5 + numbers["tied"] / 2), 0, numbers)


def tied(one: Series, other: Series) -> float:
    """The correlation of the changes of two series from one common step to the next, 0 with few."""
    left, right = _common(one, other)
    return _correlation(
        [b - a for a, b in pairwise(left)],
        [b - a for a, b in pairwise(right)],
    )


def trend(one: Series, other: Series) -> float:
    """The correlation of two series at their common steps."""
    return _correlation(*_common(one, other))


def _common(one: Series, other: Series) -> tuple[list[float], list[float]]:
    values = dict(other.points())
    both = [(value, values[step]) for step, value in one.points() if step in values]
    return [value for value, _ in both], [value for _, value in both]


def _correlation(left: list[float], right: list[float]) -> float:
    if len(left) < FEWEST - 1:
        return 0.0
    middle, other = sum(left) / len(left), sum(right) / len(right)
    shared = sum((a - middle) * (b - other) for a, b in zip(left, right, strict=True))
    spread = sum((a - middle) ** 2 for a in left) * sum((b - other) ** 2 for b in right)
    return shared / sqrt(spread) if spread > 0 else 0.0


def _held_out_gain(log: RunLog) -> float | None:
    """By how many standard errors the evaluated reward or accuracy rose; None where there is none."""
    for name in ("eval_reward", "eval_accuracy", "eval_score"):
        series = log.series.get(name)
        if series is not None and len(series) >= 4:
            parts = ends(finite(series).values, 0.25, 2)
            if parts is not None:
                return max(-9.0, min(9.0, parts[1].over(parts[0])))
    return None


def no_variance(log: RunLog, share: float) -> Judgement:
    """Whether the answers of a group get the same reward in that share of the groups and more, over the last
    half: such groups have no advantage and teach nothing.

    `always` of the numbers says that it was so from the start, `gained` that the reward rose before: what is
    solved has no variance, either.
    """
    named = series_of(log, "frac_reward_zero_std")
    spread = series_of(log, "reward_std") if named is None else None
    if named is not None:
        steps, values = named.steps, named.values
    elif spread is not None:
        steps, values = (
            spread.steps,
            type(spread.values)("d", (float(value <= ALIKE) for value in spread.values)),
        )
    else:
        return Judgement("unknown", needs=FEWEST, why="the log says nothing of groups")
    half = values[len(values) // 2 :]
    now = sum(half) / len(half)
    begun = sum(values[: len(values) // 4 or 1]) / (len(values) // 4 or 1)
    parts = gain(log)
    gained = parts is not None and parts[1].over(parts[0]) >= 2
    numbers = {"now": now, "begun": begun, "always": float(begun >= share), "gained": float(gained)}
    if now < share:
        return Judgement("no", end=steps[-1], confidence=0.9, numbers=numbers)
    step = since(Series("", steps, values), lambda value: value >= share, 0.3)
    return Judgement("yes", step, steps[-1], 0.9, 0, numbers)


def reward_stuck(log: RunLog, least: int, share: float = 0.8) -> Judgement:
    """Whether the reward is one and the same value in that share of the last half of the rows, and at the end
    of `least` rows at least. `step` is since when; `risen` of the numbers says that it is the highest there
    was and that it began lower: what is solved stays so."""
    rewards = series_of(log, *REWARDS)
    if rewards is None or len(rewards) < least:
        return Judgement("unknown", needs=least - len(rewards or ()), why="too few rewards")
    half = rewards.values[-max(least, len(rewards) // 2) :]
    usual = median(half)
    same = sum(value == usual for value in half) / len(half)
    begun = median(rewards.values[: max(3, len(rewards) // 10)])
    risen = begun < usual >= max(rewards.values)
    numbers = {"value": usual, "share": same, "rows": float(len(half)), "risen": float(risen)}
    if same < share:
        return Judgement("no", end=rewards.steps[-1], confidence=0.9, numbers=numbers)
    step = since(rewards, lambda value: value == usual, 1 - share)
    return Judgement("yes", step, rewards.steps[-1], 0.95, 0, numbers)


def reward_stays(log: RunLog, steps: int, deviations: float = 3.0) -> Judgement:
    """Whether the reward is no higher at the end than at the start, after that many steps."""
    rewards = series_of(log, *REWARDS)
    parts = ends(rewards.values) if rewards is not None else None
    if rewards is None or parts is None or rewards.steps[-1] < steps:
        return Judgement("unknown", needs=FEWEST, why="too few rewards")
    before, now = parts
    apart = now.over(before)
    numbers = {"before": before.value, "now": now.value, "noise": now.error}
    if apart >= deviations:
        return Judgement("no", end=rewards.steps[-1], confidence=sure(apart), numbers=numbers)
    return Judgement("yes", rewards.steps[-1], rewards.steps[-1], 0.7, 0, numbers)


def reward_falls(log: RunLog, share: float, deviations: float = 3.0) -> Judgement:
    """Whether the reward lost `share` of what it had gained, and by `deviations` standard errors. `step` is
    where it was best."""
    rewards = series_of(log, *REWARDS)
    if rewards is None or len(rewards) < 2 * FEWEST:
        return Judgement("unknown", needs=2 * FEWEST - len(rewards or ()), why="too few rewards")
    width = max(5, len(rewards) // 10)
    count = len(rewards) // width
    cuts = [round(index * len(rewards) / count) for index in range(count + 1)]
    noise = jitter(rewards.values)
    parts = [level(rewards.values[low:high], noise) for low, high in pairwise(cuts)]
    # rewards of neighbouring rows hang together: the parts may go up and down by more than single rows say
    wander = jitter([part.value for part in parts])
    parts = [part._replace(error=max(part.error, wander)) for part in parts]
    place = max(range(count), key=lambda index: parts[index].value)
    best, now, begun = parts[place], parts[-1], parts[0].value
    lost, gained = best.value - now.value, best.value - begun
    numbers = {"best": best.value, "now": now.value, "begun": begun, "lost": lost}
    # the highest of many parts is high by chance: it must stand out by more
    if best.over(now) < deviations + 1 or lost < share * max(gained, 0.0) or lost <= 0:
        return Judgement("no", end=rewards.steps[-1], confidence=0.9, numbers=numbers)
    return Judgement(
        "yes",
        rewards.steps[(cuts[place] + cuts[place + 1]) // 2],
        rewards.steps[-1],
        sure(best.over(now) - 1),
        0,
        numbers,
    )
