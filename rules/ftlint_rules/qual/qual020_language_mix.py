from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.scripts import NAMES
from ftlint.model import Dataset, Finding
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.measures.languages import Languages
from ftlint_rules.measures.measured import measured

FEW = 10
"""Rows: below this a large share says nothing about how a file was made."""


class LanguageMix(Rule[Dataset]):
    """An answer is written in another script than its prompt, and nobody asked for it.

    ## Why it matters
    Questions in Chinese that are answered in English teach the model to switch languages at random. Such rows
    come from machine translation that skipped a column, or from a model that fell back to English.

    ## What to do
    Translate the answer, or drop the row.

    Scripts are compared, not languages: Latin, Chinese, Japanese, Korean, Cyrillic, Arabic, Greek, Hebrew,
    Indic. Left alone are prompts that speak of a language or of translating, prompts that quote words in
    the script of the answer, code, and mixed texts. Where more than `most` of a file's rows switch, that is
    what the file is for, and nothing is told.

    ## References
    Measured: 7 of 1,000 rows of LLaMA-Factory's alpaca_zh_demo are answered in English, 13 of 2,000 of a
    machine-translated Alpaca in the wrong one of its two languages.
    On 56 public files: 20 hits, 20 looked at, 17 true.

    ## Known limits
    French answers to English prompts share a script and are not found.
    """

    code = "QUAL020"
    name = "language-mix"
    severity = Severity.WARNING
    headline = "{count} answers are in another script than their prompt"
    help = "translate the answer, or drop the row"
    needs = (Languages,)
    bad = (
        Example(
            [
                chat("列出三种水果。", "苹果、香蕉和橙子是三种常见的水果。"),
                chat(
                    "安排明天上午十点的会议。",
                    "Certainly, I will schedule a meeting for you tomorrow morning at ten.",
                ),
            ]
        ),
        Example(
            [
                chat(
                    "Как приготовить борщ дома?",
                    "First cook the beets, then add cabbage, carrots and some beef.",
                )
            ]
        ),
    )
    good = (
        Example(
            [
                chat(
                    "把这句话翻译成英文：我今天很高兴。",
                    "I am very happy today, and so is everybody else here.",
                )
            ]
        ),
        Example([chat("Say it in Russian: good day, dear friends.", "Добрый день, дорогие друзья мои!")]),
        Example(
            [
                chat(
                    "用Python写一个打印问候的函数。",
                    "def greet(name):\n    print(f'Hello, {name}, nice to meet you')",
                )
            ]
        ),
        Example(
            [
                chat(
                    "造一个句子，要用 opulent 这个词。",
                    "The wedding was held in an opulent ballroom by the sea.",
                )
            ]
        ),
        Example([chat("日本の首都はどこですか。", "東京です。日本の首都であり、人口が最も多い都市です。")]),
    )

    most: Annotated[float, Between(0, 1), "share of rows that switch from which on it is meant"] = 0.1

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, found in measured(dataset, Languages):
            if len(found.rows) >= FEW and len(found.rows) > self.most * found.judged:
                continue
            pairs = zip(found.scripts[0::2], found.scripts[1::2], strict=True)
            for row, (asked, answered) in zip(found.rows, pairs, strict=True):
                yield Finding(
                    f"asked in {NAMES[asked]} script, answered in {NAMES[answered]}", row=row, path=part.path
                )
