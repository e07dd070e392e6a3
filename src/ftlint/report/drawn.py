"""A line on a terminal that is drawn over again and again."""

from __future__ import annotations

import os
from typing import TextIO

from ftlint.report.cells import cut
from ftlint.report.style import is_terminal

_CLEAR = "\r\x1b[2K"


class Drawn:
    """`lives`: the stream is a terminal that can be drawn on; `drawn`: something stands there.

    `stream` is None where there is none, or once it has gone.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self.lives = is_terminal(stream) and os.environ.get("TERM") != "dumb"
        self.drawn = False

    def draw(self, text: str) -> None:
        """Put a text, cut to the terminal's width, in the place of the one that stands there."""
        self._write(_CLEAR + cut(text, self._columns() - 1))
        self.drawn = True

    def say(self, text: str) -> None:
        """One line that stays, above the one that is drawn."""
        self.clear()
        self._write(text + "\n")

    def clear(self) -> None:
        """Take away what is drawn."""
        if self.drawn:
            self._write(_CLEAR)
            self.drawn = False

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self.stream.fileno()).columns if self.stream else 80
        except (OSError, ValueError):
            return 80

    def _write(self, text: str) -> None:
        if self.stream is None:
            return
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError:  # a terminal that has gone away is no reason to stop working
            self.stream = None
