"""Verdicts on made curves: what each tells, what it leaves alone, and what must not matter."""

import time
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.detect.curves.verdicts import DETECTORS, judgement, judgements
from ftlint.model import RunLog
from ftlint.runlogs.recorder import Recorder

NAN, INF = float("nan"), float("inf")


def run(
    loss: Sequence[float] = (),
    eval_loss: Sequence[float] = (),
    *,
    every: int = 10,
    eval_every: int = 50,
    steps_per_epoch: float | None = 100,
    others: Mapping[str, Sequence[float]] | None = None,
) -> RunLog:
    recorder = Recorder("out/trainer_state.json", "trainer-state")
    rows: dict[int, dict[str, float]] = {}
    for name, values, apart in (
        ("loss", loss, every),
        ("eval_loss", eval_loss, eval_every),
        *((name, values, eval_every) for name, values in (others or {}).items()),
    ):
        for index, value in enumerate(values):
            rows.setdefault((index + 1) * apart, {})[name] = value
    for step, row in sorted(rows.items()):
        epoch = {} if steps_per_epoch is None else {"epoch": step / steps_per_epoch}
        recorder.row(step, {**row, **epoch})
    return recorder.log()


def noisy(values: Any, noise: float, seed: int = 0) -> list[float]:
    rng = np.random.default_rng(seed)
    made: list[float] = (np.asarray(values) * (1 + noise * rng.normal(size=len(values)))).tolist()
    return made


T = np.linspace(0, 1, 100)
DECAY = 0.5 + 1.5 * np.exp(-6 * T)
FALLING = 2 - 1.2 * T
TURNED = [1.5, 1.2, 1.05, 1.02, 1.06, 1.11, 1.15, 1.19, 1.22, 1.26]
EPOCHS = np.floor(T * 5 - 1e-9)

CASES: Mapping[str, tuple[RunLog, set[str]]] = {
    "healthy": (run(noisy(DECAY, 0.02), noisy(DECAY[4::5], 0.005)), set()),
    "healthy and noisy": (run(noisy(DECAY, 0.2), noisy(DECAY[4::5], 0.02)), set()),
    "overfitting": (run(noisy(FALLING, 0.02), TURNED, eval_every=100), {"overfitting"}),
    "its evals alternate": (
        run(
            noisy(FALLING, 0.02),
            [0.18, 0.166, 0.157, 0.215, 0.195, 0.228, 0.177, 0.237, 0.214, 0.214],
            eval_every=100,
        ),
        {"overfitting"},
    ),
    "three evals": (run(noisy(FALLING, 0.02), [0.51, 0.53, 0.60], eval_every=300), {"overfitting"}),
    "no step in the rise but at its end": (run(noisy(FALLING, 0.02), [*TURNED[:4], *[1.03] * 5, 1.3]), set()),
    "both rise": (
        run([*noisy(DECAY, 0.02), *noisy(DECAY[::-1], 0.02)], TURNED, eval_every=200),
        {"divergence"},
    ),
    "a tiny loss doubles": (
        run(noisy(DECAY - 0.45, 0.02), [0.1, 0.01, 0.005, 0.007, 0.009, 0.01, 0.01, 0.01], eval_every=100),
        {"eval-below-train"},
    ),
    "blown up": (run([*noisy(DECAY[:60], 0.05), *noisy([9.0] * 40, 0.4)]), {"divergence"}),
    "blown up and noisier": (
        run([*noisy(DECAY[:60], 0.02), *np.exp(np.random.default_rng(2).normal(3, 1, 40))]),
        {"divergence"},
    ),
    "blown up at once": (run([1.64, 11.8, 11.6, 10.4, 10.4, 10.4, 10.4, 10.4, 10.4, 10.4]), {"divergence"}),
    "from 0.01 to 0.03": (run([*noisy(DECAY - 0.49, 0.02), *noisy([0.03] * 30, 0.05)]), set()),
    "not a number": (run([*DECAY[:50], *[NAN] * 50]), {"nan-loss"}),
    "infinite in the eval": (run(noisy(DECAY, 0.02), [1.0, INF, 0.9, 0.8]), {"nan-loss"}),
    "exactly zero": (run([*DECAY[:20], *[0.0] * 80]), {"zero-loss"}),
    "decayed to zero": (run([max(0.0, round(v, 4)) for v in 2 * np.exp(-30 * T)]), set()),
    "a spike that it came back from": (
        run([*noisy(DECAY[:50], 0.03), 6.0, 3.0, *noisy(DECAY[52:], 0.03)]),
        {"loss-spike"},
    ),
    "a spike that it did not": (
        run([*noisy(DECAY[:50], 0.02), 1.9, *noisy(DECAY[51:] + 0.35, 0.02)]),
        {"loss-spike"},
    ),
    "at chance": (run(noisy([0.6931] * 100, 0.01)), {"no-learning", "plateau"}),
    "flat": (run(noisy([2.1] * 100, 0.03)), {"plateau"}),
    "accuracy at chance": (
        run(
            noisy([2.9] * 100, 0.2), [2.9, 2.8, 2.9, 2.85], others={"eval_accuracy": [0.07, 0.06, 0.08, 0.06]}
        ),
        {"no-learning"},
    ),
    "converged long ago": (run([6.0, 3.0, *noisy([1.2] * 98, 0.02)]), set()),
    "stopped early": (run(noisy(FALLING, 0.02)), {"not-converged"}),
    "stopped early, which the evals alone show": (
        run(noisy(FALLING[9::10], 0.06, 3), 2.2 - 0.5 * T[9::10], every=100, eval_every=100),
        {"not-converged"},
    ),
    "preference training": (
        run(noisy(FALLING / 3, 0.02), others={"rewards/chosen": (T[::5] - 0.2).tolist()}),
        set(),
    ),
    "stairs": (run(noisy(2 * 0.85**EPOCHS, 0.01), steps_per_epoch=200), {"memorisation-staircase"}),
    "stairs elsewhere": (run(noisy(2 - 0.2 * EPOCHS, 0.01), steps_per_epoch=330), {"not-converged"}),
    "swings": (run(noisy(FALLING, 0.02), [0.73, 0.95, 0.74, 1.23, 0.56], eval_every=200), {"oscillation"}),
    "alternates": (run([1.0 + (0.4 if n % 2 else -0.4) for n in range(60)]), {"oscillation"}),
    "eval below": (run(noisy(DECAY, 0.02), 0.7 * DECAY[9::10], eval_every=100), {"eval-below-train"}),
    "gap": (run(noisy(DECAY, 0.02), np.maximum(DECAY[9::10], 1.1), eval_every=100), {"train-eval-gap"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_told_of_a_made_run(name: str) -> None:
    log, told = CASES[name]
    found = {rule for rule, answer in judgements(log).items() if answer.found}
    # further observations are no matter here, but no further verdict that fails a check is right
    quiet = {"plateau", "not-converged", "memorisation-staircase", "eval-below-train", "train-eval-gap"}
    assert told <= found
    assert found - told <= (quiet if told else set()), found


def scaled(log: RunLog, factor: float) -> RunLog:
    return log._replace(
        series={
            name: replace(series, values=array("d", [factor * value for value in series.values]))
            if name in {"loss", "eval_loss"}
            else series
            for name, series in log.series.items()
        }
    )


SCALE_FREE = sorted(set(DETECTORS) - {"zero-loss", "no-learning"})


@pytest.mark.parametrize("factor", [2.0, 10.0])
@pytest.mark.parametrize("name", sorted(set(CASES) - {"a tiny loss doubles"}))
def test_the_unit_of_a_loss_does_not_matter(name: str, factor: float) -> None:
    """Above 1: what is far below a nat is small, however much of a loss it is."""
    log, _ = CASES[name]
    other = scaled(log, factor)
    for rule in SCALE_FREE:
        assert judgement(other, rule).state == judgement(log, rule).state, rule


@pytest.mark.parametrize("name", CASES)
def test_runs_of_reinforcement_learning_get_no_verdict_on_their_loss(name: str) -> None:
    log, _ = CASES[name]
    for rule, answer in judgements(log._replace(objective="reinforcement")).items():
        assert rule == "nan-loss" or (answer.state == "unknown" and "reinforcement" in answer.why)


def test_few_evals_are_answered_with_how_many_more_it_takes() -> None:
    two = judgement(run(FALLING, [0.5, 0.7], eval_every=500), "overfitting")
    assert (two.state, two.needs) == ("unknown", 1)
    three = judgement(run(FALLING, [0.50, 0.47, 0.51], eval_every=300), "overfitting")
    assert three.state == "unknown"
    assert 1 <= three.needs <= 3
    assert judgement(run(FALLING, [0.50, 0.47, 0.51, 0.55, 0.58], eval_every=200), "overfitting").found


def test_the_best_step_is_the_lowest_eval_at_the_bottom_of_the_smoothed_curve() -> None:
    dip = [2.0, 0.9, 1.7, 1.4, 1.2, 1.1, 1.0, 1.05, 1.15, 1.3, 1.4, 1.5]
    assert judgement(run(FALLING, dip, eval_every=80), "overfitting").step == 7 * 80
    assert judgement(run(FALLING, TURNED, eval_every=100), "overfitting").step == 400


def test_a_general_set_that_gets_worse_is_not_overfitting_and_another_set_is() -> None:
    assert not judgement(run(FALLING, others={"eval_general_loss": TURNED}), "overfitting").found
    found = judgement(run(FALLING, others={"eval_invoices_loss": TURNED}), "overfitting")
    assert found.found
    assert found.why == "invoices"


def test_two_peaks_soon_after_each_other_are_one_spike_that_the_run_came_back_from() -> None:
    peaks = [6.8, 6.5, 3.2, 2.0, 0.6, 0.05, 0.01, 7.5, 8.0, 7.8, 6.4, 3.6, 1.3]
    found = judgement(run([*noisy(DECAY[:50], 0.05), *peaks, *noisy(DECAY[50:], 0.05)]), "loss-spike")
    assert found.found
    assert found.numbers["spikes"] == 1
    assert found.numbers["peak"] == 8.0
    assert found.numbers["back"] >= 620


def test_a_long_log_is_judged_in_moments_whatever_jumps_in_it() -> None:
    rng = np.random.default_rng(3)
    values = 0.5 + 0.1 * rng.normal(size=200_000)
    values[rng.integers(0, len(values), 900)] += 3
    log = run(values.tolist(), every=1)
    began = time.process_time()
    judgements(log)
    assert time.process_time() - began < 3


def test_more_noise_makes_no_verdict_surer() -> None:
    for rule, log in (
        ("overfitting", CASES["overfitting"][0]),
        ("memorisation-staircase", CASES["stairs"][0]),
    ):
        sure = [
            judgement(_with_noise(log, amount), rule).confidence
            * judgement(_with_noise(log, amount), rule).found
            for amount in (0.0, 0.3)
        ]
        assert sure[0] > 0.8
        assert sure[1] <= sure[0]


def _with_noise(log: RunLog, amount: float) -> RunLog:
    return log._replace(
        series={
            name: replace(series, values=array("d", noisy(series.values, amount, seed=len(name))))
            for name, series in log.series.items()
        }
    )


def test_healthy_runs_of_many_shapes_are_left_alone() -> None:
    """At most one in fifty of 200 runs that only converge fails a check."""
    rng = np.random.default_rng(5)
    failing = {"overfitting", "divergence", "nan-loss", "zero-loss", "no-learning", "oscillation"}
    failed = 0
    for _ in range(200):
        count, evals = int(rng.choice([20, 60, 200])), int(rng.choice([3, 4, 6, 10, 20]))
        floor, drop, rate = rng.choice([0.05, 0.5, 1.5]), rng.uniform(0.5, 6), rng.uniform(5, 25)

        def at(t: Any, floor: float = floor, drop: float = drop, rate: float = rate) -> Any:
            return floor + drop * np.exp(-rate * t)

        loss = at(np.linspace(1 / count, 1, count)) * (
            1 + rng.choice([0.01, 0.1, 0.25]) * rng.normal(size=count)
        )
        held = (
            at(np.linspace(1 / evals, 1, evals))
            * 1.05
            * (1 + rng.choice([0.003, 0.02]) * rng.normal(size=evals))
        )
        log = run(
            np.maximum(loss, 1e-4).tolist(), held.tolist(), every=60 // 20, eval_every=count * 3 // evals
        )
        failed += any(judgement(log, rule).found for rule in failing)
    assert failed <= 4


NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1.0, 0.6931, 1e-4, NAN, INF])
)


@settings(max_examples=150)
@given(
    st.lists(NUMBERS, max_size=40),
    st.lists(NUMBERS, max_size=12),
    st.sampled_from([None, 7.0, 100.0]),
    st.lists(st.floats(0, 1), max_size=6),
)
def test_whatever_a_log_holds_the_answers_are_sound(
    loss: list[float], held: list[float], steps_per_epoch: float | None, accuracy: list[float]
) -> None:
    log = run(loss, held, steps_per_epoch=steps_per_epoch, others={"eval_accuracy": accuracy})
    for answer in judgements(log).values():
        assert 0 <= answer.confidence <= 1
        assert answer.needs >= 0
        assert all(isinstance(value, float) for value in answer.numbers.values())
        assert answer.step is not None or not answer.found
