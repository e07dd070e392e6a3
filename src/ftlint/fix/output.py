"""A file that takes its place once it is whole. Until then nothing stands under its name."""

from __future__ import annotations

import bz2
import contextlib
import errno
import gzip
import lzma
import os
import stat
from collections.abc import Iterator
from typing import Any, Protocol

from ftlint.model import FtlintError

SUFFIX = ".ftlint-tmp"

State = tuple[int, int, int, int]
"""Device, inode, size and time of a file."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when there is no more room."""


class Sink(Protocol):
    def write(self, data: bytes, /) -> Any: ...


@contextlib.contextmanager
def replacing(
    path: str, like: str, *, force: bool, steady: bool | State = False, backup: str = ""
) -> Iterator[Any]:
    """A binary file to write; on leaving without an error it takes the place of `path`.

    It gets the permissions of what it replaces, else those of `like`. A link is followed: what it leads to is
    replaced. A device or a pipe is written to as it is. With `steady` what is replaced must not have changed
    meanwhile, or since it was in that state; it is kept as `backup`. Raises `FtlintError` for what cannot be
    written.
    """
    target = os.path.realpath(path)
    try:
        known = os.stat(target)
    except OSError:
        known = None
    if known is not None and not stat.S_ISREG(known.st_mode):
        with _told(path), open(target, "wb") as out:
            yield out
        return
    if known is not None and not force:
        raise FtlintError("stands there already: --force writes over it", path)
    with _told(path):
        folder, name = os.path.split(target)
        _clean(folder, name)
        handle, beside = _new(folder, name)
        try:
            with open(handle, "wb") as out:
                _lock(handle)
                yield out
                out.flush()
                _own(handle, known or os.stat(like) if like else known)
                os.fsync(handle)
                with _kept(target, backup):
                    then = known and state(known) if steady is True else steady
                    if then and state(os.stat(target)) != then:
                        raise FtlintError("was changed by someone else meanwhile: run again", path)
                    os.replace(beside, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise
        _sync(folder)


def state(known: os.stat_result) -> State:
    """What changes when somebody else writes a file."""
    return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns


@contextlib.contextmanager
def _kept(file: str, backup: str) -> Iterator[None]:
    """Gives the original a second name, before the first one is taken from it; not where that fails."""
    if not backup:
        yield
        return
    try:
        os.link(file, backup)
    except FileExistsError:
        raise FtlintError("stands there already: a backup is never written over", backup) from None
    except OSError:  # some file systems know no links
        _copy(file, backup)
    original = os.stat(file).st_ino
    try:
        yield
    except BaseException:
        # an interrupt may come when the original is replaced already: then the backup is all that is left
        with contextlib.suppress(OSError):
            if os.stat(file).st_ino == original:
                os.unlink(backup)
        raise


def _copy(file: str, backup: str) -> None:
    import shutil

    try:
        # never over what somebody else put there in between
        with open(file, "rb") as original, open(backup, "xb") as copy:
            os.fchmod(copy.fileno(), 0o600)
            shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
        shutil.copystat(file, backup)
    except FileExistsError:
        raise FtlintError("stands there already: a backup is never written over", backup) from None
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(backup)
        raise


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = ": nothing was changed" if error.errno in FULL else ""
        raise FtlintError(f"cannot write: {error.strerror or error}{hint}", path) from None


def _new(folder: str, name: str) -> tuple[int, str]:
    """A new file beside the target, for this user alone: only there is renaming sure to be one step."""
    import secrets

    # a name has at most 255 bytes
    short = os.fsdecode(os.fsencode(name)[:200])
    beside = os.path.join(folder, f".{short}.{secrets.token_hex(6)}{SUFFIX}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
    return os.open(beside, flags, 0o600), beside


def _lock(handle: int) -> None:
    """Says that the file is being written: the lock goes with the process, however that ends."""
    import fcntl

    with contextlib.suppress(OSError):  # some network file systems know no locks
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _clean(folder: str, name: str) -> None:
    """Removes what a run that was killed left of this file."""
    import fcntl

    start = f".{os.fsdecode(os.fsencode(name)[:200])}."
    try:
        left = [each for each in os.listdir(folder) if each.startswith(start) and each.endswith(SUFFIX)]
    except OSError:
        return
    for each in left:
        path = os.path.join(folder, each)
        with contextlib.suppress(OSError), open(path, "rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)


def _own(handle: int, known: os.stat_result | None) -> None:
    """Gives a file the permissions of another, and where that is allowed its owner."""
    if known is None:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(handle, 0o666 & ~mask)
        return
    with contextlib.suppress(OSError):
        if (known.st_uid, known.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(handle, known.st_uid, known.st_gid)
    os.fchmod(handle, stat.S_IMODE(known.st_mode) & 0o777)


def _sync(folder: str) -> None:
    """Makes the new name last."""
    with contextlib.suppress(OSError):
        handle = os.open(folder or os.curdir, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def packed(out: Any, compression: str) -> Iterator[Sink]:
    """What is written, compressed; the same bytes give the same archive."""
    if not compression:
        yield out
        return
    with _packer(out, compression) as stream:
        yield stream


def _packer(out: Any, compression: str) -> Any:
    if compression == "gzip":
        return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=out, mtime=0)
    if compression == "bzip2":
        return bz2.BZ2File(out, "wb")
    if compression == "xz":
        return lzma.LZMAFile(out, "wb")
    import zstandard

    return zstandard.ZstdCompressor(level=9).stream_writer(out, closefd=False)
