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

    mark       a pattern without groups and anchors, cheap and rare in prose: no text without a match is
               looked at
    words      of a kind that is told by a name near it: the names (RE2, any case); its mark is made from them
    floor      the least entropy of the secret, in bits a character
    check      which function of `judge.CHECKS` says how sure a candidate is; "" for none. By name, so that
               what only candidates need is not imported before one is found
    expand     which function of `judge.EXPANDS` tells the secrets inside the match; "" for none
    strict     whether anything like a word or a pattern makes it a placeholder; else only what cannot be a
               value
    guessable  whether a person may have thought the value up, so that a hash of it can be tried out
    """

    name: str
    group: str
    label: str
    pattern: str
    mark: str = ""
    words: str = ""
    floor: float = 3.0
    check: str = ""
    expand: str = ""
    rank: int = OWN_FORM
    strict: bool = True
    guessable: bool = False


# Where a token may begin: at a word's edge, or behind a line break written as an escape.
EDGE = r"(?:\b|\\[nrt])"
# What may stand behind a token of letters and digits.
END = r"(?:[^0-9A-Za-z_]|\z)"
# The same for tokens with hyphens, and with the signs of base64.
END_DASH = r"(?:[^0-9A-Za-z_-]|\z)"
END_BASE64 = r"(?:[^0-9A-Za-z_+/=-]|\z)"
# Signs of the scripts of East Asia, whose words stand next to a value without a space, and emoji.
EAST = "\u2e80-\U0010ffff"
QUOTES = "\u2018-\u201f"
# Behind a value whose form alone says little: a quote, a bracket, white space, the end.
STOP = rf"""(?:["'`\s;\\<,)&}}\]|*{QUOTES}{EAST}]|\z)"""

# The rest of a name: of one identifier, or of up to two words more.
_NAME = "[\\w.À-ӿ-]"
REST = rf"{_NAME}*(?:[ \t]+{_NAME}+){{0,2}}"
# What HTML puts around a name or a value: no `<your-key>`, behind which the next word is no value.
TAG = (
    r"</?(?i:a|b|big|br|code|dd|div|dt|em|font|h[1-6]|i|kbd|li|mark|p|pre|samp|small|span|strong|td|th|tr|tt"
    r"|u|value)(?:[ \t][^<>\n]{0,80})?/?>"
)
_SPACE = " \\t\u00a0\u202f\u3000"
_IS = "是为為は"
# What stands between a name and its value in assignments, JSON (escaped, too), YAML, XML, calls, tables,
# Markdown (`**Name:** value`) and HTML (`<td>name</td><td>value`).
_SIGN = (
    r"(?:[:?+.|<>]{0,3}=>?|:[ ]?[A-Za-z]{3,10}[ ]?="
    rf"|[{_IS}]?[:：＝]|[{_IS}]|->|→|>|,|\(|\||{TAG}\s{{0,20}}{TAG})"
)
BETWEEN = (
    rf"""[\\"'`\])*{QUOTES}]{{0,5}}(?:{TAG}){{0,2}}[{_SPACE}]{{0,5}}{_SIGN}(?:_{{1,2}}[ ])?"""
    rf"""(?:[ \t]{{0,3}}[|>][+-]?\n)?[{_SPACE}\s\\"'`=>(|*{QUOTES}「『]{{0,12}}"""
    rf"""(?:{TAG}[\s"'`*]{{0,4}}){{0,3}}"""
)
# The same for marks: looser, and without counting, which would cost the search through all texts its speed.
LOOSE = (
    rf"{_NAME}*(?:[ \t]+{_NAME}*){{0,3}}"
    rf"""[\\"'`\])*{QUOTES}]*(?:</?[a-zA-Z][^<>\n]*)?[{_SPACE}]*"""
    rf"(?:[:?+.|<>]*=|[:：＝{_IS}→>,(|](?:[ ]?[A-Za-z]+[ ]?=)?|->)[ \t]*[|>]?[+-]?"
    rf"""[{_SPACE}\s\\"'`=>(|*_:：{QUOTES}「『]*(?:<[^<>\n]*>[\s"'`*]*)*"""
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
