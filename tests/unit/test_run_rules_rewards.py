"""Preference training and reinforcement learning."""

from math import nan
from random import Random

import pytest
from made_runs import alarms, recorded, rising, seeded, told, wandering

from ftlint.detect.curves.policy import kl_blows_up
from ftlint.detect.curves.rewards import no_variance, reward_falls, tied
from ftlint.model import RunLog, Severity

OWN = [f"RUN0{number}" for number in range(20, 60)]


def practised(random: Random, count: int = 0, **others: list[float]) -> RunLog:
    """A run of GRPO with nothing wrong, but for the series that are given."""
    count = count or random.choice([60, 100, 200, 400])
    series = {
        "reward": [0.1 + each for each in rising(random, count, random.uniform(0.3, 0.8), 0.08)],
        "reward_std": [abs(random.gauss(0.3, 0.1)) for _ in range(count)],
        "frac_reward_zero_std": [min(1.0, abs(random.gauss(0.25, 0.1))) for _ in range(count)],
        "kl": [abs(each) for each in rising(random, count, 0.15, 0.02)],
        "entropy": [0.6 - each for each in rising(random, count, 0.25, 0.03)],
        "clip_ratio": [abs(random.gauss(0.03, 0.02)) for _ in range(count)],
        "completions/mean_length": [200 + random.gauss(0, 15) for _ in range(count)],
        "completions/clipped_ratio": [abs(random.gauss(0.05, 0.03)) for _ in range(count)],
        "grad_norm": [random.lognormvariate(-1, 0.5) for _ in range(count)],
        "loss": [random.gauss(0, 0.01) for _ in range(count)],
    }
    return recorded({**series, **others}, every=1)


def test_healthy_runs_of_reinforcement_learning_get_no_warning() -> None:
    alarmed = [found for log in seeded(practised, 150) if (found := alarms(log, OWN))]
    assert len(alarmed) <= 1, alarmed


def test_a_reward_that_wanders_has_not_collapsed() -> None:
    def wanders(random: Random) -> RunLog:
        reward = [0.3 + 0.3 * index / 200 + each for index, each in enumerate(wandering(random, 200, 0.04))]
        return practised(random, 200, reward=reward)

    alarmed = [found for log in seeded(wanders, 150) if (found := alarms(log, OWN))]
    assert len(alarmed) <= 3, alarmed


def test_a_reward_that_fell_names_its_best_step_and_checkpoint() -> None:
    random = Random(2)
    reward = [0.2 + 0.006 * n + random.gauss(0, 0.03) for n in range(100)]
    reward += [0.8 - 0.012 * n + random.gauss(0, 0.03) for n in range(50)]
    log = practised(Random(1), 150, reward=reward)
    assert reward_falls(log, 0.5).step == pytest.approx(100, abs=15)
    (found,) = told("reward-collapse", log._replace(checkpoints=(50, 100, 150)))
    assert "keep checkpoint-100" in found.message


def test_kl_is_judged_by_token() -> None:
    random = Random(4)
    count = 60
    summed = [0.5 * n + random.gauss(0, 0.5) for n in range(count)]
    log = recorded({"reward": rising(random, count, 1, 0.1), "objective/kl": summed})
    assert kl_blows_up(log, 2, 0.5).state == "no", "30 nats over an answer of unknown length"
    long = recorded(
        {"reward": [0.1] * count, "objective/kl": summed, "completions/mean_length": [300.0] * count}
    )
    assert kl_blows_up(long, 2, 0.5).state == "no"
    short = recorded(
        {"reward": [0.1] * count, "objective/kl": summed, "completions/mean_length": [10.0] * count}
    )
    assert kl_blows_up(short, 2, 0.5).found


def test_kl_that_is_thrown_by_one_token_is_not_blown_up() -> None:
    random = Random(6)
    kl = [random.uniform(0.01, 0.05) for _ in range(100)]
    for spike in (10, 50, 97):
        kl[spike] = 40.0
    assert not told("kl-blow-up", practised(random, 100, kl=kl))
    assert told("kl-blow-up", practised(random, 100, kl=kl[:90] + [nan] * 10))[0].step == 91


def test_groups_without_variance_are_a_warning_only_where_little_was_learnt() -> None:
    random = Random(7)
    alike = [min(1.0, 0.92 + random.uniform(-0.05, 0.08)) for _ in range(100)]
    flat = [0.3 + random.gauss(0, 0.05) for _ in range(100)]
    (found,) = told("zero-variance-groups", practised(random, 100, frac_reward_zero_std=alike, reward=flat))
    assert found.severity is Severity.WARNING
    solved = [0.2 + 0.01 * n for n in range(80)] + [1.0] * 20
    later = [0.2] * 50 + [0.95] * 50
    (done,) = told("zero-variance-groups", practised(random, 100, frac_reward_zero_std=later, reward=solved))
    assert done.severity is Severity.INFO
    assert done.step == 51


def test_groups_are_known_by_their_spread_where_nothing_else_says_it() -> None:
    log = recorded({"reward": [0.0] * 60, "reward_std": [0.3] + [0.0] * 59})
    assert no_variance(log, 0.8).numbers["now"] == 1
    (found,) = told("zero-variance-groups", log)
    assert "mostly 0" in found.message
    assert not told("reward-flat", log), "told once"
    (alone,) = told("reward-flat", recorded({"reward": [0.1] + [0.0] * 59, "kl": [0.01] * 60}))
    assert alone.severity is Severity.WARNING


def test_longer_answers_are_a_warning_only_where_something_speaks_against_them() -> None:
    random = Random(8)
    lengths = [100 + n + random.gauss(0, 5) for n in range(100)]
    paid = [0.01 * each for each in lengths]
    longer = {"reward": paid, "completions/mean_length": lengths}
    (found,) = told("reward-by-length", practised(random, 100, **longer))
    assert found.severity is Severity.INFO
    cut = {"completions/clipped_ratio": [0.005 * n for n in range(100)]}
    (worse,) = told("reward-by-length", practised(random, 100, **longer, **cut))
    assert worse.severity is Severity.WARNING
    assert "are cut at the limit" in worse.message
    log = practised(random, 100, **longer)
    assert tied(log.series["reward"], log.series["completions/mean_length"]) > 0.9
    flat = recorded(
        longer | {"kl": [0.1] * 100},
        evals={"eval_accuracy": ([20, 40, 60, 80, 100], [0.5, 0.52, 0.5, 0.51, 0.5])},
    )
    (held_out,) = told("reward-by-length", flat)
    assert "the evaluated one did not rise" in held_out.message


def test_much_clipping_is_told_where_it_was() -> None:
    clipped = [0.5] * 40 + [0.05] * 60
    (found,) = told("clip-ratio-high", practised(Random(9), 100, clip_ratio=clipped))
    assert found.step == 1
    assert "5% at the end" in found.message


def preferred(random: Random, moved: float = 1.0, *, coin: bool = False) -> RunLog:
    """A run of DPO; `moved` is what it gains, 0 for nothing."""
    count = random.choice([30, 60, 100])
    margins = rising(random, count, moved, 0.1)
    chosen = [-0.1 * each + random.gauss(0, 0.05) for each in margins]
    right = [0.5 + random.gauss(0, 0.06) + (0 if coin else min(0.3, 0.3 * each)) for each in margins]
    return recorded(
        {
            "loss": [0.69 - 0.2 * each for each in margins],
            "rewards/margins": margins,
            "rewards/chosen": chosen,
            "rewards/rejected": [a - b for a, b in zip(chosen, margins, strict=True)],
            "rewards/accuracies": [min(1.0, max(0.0, each)) for each in right],
        },
        every=10,
    )


def test_healthy_preference_runs_get_no_warning() -> None:
    alarmed = [found for log in seeded(preferred, 150) if (found := alarms(log, OWN))]
    assert len(alarmed) <= 1, alarmed


def test_pairs_by_a_coin_are_found() -> None:
    def by_a_coin(random: Random) -> RunLog:
        return preferred(random, 0.0, coin=True)

    found = [told("preference-at-chance", log) for log in seeded(by_a_coin, 60)]
    assert sum(map(bool, found)) >= 57


def test_held_out_pairs_count_and_have_their_number() -> None:
    curve = [0.5, 0.54, 0.58, 0.58, 0.57, 0.58]
    log = preferred(Random(11))
    steps = [50, 100, 150, 200, 250, 300]
    evals = recorded({"loss": [0.69] * 30}, every=10, evals={"eval_rewards/accuracies": (steps, curve)})
    assert not told("preference-at-chance", evals._replace(eval_rows={"": 20_000}))
    unrisen = recorded(
        {"loss": [0.69] * 30},
        every=10,
        evals={"eval_rewards/accuracies": (steps, [0.57, 0.56, 0.58, 0.57, 0.57, 0.57])},
    )
    (found,) = told("preference-at-chance", unrisen)
    assert found.severity is Severity.INFO
    assert not told("preference-at-chance", log)


def test_an_early_run_is_not_judged() -> None:
    log = preferred(Random(12), 0.0, coin=True)._replace(planned_steps=100_000)
    assert not told("preference-at-chance", log)
    assert not told("margins-flat", log)
