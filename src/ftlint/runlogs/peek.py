"""The first points of a log, without reading all of it: enough to know whether two files log one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isinf, isnan
from typing import NamedTuple

from ftlint.runlogs.names import canonical
from ftlint.runlogs.recorder import Recorder

_HEAD = 1 << 17

Points = Mapping[tuple[str, float], float]
"""Values by canonical name and step."""


class Peek(NamedTuple):
    """What an event file begins with; `first` is the step of its first scalar, None where it has none."""

    first: float | None
    points: Points


def of_events(file: str) -> Peek:
    """The first scalars of an event file. Raises `OSError`."""
    from ftlint.runlogs.protobuf import MessageError
    from ftlint.runlogs.tensorboard_event import event, scalars, step_of
    from ftlint.runlogs.tensorboard_frames import HEADER, Frames

    with open(file, "rb") as stream:
        data = stream.read(_HEAD)
    starts, _ = Frames().walk(data)
    points: dict[tuple[str, float], float] = {}
    first: float | None = None
    plugins: dict[str, str] = {}
    for start in starts:
        length = int.from_bytes(data[start : start + 8], "little")
        body = data[start + HEADER : start + HEADER + length]
        try:
            found = event(body)
        except MessageError:
            continue
        step = step_of(body, found)
        for tag, value in scalars(body, found, plugins):
            first = step if first is None else first
            points[canonical(tag, "tensorboard"), step] = value
    return Peek(first, points)


def of_recorder(into: Recorder) -> Points:
    """All points of what was read."""
    return {
        (name, step): value
        for name, steps in into.steps.items()
        for step, value in zip(steps, into.values[name], strict=True)
    }


def agree(mine: Points, theirs: Points, fewest: int = 1) -> bool | None:
    """Whether most values that both have for a step are the same; None where they share fewer than that.

    Event files hold single precision, and LLaMA-Factory rounds to four places.
    """
    shared = [key for key in mine if key in theirs and key[0] not in ("epoch", "learning_rate")]
    if len(shared) < fewest:
        return None
    alike = sum(_near(mine[key], theirs[key]) for key in shared)
    return alike >= 0.8 * len(shared)


def same_losses(mine: Points, theirs: Points, fewest: int) -> bool:
    """Whether the losses of the shorter log are those the other begins with, whatever steps they stand at."""
    ours, others = (
        [value for (name, _), value in points.items() if name == "loss"] for points in (mine, theirs)
    )
    length = min(len(ours), len(others))
    differ = len(set(ours[:length])) > 1
    return length >= fewest and differ and all(map(_near, ours[:length], others[:length]))


def begins_anew(earlier: Iterable[Peek], later: Peek) -> bool:
    """Whether an event file starts a run over: the same metrics, from no later a step than before."""
    starts = [peek for peek in earlier if peek.first is not None]
    if later.first is None or not starts:
        return False
    names = {name for name, _ in later.points}
    return any(
        peek.first is not None and later.first <= peek.first and names & {name for name, _ in peek.points}
        for peek in starts
    )


def _near(mine: float, theirs: float) -> bool:
    if isnan(mine) or isnan(theirs):
        return isnan(mine) and isnan(theirs)
    if isinf(mine) or isinf(theirs):
        return mine == theirs
    return abs(mine - theirs) <= 1e-4 + 1e-3 * max(abs(mine), abs(theirs))
