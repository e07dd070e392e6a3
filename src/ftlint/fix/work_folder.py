"""Where fixed copies stand until they take their originals' place, and the log of what was done."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ftlint.fix.output import State, replacing, state
from ftlint.model import FtlintError

FOLDER = ".ftlint"
LOG = "changes.jsonl"
IGNORE = ".gitignore"
WORK = "work-"
OURS = re.compile(WORK + "[0-9a-f]{12}")

TRIES = 100
"""Runs that begin and end at the same time may take away what another has just made."""


class WorkFolder:
    """A folder of one run in `.ftlint` under the root, for this user alone; it goes with the run.

    With `anywhere` it may be a temporary folder where the root cannot be written to: nothing is logged then.
    What a run that was killed left is removed by the next one.
    """

    def __init__(self, root: str, *, anywhere: bool = False) -> None:
        self.home = os.path.join(root, FOLDER)
        self.anywhere = anywhere
        self._folder = ""
        self._lock = -1
        self._count = 0

    def __enter__(self) -> WorkFolder:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._folder:
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock < 0:
            return
        os.close(self._lock)
        with contextlib.suppress(OSError):  # nothing was logged: leave no trace
            if set(os.listdir(self.home)) <= {IGNORE}:
                os.unlink(os.path.join(self.home, IGNORE))
                os.rmdir(self.home)

    @property
    def folder(self) -> str:
        """Where the copies stand, "" before the first."""
        return self._folder

    def version(self, name: str) -> str:
        """The path for a new version of a file of this name."""
        folder = self._new()
        os.mkdir(folder)
        return os.path.join(folder, name)

    def log(self) -> str:
        """The path for the log of one file's changes."""
        return self._new() + ".jsonl"

    def _new(self) -> str:
        if not self._folder:
            self._open()
        self._count += 1
        return os.path.join(self._folder, str(self._count))

    def _open(self) -> None:
        try:
            make_home(self.home)
            _clean(self.home)
            self._folder, self._lock = _made(self.home)
        except (OSError, FtlintError) as error:
            if self.anywhere:
                self._folder = tempfile.mkdtemp(prefix="ftlint-")
            elif isinstance(error, OSError):
                told = f"cannot write: {error.strerror or error}: fixes are prepared and logged there"
                raise FtlintError(told, self.home) from None
            else:
                raise


def make_home(home: str) -> None:
    """Makes `.ftlint`, which git is told to leave alone. Raises `FtlintError` for a link or a file there.

    A link is not followed: what it leads to is not ours to write to, nor to clean.
    """
    with contextlib.suppress(FileExistsError):
        os.mkdir(home)
    if not stat.S_ISDIR(os.lstat(home).st_mode):
        raise FtlintError("is no folder: move it away, for fixes are prepared and logged there", home)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with (
        contextlib.suppress(FileExistsError),
        open(os.open(os.path.join(home, IGNORE), flags, 0o666), "w", encoding="ascii") as out,
    ):
        out.write("*\n")


def _made(home: str) -> tuple[str, int]:
    """A new folder in `home` and the lock that says that its run is alive."""
    for _ in range(TRIES):
        folder = os.path.join(home, WORK + secrets.token_hex(6))
        try:
            os.mkdir(folder, 0o700)
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            make_home(home)
            continue
        with contextlib.suppress(OSError):  # some network file systems know no locks
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.isdir(folder):
            return folder, lock
        os.close(lock)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _clean(home: str) -> None:
    for name in filter(OURS.fullmatch, os.listdir(home)):
        with contextlib.suppress(OSError), _locked(os.path.join(home, name)) as folder:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: str, *, wait: bool = False) -> Iterator[str]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield folder
    finally:
        os.close(handle)


def put_in_place(
    stand_in: str,
    original: str,
    known: State,
    home: str,
    header: Mapping[str, Any],
    changes: str,
) -> None:
    """Logs what was done to a file, then lets the fixed copy take its place.

    The log comes first: after a crash it may tell of a change that was cut short, which its hashes show, but
    never of less than was done. Raises `FtlintError` where the original is no longer what was checked, or
    cannot be written; the log does not tell of it then.
    """
    path = str(header["path"])
    try:
        if state(os.stat(original)) != known:
            raise FtlintError("was changed by someone else meanwhile, and is left so: run again", path)
        head = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            **header,
            "sha256": [_sha256(original), _sha256(stand_in)],
        }
        make_home(home)
        with (
            _logged(os.path.join(home, LOG), head, changes, original) as written,
            open(stand_in, "rb") as fixed,
            replacing(original, original, force=True, steady=known) as out,
        ):
            written.append(os.fstat(out.fileno()).st_ino)
            shutil.copyfileobj(fixed, out, 1 << 20)
    except OSError as error:
        raise FtlintError(f"cannot write: {error.strerror or error}: nothing was changed", path) from None


@contextlib.contextmanager
def _logged(log: str, head: Mapping[str, Any], changes: str, original: str) -> Iterator[list[int]]:
    """Adds to the log, and takes that back where the original does not become one of the files (by inode)
    that are put in the list. Another run that would log waits."""
    handle = _opened(log)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        start = os.fstat(handle).st_size
        written: list[int] = []
        try:
            if start and os.pread(handle, 1, start - 1) != b"\n":
                _write(handle, b"\n")  # whoever wrote last was cut short
            _write(handle, json.dumps(head).encode() + b"\n")
            with open(changes, "rb") as lines:
                while piece := lines.read(1 << 20):
                    _write(handle, piece)
            os.fsync(handle)
            yield written
        except BaseException:
            if _inode(original) not in written:
                os.truncate(handle, start)
                if not start:
                    os.unlink(log)
            raise
    finally:
        os.close(handle)


def _opened(log: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    if os.path.lexists(log) and not stat.S_ISREG(os.lstat(log).st_mode):
        told = f"not fixed: {FOLDER}/{LOG} is no plain file: move it away, for what is done is logged there"
        raise FtlintError(told)
    return os.open(log, flags, 0o666)


def _write(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _inode(file: str) -> int:
    try:
        return os.stat(file).st_ino
    except OSError:
        return -1


def _sha256(file: str) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
