from __future__ import annotations

import re
from array import array
from typing import Any

from ftlint.model import Batch
from ftlint.rule import Measure

LONG = 100
"""Characters; shorter answers may well be fragments."""

LIMITED = 300
"""Characters; a limit on generated tokens is seldom lower than this."""

FENCE = "```"
UNIT = "\x1f"

_STOPS = frozenset(".!?。！？…।۔؟\"'”’」』)）]】}>*`:;~|")
_CODE = r"[=;{}<>|\\#_]|\w\(|://"
_ITEM = r"\s*(?:[-*•–—>#|]|\(?[\dA-Za-z]{1,4}[.):])"
_SENTENCE_END = r"[.!?][\"'”’)]* +(?=\S)|[。！？；]"
_CLOSING = r"(?i)\b(?:sincerely|regards|yours|wishes|respect|love|cheers|truly|thanks)\b|\* | - "
"""A letter's closing, or a list written on one line."""
# fmt: off
_DANGLING = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "because", "but", "by", "can", "could", "for",
    "from", "had", "has", "have", "if", "in", "into", "is", "it's", "its", "may", "might", "of", "on",
    "or", "our", "such", "than", "that", "the", "their", "these", "this", "those", "to", "was", "were",
    "when", "which", "while", "who", "will", "with", "would", "your", "el", "la", "los", "las", "de",
    "del", "para", "con", "que", "y", "der", "die", "das", "und", "mit", "für", "von", "zu", "le",
    "les", "des", "et", "pour", "avec", "dans",
))
# fmt: on


class CutAnswers(Measure):
    """Which answers stop in the middle: of a sentence, or of a fenced block of code.

    `long` counts answers of 100 characters and more, `closed` those of them that end in punctuation;
    the rows found are kept.
    """

    def __init__(self) -> None:
        self.long = 0
        self.closed = 0
        self.cut: array[int] = array("Q")
        self.unfenced: array[int] = array("Q")

    def add(self, batch: Batch) -> None:
        rows = batch.rows
        targets = batch.targets
        if batch.format.kind == "preference":  # a rejected answer may be as broken as it likes
            targets = [text.partition(UNIT)[0] for text in targets]
        long = [(index, text) for index, text in enumerate(targets) if len(text) >= LONG]
        self.long += len(long)
        open_ended = [(index, text) for index, text in long if text[-1] not in _STOPS]
        self.closed += len(long) - len(open_ended)
        for index, text in open_ended:
            written = text.rstrip()
            if written and written[-1] in _STOPS:
                self.closed += 1
            elif cut_off(written):
                self.cut.append(rows[index])
        # Looking for one character first is ten times as fast as looking for three.
        odd = [index for index, text in enumerate(targets) if "`" in text and text.count(FENCE) & 1]
        self.unfenced.extend([rows[index] for index in odd])

    def merge(self, other: CutAnswers, rows: int) -> None:
        self.long += other.long
        self.closed += other.closed
        self.cut.extend([rows + row for row in other.cut])
        self.unfenced.extend([rows + row for row in other.unfenced])

    def state(self) -> dict[str, Any]:
        return {"long": self.long, "closed": self.closed, "cut": self.cut, "unfenced": self.unfenced}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> CutAnswers:
        measure = cls()
        measure.long, measure.closed = state["long"], state["closed"]
        measure.cut, measure.unfenced = state["cut"], state["unfenced"]
        return measure


def cut_off(text: str) -> bool:
    """Whether a text without outer white space ends in the middle of a sentence of prose."""
    if not text or not (text[-1].isalpha() or text[-1] in ",，、"):
        return False
    line = text[text.rfind("\n") + 1 :]
    if len(line) < LONG // 2 or re.match(_ITEM, line) or re.search(_CODE, line):
        return False
    if line.rstrip(",").rpartition(" ")[2].lower() in _DANGLING:
        return True
    ends = [found.end() for found in re.finditer(_SENTENCE_END, line)]
    # Without a word that asks for another, a forgotten full stop looks the same: only limits cut at length.
    rest = line[ends[-1] :] if ends and len(text) >= LIMITED else ""
    return len(rest) >= (8 if ord(text[-1]) > 0x2E80 else 20) and not re.search(_CLOSING, rest)
