"""Variables of a script that are set to one literal, and words with them put in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile

from ftlint.dialects.launching.shell import LEADING, Command, Piece, Word, assigned
from ftlint.dialects.launching.text import Traced, combined, unknown

_DECLARING = frozenset({"export", "local", "declare", "readonly", "typeset"})
_SETTING = frozenset({"for", "read", "select", "getopts", "mapfile", "readarray", "unset"})
_NAME = re.compile(r"[A-Za-z_]\w*")
_FLAG = re.compile(r"-{1,2}[A-Za-z]")
MOST_WORDS = 4000
MOST_SIGNS = 50_000
"""What variables that hold variables may grow to."""


MOST_IN_ALL = 2_000_000
"""Signs that one script may put in for its variables, all commands together; then they are unknown."""
WORD = 50
"""What a word of an array counts as, in signs."""


class Variables:
    """The variables of a script. Unknown is one that is set to several values or by what a run tells."""

    def __init__(self, found: Iterable[Command] = ()) -> None:
        self.values: dict[str, Word | None] = {}
        self.known: dict[str, Traced | None] = {}
        self.lists: dict[str, list[Traced]] = {}
        self.added: dict[str, list[Word]] = {}
        self.open: set[str] = set()
        self.left = MOST_IN_ALL
        self.take(found)

    def take(self, found: Iterable[Command]) -> None:
        """Note what commands set."""
        self.known.clear()
        self.lists.clear()
        for command in found:
            for name, value in _settings(command):
                earlier = self.values.get(name)
                if value is not None and value.more and earlier is not None and earlier.is_array:
                    self.added.setdefault(name, []).extend(value.items)
                else:
                    self.set(name, None if value is not None and value.more else value)

    def set(self, name: str, value: Word | None) -> None:
        """Note that a variable is set somewhere."""
        earlier = self.values.get(name, value)
        self.values[name] = value if _same(earlier, value) else None

    def expanded(self, words: Iterable[Word]) -> list[Traced]:
        """Words with variables put in, split at blanks where the shell splits them."""
        found: list[Traced] = []
        for word in words:
            found += self._word(word)
            if len(found) > MOST_WORDS:
                break
        return found[:MOST_WORDS]

    def _word(self, word: Word) -> list[Traced]:
        named = [piece for piece in word.pieces if piece.name or piece.value.text]
        if len(named) == 1 and named[0].array:
            array = self.values.get(named[0].name)
            if array is not None and array.is_array:
                items = self._items(named[0].name, array)
                return items if self.afford(WORD * len(items)) else []
        words: list[list[Traced]] = [[]]
        for piece in word.pieces:
            value = self._piece(piece)
            if piece.name and not piece.quoted and any(sign.isspace() for sign in value.text):
                parts = [value.cut(*match.span()) for match in re.finditer(r"\S+", value.text)]
                words[-1] += parts[:1]
                words += [[part] for part in parts[1:]]
            else:
                words[-1].append(value)
        made = [combined(parts) for parts in words]
        quoted = any(piece.quoted for piece in word.pieces)
        return [each for each in made if each.text] or (made[:1] if quoted else [])

    def afford(self, signs: int) -> bool:
        """Whether so many signs may be put in, too."""
        self.left -= signs
        return self.left >= 0

    def _items(self, name: str, array: Word) -> list[Traced]:
        if name not in self.lists:
            self.lists[name] = []
            added = self.expanded(self.added.get(name, ()))
            self.lists[name] = [*self.expanded(array.items), *_doubtful(added)]
        return self.lists[name]

    def _piece(self, piece: Piece) -> Traced:
        if not piece.name:
            return piece.value
        value = self.value(piece.name)
        if value is not None and self.afford(len(value.text)):
            return value
        unset = piece.name not in self.values or piece.name in self.open
        return piece.default if unset and piece.default is not None and piece.default.text else piece.value

    def value(self, name: str) -> Traced | None:
        """The text of a variable; None where it is unknown."""
        if name in self.known:
            return self.known[name]
        word = self.values.get(name)
        if word is None or word.is_array or name in self.open:
            return None
        self.open.add(name)
        parts = [self._piece(piece) for piece in word.pieces]
        self.open.discard(name)
        fits = sum(len(part.text) for part in parts) <= MOST_SIGNS
        self.known[name] = combined(parts) if fits else None
        return self.known[name]


def _settings(command: Command) -> Iterable[tuple[str, Word | None]]:
    command = tuple(dropwhile(lambda word: word.raw.text in LEADING, command))
    if not command:
        return
    head = command[0].raw.text
    if head in _SETTING:
        names = (word.raw.text for word in command[1:])
        yield from ((name, None) for name in names if _NAME.fullmatch(name))
        return
    each = [assigned(word) for word in (command[1:] if head in _DECLARING else command)]
    # `A=1 run` sets A for that command alone.
    if head in _DECLARING or all(each):
        yield from (setting for setting in each if setting is not None)


def _doubtful(words: Iterable[Traced]) -> Iterator[Traced]:
    """Arguments that a script may add, each with an unknown value: a condition may stand before it."""
    for word in words:
        name, sign, _ = word.text.partition("=")
        if sign:
            yield combined((word.cut(0, len(name) + 1), unknown(word)))
        elif _FLAG.match(name):
            yield from (word, unknown(word))


def _same(one: Word | None, other: Word | None) -> bool:
    if one is other:
        return True
    if one is None or other is None or one.is_array or other.is_array:
        return False
    return one.raw.text == other.raw.text
