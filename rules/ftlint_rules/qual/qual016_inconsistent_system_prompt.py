from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding, Part
from ftlint.model.batch import EMPTY_HASH
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.measures.measured import measured
from ftlint_rules.measures.system_prompts import SystemPrompts

ENOUGH = 10
"""Rows: with fewer there is no habit to break."""


class InconsistentSystemPrompt(Rule[Dataset]):
    """Nearly all rows share one system prompt, and some have none or another.

    ## Why it matters
    The tuned model is used with one system prompt. Rows without it, or with an older wording, teach behaviour
    that does not belong to it, and the model behaves differently with and without the prompt.

    ## What to do
    Give every row the system prompt the model will be used with. Where rows without one are meant as general
    practice, keep them in a file of their own.

    A warning where one prompt stands in `usual` of the rows or more (nine in ten by default): each other
    prompt is told once, at its first row. Where some rows have a system prompt and others have none, in
    whatever proportion, the counts are told as information. Files with more than 1,000 prompts are left
    alone.

    ## References
    Measured: 236 of 300 rows of LLaMA-Factory's dpo_zh_demo have no system prompt, 64 have one. That nine
    in ten make a habit is our choice, not a measurement.
    On 56 public files: 23 hits, 23 looked at, 23 true.
    """

    code = "QUAL016"
    name = "inconsistent-system-prompt"
    severity = Severity.WARNING
    headline = "{count} other system prompts than the usual one"
    help = "use the system prompt that the model will be served with"
    needs = (SystemPrompts,)
    bad = (
        Example([*(chat(f"{n}?", f"{n}.", system="Be brief.") for n in range(19)), chat("19?", "19.")]),
        Example(
            [
                *(chat(f"{n}?", f"{n}.", system="You are Bot.") for n in range(19)),
                chat("19?", "19.", system="You are a bot."),
            ]
        ),
        Example([chat(f"{n}?", f"{n}.", system="Be kind." if n % 2 else "") for n in range(20)]),
    )
    good = (
        Example([chat(f"{n}?", f"{n}.", system="Be brief.") for n in range(20)]),
        Example([chat(f"{n}?", f"{n}.") for n in range(20)]),
        Example([chat(f"{n}?", f"{n}.", system=f"You are clerk {n}.") for n in range(20)]),
        Example([chat("1?", "1.", system="Be brief."), chat("2?", "2.")], note="too few rows for a habit"),
    )

    usual: Annotated[
        float, Between(0.5, 1), "share of rows from which on a system prompt is the usual one"
    ] = 0.9

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, found in measured(dataset, SystemPrompts):
            if found.many or len(found.counts) < 2 or found.rows < ENOUGH:
                continue
            usual, count = max(found.counts.items(), key=lambda item: item[1])
            if usual != EMPTY_HASH and count >= self.usual * found.rows:
                yield from self.outliers(part, found, usual)
            elif found.missing:
                yield Finding(
                    f"{found.missing:,} of {found.rows:,} rows have no system prompt, the others have",
                    path=part.path,
                    severity=Severity.INFO,
                )

    def outliers(self, part: Part, found: SystemPrompts, usual: int) -> Iterator[Finding]:
        others = {digest: count for digest, count in found.counts.items() if digest != usual}
        for digest, count in others.items():
            what = "no system prompt" if digest == EMPTY_HASH else "another system prompt"
            more = f"; {count:,} rows like this" if count > 1 else ""
            yield Finding(
                f"{what}, where {found.counts[usual]:,} of {found.rows:,} rows share one{more}",
                row=found.firsts[digest],
                path=part.path,
            )
