from __future__ import annotations

import re
from array import array
from typing import Any

from ftlint.detect.scripts import HEAD, holds, script
from ftlint.model import Batch
from ftlint.rule import Measure

_CROSSING = (
    r"(?i)translat|transliterat|languag|chinese|mandarin|english|japanese|korean|russian|arabic|hindi|bengali|thai"
    r"|greek|hebrew|ukrainian|persian|urdu|翻译|翻譯|译成|译为|英文|英语|中文|汉语|語|语言|번역|영어|перев|англий|ترجم"
)
"""Words by which a prompt asks for another language; languages written in another script than the prompt."""

_CODE = r"[={};]|\w\(|</?\w"

_FOREIGN = r"[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff]"
"""A letter that is not Latin."""

UNIT = "\x1f"


class Languages(Measure):
    """Rows whose answer is written in another script than what was asked, without being asked for.

    `rows` and `scripts` run side by side: two letters each, the prompt's script and the answer's.
    """

    def __init__(self) -> None:
        self.judged = 0
        self.rows: array[int] = array("Q")
        self.scripts = ""

    def add(self, batch: Batch) -> None:
        self.judged += len(batch)
        rows = batch.rows
        for index, (prompt, target) in enumerate(zip(batch.prompts, batch.targets, strict=True)):
            # Where both begin in ASCII, both are Latin; that settles most rows of most files.
            if (target[:HEAD].isascii() and prompt[-HEAD:].isascii()) or not prompt:
                continue
            if not re.search(_FOREIGN, target[:HEAD]) and not re.search(_FOREIGN, prompt):
                continue
            answered = script(target)
            if not answered or (answered == "l" and re.search(_CODE, target[:HEAD])):
                continue
            asked = {script(piece) for piece in prompt.split(UNIT)} - {""}
            if not asked or answered in asked or holds(prompt, answered):
                continue
            if not re.search(_CROSSING, prompt) and not re.search(_CODE, prompt):
                self.rows.append(rows[index])
                self.scripts += max(asked) + answered

    def merge(self, other: Languages, rows: int) -> None:
        self.judged += other.judged
        self.rows.extend([rows + row for row in other.rows])
        self.scripts += other.scripts

    def state(self) -> dict[str, Any]:
        return {"judged": self.judged, "rows": self.rows, "scripts": self.scripts}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Languages:
        measure = cls()
        measure.judged, measure.rows, measure.scripts = state["judged"], state["rows"], state["scripts"]
        return measure
