"""Context words: Presidio's rule for what a word before a value does to its score, without Presidio.

A value counts for more if one of its recognizer's context words is a part of one of the six words that end
with the value itself; a value that begins with a sign instead of a word has the next word behind that sign
besides. Stop words and punctuation are no words. What Presidio's own enhancer does over a whole text, with
the words that `ftlint.detect.pii.presidio.WordEngine` hands it, is done here over the few words that it
would look at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

WORD = re.compile(r"\w+|[^\w\s]")
_NUMBERED = re.compile(r"\w*\d\w*")

REACH = 6
"""Words: five before the value, and the one it begins in."""

_FUNCTION_WORDS = (
    "a about above after again all also am an and any are as at be because been before being below"
    " between both but by can could did do does doing done down during each even ever every few for from"
    " further had has have having he her here hers herself him himself his how however i if in into is it"
    " its itself just least less let made make many may me might more most much must my myself neither"
    " never no nor not now of off often on once one only or other our ours ourselves out over own please"
    " quite rather really same say see seem she should since so some still such take than that the their"
    " theirs them themselves then there these they this those though through to together too under until"
    " up upon us very was we well were what when where whether which while who whom whose why will with"
    " within without would yet you your yours yourself yourselves"
)
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())


def is_punctuation(word: str) -> bool:
    return not any(map(str.isalnum, word))


def words_near(text: str, start: int) -> list[str]:
    """The words, in lower case, that count for a value that begins at `start`."""
    here = WORD.search(text, start)
    if here is None:
        return []
    near = _words_until(text, start, here.end())
    if not _counts(here[0].lower()):
        behind = (word[0].lower() for word in WORD.finditer(text, here.end()))
        near += [next((word for word in behind if _counts(word)), "")]
    return near


def _words_until(text: str, start: int, end: int) -> list[str]:
    """Up to six words, the nearest first, of those up to `end`, where the value's first word ends."""
    reach = 64
    while True:
        low = _border(text, start - reach) if start > reach else 0
        words = [word for one in WORD.findall(text, low, end)[::-1] if _counts(word := one.lower())]
        if len(words) >= REACH or low == 0:
            return words[:REACH]
        reach *= 4


def _counts(word: str) -> bool:
    return word not in STOP_WORDS and not is_punctuation(word)


def _border(text: str, at: int) -> int:
    """The nearest place at or before `at` that lies in no word."""
    while at > 0 and _in_word(text[at - 1]) and _in_word(text[at]):
        at -= 1
    return at


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


class Words:
    """The words of a text that count, for the many places of a long text: `words_near` of each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: list[str] = []
        self._ends: list[int] = []
        for word in WORD.finditer(text):
            lowered = word[0].lower()
            if _counts(lowered):
                self._words.append(lowered)
                self._ends.append(word.end())

    def near(self, start: int) -> list[str]:
        here = WORD.search(self.text, start)
        if here is None:
            return []
        after = bisect_right(self._ends, here.end())
        near = self._words[max(0, after - REACH) : after][::-1]
        if not _counts(here[0].lower()):
            near += self._words[after : after + 1] or [""]
        return near


def supported(text: str, start: int, context: Iterable[str], words: Words | None = None) -> bool:
    """Whether one of the context words is part of a word that counts for the value.

    `words` are those of the text, where they are known.
    """
    near = words.near(start) if words else words_near(text, start)
    return any(wanted in word for wanted in context for word in near)


def supports_a_number(text: str, context: Iterable[str]) -> bool:
    """Whether any word with a digit in the text has such support."""
    return any(supported(text, found.start(), context) for found in _NUMBERED.finditer(text))
