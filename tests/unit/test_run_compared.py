"""Which run is better: how often that is said of twins, and of runs that do differ."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from ftlint.detect.curves.compared import Comparison, compared, lower_is_better, metrics
from ftlint.detect.curves.student import within
from ftlint.model.run_log import RunLog, Series
from ftlint.runlogs.recorder import Recorder


@pytest.mark.parametrize(
    ("freedom", "deviations", "share"),
    # from a printed table of Student's t, two-sided
    [
        (1, 12.706, 0.95),
        (2, 4.303, 0.95),
        (5, 2.571, 0.95),
        (10, 3.169, 0.99),
        (30, 2.042, 0.95),
        (1e9, 1.96, 0.95),
    ],
)
def test_student(freedom: float, deviations: float, share: float) -> None:
    assert within(deviations, freedom) == pytest.approx(share, abs=5e-5)


def run_of(values: Sequence[float], name: str = "eval_loss", every: int = 10) -> RunLog:
    recorder = Recorder("run", "test")
    for index, value in enumerate(values, 1):
        recorder.point(name, index * every, float(value))
    recorder.finished = True
    return recorder.log()


def drawn(count: int, offset: float, noise: float, shared: np.ndarray, random: np.random.Generator) -> RunLog:
    done = np.arange(1, count + 1) / count
    return run_of(1 + 1.5 * np.exp(-5 * done) + offset + shared + noise * random.normal(size=count))


@pytest.mark.parametrize("count", [4, 6, 10, 20, 40])
def test_noise_alone_is_seldom_called_better(count: int) -> None:
    """Twins that share half of their noise, 200 pairs: the design allows 5%."""
    random = np.random.default_rng(count)
    said: Counter[str] = Counter()
    for _ in range(200):
        shared = 0.02 * random.normal(size=count)
        twins = [drawn(count, 0.0, 0.01, shared, random) for _ in range(2)]
        said[compared(*twins, "eval_loss", lower=True).verdict] += 1
    assert said["better"] <= 10, said


def test_a_real_difference_is_found_where_evals_are_enough() -> None:
    """Seven times the noise of the difference, as medians of 12 evals."""
    random = np.random.default_rng(0)
    found = 0
    for _ in range(100):
        shared = 0.02 * random.normal(size=12)
        pair = drawn(12, 0.0, 0.01, shared, random), drawn(12, 0.1, 0.01, shared, random)
        said = compared(*pair, "eval_loss", lower=True)
        found += said.verdict == "better" and said.better == 0
    assert found >= 90


INPUTS, HIDDEN, CLASSES = 20, 32, 5


class Task:
    """Labels of a random network, with noise, and a network half trained on them: where fine-tunes start."""

    def __init__(self) -> None:
        random = np.random.default_rng(7)
        teacher = random.normal(size=(INPUTS, 16)), random.normal(size=(16, CLASSES))
        self.train, self.held_out = (self._rows(teacher, size, random) for size in (2000, 500))
        start = (
            random.normal(size=(INPUTS, HIDDEN)) / INPUTS**0.5,
            random.normal(size=(HIDDEN, CLASSES)) / HIDDEN**0.5,
        )
        self.start = self.tuned(0, 0.1, steps=100, start=start)[1]

    @staticmethod
    def _rows(
        teacher: tuple[np.ndarray, np.ndarray], size: int, random: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        rows = random.normal(size=(size, INPUTS))
        scores = np.maximum(rows @ teacher[0], 0) @ teacher[1] + random.gumbel(size=(size, CLASSES))
        return rows, scores.argmax(1)

    def tuned(
        self, seed: int, rate: float, steps: int = 400, start: tuple[np.ndarray, np.ndarray] | None = None
    ) -> tuple[RunLog, tuple[np.ndarray, np.ndarray]]:
        """SGD with a rate that falls to 0; a seed changes the order of the rows and nothing else."""
        random = np.random.default_rng(seed)
        first, second = (each.copy() for each in start or self.start)
        rows, labels = self.train
        order = np.concatenate([random.permutation(len(rows)) for _ in range(steps * 32 // len(rows) + 1)])
        evals = []
        for step in range(1, steps + 1):
            picked = order[(step - 1) * 32 : step * 32]
            inner = np.maximum(rows[picked] @ first, 0)
            slope = _shares(inner @ second)
            slope[np.arange(32), labels[picked]] -= 1
            slope /= 32
            pulled = rate * (1 - step / steps)
            back = rows[picked].T @ ((slope @ second.T) * (inner > 0))
            second -= pulled * inner.T @ slope
            first -= pulled * back
            if step % (steps // 10) == 0:
                held, truth = self.held_out
                told = _shares(np.maximum(held @ first, 0) @ second)
                evals.append(-np.log(told[np.arange(len(truth)), truth] + 1e-12).mean())
        return run_of(evals, every=steps // 10), (first, second)


def _shares(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def test_fine_tunes_that_differ_by_seed_and_by_rate() -> None:
    """Really trained: of 66 pairs of seeds at most one in twenty is called better, of 36 rates nearly all."""
    task = Task()
    twins = [task.tuned(seed, 0.1)[0] for seed in range(12)]
    slower = [task.tuned(100 + seed, 0.04)[0] for seed in range(6)]
    alike = Counter(
        compared(one, other, "eval_loss", lower=True).verdict for one, other in combinations(twins, 2)
    )
    assert alike["better"] <= 0.05 * 66, alike
    apart = Counter(
        (said.verdict, said.better)
        for one in twins[:6]
        for other in slower
        for said in [compared(one, other, "eval_loss", lower=True)]
    )
    assert apart["better", 0] >= 0.95 * 36, apart


def said(one: Sequence[float], other: Sequence[float], **options: bool) -> Comparison:
    return compared(run_of(one), run_of(other), "eval_loss", lower=True, **options)


def test_few_evals_say_how_many_more_it_takes() -> None:
    assert said([2, 1.5, 1.2], [2, 1.4, 1.0]).needs == 1
    some = said([2, 1.5, 1.23, 1.2], [2, 1.42, 1.15, 1.1])
    assert (some.verdict, some.needs > 0) == ("cannot tell", True)
    assert said([], [1.0]).verdict == "cannot tell"
    assert said([float("nan")] * 5, [1.0] * 5).verdict == "cannot tell"


def test_what_is_alike_is_no_evidence() -> None:
    flat = [2, 1.5, 1.2, 1.1, 1.05, 1.04]
    assert said(flat, flat).verdict == "no evidence"
    near = said(flat, [value * 1.002 for value in flat])
    assert (near.verdict, near.why) == ("no evidence", "less than 0.5% apart")


def test_pairs_are_found_by_step_and_else_noise_is_of_both() -> None:
    random = np.random.default_rng(3)
    shared = 0.05 * random.normal(size=12)
    one, other = (drawn(12, offset, 0.001, shared, random) for offset in (0.0, 0.03))
    paired = compared(one, other, "eval_loss", lower=True)
    assert (paired.paired, paired.verdict) == (12, "better")
    series = other.series["eval_loss"]
    steps = array("d", (step + 3 for step in series.steps))
    shifted = RunLog("x", "test", {"eval_loss": Series("eval_loss", steps, series.values)})
    unpaired = compared(one, shifted, "eval_loss", lower=True)
    assert unpaired.paired == 0
    assert unpaired.noise > 5 * paired.noise


def test_more_is_better_of_what_is_to_rise() -> None:
    random = np.random.default_rng(4)
    low, high = ([level + 0.01 * random.normal() for _ in range(300)] for level in (0.3, 0.5))
    told = compared(run_of(low, "reward"), run_of(high, "reward"), "reward", lower=False)
    assert (told.verdict, told.better) == ("better", 1)
    assert [lower_is_better(name) for name in ("eval_loss", "eval_f1", "eval/WER", "reward", "eval_zap")] == [
        True, False, True, False, None,
    ]  # fmt: skip
    assert metrics([run_of([1.0]), run_of([1.0], "loss")]) == []
