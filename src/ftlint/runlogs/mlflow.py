"""MLflow's file store: a file for each metric, a row for each value.

Source: mlflow/store/tracking/file_store.py (3.17): `mlruns/EXPERIMENT/RUN/metrics/NAME` has rows of time
(milliseconds), value and step; a name with slashes is a path below `metrics`. `params/` holds a file for each
parameter, `meta.yaml` the state of the run. Rows of the oldest versions have no step.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from ftlint.model.run_log import Damaged
from ftlint.runlogs.epochs import EpochCount
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import number
from ftlint.runlogs.tail import Tail

_FOLDER = f"{os.sep}metrics{os.sep}"
_MOST_TOLD = 20
_MOST_PARAMETERS = 2000
_LONGEST_PARAMETER = 500
_ENDED = {"3": True, "FINISHED": True, "4": False, "FAILED": False, "5": False, "KILLED": False}
_STATUS = re.compile(r"^status: *'?(\w+)'?\s*$", re.MULTILINE)
_ROW = re.compile(rb"\d{12,14} \S+(?: -?\d+)?(?: [^\n]*)?\r?\n")


def signs(name: str, head: bytes) -> bool:
    """Whether a path and its first bytes are those of a metric in MLflow's file store."""
    return _FOLDER in os.path.abspath(name) and bool(_ROW.match(head))


def run_of(file: str) -> str:
    """The folder of the run that a metric's file belongs to."""
    return file[: file.rindex(_FOLDER)]


class MetricReader:
    """Reads one metric; of the run's first also the parameters and whether it ended."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self.file = file
        self.path = path
        self._run = run_of(file)
        self._raw = os.path.relpath(file, os.path.join(self._run, "metrics")).replace(os.sep, "/")
        self._tail = Tail(file, patient=True)
        self._epochs = EpochCount()
        self._name = ""
        self._rows = 0
        self._odd = 0

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        if not self._name:
            self._name = self._named(into)
            if into.path == self.file:
                into.arguments.update(_parameters(os.path.join(self._run, "params")))
        ended = into.finished
        if into.path == self.file:
            into.finished = _ended(os.path.join(self._run, "meta.yaml"))
        found = ended != into.finished
        for lines in self._tail.chunks():
            if self._tail.afresh:
                for kept in (into.steps, into.values, into.times):
                    kept.pop(self._name, None)
                self._rows = self._odd = 0
                self._tail.afresh = False
            found = True
            first = self._tail.line - len(lines) + 1
            for line, text in enumerate(lines, first):
                if not self._row(text.split(), into) and text.strip():
                    self._odd += 1
                    if self._odd <= _MOST_TOLD:
                        what = "is no row of time, value and step"
                        into.damaged.append(Damaged("unreadable-rows", self.path, what, line=line, lost=1))
        return found

    def _row(self, cells: list[str], into: Recorder) -> bool:
        if len(cells) < 2:
            return False
        time, value = number(cells[0]), number(cells[1])
        step = number(cells[2]) if len(cells) > 2 else float(self._rows)
        if time is None or value is None or step is None:
            return False
        self._rows += 1
        if self._name == "epoch":
            for at, done in self._epochs.seen(step, value):
                into.point("epoch", at, done, time / 1000)
            return True
        into.point(self._name, step, value, time / 1000)
        return True

    def _named(self, into: Recorder) -> str:
        """The canonical name, unless the run has a metric that is called so."""
        name = into.name(self._raw)
        if name != self._raw and os.path.isfile(os.path.join(self._run, "metrics", *name.split("/"))):
            return self._raw
        return name


def _parameters(folder: str) -> dict[str, str | float]:
    """The parameters of a run, numbers as numbers; of very many or very long ones none."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    found: dict[str, str | float] = {}
    for name in names[:_MOST_PARAMETERS]:
        place = os.path.join(folder, name)
        if os.path.isfile(place) and os.path.getsize(place) <= _LONGEST_PARAMETER:
            with open(place, encoding="utf-8", errors="replace") as stream:
                text = stream.read().strip()
            value = number(text)
            found[name] = text if value is None else value
    return found


def _ended(file: str) -> bool | None:
    if not os.path.isfile(file):
        return None
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            met = _STATUS.search(stream.read(1 << 16))
    except OSError:
        return None
    return _ENDED.get(met[1]) if met else None
