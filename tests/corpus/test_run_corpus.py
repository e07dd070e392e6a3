"""Verdicts on real training runs labelled by eye, and what must not change them."""

import importlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftlint.detect.curves.verdicts import judgement, judgements
from ftlint.model import RunLog

pytestmark = pytest.mark.corpus

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def bench() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield importlib.import_module("logs")


@pytest.fixture(scope="module")
def runs(bench: Any, corpus: Path) -> Any:
    if not (corpus / "logs" / "MANIFEST.csv").exists():
        pytest.skip(f"no labelled runs in {corpus / 'logs'}")
    return [run for run in bench.labelled(corpus / "logs") if run.log.objective != "reinforcement"]


def precision_recall(done: Any) -> tuple[float, float]:
    return done.right / max(1, done.right + done.wrong), done.right / max(1, done.right + done.missed)


TARGETS = {
    "overfitting": (0.95, 0.90),
    "divergence": (0.95, 0.95),
    "nan-loss": (0.95, 0.95),
    "zero-loss": (0.95, 0.95),
    "plateau": (0.80, 0.80),
    "memorisation-staircase": (0.80, 0.80),
    "not-converged": (0.70, 0.70),
}
"""Least precision and recall."""


@pytest.mark.parametrize("rule", TARGETS)
def test_verdicts_are_those_of_the_eye(bench: Any, runs: Any, rule: str) -> None:
    done = bench.score(runs, bench.LABELS[rule], lambda log: judgement(log, rule).found)
    precision, recall = precision_recall(done)
    assert precision >= TARGETS[rule][0], done
    assert recall >= TARGETS[rule][1], done


def test_not_converged_holds_where_its_rate_was_learnt_from_other_repositories(bench: Any, runs: Any) -> None:
    precision, recall = precision_recall(bench.left_out(runs))
    assert precision >= 0.70
    assert recall >= 0.70


def test_the_best_step_is_the_labelled_one(runs: Any) -> None:
    labelled = [run for run in runs if run.best_step is not None and judgement(run.log, "overfitting").found]
    wrong = [
        (run.log.path, judgement(run.log, "overfitting").step, run.best_step)
        for run in labelled
        if judgement(run.log, "overfitting").step != run.best_step
    ]
    assert len(labelled) >= 11
    assert len(wrong) <= 1, wrong


def test_no_other_tool_is_as_good_at_overfitting(bench: Any, runs: Any) -> None:
    def f1(found: Callable[[RunLog], bool]) -> float:
        done = bench.score([run for run in runs if run.both], "overfit", found)
        return float(2 * done.right / max(1, 2 * done.right + done.wrong + done.missed))

    ours = f1(lambda log: judgement(log, "overfitting").found)
    assert ours > max(f1(rival) for rival in bench.RIVALS.values())


def test_healthy_runs_pass(bench: Any, runs: Any) -> None:
    healthy = [run for run in runs if run.labels == {"healthy"}]
    failed = [run.log.path for run in healthy if bench.loud(run.log)]
    assert len(healthy) >= 50
    assert len(failed) <= 0.03 * len(healthy), failed


OPTIONS = [
    ("overfitting", "min_rise", 0.05),
    ("divergence", "min_rise", 0.25),
    ("divergence", "lost", 0.5),
    ("plateau", "max_gain", 0.03),
    ("memorisation-staircase", "min_drop", 0.04),
    ("memorisation-staircase", "share", 0.4),
    ("oscillation", "min_swing", 0.25),
]


@pytest.mark.parametrize("factor", [0.7, 1.3])
@pytest.mark.parametrize(("rule", "option", "default"), OPTIONS)
def test_no_threshold_is_tuned_to_single_runs(
    runs: Any, rule: str, option: str, default: float, factor: float
) -> None:
    changed = [
        run.log.path
        for run in runs
        if judgement(run.log, rule).found != judgement(run.log, rule, **{option: factor * default}).found
    ]
    assert not changed


def thinned(log: RunLog, start: int) -> RunLog:
    """Every second value of the training loss of a run that has forty or more."""
    series = log.loss
    if series is None or len(series) < 40:
        return log
    kept = replace(series, steps=series.steps[start::2], values=series.values[start::2], times=array("d"))
    return log._replace(series={**log.series, "loss": kept})


def louder(log: RunLog, start: int) -> RunLog:
    """A twentieth of noise on the training loss."""
    rng = np.random.default_rng(start)
    series = log.loss
    if series is None or not len(series):
        return log
    values = np.array(series.values) * (1 + 0.05 * rng.normal(size=len(series)))
    return log._replace(series={**log.series, "loss": replace(series, values=array("d", values.tolist()))})


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("change", [thinned, louder])
@pytest.mark.parametrize("rule", ["overfitting", "divergence", "memorisation-staircase"])
def test_a_log_with_fewer_or_noisier_values_gets_the_same_verdicts(
    bench: Any, runs: Any, rule: str, change: Callable[[RunLog, int], RunLog], start: int
) -> None:
    done = bench.score(runs, bench.LABELS[rule], lambda log: judgement(change(log, start), rule).found)
    precision, recall = precision_recall(done)
    assert precision >= 0.85, done
    assert recall >= 0.85, done


def test_runs_of_reinforcement_learning_get_no_verdict_on_their_loss(
    bench: Any, corpus: Path, runs: Any
) -> None:
    others = [run for run in bench.labelled(corpus / "logs") if "rl_loss" in run.labels]
    assert len(others) >= 3
    for run in others:
        assert run.log.objective == "reinforcement"
        assert not any(answer.found for answer in judgements(run.log).values())
