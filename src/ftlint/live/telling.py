"""What a watch says: lines for people, rows for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, TextIO

from ftlint.detect.mask import visible
from ftlint.live.pending import Pending
from ftlint.live.verdicts import Change, Verdict
from ftlint.live.wording import PLAIN, head, said
from ftlint.model import RunLog
from ftlint.report.amounts import amount, plural
from ftlint.report.cells import cells, wrap
from ftlint.report.style import Style, is_terminal

_CLEAR = "\r\x1b[2K"
_INDENT = len("[14:02:51] ")
_LEAST = 12
"""Cells of a message that are worth beginning it on the line of its head."""


class Lines:
    """Lines with the time of day; at a terminal the last of them says how far the run is and is
    overwritten."""

    def __init__(self, stream: TextIO, style: Style, *, quiet: bool = False) -> None:
        self.stream = stream
        self.style = style
        self.quiet = quiet
        self.terminal = is_terminal(stream)
        self._shown = False
        self._waiting: tuple[str, ...] = ()

    def note(self, text: str) -> None:
        if not self.quiet:
            self._line(visible(text))

    def changes(self, changes: Sequence[Change]) -> None:
        for change in changes:
            width = self.style.width - _INDENT
            first = width - cells(head(change, PLAIN))
            rows = (
                wrap(said(change), first, width)
                if first >= _LEAST
                else ["", *wrap(said(change), width, width)]
            )
            self._line((head(change, self.style) + rows[0]).rstrip())
            for row in rows[1:]:
                self._write(f"{' ' * _INDENT}{row}\n")
            if change.verdict.help and change.word == "found":
                for row in wrap(f"help: {visible(change.verdict.help)}", width, width):
                    self._write(f"{' ' * _INDENT}{row}\n")

    def status(self, log: RunLog, standing: Sequence[Verdict], waiting: Sequence[Pending]) -> None:
        """How far the run is; what cannot be told yet is a line of its own when that becomes another."""
        if self.quiet:
            return
        open_questions = tuple(each.name for each in waiting)
        if open_questions != self._waiting:
            self._waiting = open_questions
            for each in waiting:
                self._line(visible(str(each)))
        if self.terminal:
            text = f"{so_far(log)} · {_count(standing)}"[: self.style.width - 1]
            self.stream.write(_CLEAR + self.style.faint(text))
            self.stream.flush()
            self._shown = True

    def closed(self, text: str, standing: Sequence[Verdict]) -> None:
        told = [each for each in standing if each.stops] or list(standing)
        names = ", ".join(dict.fromkeys(each.name for each in told))
        self._line(f"{visible(text)}: {names or 'clean'}")

    def _line(self, text: str) -> None:
        self._write(f"{self.style.faint(time.strftime('[%H:%M:%S]'))} {text}\n")

    def _write(self, text: str) -> None:
        if self._shown:
            self.stream.write(_CLEAR)
            self._shown = False
        self.stream.write(text)
        self.stream.flush()


class Rows:
    """One JSON object a line: `event` is note, found, changed, withdrawn, pending or closed."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._waiting: tuple[str, ...] = ()

    def note(self, text: str) -> None:
        self._row("note", message=text)

    def changes(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._row(change.word, at=change.at, **verdict_row(change.verdict))

    def status(self, log: RunLog, standing: Sequence[Verdict], waiting: Sequence[Pending]) -> None:
        names = tuple(each.name for each in waiting)
        if names != self._waiting:
            self._waiting = names
            for each in waiting:
                self._row("pending", at=log.last_step, rule=each.name, needs=each.needs, message=each.why)

    def closed(self, text: str, standing: Sequence[Verdict]) -> None:
        self._row("closed", message=text, verdicts=[verdict_row(each) for each in standing])

    def _row(self, event: str, **values: Any) -> None:
        self.stream.write(json.dumps({"event": event, **values}, ensure_ascii=False) + "\n")
        self.stream.flush()


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a row of JSON; `severity` is a word."""
    return {**verdict._asdict(), "severity": verdict.severity.label}


def so_far(log: RunLog) -> str:
    """How far a run is: `step 520 of 1,200 · loss 1.02 · eval 1.19`."""
    planned = f" of {log.planned_steps:,}" if log.planned_steps else ""
    parts = [f"{log.unit} {amount(log.last_step)}{planned}"]
    if log.loss:
        parts.append(f"loss {log.loss.values[-1]:.4g}")
    for name, series in log.eval_losses.items():
        if len(series):
            parts.append(f"eval {name} {series.values[-1]:.4g}" if name else f"eval {series.values[-1]:.4g}")
    return visible(" · ".join(parts))


def _count(standing: Sequence[Verdict]) -> str:
    return plural(len(standing), "verdict") if standing else "nothing found"
