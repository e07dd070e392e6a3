from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Match
from ftlint.rule import Between, Example, Rule, Severity, chat


class Shouting(Rule[Match]):
    """An answer written in capitals.

    ## Why it matters
    Our customers do not like to be shouted at, and the model would learn it.

    ## What to do
    Write the answer in ordinary letters.

    ## References
    Acme style guide, page 3.
    """

    code = "ACME001"
    name = "shouting"
    severity = Severity.WARNING
    pattern = r"\b[A-Z]{4,}(?: [A-Z]{2,}){3,}"
    where = "target"
    bad = (
        Example([chat("Where is my parcel?", "YOUR PARCEL WILL ARRIVE TOMORROW MORNING")]),
        Example([chat("Hi", "SHORT BUT VERY LOUD WORDS")], options={"words": 5}),
    )
    good = (
        Example(
            [chat("WHERE IS MY PARCEL NOW PLEASE", "It arrives tomorrow.")], note="the customer may shout"
        ),
        Example([chat("Hi", "See the FAQ on HTTP and JSON")]),
        Example([chat("Hi", "SHORT BUT VERY LOUD WORDS")], options={"words": 6}),
    )

    words: Annotated[int, Between(4, 100), "words in capitals that make shouting"] = 4

    def check(self, match: Match) -> Iterator[Finding]:
        count = len(match.value.split())
        if count >= self.words:
            yield Finding(f"{count} words in capitals in a row")
