from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiLocation(Rule[Span]):
    """The name of a place stands in the data.

    ## Why it matters
    A town, an age and an illness often name one person. HIPAA removes everything smaller than a state.

    ## What to do
    Replace places by larger ones, or by pseudonyms: `ftlint data redact`.

    Off by default, and it runs only with a model that you have installed:
    `[pii] model = "en_core_web_sm"` names a spaCy package, a folder of a spaCy pipeline, or
    `transformers:FOLDER`. Nothing is ever downloaded.

    ## References
    The model's entities of the labels LOC, GPE, FAC and their like. Sweeney 2000, "Simple Demographics Often
    Identify People Uniquely". 45 CFR 164.514(b)(2)(i)(B).

    ## Known limits
    Found is what the model finds: a model trained on news misses names in chat and in code, and takes
    other capitalised words for names. Look at fifty findings before you rely on it. Streets and house
    numbers are found in part at best.
    """

    code = "PII024"
    name = "pii-location"
    severity = Severity.INFO
    default = False
    extra = "pii"
    headline = "{count} names of places (values hidden)"
    help = HELP
    kinds = ("location",)
    bad = (
        Example([chat("Where?", "She lives in Tamwick, near the harbour.")], note="with a model"),
        Example([chat("Where to?", "The parcel goes to Quellbrunn.")], note="with a model"),
    )
    good = (
        Example([chat("Where?", "She lives near the harbour.")]),
        Example([chat("Where to?", "The parcel goes to the address on the label.")]),
        Example([chat("Which way?", "Turn left, then right.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
