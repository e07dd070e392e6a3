"""The script a text is mainly written in, judged by the lead bytes of its first characters."""

from __future__ import annotations

import re
from collections import Counter

NAMES = {
    "l": "Latin",
    "h": "Chinese",
    "k": "Japanese",
    "g": "Korean",
    "c": "Cyrillic",
    "a": "Arabic",
    "r": "Greek",
    "e": "Hebrew",
    "i": "Indic or Thai",
}

HEAD = 160
"""Characters looked at."""

CLEAR = 0.7
"""Share of the letters that must be of one script; a Latin word counts about as much as a Chinese sign."""

_LEADS = {
    "l": (*range(0x41, 0x5B), *range(0x61, 0x7B)),
    "h": range(0xE4, 0xEA),
    "k": (0xE3,),
    "g": range(0xEA, 0xEE),
    "c": (0xD0, 0xD1),
    "a": range(0xD8, 0xDC),
    "r": (0xCE, 0xCF),
    "e": (0xD7,),
    "i": (0xE0,),
}
_SCRIPT_OF = {byte: name for name, leads in _LEADS.items() for byte in leads}
_TABLE = bytes(ord(_SCRIPT_OF.get(byte, " ")) for byte in range(256))
_OTHERS = bytes(byte for byte in range(256) if byte not in _SCRIPT_OF)
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_CJK_MARKS = b"\xe3\x80"
"""First bytes of 、 and 。 which Chinese and Japanese share."""
_LATIN_WORD = 5
_FEWEST = 8
_WORD = r"[A-Za-z]{4}"


def script(text: str) -> str:
    """One letter of `NAMES`, "" where no script is clear: few letters, or a mixture."""
    head = text[:HEAD]
    if head.isascii():
        return "l" if len(head.encode().translate(None, _NO_LETTERS)) >= _FEWEST * _LATIN_WORD else ""
    coded = head.encode("utf-8", "replace").replace(_CJK_MARKS, b"")
    tally = Counter(coded.translate(_TABLE, _OTHERS).decode())
    tally["l"] //= _LATIN_WORD
    if tally["k"] * 5 > tally["h"]:
        tally["k"] += tally.pop("h", 0)  # Japanese mixes kana with Chinese signs
    total = sum(tally.values())
    name, count = max(tally.items(), key=lambda item: (item[1], item[0]))
    return name if total >= _FEWEST and count >= CLEAR * total else ""


def holds(text: str, name: str) -> bool:
    """Whether a text has two characters or more of a script; of Latin, a word of four letters."""
    if name == "l":
        return re.search(_WORD, text) is not None
    coded = text.encode("utf-8", "replace").replace(_CJK_MARKS, b"").translate(_TABLE, _OTHERS)
    return coded.count(name.encode()) >= 2
