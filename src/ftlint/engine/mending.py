"""`--fix`: check, apply the edits to copies, check the copies again, until nothing is left to do.

Nothing is written to a file of the project before all of that is done and the rows have been counted.
"""

from __future__ import annotations

import json
import os
import stat
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ftlint.engine.bind import Binding
from ftlint.engine.fixes import Edits, Wanted, drops, wanted_edits, wanted_findings
from ftlint.fix.output import FULL, State, state
from ftlint.fix.work_folder import WorkFolder
from ftlint.fix.working import mend
from ftlint.model import Drop, Finding, FtlintError, ReplaceBytes, Rewrite, SetValue
from ftlint.model.report import FixedFile, NotFixed, Report
from ftlint.read.urls import is_remote

MOST_PASSES = 10

Check = Callable[[Sequence[Binding]], Report]


@dataclass(slots=True)
class MendedFile:
    """A file as it stands in the work folder.

    `changes` is the file of what was done, a line of JSON each; `state` the original's size, time and inode
    when it was first read; `origins` the row of the original that each row is, None where that is not known.
    """

    binding: Binding
    state: State
    changes: str
    rows: int
    rows_before: int
    stand_in: str = ""
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    dropped: int = 0
    origins: list[int] | None = None
    known_rows: bool = True
    logged: int = 0
    leans: set[str] = field(default_factory=set)
    """Files that hold rows for which rows of this one were dropped."""


@dataclass(slots=True)
class Mending:
    """What came of it: the report of the files as they would be, and the files that changed.

    `states` are those of the originals when they were first read; `refused` says of files why they are left,
    `careful` are those in which broken rows stay;
    `wanted` says of a finding whether it was to be fixed.
    """

    bindings: Sequence[Binding]
    report: Report
    states: Mapping[str, State | None]
    wanted: Wanted
    files: dict[str, MendedFile] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    careful: set[str] = field(default_factory=set)
    unfinished: bool = False

    @property
    def fixed(self) -> list[FixedFile]:
        return [
            FixedFile(path, tuple((code, name, count) for (code, name), count in sorted(file.counts.items())))
            for path, file in sorted(self.files.items())
        ]

    @property
    def not_fixed(self) -> list[NotFixed]:
        """The files in which fixes that were asked for are left, and why."""
        left: defaultdict[str, Counter[bool]] = defaultdict(Counter)
        for finding in wanted_findings(self.report, self.wanted):
            if finding.fix is not None:
                left[finding.path][finding.fix.safe] += 1
        return [
            NotFixed(path, self.refused.get(path) or self._why(count.total()), count[True], count[False])
            for path, count in sorted(left.items())
        ]

    def _why(self, count: int) -> str:
        left = "1 finding" if count == 1 else f"{count:,} findings"
        if self.unfinished:
            return f"{left} after {MOST_PASSES} passes, for each fix calls for another: fix by hand"
        return f"{left} without a place that is certain: fix by hand"

    def changed_meanwhile(self, path: str) -> str:
        """A file that holds rows for which rows of this one are dropped, and that was changed since it was
        read; "" where there is none."""
        leans = self.files[path].leans - self.files.keys()
        return next((each for each in sorted(leans) if self._has_changed(each)), "")

    def _has_changed(self, path: str) -> bool:
        known = self.states.get(path)
        file = next((each.file for each in self.bindings if each.path == path), "")
        return known is not None and _state(file) != known


def mended(
    bindings: Sequence[Binding],
    check: Check,
    work: WorkFolder,
    wanted: Wanted,
) -> Mending:
    """Fix what `wanted` says, in copies, pass by pass.

    `check` checks bindings, of which some name a stand-in. A pass that would lose a row that no rule drops is
    taken back. Then broken rows stay, since where they end is what was not certain; where a row would be lost
    again, the file is left as it was before.
    """
    states = {each.path: _state(each.file) for each in bindings if not is_remote(each.file)}
    by_path = {each.path: each for each in bindings}
    seconds = 0.0

    def checked(files: Mapping[str, MendedFile]) -> Report:
        nonlocal seconds
        report = check(_standing_in(bindings, files))
        seconds += report.seconds
        report.seconds = seconds
        return report

    mending = Mending(bindings, checked({}), states, wanted)
    for _ in range(MOST_PASSES):
        edits = wanted_edits(mending.report, wanted)
        edits |= {path: _sound(edits[path]) for path in mending.careful & edits.keys()}
        before = {path: _copy(file) for path, file in mending.files.items()}
        changed = [
            path
            for path in sorted(edits)
            if path not in mending.refused and _applied(mending, by_path[path], edits[path], work)
        ]
        if not changed:
            return mending
        mending.report = checked(mending.files)
        lost = [path for path in changed if _loses_rows(mending, path)]
        for path in lost:
            _take_back(mending, path, before.get(path))
        if lost:
            mending.report = checked(mending.files)
        for path in set(changed) - set(lost):
            mending.files[path].rows = _rows(mending.report, path)
    mending.unfinished = True
    return mending


def _standing_in(bindings: Sequence[Binding], files: Mapping[str, MendedFile]) -> list[Binding]:
    return [
        each._replace(stand_in=files[each.path].stand_in or each.stand_in) if each.path in files else each
        for each in bindings
    ]


def _sound(edits: Edits) -> Edits:
    """The edits less those that drop rows for being broken."""
    broken = {group for group, cause in edits.causes.items() if drops(cause) and cause.related is None}
    return edits._replace(placed=[each for each in edits.placed if each.group not in broken])


def _applied(mending: Mending, binding: Binding, edits: Edits, work: WorkFolder) -> bool:
    """Whether the file changed. A file that cannot be fixed is told and left."""
    path = binding.path
    state = mending.states.get(path)
    why = "" if path in mending.files else _why_not(binding, state)
    if why or state is None:
        mending.refused[path] = why
        return False
    target = work.version(os.path.basename(binding.file))
    try:
        done = mend(edits.source, edits.placed, target)
        if not done.changed:
            return False
        file = mending.files.get(path)
        if file is None:
            rows = _rows(mending.report, path)
            file = MendedFile(binding, state, work.log(), rows, rows)
            mending.files[path] = file
        _record(file, edits, {item.group for item in done.done} - {item.group for item in done.left})
    except FtlintError as error:
        mending.refused[path] = error.message
        return False
    except FileNotFoundError:
        mending.refused[path] = "gone meanwhile"
        return False
    except OSError as error:
        full = f"cannot write: {error.strerror or error}: nothing was changed"
        raise FtlintError(full, work.folder if error.errno in FULL else path) from None
    file.stand_in = target
    return True


def _why_not(binding: Binding, state: State | None) -> str:
    """Why a file is not to be written, "" where it may be."""
    if is_remote(binding.file) or state is None:
        return "not on this machine's disk"
    if os.path.islink(binding.file):
        return "a link: fix what it leads to"
    try:
        mode = os.stat(binding.file).st_mode
    except OSError:
        return "gone meanwhile"
    if not stat.S_ISREG(mode):
        return "not a plain file"
    if not mode & 0o222 or not os.access(binding.file, os.W_OK):
        return "read-only"
    if not os.access(os.path.dirname(binding.file) or os.curdir, os.W_OK | os.X_OK):
        return "in a folder that is read-only"
    return ""


def _record(file: MendedFile, edits: Edits, groups: Collection[int]) -> None:
    """Notes what was done in this pass and counts it."""
    gone = {edits.causes[group].row for group in groups if drops(edits.causes[group])} - {None}
    with open(file.changes, "a", encoding="utf-8") as out:
        for group in sorted(groups, key=lambda group: (_row(edits.causes[group]), group)):
            cause = edits.causes[group]
            if cause.row in gone and not drops(cause):
                continue
            file.counts[cause.code, cause.name] += 1
            if cause.related is not None and drops(cause):
                file.leans.add(cause.related.path)
            out.writelines(json.dumps(line) + "\n" for line in _lines(file, cause))
        file.logged = out.tell()
    file.dropped += len(gone)
    _renumber(file, {row for row in gone if row is not None})


def _row(cause: Finding) -> int:
    return -1 if cause.row is None else cause.row


def _lines(file: MendedFile, cause: Finding) -> Iterator[dict[str, Any]]:
    """What was done for one finding, an entry for each edit. No value of the data is in it."""
    for edit in cause.fix.edits if cause.fix else ():
        line: dict[str, Any] = {"rule": cause.code, "name": cause.name, "path": cause.path}
        if cause.row is not None:
            line["row"] = _original(file, cause.row)
        line |= {"line": cause.line, "action": _action(edit)}
        if isinstance(edit, SetValue):
            line["pointer"] = "/".join(map(_masked, edit.pointer.split("/")))
        elif isinstance(edit, ReplaceBytes):
            line["bytes"] = [edit.length, len(edit.replacement)]
        if cause.related is not None:
            line["kept"] = {"path": cause.related.path, "line": cause.related.line}
        line["safe"] = bool(cause.fix and cause.fix.safe)
        yield {key: value for key, value in line.items() if value is not None}


@lru_cache(maxsize=4096)
def _masked(key: str) -> str:
    from ftlint.detect.mask import mask

    return mask(key)


def _action(edit: object) -> str:
    if isinstance(edit, Drop):
        return "drop"
    if isinstance(edit, Rewrite):
        return f"rewrite {edit.form}"
    if isinstance(edit, SetValue):
        return "remove" if edit.remove else "rename" if edit.rename is not None else "set"
    return "replace"


def _original(file: MendedFile, row: int) -> int | None:
    """The number a row had in the original, None where rows were split or joined since."""
    if not file.known_rows:
        return None
    if file.origins is None:
        return row
    return file.origins[row] if row < len(file.origins) else None


def _renumber(file: MendedFile, gone: set[int]) -> None:
    if gone and file.known_rows:
        origins = file.origins if file.origins is not None else list(range(file.rows))
        file.origins = [origin for row, origin in enumerate(origins) if row not in gone]


def _loses_rows(mending: Mending, path: str) -> bool:
    """Whether fewer rows are left than there were, less those that were dropped by a rule."""
    file = mending.files[path]
    now = _rows(mending.report, path)
    expected = file.rows_before - file.dropped
    if now != (len(file.origins) if file.origins is not None else file.rows):
        file.known_rows = False
    return now < expected


def _copy(file: MendedFile) -> MendedFile:
    return replace(file, counts=Counter(file.counts), leans=set(file.leans))


def _take_back(mending: Mending, path: str, before: MendedFile | None) -> None:
    """The file as it was before the pass; what earlier passes did stays."""
    if path in mending.careful:
        mending.refused[path] = "a fix would lose rows that no rule drops: fix by hand"
    mending.careful.add(path)
    if before is None:
        del mending.files[path]
        return
    mending.files[path] = before
    os.truncate(before.changes, before.logged)


def _rows(report: Report, path: str) -> int:
    return next((file.rows for file in report.files if file.path == path), 0)


def _state(file: str) -> State | None:
    try:
        return state(os.stat(file))
    except OSError:
        return None
