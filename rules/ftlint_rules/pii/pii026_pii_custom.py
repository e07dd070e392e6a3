from __future__ import annotations

import json
from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told

SETTINGS = """[[pii.recognizer]]
name = "PATIENT_NUMBER"
label = "a patient number"
patterns = ['\\bTW-[0-9]{5}-[A-Z]\\b']
"""


def declared(question: str, answer: str, note: str = "") -> Example:
    row = json.dumps(chat(question, answer))
    return Example(files={"ftlint.toml": SETTINGS, "train.jsonl": f"{row}\n"}, note=note)


class PiiCustom(Rule[Span]):
    """Something that your own recognizer looks for stands in the data.

    ## Why it matters
    Every house has identifiers that no library knows: numbers of customers, patients, contracts.

    ## What to do
    Redact them before training: `ftlint data redact` puts a typed placeholder or a pseudonym in their
    place.

    A recognizer is declared in `ftlint.toml`, with patterns, words that must stand nearby, and a
    checksum; or in a file of Presidio's own form. Without one the rule has nothing to do.

    ## References
    The message says which recognizer it was by its `label`. How they are declared: docs/personal-data.md.

    ## Known limits
    A pattern of your own is as good as you make it: look at fifty findings before you rely on it.
    """

    code = "PII026"
    name = "pii-custom"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} finds of your own recognizers (values hidden)"
    help = HELP
    kinds = ("custom",)
    bad = (
        declared("Which file?", "The patient number is TW-40719-K."),
        declared("TW-83026-B", "Noted."),
    )
    good = (
        declared("Which file?", "The patient number is TW-4071-K.", note="a digit is missing"),
        declared("Which file?", "The patient number is XTW-40719-KX."),
        Example([chat("Which file?", "The patient number is TW-40719-K.")], note="no recognizer is declared"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
