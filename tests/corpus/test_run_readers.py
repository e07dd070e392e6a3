"""Every real log of the corpus is read: as many points as were counted when the runs were labelled."""

import csv
import math
from itertools import pairwise
from pathlib import Path

import pytest

from ftlint.model import RunLog
from ftlint.runlogs.detect import is_log_name, kind_of, may_be_log_name
from ftlint.runlogs.runs import Run, run_files

pytestmark = pytest.mark.corpus

KINDS = {
    "trainer_state.json": "trainer-state",
    "log_history.json": "log-history",
    "trainer_log.jsonl": "llamafactory",
    "training_log.csv": "keras-csv",
    "tfevents": "tensorboard",
}


@pytest.fixture(scope="module")
def rows(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "logs/MANIFEST.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def logs(corpus: Path, rows: list[dict[str, str]]) -> dict[str, RunLog]:
    files = [str(corpus / "logs" / row["file"]) for row in rows]
    return {Path(run.primary).name: Run(run).read() for run in run_files(files)}


def test_each_file_is_a_run_of_its_own(rows: list[dict[str, str]], logs: dict[str, RunLog]) -> None:
    assert set(logs) == {row["file"] for row in rows}
    for row in rows:
        assert logs[row["file"]].kind == KINDS[row["kind"]], row["file"]
        assert may_be_log_name(row["file"])
        assert is_log_name(row["file"].partition("__")[2]) == (
            row["kind"] in ("trainer_state.json", "trainer_log.jsonl", "tfevents")
        )


def test_points_are_those_counted(rows: list[dict[str, str]], logs: dict[str, RunLog]) -> None:
    counted = {row["file"]: (int(row["n_train"]), int(row["n_eval"])) for row in rows}
    read = {name: (len(log.loss or ()), len(log.eval_losses.get("", ()))) for name, log in logs.items()}
    assert read == counted


def test_nothing_is_damaged_and_nothing_lost_its_order(logs: dict[str, RunLog]) -> None:
    for name, log in logs.items():
        assert not log.damaged, name
        for series in log.series.values():
            assert all(before < after for before, after in pairwise(series.steps)), (name, series.name)


def test_best_steps_of_the_labels_are_steps_of_the_log(
    rows: list[dict[str, str]], logs: dict[str, RunLog]
) -> None:
    for row in rows:
        if row["best_step"]:
            losses = logs[row["file"]].eval_losses[""]
            finite = [(value, step) for step, value in losses.points() if not math.isnan(value)]
            assert min(finite)[1] == float(row["best_step"]), row["file"]


def test_epochs_plans_and_eval_rows(logs: dict[str, RunLog]) -> None:
    """What the log says of the run beside its curves."""
    overfit = logs["r005__trainer_state.json"]
    assert (overfit.planned_steps, overfit.epoch_at(99), overfit.epoch_at(297)) == (495, 1.0, 3.0)
    assert overfit.finished is True  # early stopping had run out of patience
    assert logs["r081__log_history.json"].eval_rows == {"": 70000}
    factory = logs["r051__trainer_log.jsonl"]
    assert (factory.planned_steps, factory.finished, factory.last_step) == (915, True, 915)
    assert logs["r031__training_log.csv"].unit == "epoch"
    assert logs["r201__events.out.tfevents.1684287350.featurize.27423.0"].epochs is not None


def test_what_a_run_is_after(rows: list[dict[str, str]], logs: dict[str, RunLog]) -> None:
    rl = {row["file"] for row in rows if "rl_loss" in row["labels"]}
    assert {name for name, log in logs.items() if log.objective == "reinforcement"} == rl
    preference = {name for name, log in logs.items() if log.objective == "preference"}
    # a DPO run, and two of LLaMA-Factory's whose `accuracy` is that of preferences
    assert preference == {"r085__trainer_state.json", "r127__trainer_log.jsonl", "r147__trainer_log.jsonl"}


def test_no_file_of_the_other_corpora_is_a_log(corpus: Path) -> None:
    """Datasets and configs are none, though some have rows with steps and rewards."""
    found = [
        (kind, path.relative_to(corpus).as_posix())
        for folder in ("datasets", "malformed", "configs", "privacy")
        for path in sorted((corpus / folder).rglob("*"))
        if path.is_file() and may_be_log_name(path.name) and (kind := kind_of(str(path), path.name))
    ]
    assert found == []
