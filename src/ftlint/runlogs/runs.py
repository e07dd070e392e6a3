"""A run and its files: read once, or again and again while it goes on."""

from __future__ import annotations

import errno
import os
import stat
from array import array
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ftlint.model.error import FtlintError
from ftlint.model.run_log import RunLog, Series
from ftlint.runlogs.detect import HEAD, POINTER, READERS
from ftlint.runlogs.epochs import EpochCount
from ftlint.runlogs.grouping import Part, RunFiles, run_files
from ftlint.runlogs.reader import Reader
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import EvalRows

__all__ = ["Part", "Run", "RunFiles", "reader_of", "run_files"]


def reader_of(kind: str, file: str, columns: Mapping[str, str]) -> Reader:
    """The reader of one file of a log. Raises `FtlintError` for a file that only points to a log."""
    if kind == POINTER:
        raise FtlintError(_pointing(file), file)
    module, name = READERS[kind].split(":")
    made: Any = getattr(import_module(f"ftlint.runlogs.{module}"), name)(file, file, columns)
    reader: Reader = made
    return reader


def _pointing(file: str) -> str:
    from ftlint.read.magic import pointer

    with open(file, "rb") as stream:
        found = pointer(stream.read(HEAD))
    tool, command = found or ("", "")
    return f"a {tool} pointer, not the log itself; fetch it with: {command}" if tool else "not a log any more"


class Run:
    """One run. `columns` say what its log calls things: canonical name, `step`, `epoch` or `time` -> name."""

    def __init__(self, files: RunFiles, columns: Mapping[str, str] = {}) -> None:
        self.columns = columns
        self._readings: dict[Part, _Reading] = {}
        self.refresh(files)

    def refresh(self, files: RunFiles) -> None:
        """Go on with these files: what a run wrote since it was first looked at may lie in new ones."""
        self.files = files
        kept = self._readings
        self._readings = {}
        for part in files.parts:
            known = next(
                (
                    reading
                    for old, reading in kept.items()
                    if old.kind == part.kind
                    and old.role == part.role
                    and old.files == part.files[: len(old.files)]
                ),
                None,
            )
            self._readings[part] = known or _Reading(part, self.columns)
            self._readings[part].part = part

    def read(self) -> RunLog:
        """The run as its files tell it by now; only what is new of them is read.

        Raises `FtlintError` for a file that only points to a log, `OSError` for one that cannot be read.
        """
        for reading in self._readings.values():
            reading.more()
        logs = [reading.log() for reading in self._readings.values()]
        log = joined(logs)
        checkpoints = tuple(sorted({*log.checkpoints, *self.files.checkpoints}))
        return log._replace(path=self.files.primary, kind=self.files.kind, checkpoints=checkpoints)


class _Reading:
    """The readers of one part and what they read into."""

    def __init__(self, part: Part, columns: Mapping[str, str]) -> None:
        self.part = part
        self.columns = columns
        self.into = Recorder(part.files[0], part.kind)
        for name, raw in columns.items():
            self.into.call(raw, name)
        self.readers: dict[str, Reader] = {}
        self._log: RunLog | None = None

    def more(self) -> None:
        for file in self.part.files:
            if not stat.S_ISREG(os.stat(file).st_mode):
                # A pipe now lies where the log was: to open it would wait for its writer.
                raise FileNotFoundError(errno.ENOENT, "no regular file any more", file)
            if file not in self.readers:
                self.readers[file] = reader_of(self.part.kind, file, self.columns)
                self.into.files.append(file)
            if self.readers[file].more(self.into):
                self._log = None

    def log(self) -> RunLog:
        if self._log is None:
            log = self.into.log()
            self._log = settled(held_out(log) if self.part.role == "eval" else log)
        return self._log


def settled(log: RunLog) -> RunLog:
    """The run with what follows from its own series: a loss by epoch where there is none by step, the rows of
    eval sets, the epochs that were planned, whether it ended."""
    series = dict(log.series)
    if "loss_epoch" in series and "loss" not in series:
        series["loss"] = _called(series.pop("loss_epoch"), "loss")
    epochs = _progress(log.epochs) if log.kind == "tensorboard" and log.epochs is not None else log.epochs
    if epochs is None and log.unit == "step" and log.planned_steps and log.planned_epochs:
        epochs = Series("epoch", array("d", [log.planned_steps]), array("d", [log.planned_epochs]))
    return log._replace(
        series=dict(sorted(series.items())),
        epochs=epochs,
        eval_rows=log.eval_rows or _eval_rows(series),
        finished=True if "train_runtime" in series else log.finished,
    )


def _progress(epochs: Series) -> Series | None:
    """Epochs done, where a log may have the numbers of the epochs that run."""
    count = EpochCount()
    done = dict(sorted(point for step, epoch in epochs.points() for point in count.seen(step, epoch)))
    return Series(epochs.name, array("d", done), array("d", done.values())) if done else None


def _eval_rows(series: Mapping[str, Series]) -> dict[str, int]:
    """Rows of eval sets, reckoned as `EvalRows` does."""
    rows = EvalRows()
    for name, rates in series.items():
        runtime = f"{name.removesuffix('samples_per_second')}runtime"
        seconds = series.get(runtime)
        if name.endswith("samples_per_second") and seconds is not None:
            for step, rate in rates.points():
                rows.add({name: rate, runtime: seconds.at(step)})
    return rows.found()


def held_out(log: RunLog) -> RunLog:
    """The log of an eval set whose names do not say so: `epoch_loss` of the folder `validation`."""
    series: dict[str, Series] = {}
    for name, each in log.series.items():
        bare = "loss" if name == "loss_epoch" else name.removeprefix("epoch_")
        named = name if name.startswith("eval_") else f"eval_{bare}"
        series[named] = _called(each, named)
    return log._replace(series=series)


def _called(series: Series, name: str) -> Series:
    return Series(name, series.steps, series.values, series.times)


def joined(logs: list[RunLog]) -> RunLog:
    """One run of what several logs of it say: of each series the one that goes furthest, the first of two
    alike; facts of the first that knows them."""
    first, *others = logs
    series = dict(first.series)
    for log in others:
        if log.unit != first.unit and first.series:
            continue
        for name, each in log.series.items():
            if name not in series or _reach(each) > _reach(series[name]):
                series[name] = each
    epochs = max((log.epochs for log in logs if log.epochs is not None), key=_reach, default=None)

    def known(name: str) -> Any:
        return next((value for log in logs if (value := getattr(log, name)) is not None), None)

    return first._replace(
        series=dict(sorted(series.items())),
        files=tuple(file for log in logs for file in log.files),
        unit=next((log.unit for log in logs if log.series), first.unit),
        objective=next((log.objective for log in logs if log.objective != "loss"), "loss"),
        epochs=epochs,
        planned_steps=known("planned_steps"),
        planned_epochs=known("planned_epochs"),
        finished=True if any(log.finished for log in logs) else known("finished"),
        restarts=max((log.restarts for log in logs), key=len),
        damaged=tuple(each for log in logs for each in log.damaged),
        checkpoints=tuple(sorted({step for log in logs for step in log.checkpoints})),
        eval_rows={name: rows for log in reversed(logs) for name, rows in log.eval_rows.items()},
        arguments={name: value for log in reversed(logs) for name, value in log.arguments.items()},
    )


def _reach(series: Series) -> tuple[float, int]:
    return (series.steps[-1] if len(series) else -1.0), len(series)
