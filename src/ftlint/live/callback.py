"""Verdicts inside a transformers Trainer (TRL's trainers, axolotl and LLaMA-Factory are such, too).

    from ftlint.live.callback import FtlintCallback

    trainer = Trainer(..., callbacks=[FtlintCallback(early_stop=True)])

This module imports transformers; nothing else of ftlint imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback

from ftlint.live.recording import Recording, monitor, numbers
from ftlint.live.stopping import CONFIDENCE, PATIENCE
from ftlint.live.verdicts import Change, Verdict
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import EvalRows

if TYPE_CHECKING:
    from transformers import TrainerControl, TrainerState, TrainingArguments

    from ftlint.settings import Settings


class FtlintCallback(TrainerCallback):  # type: ignore[misc]  # transformers is skipped when types are checked
    """Judges a run as it is logged, and with `early_stop` ends it once a verdict is sure enough.

    `verdicts` are what stands now, `stopped_by` is the verdict that ended the run. `on_verdict` is called
    with each `Change`; unless it is given, changes are written to standard error by the first process. The
    other arguments are those of `ftlint.live.recording.monitor`.
    """

    def __init__(
        self,
        early_stop: bool = False,
        *,
        stop_on: Sequence[str] | None = None,
        confidence: float = CONFIDENCE,
        patience: int = PATIENCE,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] = (),
        config: str = "",
        settings: Settings | None = None,
        on_verdict: Callable[[Change], None] | None = None,
    ) -> None:
        self.early_stop = early_stop
        self.on_verdict = on_verdict
        self._asked: dict[str, Any] = {
            "stop_on": stop_on,
            "confidence": confidence,
            "patience": patience,
            "select": select,
            "ignore": ignore,
            "config": config,
            "settings": settings,
        }
        monitor(**self._asked)  # a misspelt rule is told here, and not after the model was loaded
        self._recording: Recording | None = None
        self._evals = EvalRows()
        self._taken = 0

    @property
    def verdicts(self) -> list[Verdict]:
        return self._recording.verdicts if self._recording else []

    @property
    def stopped_by(self) -> Verdict | None:
        return self._recording.stopped_by if self._recording else None

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start anew, with the history that a resumed run brings."""
        recorder = Recorder(args.output_dir or "run", "trainer-state")
        recorder.planned_steps = state.max_steps if state.max_steps > 0 else None
        recorder.planned_epochs = float(state.num_train_epochs) if state.num_train_epochs else None
        for name in ("logging_steps", "eval_steps", "save_steps", "train_batch_size"):
            value = getattr(state, name, None)
            if isinstance(value, int | float):
                recorder.arguments[name] = value
        self._recording = Recording(recorder, monitor(**self._asked))
        self._taken = 0
        self._evals = EvalRows()
        self._take(state, control)

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._take(state, control)

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if self._recording is not None:
            self._recording.recorder.checkpoints.add(state.global_step)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Hear the rules that ask what a run came to."""
        if self._recording is None:
            return
        self._take(state, control)
        self._recording.recorder.finished = state.global_step >= state.max_steps
        changes = self._recording.judge(ended=True)
        self._recording.tell(changes, self.on_verdict, aloud=state.is_world_process_zero)

    def _take(self, state: TrainerState, control: TrainerControl) -> None:
        recording = self._recording
        if recording is None:  # an evaluation before any training
            return
        history = state.log_history[self._taken :]
        self._taken += len(history)
        for entry in history:
            values = numbers(entry)
            self._evals.add(values)
            recording.recorder.eval_rows.update(self._evals.found())
            changes = recording.row(values.pop("step", state.global_step), values)
            recording.tell(changes, self.on_verdict, aloud=state.is_world_process_zero)
        if self.early_stop and recording.stopped_by is not None:
            control.should_training_stop = True
