"""What a kind of secret is, and the pieces that its patterns are built from.

Patterns are RE2, over UTF-8 bytes. The first group that took part is the secret; the whole match where none
did. RE2 has no lookaround, so a pattern takes the character behind a secret along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Candidate(NamedTuple):
    """A place where the pattern of a kind matched: [start, end) is the secret, in bytes of `data`."""

    data: bytes
    start: int
    end: int
    whole_start: int
    whole_end: int

    @property
    def value(self) -> str:
        return self.data[self.start : self.end].decode("utf-8", "replace")

    def near(self, before: int, after: int = 0) -> str:
        """The bytes around the secret, the secret left out."""
        low = self.data[max(0, self.start - before) : self.start]
        high = self.data[self.end : self.end + after]
        return (low + b"\n" + high).decode("utf-8", "replace")


Check = Callable[[Candidate], float]
"""How sure a candidate is, 0 to 1; 0 is none at all."""

Expand = Callable[[Candidate], Iterator[tuple[int, int]]]
"""The secrets inside what the pattern matched, where it cannot tell them apart itself."""

OWN_FORM, BY_NAME, BY_PLACE, ASSIGNED = 3, 2, 1, 0
"""How specific a kind is: where two overlap, the higher one tells."""


class Kind(NamedTuple):
    """A kind of secret. `group` is the rule that reports it.

    mark    a pattern without groups and anchors, cheap and rare in prose: no text without a match is looked
    at words   of a kind that is told by a name near it: the names (RE2, any case); its mark is made from
    them floor   the least entropy of the secret, in bits a character strict  whether anything like a word or
    a pattern makes it a placeholder; else only what cannot be a value
    """

    name: str
    group: str
    label: str
    pattern: str
    mark: str = ""
    words: str = ""
    floor: float = 3.0
    check: Check | None = None
    expand: Expand | None = None
    rank: int = OWN_FORM
    strict: bool = True


# Where a token may begin: at a word's edge, or behind a line break written as an escape.
EDGE = r"(?:\b|\\[nrt])"
# What may stand behind a token of letters and digits.
END = r"(?:[^0-9A-Za-z_]|\z)"
# The same for tokens with hyphens, and with the signs of base64.
END_DASH = r"(?:[^0-9A-Za-z_-]|\z)"
END_BASE64 = r"(?:[^0-9A-Za-z_+/=-]|\z)"
# Behind a value whose form alone says little: a quote, a bracket, white space, the end.
STOP = r"""(?:["'`\s;\\<,)&}\]|]|\z)"""

# The rest of a name: of one identifier, or of up to two words more.
REST = r"[\w.-]*(?:[ \t]+[\w.-]+){0,2}"
# What stands between a name and its value in assignments, JSON (escaped, too), YAML, XML, calls, and tables.
_SIGN = r"(?:[:?+.|<>]{0,3}=>?|:|>|,|\(|\||:[ ]?[A-Za-z]{3,10}[ ]?=)"
BETWEEN = rf"""[\\"'`\])]{{0,5}}[ \t]{{0,5}}{_SIGN}(?:[ \t]{{0,3}}[|>][+-]?\n)?[\s\\"'`=>(|]{{0,12}}"""
# The same for marks: looser, and without counting, which would cost the search through all texts its speed.
LOOSE = (
    r"[\w.-]*(?:[ \t]+[\w.-]*){0,3}"
    r"""[\\"'`\])]*[ \t]*(?:[:?+.|<>]*=|[:>,(|](?:[ ]?[A-Za-z]+[ ]?=)?)[ \t]*[|>]?[+-]?[\s\\"'`=>(|]*"""
)
NAMED_KEY = r"(?i:key|token|secret|auth|pass|pwd|cred|login|api)"


def edged(pattern: str) -> str:
    """`pattern` with words beginning behind an escaped line break, too."""
    return pattern.replace(r"\b", EDGE)


def token(prefix: str, body: str, end: str = END, edge: str = EDGE) -> str:
    """A token told by how it begins: `prefix` and `body` are the secret."""
    return f"{edge}({prefix}{body}){end}"


def named(words: str, value: str, stop: str = STOP) -> str:
    """A value told by the name of its vendor and a word like "key" or "token" in one identifier."""
    return rf"(?i:{edged(words)})[\w.-]*?(?:[ \t]+[\w.-]*?)??{NAMED_KEY}{REST}{BETWEEN}({value}){stop}"


def name_mark(words: str) -> str:
    """The mark of kinds told by a name: the name, then soon a sign of assignment and the start of a value."""
    return rf"(?i:{edged(words)}){LOOSE}[\w+/=.:~-]{{10}}"
