"""Question and answer, and the other pairs of columns that mean the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.formats.columns import remapped
from ftlint.formats.flat import FlatFormat
from ftlint.formats.keys import is_meta
from ftlint.model import Format, PlainFlat

STRONG = {
    "question": ("answer", "response", "output", "solution", "best_answer", "completion"),
    "problem": ("solution", "answer", "response", "output"),
    "problem_statement": ("solution", "answer"),
    "query": ("response", "answer", "output"),
    "prompt": ("response", "output", "answer", "solution", "canonical_solution", "reply"),
    "instruction": ("answer", "completion", "target", "code"),
    "human": ("assistant", "gpt", "bot"),
    "user": ("assistant", "bot", "model"),
    "document": ("summary",),
    "article": ("summary", "highlights"),
    "dialogue": ("summary",),
    "text": ("summary",),
    "question_text": ("answer_text",),
}
"""Pairs that mean prompt and answer whatever stands beside them, best answer first."""

WEAK = {
    "input": ("output", "target", "response", "label_text"),
    "src": ("tgt",),
    "q": ("a",),
    "content": ("summary",),
    "inputs": ("targets", "outputs"),
    "user_input": ("response", "output"),
    "input_text": ("output_text", "target_text"),
}
"""Pairs that also name other things: believed only where hardly another column has a text."""

SYSTEMS = ("system", "system_prompt", "system_message")


class QA(FlatFormat):
    name = "qa"
    title = "question and answer, or two columns like them"
    required = ("question", "answer")
    keys = frozenset({"context", "question", "answer", "system", "history"})
    spoken = ("context", "question", "answer", "system", "history")
    words = {"prompt": "question", "query": "context", "response": "answer"}
    prompts = ("context", "question")
    answer = "answer"
    system = "system"
    history = "history"
    plain = PlainFlat(("context", "question"), "answer", "system")

    def certainty(self, row: Mapping[str, Any]) -> int:
        question, answer = self.get(row, "question"), self.get(row, "answer")
        if question is None or answer is None:
            if question is None and answer is None:
                return 0
            return 25 if self.at("question") in row and self.at("answer") in row else 12
        if not isinstance(question, str) or isinstance(answer, list | dict):
            return 25
        if self.at("question") in WEAK:
            others = [key for key in self.others(row, *self.spoken) if not is_meta(key)]
            return 0 if len(others) > 1 or "instruction" in row else 55 if others else 70
        return 75 if self.at("question") == "question" else 66


def pairs(keys: frozenset[str], qa: Format) -> Iterator[Format]:
    """`qa` with its columns named as in a record of these keys, for every pair that stands in it."""
    system = next((key for key in SYSTEMS if key in keys), "system")
    for known in (STRONG, WEAK):
        for question, answers in known.items():
            if question in keys:
                for answer in answers:
                    if answer in keys:
                        yield remapped(qa, {"question": question, "answer": answer, "system": system})


def rivals(keys: frozenset[str], question: str | None, answer: str | None) -> list[str]:
    """Other columns of these keys that could be the answer to the same question."""
    return [name for name in STRONG.get(question or "", ()) if name in keys and name != answer]
