"""A TensorBoard writer that judges what is written through it.

    from ftlint.live.writer import Writer

    writer = Writer(SummaryWriter("runs/exp3"))
    for step in range(steps):
        writer.add_scalar("train/loss", loss, step)
        if writer.should_stop:
            break
    writer.close()

In place of torch's or tensorboardX's SummaryWriter it takes tensorboard's EventFileWriter, or a folder, which
needs the extra `logs` and no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import time
from types import TracebackType
from typing import Any, Self

from ftlint.live.recording import Recording, monitor, number
from ftlint.live.stopping import CONFIDENCE, PATIENCE
from ftlint.live.verdicts import Change, Verdict
from ftlint.model import MissingExtraError
from ftlint.runlogs.recorder import Recorder


class Writer:
    """Passes on what is written, and keeps its scalars to judge them.

    `writer` is a `SummaryWriter` of any make (what has `add_scalar`), tensorboard's `EventFileWriter`, or the
    folder to write event files to. Whatever else the writer can do is there, too. `on_verdict` is called with
    each `Change`; unless it is given, changes go to standard error. The other arguments are those of
    `ftlint.live.recording.monitor`.
    """

    def __init__(
        self,
        writer: Any,
        *,
        stop_on: Sequence[str] | None = None,
        confidence: float = CONFIDENCE,
        patience: int = PATIENCE,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] = (),
        config: str = "",
        planned_steps: int | None = None,
        on_verdict: Callable[[Change], None] | None = None,
    ) -> None:
        judging = monitor(
            stop_on=stop_on,
            confidence=confidence,
            patience=patience,
            select=select,
            ignore=ignore,
            config=config,
        )
        self.writer = _event_writer(writer) if isinstance(writer, str) else writer
        recorder = Recorder(_folder(self.writer), "tensorboard")
        recorder.planned_steps = planned_steps
        self.on_verdict = on_verdict
        self._recording = Recording(recorder, judging)
        self._counts: dict[str, int] = {}
        self._plugins: dict[str, str] = {}
        self._ended = False

    @property
    def verdicts(self) -> list[Verdict]:
        """What stands now, the worst first."""
        return self._recording.verdicts

    @property
    def stopped_by(self) -> Verdict | None:
        return self._recording.stopped_by

    @property
    def should_stop(self) -> bool:
        """Whether a verdict is sure enough, and has held for long enough, to end the run."""
        return self.stopped_by is not None

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        **more: Any,
    ) -> None:
        """One value, as `SummaryWriter.add_scalar` takes it; without a step values of a tag are counted."""
        when = time() if walltime is None else walltime
        value = number(scalar_value)
        if hasattr(self.writer, "add_scalar"):
            self.writer.add_scalar(tag, scalar_value, global_step, walltime, **more)
        elif value is not None:
            self.writer.add_event(_event(tag, value, global_step or 0, when))
        if value is None:
            return
        step = self._counts.get(tag, 0) if global_step is None else global_step
        self._counts[tag] = step + 1
        self._take(step, {tag: value}, when)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Several values of one step; their names are `main_tag/tag`."""
        if not hasattr(self.writer, "add_scalars"):
            for tag, value in tag_scalar_dict.items():
                self.add_scalar(f"{main_tag}/{tag}", value, global_step, walltime)
            return
        self.writer.add_scalars(main_tag, tag_scalar_dict, global_step, walltime)
        values = {f"{main_tag}/{tag}": number(value) for tag, value in tag_scalar_dict.items()}
        found = {tag: value for tag, value in values.items() if value is not None}
        step = self._counts.get(main_tag, 0) if global_step is None else global_step
        self._counts[main_tag] = step + 1
        self._take(step, found, time() if walltime is None else walltime)

    def add_event(self, event: Any) -> None:
        """One event as a whole (`EventFileWriter.add_event`): its scalars are taken as they would be read."""
        from ftlint.runlogs.tensorboard_event import event as parsed
        from ftlint.runlogs.tensorboard_event import scalars, step_of, time_of

        self.writer.add_event(event)
        body = event.SerializeToString()
        found = parsed(body)
        values = dict(scalars(body, found, self._plugins))
        if values:
            self._take(step_of(body, found), values, time_of(body, found))

    def close(self) -> None:
        """Close the writer and hear the rules that ask what a run came to."""
        self.writer.close()
        if not self._ended:
            self._ended = True
            self._recording.tell(self._recording.judge(ended=True), self.on_verdict)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["writer"], name)

    def _take(self, step: float, values: Mapping[str, float], when: float) -> None:
        self._recording.tell(self._recording.row(step, values, when), self.on_verdict)


def _folder(writer: Any) -> str:
    """Where a writer writes, for the path of findings."""
    for name in ("get_logdir", "log_dir", "logdir"):
        place = getattr(writer, name, None)
        if callable(place):
            place = place()
        if isinstance(place, str) and place:
            return place
    return "run"


def _event_writer(folder: str) -> Any:
    try:
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError:
        raise MissingExtraError("logs", "writing TensorBoard files") from None
    return EventFileWriter(folder)


def _event(tag: str, value: float, step: int, when: float) -> Any:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Event(
        wall_time=when, step=step, summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    )
