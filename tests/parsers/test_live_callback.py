"""`FtlintCallback` in a real transformers Trainer: models that overfit, break, resume and stay healthy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from transformers import Trainer, TrainingArguments

from ftlint.live.callback import FtlintCallback
from ftlint.live.verdicts import Change

WIDTH, CLASSES = 24, 4


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No hub is asked, and no settings but the defaults count; threads cost more than such nets do."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Classifier(nn.Module):
    """A small net that gives its own loss, as the Trainer asks of a model."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(nn.Linear(WIDTH, 64), nn.ReLU(), nn.Linear(64, CLASSES))

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        logits = self.layers(x)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


def rows(count: int, seed: int, *, chance: bool) -> list[dict[str, Any]]:
    """Points whose label is that of a fixed plane, or by chance: then a net can only learn them by heart."""
    maker = torch.Generator().manual_seed(seed)
    plane = torch.randn(WIDTH, CLASSES, generator=torch.Generator().manual_seed(1))
    points = torch.randn(count, WIDTH, generator=maker)
    labels = torch.randint(CLASSES, (count,), generator=maker) if chance else (points @ plane).argmax(1)
    return [{"x": point, "labels": label} for point, label in zip(points, labels, strict=True)]


def trainer(
    callback: FtlintCallback,
    *,
    steps: int,
    chance: bool = False,
    learning_rate: float = 3e-3,
    saves: bool = False,
    **more: Any,
) -> Trainer:
    arguments = TrainingArguments(
        output_dir="out",
        max_steps=steps,
        learning_rate=learning_rate,
        per_device_train_batch_size=16,
        logging_steps=5,
        eval_strategy="steps",
        eval_steps=10,
        per_device_eval_batch_size=256,
        save_strategy="steps" if saves else "no",
        save_steps=20,
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
        seed=0,
        lr_scheduler_type="constant",
        **more,
    )
    return Trainer(
        model=Classifier(),
        args=arguments,
        train_dataset=rows(32 if chance else 512, 2, chance=chance),
        eval_dataset=rows(256, 3, chance=chance),
        callbacks=[callback],
    )


def test_a_model_that_learns_by_heart_is_stopped() -> None:
    told: list[Change] = []
    callback = FtlintCallback(early_stop=True, on_verdict=told.append)
    running = trainer(callback, steps=600, chance=True)
    running.train()
    stopped = callback.stopped_by
    assert stopped is not None
    assert stopped.name == "overfitting"
    assert running.state.global_step < 600
    # what the log says, without our rules: the eval loss had its lowest there and rose after it
    evals = {row["step"]: row["eval_loss"] for row in running.state.log_history if "eval_loss" in row}
    assert stopped.step == pytest.approx(min(evals, key=evals.__getitem__), abs=10)
    assert evals[max(evals)] > 1.05 * min(evals.values())
    names = [change.verdict.name for change in told if change.word == "found"]
    assert names.count("overfitting") == 1


def test_without_early_stop_it_is_told_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    callback = FtlintCallback(select=["overfitting"])
    running = trainer(callback, steps=300, chance=True)
    running.train()
    assert running.state.global_step == 300
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("ftlint: ")]
    assert lines
    assert all("RUN001 overfitting" in line for line in lines)
    assert [each.name for each in callback.verdicts] == ["overfitting"]


def test_a_model_that_learns_is_left_alone() -> None:
    callback = FtlintCallback(early_stop=True)
    running = trainer(callback, steps=200)
    running.train()
    assert running.state.global_step == 200
    assert callback.stopped_by is None


@pytest.mark.parametrize(("filtered", "name"), [(False, "nan-loss"), (True, "zero-loss")])
def test_a_loss_that_is_no_number_stops(filtered: bool, name: str) -> None:
    """The Trainer's own filter logs 0 in place of NaN."""
    callback = FtlintCallback(early_stop=True)
    running = trainer(
        callback, steps=200, learning_rate=1e30, logging_nan_inf_filter=filtered, max_grad_norm=0.0
    )
    running.train()
    assert callback.stopped_by is not None
    assert callback.stopped_by.name == name
    assert running.state.global_step < 60


def test_a_resumed_run_brings_its_history() -> None:
    running = trainer(FtlintCallback(select=["overfitting"]), steps=60, chance=True, saves=True)
    running.train()
    callback = FtlintCallback(early_stop=True)
    resumed = trainer(callback, steps=600, chance=True)
    resumed.train(resume_from_checkpoint="out/checkpoint-60")
    assert callback.stopped_by is not None
    lowest = min(
        (row for row in resumed.state.log_history if "eval_loss" in row), key=lambda row: row["eval_loss"]
    )
    assert callback.stopped_by.step == pytest.approx(lowest["step"], abs=10)


def test_a_misspelt_rule_is_refused_before_training() -> None:
    from ftlint.model import FtlintError

    with pytest.raises(FtlintError, match="overfitting"):
        FtlintCallback(early_stop=True, stop_on=["overfiting"])
