"""What readers write into: values by name and step, in the order of the log; then one `RunLog`."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import isfinite
from operator import lt
from typing import Any

from ftlint.model.run_log import Damaged, Objective, Restart, RunLog, Series, Unit
from ftlint.runlogs.names import canonical, objective_of

MOST_STEPS = 2.0**63
"""No writer counts so far: what claims to be such a step is none."""


class Recorder:
    """Collects one run. Names are made canonical on the way in; steps are put in order at the end.

    It can be written to and asked for its log in turns: a live log only grows.
    """

    def __init__(self, path: str, kind: str, unit: Unit = "step") -> None:
        self.path = path
        self.kind = kind
        self.unit = unit
        self.files: list[str] = []
        self.steps: dict[str, array[float]] = {}
        self.values: dict[str, array[float]] = {}
        self.times: dict[str, array[float]] = {}
        self.damaged: list[Damaged] = []
        self.planned_steps: int | None = None
        self.planned_epochs: float | None = None
        self.finished: bool | None = None
        self.checkpoints: set[int] = set()
        self.eval_rows: dict[str, int] = {}
        self.arguments: dict[str, Any] = {}
        self.objective: Objective | None = None
        """Where the log says it itself; else it follows from its names."""
        self._names: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._restarts: list[Restart] = []

    def row(self, step: float, values: Mapping[str, float], time: float | None = None) -> None:
        """Values written for one step, by the log's own names; `epoch` among them is the epoch."""
        for raw, value in values.items():
            self.point(self.own(raw), step, value, time)

    def point(self, name: str, step: float, value: float, time: float | None = None) -> None:
        """One value by canonical name. Left out are an epoch that is no number and a step that is none."""
        if name == "epoch" and not isfinite(value):
            return
        if not -MOST_STEPS < step < MOST_STEPS:
            beyond = Damaged("unreadable-rows", self.path, f"has step {step:.3g}", lost=1)
            if not any(each.path == self.path and each.message == beyond.message for each in self.damaged):
                self.damaged.append(beyond)
            return
        steps = self.steps.get(name)
        if steps is None:
            steps = self.steps[name] = array("d")
            self.values[name] = array("d")
            self.times[name] = array("d")
        times = self.times[name]
        if time is not None and len(times) == len(steps):
            times.append(time)
        steps.append(step)
        self.values[name].append(value)

    def bulk(
        self, name: str, steps: array[float], values: array[float], times: array[float] | None = None
    ) -> None:
        """Many values of one canonical name, in the order of the log; the arrays are taken over."""
        if name not in self.steps:
            self.steps[name], self.values[name] = steps, values
            self.times[name] = times if times is not None else array("d")
            return
        if times is not None and len(self.times[name]) == len(self.steps[name]):
            self.times[name].extend(times)
        self.steps[name].extend(steps)
        self.values[name].extend(values)

    def restart(self, step: float) -> None:
        """The log says that it goes on from a step: what it held for that step and later counts no more."""
        reached: list[float] = []
        before: float | None = None
        for name, steps in self.steps.items():
            if not steps or max(steps) < step:
                continue
            reached.append(max(steps))
            values, times = self.values[name], self.times[name]
            if name == "loss":
                before = values[-1]
            kept = [index for index, each in enumerate(steps) if each < step]
            if len(times) == len(steps):
                self.times[name] = array("d", map(times.__getitem__, kept))
            self.steps[name] = array("d", map(steps.__getitem__, kept))
            self.values[name] = array("d", map(values.__getitem__, kept))
        if reached:
            self._restarts.append(Restart(step, max(reached), before))

    def name(self, raw: str) -> str:
        """The canonical name of a name in the log, remembered."""
        known = self._names.get(raw)
        if known is None:
            known = self._names[raw] = canonical(raw, self.kind)
        return known

    def own(self, raw: str) -> str:
        """The canonical name of a name in the log; the name itself where another name of this log has that.

        Of several it is the one that is so called in the log, else the first.
        """
        name = self.name(raw)
        owner = self._owners.setdefault(name, raw)
        if owner == raw:
            return name
        if raw == name:
            self._owners[name] = raw
            for kept in (self.steps, self.values, self.times):
                if name in kept:
                    kept[owner] = kept.pop(name)
        return raw

    def call(self, raw: str, name: str) -> None:
        """Let a name in the log stand for a canonical one, whatever writers call it."""
        self._names[raw] = name

    def log(self) -> RunLog:
        """The run as it is by now."""
        series: dict[str, Series] = {}
        restarts: dict[tuple[float, float], Restart] = {}
        for name, steps in self.steps.items():
            if not steps:
                continue
            made, found = ordered(name, steps, self.values[name], self.times[name])
            series[name] = made
            for restart in found:
                key = restart.step, restart.reached
                if name == "loss" or key not in restarts:
                    bare = restart if name == "loss" else restart._replace(before=None, after=None)
                    restarts[key] = bare
        for restart in self._restarts:
            key = restart.step, restart.reached
            restarts[key] = restart._replace(after=_first_at(series.get("loss"), restart.step))
        epochs = series.pop("epoch", None)
        return RunLog(
            path=self.path,
            kind=self.kind,
            series=dict(sorted(series.items())),
            files=tuple(self.files),
            unit=self.unit,
            objective=self.objective or objective_of(series),
            epochs=epochs,
            planned_steps=planned if (planned := self.planned_steps) and planned < MOST_STEPS else None,
            planned_epochs=self.planned_epochs,
            finished=self.finished,
            restarts=_told_once(restarts.values()),
            damaged=tuple(self.damaged),
            checkpoints=tuple(sorted(self.checkpoints)),
            eval_rows=dict(sorted(self.eval_rows.items())),
            arguments=dict(self.arguments),
        )


def _first_at(series: Series | None, step: float) -> float | None:
    """The first value at a step or after it."""
    if series is None or (index := bisect_left(series.steps, step)) == len(series):
        return None
    return series.values[index]


def ordered(
    name: str, steps: array[float], values: array[float], times: array[float]
) -> tuple[Series, list[Restart]]:
    """A series with steps that ascend, and the restarts in it.

    What was written again after a resume counts, not what it replaced; of one step written twice the later
    value counts; a lone row that came late is put in its place.
    """
    timed = len(times) == len(steps)
    if all(map(lt, steps, islice(steps, 1, None))):
        return Series(name, steps[:], values[:], times[:] if timed else array("d")), []
    restarts: list[Restart] = []
    kept: list[int] = []
    late: list[int] = []
    for index in range(len(steps)):
        step = steps[index]
        if kept and step == steps[kept[-1]]:
            kept[-1] = index
        elif not kept or step > steps[kept[-1]]:
            kept.append(index)
        elif _goes_on(steps, index, steps[kept[-1]]):
            reached = kept[-1]
            while kept and steps[kept[-1]] >= step:
                kept.pop()
            restarts.append(Restart(step, steps[reached], values[reached], values[index]))
            kept.append(index)
        else:
            late.append(index)
    if late:
        present = {steps[index] for index in kept}
        kept += [index for index in late if steps[index] not in present]
        kept = list({steps[index]: index for index in sorted(kept)}.values())
        kept.sort(key=steps.__getitem__)
    return (
        Series(
            name,
            array("d", (steps[index] for index in kept)),
            array("d", (values[index] for index in kept)),
            array("d", (times[index] for index in kept)) if timed else array("d"),
        ),
        restarts,
    )


def _goes_on(steps: Sequence[float], index: int, reached: float) -> bool:
    """Whether a step that goes back begins a stretch that goes on from there, and is no lone late row."""
    following = index + 1
    if following == len(steps):
        return True
    return steps[index] < steps[following] <= reached


def _told_once(restarts: Iterable[Restart]) -> tuple[Restart, ...]:
    """Restarts by step; of those that several series show the one that knows the loss."""
    by_reached: dict[float, Restart] = {}
    for restart in restarts:
        known = by_reached.get(restart.reached)
        if known is None or (known.before is None and restart.before is not None):
            by_reached[restart.reached] = restart
    return tuple(sorted(by_reached.values()))
