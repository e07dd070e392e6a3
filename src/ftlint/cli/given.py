"""The paths to check. Streams can be read only once, so they are copied to a folder of their own."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.engine.bind import Binding


class Given:
    """The paths, with files in place of standard input and of pipes (`<(zcat train.jsonl.gz)`)."""

    def __init__(self, paths: Sequence[str], stdin_filename: str = "") -> None:
        self.stdin_filename = stdin_filename
        self.folder = ""
        self.shown: dict[str, str] = {}
        self.paths = list(paths)

    def __enter__(self) -> Given:
        try:
            self.paths = [self._copied(path) if is_stream(path) else path for path in self.paths]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.folder:
            import shutil

            shutil.rmtree(self.folder)

    def renamed(self, bindings: Sequence[Binding]) -> list[Binding]:
        """The bindings with streams called what the person calls them."""

        if not self.shown:
            return list(bindings)
        return [
            binding._replace(path=shown, dataset=shown, partial=False)
            if (shown := self.shown.get(os.path.realpath(binding.file)))
            else binding
            for binding in bindings
        ]

    def _copied(self, path: str) -> str:
        import shutil
        import tempfile

        name = self.stdin_filename if path == "-" else ""
        shown = path if path != "-" else name or "<stdin>"
        for file, known in self.shown.items():
            if known == shown:
                return file
        self.folder = self.folder or os.path.realpath(tempfile.mkdtemp(prefix="ftlint-"))
        folder = os.path.join(self.folder, str(len(self.shown)))
        os.mkdir(folder)
        file = os.path.join(folder, os.path.basename(name) or "stream.jsonl")
        with _opened(path) as stream, open(file, "wb") as copy:
            shutil.copyfileobj(stream, copy)
        self.shown[file] = shown
        return file


def named_in(name: str, root: str) -> str:
    """The name of standard input as files below the root are named; another name stays as it is."""
    relative = os.path.relpath(os.path.abspath(name), root) if name else ""
    return name if relative.startswith(("..", "/")) else relative


def is_stream(path: str) -> bool:
    """Whether a path is standard input or a pipe."""
    try:
        return path == "-" or stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def total_size(bindings: Sequence[Binding]) -> int:
    """The bytes of all files; one that cannot be asked, which reading it will say, counts as none."""
    return sum(_size(binding.file) for binding in bindings)


def _size(file: str) -> int:
    from ftlint.read.files import size_of

    try:
        return size_of(file)
    except OSError:
        return 0


def _opened(path: str) -> BinaryIO:
    if path != "-":
        return open(path, "rb")
    if sys.stdin is None:
        raise FtlintError("- stands for standard input, which is closed")
    return sys.stdin.buffer
