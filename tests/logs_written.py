"""Logs of training runs that tests write: curves drawn by hand, their shape known."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from ftlint.cli.main import main


def state(
    *,
    steps: int = 300,
    rise: float = 0.45,
    offset: float = 0.0,
    noise: float = 0.012,
    rate: float = 2e-4,
    seed: int = 1,
    evals: int = 12,
    finished: bool = True,
) -> dict[str, Any]:
    """A `trainer_state.json` over three epochs: from the middle on the eval loss rises by `rise` a run."""
    random = Random(seed)
    history: list[dict[str, Any]] = []
    for step in range(5, steps + 1, 5):
        done, epoch = step / steps, round(3 * step / steps, 4)
        loss = 2.2 * exp(-5 * done) + 0.9 - (0.35 if rise else 0.1) * done + random.gauss(0, 0.05)
        scheduled = rate * min(1, step / 20) * (1 - done)
        norm = abs(1 + random.gauss(0, 0.1))
        history.append(
            {"epoch": epoch, "grad_norm": norm, "learning_rate": scheduled, "loss": loss, "step": step}
        )
        if step % (steps // evals) == 0:
            held_out = 1.9 * exp(-5 * done) + 1.05 + offset + rise * max(0.0, done - 0.45)
            history.append(
                {
                    "epoch": epoch,
                    "eval_loss": held_out + random.gauss(0, noise),
                    "eval_runtime": 3.0,
                    "step": step,
                }
            )
    return {
        "epoch": 3.0,
        "global_step": steps,
        "max_steps": steps if finished else 3 * steps,
        "num_train_epochs": 3,
        "logging_steps": 5,
        "eval_steps": steps // evals,
        "train_batch_size": 8,
        "log_history": history,
    }


def write_run(folder: Path, **shape: Any) -> Path:
    """A run's folder with the log of a Hugging Face Trainer."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trainer_state.json").write_text(json.dumps(state(**shape)))
    return folder


class Told(NamedTuple):
    """What a command did, as a process would have."""

    returncode: int
    stdout: str
    stderr: str


class Command:
    """`ftlint logs` in this process and in a folder: a process for each call costs a second."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(folder)
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str, columns: int = 100, **environment: str) -> Told:
        for name, value in {
            "COLUMNS": str(columns),
            "NO_COLOR": "1",
            "FORCE_COLOR": "",
            **environment,
        }.items():
            self._monkeypatch.setenv(name, value)
        try:
            code = main(["logs", *arguments])
        except SystemExit as left:
            code = int(str(left.code))
        told = self._capsys.readouterr()
        return Told(code, told.out, told.err)
