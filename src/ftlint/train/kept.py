"""What keeps a run safe, as a mixin of a transformers Trainer: `class Trainer(Kept, transformers.Trainer)`.

It owns no loop. It saves checkpoints whole, restores with them all that the Trainer forgets (sums not yet
logged, totals, the place in the log), keeps the best and the last one, and sums the loss in 64 bit.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import torch
from transformers import TrainerState
from transformers.trainer import TRAINER_STATE_NAME

from ftlint.train import checkpoints
from ftlint.train.adapter import steady
from ftlint.train.checkpoints import NoRoomError
from ftlint.train.logs import Rows
from ftlint.weights.model import out_of_memory

T = TypeVar("T")

BEST = "eval_narrow_loss"


@dataclass(slots=True)
class Keeping:
    """How a run is kept: in which folder, by what name its base is known, with which log (the first process
    has one), whether the best checkpoint is kept, after how many evaluations without a gain it stops (0:
    never)."""

    folder: Path
    base_model: str = ""
    rows: Rows | None = None
    keep_best: bool = True
    early_stopping: int = 0
    best_metric: str = BEST
    totals: dict[str, float] = field(default_factory=dict)
    stopped_by: str = ""
    judged_by: Callable[[], str] = str
    """The rule that ends the run by now, "" for none."""
    ended_by: str = ""
    """The rule that had ended it when it was saved last."""
    seconds_before: float = 0.0


class Kept:
    """Call `keep` before `train`. A subclass names in `tallies` what else it sums and tells `tally` of it."""

    tallies: tuple[str, ...] = ("loss",)
    loss_is_scaled_for_ga: bool | None = None

    def keep(self: Any, keeping: Keeping) -> None:
        self.keeping = keeping
        self._sums: torch.Tensor | None = None
        self._logged = 0
        self._staging: Path | None = None
        self._began = time.monotonic()
        self._idle = 0.0

    # the loss, summed

    def tally(self: Any, values: torch.Tensor) -> None:
        """Add one number for each of `tallies`: a tensor of that length, on the device, without waiting for
        it."""
        values = values.detach().to(torch.float64)
        self._sums = values if self._sums is None else self._sums + values

    def training_step(self: Any, *arguments: Any, **named: Any) -> Any:
        loss = super().training_step(*arguments, **named)  # type: ignore[misc]
        if len(self.tallies) == 1:
            self.tally(loss.reshape(1) / self.accelerator.num_processes)
        return loss

    def taken(self: Any) -> dict[str, float]:
        """The sums over all processes since they were taken last; they begin anew."""
        sums, self._sums = self._sums, None
        if sums is None:
            sums = torch.zeros(len(self.tallies), dtype=torch.float64, device=self.args.device)
        if self.accelerator.num_processes > 1:
            sums = self.accelerator.reduce(sums, "sum")
        return dict(zip(self.tallies, sums.tolist(), strict=True))

    def summed(self: Any, sums: dict[str, float], steps: int) -> dict[str, float]:
        """Columns of the log made of the sums of so many steps."""
        return {"loss": sums["loss"] / steps}

    def log(self: Any, logs: dict[str, float], start_time: float | None = None) -> None:
        if "train_runtime" in logs:  # transformers' summary of this process alone: wrong after a resume
            return
        if "loss" in logs:
            step = self.state.global_step
            logs |= self.summed(self.taken(), step - self._logged)
            self._logged = step
        super().log(logs, start_time)  # type: ignore[misc]

    def floating_point_ops(self: Any, inputs: Any) -> int:
        return 0  # transformers counts parameters at each forward pass for a figure nobody reads here

    @property
    def seconds(self: Any) -> float:
        """Seconds that the run took so far, those of earlier processes included."""
        return float(self.keeping.seconds_before + time.monotonic() - self._began)

    # what is best

    def evaluate(self: Any, *arguments: Any, **named: Any) -> dict[str, float]:
        began = time.monotonic()
        metrics: dict[str, float] = super().evaluate(*arguments, **named)  # type: ignore[misc]
        if named.get("metric_key_prefix", "eval") == "eval":
            self._idle += time.monotonic() - began
            self.judged(metrics)
        return metrics

    def halving(self: Any, measure: Callable[[], T]) -> T:
        """What `measure` gives; out of memory, the batch is halved for this and all later evaluations."""
        while True:
            try:
                return measure()
            except RuntimeError as error:
                batch = self.args.per_device_eval_batch_size
                if not out_of_memory(error) or batch == 1 or self.accelerator.num_processes > 1:
                    raise
            self.args.per_device_eval_batch_size = batch // 2

    def judged(self: Any, metrics: dict[str, float]) -> None:
        """Note a new best loss and have it saved; stop after too many evaluations without one."""
        name, keeping, state = self.keeping.best_metric, self.keeping, self.state
        loss = metrics.get(name)
        if loss is None or state.global_step == 0:
            return
        best = state.best_metric
        if math.isfinite(loss) and (best is None or loss < best):
            state.best_metric, state.best_global_step = loss, state.global_step
            self.control.should_save = self.control.should_save or keeping.keep_best
        since = {
            row["step"]
            for row in state.log_history
            if name in row and row["step"] > (state.best_global_step or 0)
        }
        if keeping.early_stopping and len(since) >= keeping.early_stopping:
            keeping.stopped_by = "early-stopping"
            self.control.should_training_stop = True

    # checkpoints

    def _get_output_dir(self: Any, trial: Any = None) -> str:
        return str(self._staging or self.keeping.folder)

    def _save_checkpoint(self: Any, model: Any, trial: Any = None) -> None:
        began = time.monotonic()
        step = self.state.global_step
        folder = self.keeping.folder
        root = folder / checkpoints.SAVING
        staged = checkpoints.place(root, step)
        if step < self.state.max_steps:
            self.keeping.ended_by = self.keeping.judged_by()
        try:
            if self.args.should_save:
                checkpoints.cleared(folder)
                staged.mkdir(parents=True)
            self.accelerator.wait_for_everyone()
            self._staging = root
            try:
                super()._save_checkpoint(model, trial)  # type: ignore[misc]
            finally:
                self._staging = None
            self._save_sums(staged)
            self.accelerator.wait_for_everyone()
            if self.args.should_save:
                self._save_state(staged, step)
                checkpoints.commit(staged, checkpoints.place(folder, step))
                root.rmdir()
                kept = {step, self.state.best_global_step} if self.keeping.keep_best else {step}
                checkpoints.rotate(folder, {each for each in kept if each is not None})
            self.accelerator.wait_for_everyone()
        except Exception as error:
            if not checkpoints.no_room(error):
                raise
            checkpoints.cleared(folder)
            raise NoRoomError(no_room_text(folder, f"checkpoint-{step}"), str(folder)) from None
        self._idle += time.monotonic() - began

    def _save_sums(self: Any, staged: Path) -> None:
        sums = None if self._sums is None else self._sums.tolist()
        checkpoints.write_json(staged / f"sums-{self.args.process_index}.json", {"sums": sums})

    def _save_state(self: Any, staged: Path, step: int) -> None:
        keeping: Keeping = self.keeping
        readme = staged / "README.md"  # peft's empty model card
        readme.unlink(missing_ok=True)
        steady(staged, keeping.base_model)
        checkpoints.write_json(
            staged / checkpoints.STATE,
            {
                "step": step,
                "log": keeping.rows.sync() if keeping.rows else 0,
                "logged": self._logged,
                "totals": keeping.totals,
                "seconds": self.seconds,
                "stopped_by": keeping.stopped_by,
                "ended_by": keeping.ended_by,
                "micro_batch": self.args.per_device_train_batch_size,
                "accumulation": self.args.gradient_accumulation_steps,
                "processes": self.accelerator.num_processes,
                "files": checkpoints.digests(staged),
            },
        )

    def restore(self: Any, step: int) -> None:
        """Take from a checkpoint what the Trainer doesn't; the Trainer itself is told by `train`."""
        keeping: Keeping = self.keeping
        state = checkpoints.state_of(keeping.folder, step)
        self._logged = int(state["logged"])
        keeping.totals = {name: float(value) for name, value in state["totals"].items()}
        keeping.seconds_before = float(state["seconds"])
        keeping.stopped_by, keeping.ended_by = state.get("stopped_by", ""), state.get("ended_by", "")
        if keeping.rows:
            keeping.rows.back_to(int(state["log"]))
        path = checkpoints.place(keeping.folder, step) / f"sums-{self.args.process_index}.json"
        sums = json.loads(path.read_bytes())["sums"] if path.is_file() else None
        if sums is not None:
            self._sums = torch.tensor(sums, dtype=torch.float64, device=self.args.device)

    def stand_at(self: Any, step: int) -> None:
        """Be where a checkpoint is, without training on; 0 is the start."""
        if step:
            path = checkpoints.place(self.keeping.folder, step) / TRAINER_STATE_NAME
            self.state = TrainerState.load_from_json(str(path))


def no_room_text(folder: Path, what: str) -> str:
    """What a full disk is told as."""
    from ftlint.report.amounts import size

    left = checkpoints.whole(folder)
    good = "there is no checkpoint yet"
    if left:
        held = size(checkpoints.size(checkpoints.place(folder, left[-1])))
        good = f"checkpoint-{left[-1]} ({held}) stands and is whole"
    free = size(checkpoints.room(folder))
    return (
        f"the disk is full: {what} could not be written, {free} are free; {good}. Make room and go on with "
        "--resume"
    )
