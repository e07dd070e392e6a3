"""Shell text as simple commands of words, each word with its place. Nothing is run.

Quotes, escapes, line continuations, comments, redirections and here-documents are read as a POSIX shell
reads them; what only a run would tell (`$(...)`, variables that are not set to a literal) stays as it is
written, which elsewhere counts as unknown.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ftlint.dialects.launching.text import NOTHING, Traced, combined

LEADING = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "@", "-", "+"})
"""Words after which a command begins."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(\+?=)")
_BRACED = re.compile(r"\$\{([A-Za-z_]\w*|\d+)(?:(\[[@*]\])|:?-([^{}]*))?\}")
_MADE = re.compile(r"\$[({]([\w.-]+)[)}]")
_PLAIN = re.compile(r"[^\s\\'\"$`;&|()<>#]+")
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"\\]?)([\w.-]+)\1?")


MOST_COMMANDS = 30_000
MOST_PIECES = 250_000
"""No script has a tenth as many commands or pieces of words; what comes after them is not read."""


class Piece(NamedTuple):
    """A part of a word. `name` is the variable that is put in its place; `quoted` whether its blanks stay."""

    value: Traced
    name: str = ""
    quoted: bool = False
    default: Traced | None = None
    array: bool = False


class Word(NamedTuple):
    """A word as pieces; `items` where it sets an array, `more` where it adds to one."""

    pieces: tuple[Piece, ...]
    items: tuple[Word, ...] = ()
    is_array: bool = False
    more: bool = False

    @property
    def raw(self) -> Traced:
        return combined(piece.value for piece in self.pieces)


Command = tuple[Word, ...]


Kind = Literal["sh", "make", "powershell"]


def commands(source: Traced, kind: Kind = "sh") -> list[Command]:
    """Every simple command of a text. In a Makefile `$(NAME)` is a variable and `$$` a dollar sign."""
    return _Scanner(source, kind).commands()


class _Scanner:
    def __init__(self, source: Traced, kind: Kind) -> None:
        self.source = source
        self.text = source.text
        self.make = kind == "make"
        escape = "`" if kind == "powershell" else "\\"
        self.escape = escape
        self.line_ends = (f"{escape}\n", f"{escape}\r\n")
        self.at = 0
        self.taken = 0
        self.unclosed = False
        self.waiting: list[str] = []
        self.found: list[Command] = []
        self.current: list[Word] = []

    def commands(self) -> list[Command]:
        while self.at < len(self.text) and len(self.found) < MOST_COMMANDS:
            self.step()
        self.end()
        return self.found

    def step(self) -> None:
        sign = self.text[self.at]
        if sign == "\n":
            self.at += 1
            self.end()
            self.skip_heredocs()
        elif sign.isspace():
            self.at += 1
        elif sign == self.escape and self.continued():
            pass
        elif sign == "#":
            end = self.text.find("\n", self.at)
            self.at = end if end >= 0 else len(self.text)
        elif sign in "<>" or self.text.startswith("&>", self.at):
            self.redirection()
        elif sign in ";&|()":
            self.at += 1
            self.end()
        else:
            self.current.append(self.word())

    def end(self) -> None:
        if self.current:
            self.found.append(tuple(self.current))
            self.current = []

    def continued(self) -> bool:
        """Skip an escaped line end."""
        for mark in self.line_ends:
            if self.text.startswith(mark, self.at):
                self.at += len(mark)
                return True
        return False

    def redirection(self) -> None:
        if self.current and self.text[self.at - 1].isdigit() and self.current[-1].raw.text.isdigit():
            self.current.pop()
        heredoc = _HEREDOC.match(self.text, self.at)
        if heredoc and not self.text.startswith("<<<", self.at):
            self.waiting.append(heredoc.group(2))
            self.at = heredoc.end()
            return
        while self.at < len(self.text) and self.text[self.at] in "<>&|":
            self.at += 1
        if self.text.startswith("(", self.at):
            self.at = self.closing(self.at, "(", ")") or self.at + 1
            return
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        if self.at < len(self.text) and self.text[self.at] not in "\n;&|()<>#":
            self.word()

    def skip_heredocs(self) -> None:
        for mark in self.waiting:
            found = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t\r]*$", re.MULTILINE).search(self.text, self.at)
            self.at = found.end() if found else len(self.text)
        self.waiting = []

    def closing(self, at: int, opened: str, closed: str) -> int | None:
        """Past the bracket that closes the one here; None where none does, then and ever after."""
        if self.unclosed:
            return None
        depth = 0
        for found in re.compile(rf"[{re.escape(opened + closed)}]").finditer(self.text, at):
            depth += 1 if found.group() == opened else -1
            if depth == 0:
                return found.end()
        self.unclosed = True
        return None

    # --- words

    def word(self, inside: bool = False) -> Word:
        """The word here; `inside` an array none begins."""
        pieces: list[Piece] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign.isspace() or sign in ";&|()<>":
                break
            if sign == self.escape and self.continued():
                continue
            if sign == "'":
                self.single(pieces)
            elif sign == '"':
                self.double(pieces)
            elif sign == "$":
                self.dollar(pieces, quoted=False)
            elif sign == "`":
                self.take(pieces, self.paired("`"), quoted=True)
            elif sign == "\\":
                self.at += 1
                self.take(pieces, self.at + 1, quoted=True)
            else:
                plain = _PLAIN.match(self.text, self.at)
                self.take(pieces, plain.end() if plain else self.at + 1)
            if not inside and self.text.startswith("(", self.at) and _sets(pieces):
                return Word(tuple(pieces), self.array(), True)
        return Word(tuple(pieces))

    def array(self) -> tuple[Word, ...]:
        """The words of `NAME=( ... )`."""
        self.at += 1
        words: list[Word] = []
        while self.at < len(self.text) and self.text[self.at] != ")":
            sign = self.text[self.at]
            if sign.isspace() or sign in ";&|(<>":
                self.at += 1
            elif sign == "#":
                end = self.text.find("\n", self.at)
                self.at = end if end >= 0 else len(self.text)
            elif not self.continued():
                words.append(self.word(inside=True))
        self.at += 1
        return tuple(words)

    def take(self, pieces: list[Piece], end: int, quoted: bool = False) -> None:
        """The text up to `end` as a piece."""
        end = min(end, len(self.text))
        if end > self.at:
            pieces.append(Piece(self.source.cut(self.at, end), quoted=quoted))
            self.taken += 1
        self.at = end if self.taken < MOST_PIECES else len(self.text)

    def paired(self, sign: str) -> int:
        end = self.text.find(sign, self.at + 1)
        return end + 1 if end >= 0 else self.at + 1

    def single(self, pieces: list[Piece]) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            self.take(pieces, self.at + 1)
            return
        self.at += 1
        self.take(pieces, end, quoted=True)
        pieces.append(Piece(NOTHING, quoted=True))
        self.at = end + 1

    def double(self, pieces: list[Piece]) -> None:
        end = _closing_quote(self.text, self.at + 1)
        if end is None:
            self.take(pieces, self.at + 1)
            return
        self.at += 1
        pieces.append(Piece(NOTHING, quoted=True))
        while self.at < end:
            sign = self.text[self.at]
            if sign == "\\" and self.text[self.at + 1 : self.at + 2] in ("\n", "\r", '"', "\\", "$", "`"):
                if not self.continued():
                    self.at += 1
                    self.take(pieces, self.at + 1, quoted=True)
            elif sign == "$":
                self.dollar(pieces, quoted=True, end=end)
            else:
                stop = re.compile(r"[\\$]").search(self.text, self.at + 1, end)
                self.take(pieces, stop.start() if stop else end, quoted=True)
        self.at = end + 1

    def dollar(self, pieces: list[Piece], quoted: bool, end: int | None = None) -> None:
        """A variable, or what a run would put here."""
        start, limit = self.at, len(self.text) if end is None else end
        if self.make:
            if self.text.startswith("$$", start):
                self.at = start = start + 1
            elif found := _MADE.match(self.text, start, limit):
                self.at = found.end()
                pieces.append(Piece(self.source.cut(start, self.at), found.group(1)))
                return
        if found := _BRACED.match(self.text, start, limit):
            self.at = found.end()
            default = self.source.cut(*found.span(3)) if found.group(3) else None
            pieces.append(
                Piece(self.source.cut(start, self.at), found.group(1), quoted, default, bool(found.group(2)))
            )
            return
        if end is None and self.text[start + 1 : start + 2] in ("'", '"'):
            self.at += 1
            return
        if found := _NAME.match(self.text, start + 1, limit):
            self.at = found.end()
            pieces.append(Piece(self.source.cut(start, self.at), found.group(), quoted))
            return
        stop = start + 2
        for opened, closed in (("(", ")"), ("{", "}")):
            if self.text.startswith(opened, start + 1):
                stop = self.closing(start + 1, opened, closed) or start + 2
        self.take(pieces, min(stop, limit), quoted=True)


def _sets(pieces: list[Piece]) -> bool:
    return len(pieces) == 1 and not pieces[0].quoted and bool(_ASSIGNED.fullmatch(pieces[0].value.text))


def _closing_quote(text: str, at: int) -> int | None:
    for found in re.compile(r'\\.|"', re.DOTALL).finditer(text, at):
        if found.group() == '"':
            return found.start()
    return None


def assigned(word: Word) -> tuple[str, Word | None] | None:
    """The variable that a word sets, and to what; None for the value where it adds to a text."""
    if not word.pieces or word.pieces[0].quoted:
        return None
    first = word.pieces[0].value
    found = _ASSIGNED.match(first.text)
    if found is None:
        return None
    if found.group(2) == "+=":
        return found.group(1), word._replace(more=True) if word.is_array else None
    rest = first.cut(found.end())
    pieces = (Piece(rest), *word.pieces[1:]) if rest.text else word.pieces[1:]
    return found.group(1), word._replace(pieces=pieces)
