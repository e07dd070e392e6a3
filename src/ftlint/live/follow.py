"""The run that a folder or file holds, read again as it grows, wherever its log goes next."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ftlint.engine.runs import renamed
from ftlint.engine.scan import raised_at
from ftlint.model import FtlintError, RunLog
from ftlint.runlogs.detect import may_be_log_name
from ftlint.runlogs.runs import Run, RunFiles, run_files

_CHECKPOINT = re.compile(r"checkpoint-\d+")

Stamp = tuple[int, int, int]
"""Inode, size and time of change of a file."""


class Seen(NamedTuple):
    """What a look found: the log as it is now, None where nothing is new; what is to be said besides."""

    log: RunLog | None
    notes: tuple[str, ...] = ()


class Followed:
    """Follows the run at a path, which need not exist yet.

    Of several runs under a folder the one that was written to last is followed. When another is written to
    later (a resume that starts a log of its own), that one is. Files are asked for their times and sizes;
    only what is new is read. `finish` adds to a log what its files don't say.
    """

    def __init__(
        self, path: str, columns: Mapping[str, str] = {}, finish: Callable[[RunLog], RunLog] = lambda log: log
    ) -> None:
        self.path = path
        self.finish = finish
        self.place = os.path.abspath(path)
        self.columns = columns
        self.files: RunFiles | None = None
        self._run: Run | None = None
        self._stamps: dict[str, Stamp] = {}
        self._torn: dict[str, Stamp] = {}
        """The files as they were when one was half written."""

    def look(self) -> Seen:
        """Read what is new. Raises `FtlintError` for a log that cannot be read."""
        stamps = _stamps(_candidates(self.place))
        if stamps == self._stamps and not self._torn:
            return Seen(None)
        notes = self._grouped(stamps)
        self._stamps = stamps
        if self._run is None:
            return Seen(None, notes)
        try:
            log = self._run.read()
        except FileNotFoundError:
            self._stamps = {}  # a checkpoint that was just removed: the next look finds where the log is now
            return Seen(None, notes)
        except OSError as error:
            raise FtlintError(f"cannot read: {error.strerror or error}", self.path) from None
        except FtlintError:
            raise
        except Exception as error:  # a mistake in a reader is no verdict: exit code 2, and where it was
            what = f"could not be read as a training log: {type(error).__name__}{raised_at(error)}"
            raise FtlintError(what, self.shown(self.files.primary if self.files else self.path)) from error
        if self._half_written(log, stamps):
            return Seen(None, notes)
        shown = {file: self.shown(file) for file in (log.path, *log.files)}
        return Seen(self.finish(renamed(log, shown, shown[log.path])), notes)

    def shown(self, file: str) -> str:
        """A file as seen from the working folder, where it lies below that."""
        near = os.path.relpath(file)
        return file if near.startswith("..") else near

    def _half_written(self, log: RunLog, stamps: dict[str, Stamp]) -> bool:
        """Whether a file that is written anew as a whole was met in the middle of that: then one waits for
        the rest, unless it has stayed so since the last look."""
        torn = any(each.kind == "truncated" and each.path.endswith(".json") for each in log.damaged)
        waits = torn and stamps != self._torn
        self._torn = stamps if waits else {}
        return waits

    def _grouped(self, stamps: dict[str, Stamp]) -> tuple[str, ...]:
        """See to it that the right files are read; what is to be said of that."""
        known = _all_files(self.files) if self.files else frozenset[str]()
        others = {file for file in {*stamps, *self._stamps} if file not in known or file not in stamps}
        if self._run is not None and all(stamps.get(file) == self._stamps.get(file) for file in others):
            return ()
        runs = run_files(stamps, self.columns)
        chosen = self._chosen(runs, stamps)
        if chosen is None:
            return ()
        before, self.files = self.files, chosen
        if self._run is None or before is None or not _same(before, chosen):
            self._run = Run(chosen, self.columns)
        else:
            self._run.refresh(chosen)
        shown = self.shown(chosen.primary)
        if before is None:
            several = f", the last written to of {len(runs):,} runs there" if len(runs) > 1 else ""
            return (f"watching {shown}{several}",)
        if chosen.primary == before.primary or _next_checkpoint(before, chosen):
            return ()
        return (f"the log goes on in {shown}",)

    def _chosen(self, runs: Sequence[RunFiles], stamps: Mapping[str, Stamp]) -> RunFiles | None:
        """The run that was written to last; the one that is followed, as long as no other is newer."""

        def written(files: RunFiles) -> int:
            return max((stamps[file][2] for file in _all_files(files) if file in stamps), default=0)

        if not runs:
            return None
        newest = max(runs, key=written)
        same = next((each for each in runs if self.files and _same(each, self.files)), None)
        return same if same is not None and written(same) >= written(newest) else newest


def _candidates(place: str) -> Iterator[str]:
    """Files at a path that may be logs, by their names; a file that is named is one."""
    if os.path.isfile(place):
        yield place
        return
    for folder, below, names in os.walk(place):
        below.sort()
        yield from (os.path.join(folder, name) for name in sorted(names) if may_be_log_name(name))


def _stamps(files: Iterable[str]) -> dict[str, Stamp]:
    found = {}
    for file in files:
        try:
            told = os.stat(file)
        except OSError:
            continue
        found[file] = told.st_ino, told.st_size, told.st_mtime_ns
    return found


def _all_files(files: RunFiles) -> frozenset[str]:
    return frozenset(file for part in files.parts for file in part.files)


def _next_checkpoint(one: RunFiles, other: RunFiles) -> bool:
    """Whether a run was only saved again: its state is now in the next checkpoint, which is no news."""
    folders = [os.path.dirname(each.primary) for each in (one, other)]
    return os.path.dirname(folders[0]) == os.path.dirname(folders[1]) and all(
        _CHECKPOINT.fullmatch(os.path.basename(folder)) for folder in folders
    )


def _same(one: RunFiles, other: RunFiles) -> bool:
    """Whether two groups of files log one run: they share a file, or a folder of checkpoints."""
    return bool(_all_files(one) & _all_files(other)) or (one.kind, one.folder) == (other.kind, other.folder)
