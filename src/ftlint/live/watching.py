"""Follows a run until a verdict ends it, until it ends by itself, or until nobody writes to it any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from ftlint.live.follow import Followed
from ftlint.live.monitor import Monitor
from ftlint.live.pending import Pending, pending
from ftlint.live.verdicts import Change, Verdict
from ftlint.model import FtlintError, RunLog, Severity
from ftlint.report.amounts import amount, duration

SHARE = 10
"""Between two looks there is at least so many times what a look takes: the machine is for the training."""


class Teller(Protocol):
    """Whom the watch tells what it sees."""

    def note(self, text: str) -> None: ...

    def changes(self, changes: Sequence[Change]) -> None: ...

    def status(self, log: RunLog, standing: Sequence[Verdict], waiting: Sequence[Pending]) -> None: ...

    def closed(self, text: str, standing: Sequence[Verdict]) -> None: ...


class Options(NamedTuple):
    """`interval` and `timeout` are seconds, a timeout of 0 is none; `fail_on` is the least severity that a
    run ends in failure with."""

    interval: float
    timeout: float
    fail_on: Severity
    once: bool = False


def watch(
    followed: Followed,
    monitor: Monitor,
    options: Options,
    teller: Teller,
    stop: Callable[[Verdict, RunLog], None] | None = None,
) -> int:
    """Watch a run; the exit code: 0 it ended clean, 1 a verdict ended it or stands at its end.

    A rule that breaks is told and left out; a watch that would have ended in 0 then ends in 2. `stop` is
    called once, with the verdict that ends the watch. Raises `FtlintError` where there is no log,
    where it fell silent before its end, and where `stop` does.
    """
    code = _followed(followed, monitor, options, teller, stop)
    return 2 if monitor.broken and not code else code


def _followed(
    followed: Followed,
    monitor: Monitor,
    options: Options,
    teller: Teller,
    stop: Callable[[Verdict, RunLog], None] | None = None,
) -> int:
    log: RunLog | None = None
    quiet_since = time.monotonic()
    before = 0.0
    while True:
        began = time.monotonic()
        seen = followed.look()
        for note in seen.notes:
            teller.note(note)
        if options.once and seen.log is None:
            seen = followed.look()  # of a file that breaks off no more will come
        if seen.log is not None:
            log, quiet_since = seen.log, began
            code = _judged(log, monitor, options, teller, stop)
            if code is not None:
                return code
        if options.once:
            if log is None:
                raise FtlintError("no training log there", followed.path)
            if not log.series:
                raise FtlintError("a training log without metrics", log.path)
            teller.changes(monitor.rest())
            return _closed("not at its end, as far as the log says", monitor, options, teller)
        if log is None and not before:
            teller.note(f"no training log at {followed.path} yet: waiting for one")
        if options.timeout and time.monotonic() - quiet_since >= options.timeout:
            return _silent(log, followed.path, monitor, options, teller)
        took = time.monotonic() - began
        time.sleep(max(options.interval, SHARE * min(took, before)))
        before = took  # of the first look most goes into imports


def _judged(
    log: RunLog,
    monitor: Monitor,
    options: Options,
    teller: Teller,
    stop: Callable[[Verdict, RunLog], None] | None,
) -> int | None:
    """Judge what is new; the exit code, where that ends the watch."""
    ended = log.finished is True
    _look(log, monitor, teller, ended=ended)
    deciding = monitor.stopped_by
    if deciding is not None and not ended:
        teller.closed(f"the watch ends at step {amount(log.last_step)}", monitor.verdicts)
        if stop is not None:
            stop(deciding, log)
            teller.note("the stop command has run")
        return 1
    if ended:
        return _closed(f"the run ended at step {amount(log.last_step)}", monitor, options, teller)
    teller.status(log, monitor.verdicts, pending(log, monitor.rules))
    return None


def _look(log: RunLog, monitor: Monitor, teller: Teller, *, ended: bool) -> None:
    before = set(monitor.broken)
    changes = monitor.look(log, ended=ended)
    for code in monitor.broken.keys() - before:
        teller.note(f"{monitor.broken[code]}; it is left out from here on")
    teller.changes(changes)


def _silent(log: RunLog | None, path: str, monitor: Monitor, options: Options, teller: Teller) -> int:
    """Nothing was written for as long as was to be waited."""
    span = duration(options.timeout)
    if log is None:
        raise FtlintError(f"no training log appeared within {span}", path)
    if log.planned_steps is not None and log.last_step < log.planned_steps:
        place = f"step {amount(log.last_step)} of {log.planned_steps:,}"
        teller.changes(monitor.rest())
        code = _closed(f"silent for {span} at {place}", monitor, options, teller)
        if code:
            return code
        raise FtlintError(f"nothing was written for {span} at {place}: the run did not come to its end", path)
    _look(log, monitor, teller, ended=True)
    said = f"silent for {span} at step {amount(log.last_step)}, which is taken for the end of the run"
    return _closed(said, monitor, options, teller)


def _closed(text: str, monitor: Monitor, options: Options, teller: Teller) -> int:
    standing = monitor.verdicts
    teller.closed(text, standing)
    return int(any(each.stops or each.severity >= options.fail_on for each in standing))
