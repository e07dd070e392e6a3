"""Where each redacted file goes, settled and checked before the first one is written."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from ftlint.model import Fault, FtlintError, Source
from ftlint.prepare.redact import Task
from ftlint.read.classify import classify, named
from ftlint.read.discover import Found
from ftlint.read.urls import is_remote

BACKUP = ".bak"


class Wish(NamedTuple):
    """What the command line says; `given` are its paths."""

    given: Sequence[str]
    output: str = ""
    in_place: bool = False
    dry: bool = False
    force: bool = False
    backup: bool = False


class Refused(NamedTuple):
    """A file that cannot be redacted, and why."""

    path: str
    reason: str


def tasks(found: Sequence[Found], wish: Wish) -> tuple[list[Task], list[Refused]]:
    """A task for each file. Raises `FtlintError` for outputs that would harm something."""
    if not (wish.output or wish.in_place or wish.dry):
        raise FtlintError("say where to: -o OUT, --in-place, or --dry-run to count alone")
    if wish.output and wish.in_place:
        raise FtlintError("-o writes a copy and --in-place none: choose one")
    if wish.backup and not wish.in_place:
        raise FtlintError("--backup goes with --in-place")
    folder = _is_folder(found, wish)
    check_place(wish.output)
    kept = [each for each in found if not (folder and _below(each.file, wish.output))]
    if not kept:
        raise FtlintError("no data files found: name them, or see ftlint data redact --help")
    made, refused = [], []
    for each in kept:
        source, faults = classify(each.file, each.path)
        if reason := _unfit(source, faults):
            refused.append(Refused(each.path, reason))
            continue
        made.append(_task(source, wish, _base(kept, wish) if folder else ""))
    _no_two(made)
    return made, refused


def check_place(output: str) -> None:
    """Raises `FtlintError` where an output would stand in a folder that does not exist: a slip of the pen."""
    place = os.path.dirname(output.rstrip(os.sep))
    if place and not os.path.isdir(place):
        raise FtlintError(f"there is no folder {place} to write into: make it first", output)


def _is_folder(found: Sequence[Found], wish: Wish) -> bool:
    """Whether the output is a folder: for several files, for a folder, and where it is one already."""
    if not wish.output:
        return False
    several = len(found) > 1 or any(os.path.isdir(path) for path in wish.given)
    if several and os.path.exists(wish.output) and not os.path.isdir(wish.output):
        raise FtlintError("several files go to a folder, and this is a file", wish.output)
    return several or os.path.isdir(wish.output) or wish.output.endswith(os.sep)


def _base(found: Sequence[Found], wish: Wish) -> str:
    """The folder that paths in the output count from: the one given, else what all files share."""
    if len(wish.given) == 1 and os.path.isdir(wish.given[0]):
        return os.path.abspath(wish.given[0])
    folders = [os.path.dirname(each.file) for each in found if not is_remote(each.file)]
    return os.path.commonpath(folders) if folders else ""


def _task(source: Source, wish: Wish, base: str) -> Task:
    if wish.dry:
        return Task(source)
    if wish.in_place:
        return _in_place(source, wish)
    target = wish.output
    if base or _is_folder_name(wish.output):
        name = os.path.basename(source.file)
        target = os.path.join(wish.output, os.path.relpath(source.file, base) if base else name)
    if os.path.exists(target) and not is_remote(source.file) and os.path.samefile(target, source.file):
        raise FtlintError("this would write over its own input: --in-place if that is meant", source.path)
    if os.path.isfile(target) and not wish.force:
        raise FtlintError("stands there already: --force writes over it", target)
    compression = source.compression
    if not base:
        container, compression = named(target)
        if container is None:
            compression = compression or source.compression
        elif container not in (source.container, named(source.file)[0]) and source.container != "none":
            raise FtlintError(f"the data is {source.container} and stays so: choose another name", target)
    if compression and source.container in ("parquet", "arrow"):
        raise FtlintError(f"{source.container} is not compressed as a whole: choose another name", target)
    return Task(source, target, compression, wish.force)


def _in_place(source: Source, wish: Wish) -> Task:
    if is_remote(source.file):
        raise FtlintError("is not on this machine: redact it to a file with -o", source.path)
    known = os.stat(source.file)
    if known.st_nlink > 1:
        raise FtlintError(
            f"has {known.st_nlink} names (hard links), and the others would keep the values: use -o",
            source.path,
        )
    if not os.access(source.file, os.W_OK):
        raise FtlintError("is read-only: use -o", source.path)
    backup = os.path.realpath(source.file) + BACKUP if wish.backup else ""
    if backup and os.path.lexists(backup):
        raise FtlintError("stands there already: a backup is never written over", backup)
    return Task(source, source.file, source.compression, force=True, backup=backup)


def _unfit(source: Source, faults: Sequence[Fault]) -> str:
    """Why a file cannot be redacted, "" for none. An empty file is redacted as it is."""
    if source.container != "none" or source.size == 0:
        return ""
    if any(fault.kind == "missing-extra" for fault in faults):
        extra = next(fault.detail for fault in faults if fault.kind == "missing-extra")
        return f"needs an extra: pip install 'ftlint[{extra}]'"
    fault = next((fault for fault in reversed(faults) if fault.kind != "wrong-extension"), None)
    return f"{fault.kind.replace('-', ' ')}: {fault.detail}" if fault else "holds no rows"


def _is_folder_name(path: str) -> bool:
    return os.path.isdir(path) or path.endswith(os.sep)


def _below(file: str, folder: str) -> bool:
    """Whether a file lies in the output folder, as what an earlier run wrote does."""
    return not is_remote(file) and os.path.realpath(file).startswith(os.path.realpath(folder) + os.sep)


def _no_two(made: Sequence[Task]) -> None:
    seen: set[str] = set()
    for task in made:
        if task.target in seen and not _is_device(task.target):
            raise FtlintError("two files would go here: redact them one by one", task.target)
        if task.target:
            seen.add(task.target)


def _is_device(path: str) -> bool:
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False
