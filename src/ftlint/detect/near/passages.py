"""Whether any two rows of a small dataset may be alike, told without numpy.

Texts that share most of their runs of five words share passages, too: what stands between one word that ends
in an E or N and the next such word, wherever it is. A row that has enough passages in common with rows before
it makes the answer a yes. A row of few passages is judged by runs of five words, with the bound that the
similarity sets. Of texts without word spaces any two make the answer a yes. A yes costs time, a wrong no
would hide a finding: less is asked for than any near-duplicate has.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple
from unicodedata import is_normalized, normalize

FEWEST_WORDS = 20
"""Words below which only exact copies count."""

LONG = 16
"""Characters from which a passage says something: shorter ones are phrases that any two texts share."""

SHORT, NEARLY_SHORT = 48, 62
"""Words up to which a row is judged by its runs; those up to the second offer them, for a twin that is."""

SPARSE, NEARLY_SPARSE = 22, 17
"""Words to a passage, on average, from which on a row is judged by its runs; and offers them."""

LEAST = 0.3
"""Share of its passages that a row has in common with one 0.8 similar to it: of those at most one word in 40
is changed, and a passage has eight words. Less similar rows share less."""

SIGNS, SOME = 20, 40
"""A text with a sign of its own word to so many words has no word spaces; with half as many signs it may be
the twin of one."""

NO_SPACES, FEW_SPACES = 12, 9
"""Characters to a word from which a text that is not ASCII has no word spaces; and may be the twin of one."""

RUN = 5

_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_")
_PARTED = bytes(code if code in _KEPT or code > 127 else 32 for code in range(256))
_ENDS = (b"e", b"n")
_ENDS_BEYOND = (*_ENDS, *(bytes([code]) for code in range(0x80, 0xC0, 6)))
"""Last bytes of the words that end a passage: one word in five or more has one, whatever the script."""

_SIGN = "[\u0e00-\u109f\u1780-\u17ff\u2190-\u2bff\u2e80-\u9fff\uf900-\ufaff\U0001f000-\U0003ffff]"
_MARKS = (
    "[\x80-\xa9\xab-\xac\xae-\xb4\xb6-\xb9\xbb-\xbf\u2010-\u2029\u202f-\u205f\u20a0-\u20cf"
    "\u060c\u061b\u061f\u0964\u3000-\u303f]+"
)
_FORMAT = "[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+"
"""Patterns, compiled when a text beyond ASCII is met."""


class Said(NamedTuple):
    """The words of one text, its passages, and how many signs in it are words of their own."""

    words: list[bytes]
    passages: list[bytes]
    signs: int


class Passages:
    """Hashes of the passages of each row: first the `owns` it is judged by, then others that it offers.

    `bounds` is how many runs there are of a row that is judged by these, 0 of one that is judged by passages.
    Rows too short to be compared are left out; those without word spaces are only counted in `signs`, as are
    (second) those that may be twins of such.
    """

    __slots__ = ("bounds", "ends", "hashes", "owns", "signs")

    def __init__(self) -> None:
        self.hashes: array[int] = array("Q")
        self.ends: array[int] = array("Q")
        self.owns: array[int] = array("Q")
        self.bounds: array[int] = array("Q")
        self.signs: array[int] = array("Q", (0, 0))

    def add(self, texts: Iterable[Sequence[Said]]) -> None:
        """Take rows, each given by the texts it consists of."""
        from xxhash import xxh3_64_intdigest

        for row in texts:
            signs = sum(part.signs for part in row)
            count = sum(len(part.words) for part in row) + signs
            if count < FEWEST_WORDS:
                continue
            self.signs[0] += signs * SIGNS >= count
            self.signs[1] += SIGNS * signs < count <= SOME * signs
            if signs * SIGNS >= count:
                continue
            owns: Collection[bytes] = {passage for part in row for passage in part.passages}
            offers: Collection[bytes] = ()
            bound = 0
            if count <= NEARLY_SHORT or len(owns) * NEARLY_SPARSE <= count:
                offers = {
                    run
                    for part in row
                    for run in map(b" ".join, zip(*(part.words[at:] for at in range(RUN)), strict=False))
                }
                if count <= SHORT or len(owns) * SPARSE <= count:
                    owns, offers, bound = offers, owns, count - RUN + 1
            self.hashes.extend(map(xxh3_64_intdigest, chain(owns, offers)))
            self.owns.append(len(owns))
            self.bounds.append(bound)
            self.ends.append(len(self.hashes))

    def merge(self, other: Passages) -> None:
        shift = len(self.hashes)
        self.hashes.extend(other.hashes)
        self.owns.extend(other.owns)
        self.bounds.extend(other.bounds)
        self.ends.extend([shift + end for end in other.ends])
        self.signs = array("Q", map(sum, zip(self.signs, other.signs, strict=True)))

    def state(self) -> list[array[int]]:
        return [self.hashes, self.ends, self.owns, self.bounds, self.signs]

    @classmethod
    def from_state(cls, state: Sequence[array[int]]) -> Passages:
        passages = cls()
        passages.hashes, passages.ends, passages.owns, passages.bounds, passages.signs = state
        return passages

    def rows(self) -> Iterator[tuple[array[int], array[int], int]]:
        """Of each row what it is judged by, what it offers besides, and its bound."""
        begin = 0
        for owns, bound, end in zip(self.owns, self.bounds, self.ends, strict=True):
            yield self.hashes[begin : begin + owns], self.hashes[begin + owns : end], bound
            begin = end


def may_be_alike(files: Sequence[Passages], similarity: float = 0.8) -> bool:
    """Whether any two rows of these files may be as similar as that (0.7 or more)."""
    spaceless, others = (sum(file.signs[place] for file in files) for place in (0, 1))
    if spaceless > 1 or (spaceless and others):
        return True
    seen: set[int] = set()
    for own, offers, bound in chain.from_iterable(file.rows() for file in files):
        known = len(seen.intersection(own))
        if known and known >= _expected(len(own), bound, similarity):
            return True
        seen.update(own)
        seen.update(offers)
    return False


def _expected(owns: int, bound: int, similarity: float) -> int:
    """How much of what it is judged by a row shares with one that is as similar as that."""
    if bound:
        return max(1, owns - int((1 - similarity) * bound + 1e-6))
    return int((LEAST - max(0.0, 0.8 - similarity)) * owns) + 1


def said(text: str) -> Said:
    low = text.lower()
    if low.isascii():
        return _parted(low.encode("ascii"), _ENDS, 0)
    if not is_normalized("NFKC", low):
        low = normalize("NFKC", low).lower()
    low = re.sub(_FORMAT, "", low)
    signs = 0
    if re.search(_SIGN, low):
        words = len(low.split())
        if len(low) > NO_SPACES * words:
            return Said([], [], len(low))
        signs = max(len(re.findall(_SIGN, low)), words // SIGNS if len(low) > FEW_SPACES * words else 0)
    return _parted(re.sub(_MARKS, " ", low).encode("utf-8", "replace"), _ENDS_BEYOND, signs)


def _parted(data: bytes, ends: Iterable[bytes], signs: int) -> Said:
    words = data.translate(_PARTED).split()
    joined = b" ".join(words) + b" "
    for end in ends:
        joined = joined.replace(end + b" ", end + b"\n")
    return Said(words, [passage for passage in joined.split(b"\n") if len(passage) >= LONG], signs)
