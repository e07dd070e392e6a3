"""The paths to check as they were given. Streams, which are read once, are copied to a folder of their own."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

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
            self.paths = [self._copied(path) if _is_stream(path) else path for path in self.paths]
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
        from dataclasses import replace

        if not self.shown:
            return list(bindings)
        return [
            replace(binding, path=shown, dataset=shown, partial=False)
            if (shown := self.shown.get(os.path.realpath(binding.file)))
            else binding
            for binding in bindings
        ]

    def _copied(self, path: str) -> str:
        import shutil
        import tempfile

        self.folder = self.folder or os.path.realpath(tempfile.mkdtemp(prefix="ftlint-"))
        name = (self.stdin_filename if path == "-" else "") or "stream.jsonl"
        file = os.path.join(self.folder, str(len(self.shown)), os.path.basename(name))
        shown = (self.stdin_filename or "<stdin>") if path == "-" else path
        copied = {known: to for to, known in self.shown.items()}
        if shown in copied:
            return copied[shown]
        os.mkdir(os.path.dirname(file))
        with open(sys.stdin.fileno() if path == "-" else path, "rb", closefd=path != "-") as stream:
            with open(file, "wb") as copy:
                shutil.copyfileobj(stream, copy)
        self.shown[file] = shown
        return file


def _is_stream(path: str) -> bool:
    try:
        return path == "-" or stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False
