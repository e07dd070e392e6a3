"""What watches a run: when to log, evaluate and save; rows to the log and to TensorBoard; the line drawn."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback

from ftlint.train.logs import Rows
from ftlint.train.signals import Signals

if TYPE_CHECKING:
    from ftlint.train.kept import Kept
    from ftlint.train.line import Line

Event = Any


class Pace(TrainerCallback):  # type: ignore[misc]  # transformers is skipped when types are checked
    """When to log, evaluate and save. 0 steps mean never; the last step is logged, evaluated and saved.

    It takes the place of transformers' own, so that a step does the same in a run that was resumed. A signal
    saves and stops at the end of the step; where several processes train, at the next one that is logged.
    """

    def __init__(
        self, *, log_steps: int, eval_steps: int, save_steps: int, evaluates: bool, signals: Signals
    ) -> None:
        self.log_steps = max(1, log_steps)
        self.eval_steps = eval_steps
        self.save_steps = save_steps
        self.signals = signals
        self.evaluates = evaluates
        self.trainer: Any = None
        self._saved = -1

    def on_step_end(self, args: Event, state: Event, control: Event, **kwargs: Any) -> Event:
        step, last = state.global_step, state.global_step >= state.max_steps
        control.should_log = last or step % self.log_steps == 0
        control.should_evaluate = self.evaluates and (last or _due(step, self.eval_steps))
        control.should_save = last or _due(step, self.save_steps)
        if last:
            control.should_training_stop = True
        if self._told(control.should_log):
            control.should_save = control.should_training_stop = True
        return control

    def on_epoch_end(self, args: Event, state: Event, control: Event, **kwargs: Any) -> Event:
        step = state.global_step
        if control.should_training_stop and self._saved != step:
            control.should_save = True  # whatever stopped it, nothing that was trained is lost
        return control

    def on_save(self, args: Event, state: Event, control: Event, **kwargs: Any) -> None:
        self._saved = state.global_step

    def _told(self, logs: bool) -> bool:
        accelerator = self.trainer.accelerator
        if accelerator.num_processes == 1:
            return self.signals.received is not None
        if not logs:
            return False
        import torch

        told = torch.tensor([self.signals.received or 0], device=accelerator.device)
        self.signals.received = int(accelerator.gather(told).max().item()) or None
        return self.signals.received is not None


def _due(step: int, every: int) -> bool:
    return every > 0 and step % every == 0


class Recorded(TrainerCallback):  # type: ignore[misc]
    """Writes each logged row to `log.jsonl` and to TensorBoard; only in the first process.

    `price` is that of an hour on this machine.
    """

    def __init__(self, rows: Rows, trainer: Kept, tensorboard: Path | None, price: float | None) -> None:
        self.rows = rows
        self.trainer: Any = trainer
        self.folder = tensorboard
        self.price = price
        self._board: Any = None

    def on_train_begin(self, args: Event, state: Event, control: Event, **kwargs: Any) -> None:
        if self.folder is not None:
            from torch.utils.tensorboard import SummaryWriter

            # what a killed attempt wrote after the checkpoint is not shown
            purged = state.global_step + 1 if state.global_step else 0
            there = self.folder.is_dir() and any(self.folder.iterdir())
            self._board = SummaryWriter(str(self.folder), purge_step=purged if there else None)

    def on_log(
        self, args: Event, state: Event, control: Event, logs: Mapping[str, float], **kwargs: Any
    ) -> None:
        step = state.global_step
        row: dict[str, Any] = {"step": step, **logs}
        if "loss" in row:
            row["seconds"] = round(self.trainer.seconds, 3)
            if self.price is not None:
                row["cost"] = round(cost(self.price, self.trainer.seconds), 4)
        self.rows.add(row)
        if self._board is not None:
            for name, value in logs.items():
                if isinstance(value, int | float) and name != "epoch":
                    self._board.add_scalar(tag(name), value, step)

    def on_save(self, args: Event, state: Event, control: Event, **kwargs: Any) -> None:
        if self._board is not None:
            self._board.flush()

    def close(self) -> None:
        if self._board is not None:
            self._board.close()
            self._board = None


def tag(name: str) -> str:
    """The tag of a column in TensorBoard, as transformers has it: `train/loss`, `eval/narrow_loss`."""
    return f"eval/{name.removeprefix('eval_')}" if name.startswith("eval_") else f"train/{name}"


def cost(price: float, seconds: float) -> float:
    return price * seconds / 3600


class Drawn(TrainerCallback):  # type: ignore[misc]
    """Keeps the line on the terminal up to date."""

    def __init__(self, line: Line, trainer: Kept, price: float | None) -> None:
        self.line = line
        self.trainer: Any = trainer
        self.price = price
        self._from = 0
        self._began = time.monotonic()
        self._loss = math.nan
        self._speed = math.nan
        self._evals: dict[str, float] = {}

    def on_train_begin(self, args: Event, state: Event, control: Event, **kwargs: Any) -> None:
        self._from = state.global_step
        self._began = time.monotonic()

    def on_log(
        self, args: Event, state: Event, control: Event, logs: Mapping[str, float], **kwargs: Any
    ) -> None:
        self._loss = logs.get("loss", self._loss)
        self._speed = logs.get("tokens_per_second", self._speed)
        self._evals |= {
            name.removeprefix("eval_").removesuffix("_loss"): value
            for name, value in logs.items()
            if name.startswith("eval_") and name.endswith("_loss")
        }

        if "loss" in logs:
            self._draw(state)

    def on_step_end(self, args: Event, state: Event, control: Event, **kwargs: Any) -> None:
        if not control.should_log:
            self._draw(state)

    def _draw(self, state: Event) -> None:
        step, total = state.global_step, state.max_steps
        done = step - self._from
        spent = time.monotonic() - self._began
        left = spent / done * (total - step) if done else math.nan
        money = None if self.price is None else cost(self.price, self.trainer.seconds)
        self.line.draw(step, total, self._loss, self._evals, self._speed, left, money)
