"""Takes output where it goes: a stream that may close early, a file that is never seen half written."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable
from typing import TextIO

from ftlint.model import FtlintError

_PLAIN = str.maketrans(
    {"│": "|", "·": "-", "…": "...", "‹": "<", "›": ">", "→": "->", "^": "^"}
    | dict.fromkeys("█▉▊▋▌", "#")
    | dict.fromkeys("▍▎▏", "-")
)


def to_stdout(write: Callable[[TextIO], None]) -> bool:
    """Runs `write` on standard output. False where the reader has gone (`| head`), which is no fault."""
    stream = sys.stdout
    if stream is None:
        return False
    try:
        write(stream if _encodes(stream) else _Ascii(stream))  # type: ignore[arg-type]  # writes as TextIO does
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
        return False
    except OSError as error:
        _silence(stream)
        raise FtlintError(f"cannot write to standard output: {error.strerror or error}") from None
    return True


def _silence(stream: TextIO | None) -> None:
    """Turns the stream to the null device: the interpreter flushes once more at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno() if stream else 1)
        os.close(null)


def _encodes(stream: TextIO) -> bool:
    try:
        "│·…‹›→█▏".encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class _Ascii:
    """A stream for terminals that know few characters."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        encoding = self._stream.encoding or "ascii"
        plain = text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
        return self._stream.write(plain)


def to_file(path: str, write: Callable[[TextIO], None]) -> None:
    """Runs `write` on a new file (UTF-8) that takes the place of `path` once it is whole."""
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode
    except OSError:
        mode = None
    try:
        if mode is not None and not stat.S_ISREG(mode):
            # A device or a pipe is written to, never replaced.
            with open(target, "w", encoding="utf-8", newline="") as out:
                write(out)
            return
        _replace(target, mode, write)
    except BrokenPipeError:
        return
    except OSError as error:
        raise FtlintError(f"cannot write {path}: {error.strerror or error}") from None


def bytes_to_file(path: str, content: bytes) -> None:
    """The same for what is no text."""

    def write(out: TextIO) -> None:
        out.buffer.write(content)

    to_file(path, write)


def _replace(target: str, mode: int | None, write: Callable[[TextIO], None]) -> None:
    # Beside the target, as only that is sure to be on the same file system; opened with the person's own
    # umask, which `tempfile` would not do.
    beside = f"{target}.{os.getpid()}.tmp"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as out:
            write(out)
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
