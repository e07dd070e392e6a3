"""A run that is recorded in this process, row by row, and judged as it goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from ftlint.live.cut import growth
from ftlint.live.monitor import Monitor
from ftlint.live.stopping import CONFIDENCE, PATIENCE, STOPS, Stopping, named
from ftlint.live.verdicts import Change, Verdict
from ftlint.live.wording import line
from ftlint.runlogs.recorder import Recorder

if TYPE_CHECKING:
    from ftlint.settings import Settings


class Recording:
    """Rows of a log and the verdicts on them."""

    def __init__(self, recorder: Recorder, monitor: Monitor) -> None:
        self.recorder = recorder
        self.monitor = monitor
        self._rows = 0
        self._judged = 0
        self._told: set[str] = set()

    @property
    def verdicts(self) -> list[Verdict]:
        return self.monitor.verdicts

    @property
    def stopped_by(self) -> Verdict | None:
        return self.monitor.stopped_by

    def row(self, step: float, values: Mapping[str, float], time: float | None = None) -> list[Change]:
        """Take what was logged for a step, by the log's own names; what is new, where it is time to judge.

        Between evaluations that is when rows are new evidence. Judging takes time in proportion to the rows
        there are, so that a long run pays no more for a row than a short one. Rows are counted, not seconds:
        every process of a distributed run judges at the same step.
        """
        self.recorder.row(step, values, time)
        self._rows += 1
        held_out = any(self.recorder.name(name).startswith("eval_") for name in values)
        due = self._rows - self._judged >= growth(self._rows)
        if held_out or due or not all(map(isfinite, values.values())):
            return self.judge()
        return []

    def judge(self, *, ended: bool = False) -> list[Change]:
        """What is new in all that was taken."""
        self._judged = self._rows
        return self.monitor.look(self.recorder.log(), ended=ended)

    def tell(
        self, changes: Sequence[Change], on_verdict: Callable[[Change], None] | None, *, aloud: bool = True
    ) -> None:
        """Hand changes to `on_verdict`; without it they are written to standard error. So are rules that
        broke, which are left out: the training goes on. Unless `aloud` nothing is written."""
        broken = [text for code, text in self.monitor.broken.items() if code not in self._told]
        self._told.update(self.monitor.broken)
        said = [f"{text}; it is left out from here on" for text in broken]
        if on_verdict is None:
            said += map(line, changes)
        else:
            for change in changes:
                on_verdict(change)
        for text in said if aloud else ():
            print(f"ftlint: {text}", file=sys.stderr, flush=True)


def monitor(
    *,
    stop_on: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
    patience: int = PATIENCE,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    config: str = "",
    settings: Settings | None = None,
) -> Monitor:
    """A monitor with the rules that the settings of the working folder choose.

    `select` and `ignore` are rule names, codes or prefixes in place of what the settings say, `config` is the
    settings file, `settings` stands in place of all three, `stop_on` are the rules whose verdicts end a run.
    Raises `FtlintError` for a name that is no rule.
    """
    from ftlint.live.rules import loaded, run_rules, severity_by

    settings = settings or loaded(config, select, ignore)
    rules = run_rules(settings)
    chosen = STOPS if stop_on is None else named(stop_on, rules)
    return Monitor(rules, Stopping(chosen, confidence, patience), severity_by(settings, rules))


def numbers(values: Mapping[str, Any]) -> dict[str, float]:
    """What of a logged row is a number."""
    found = {name: number(value) for name, value in values.items()}
    return {name: value for name, value in found.items() if value is not None}


def number(value: Any) -> float | None:
    """A value as a number; of numpy's scalars and of tensors the one number they hold. None for anything
    else."""
    if isinstance(value, bool | str | bytes) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):  # a list, a tensor of several values
        return None
