from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiOrganization(Rule[Span]):
    """The name of an organization stands in the data.

    ## Why it matters
    An employer or a club narrows a person down; membership of a union or a church is a special category
    of the GDPR.

    ## What to do
    Replace them by pseudonyms where they say something of a person: `ftlint data redact`.

    Off by default, and it runs only with a model that you have installed:
    `[pii] model = "en_core_web_sm"` names a spaCy package, a folder of a spaCy pipeline, or
    `transformers:FOLDER`. Nothing is ever downloaded.

    ## References
    The model's entities of the labels ORG, COMPANY and their like. GDPR Art. 9(1).

    ## Known limits
    Found is what the model finds: a model trained on news misses names in chat and in code, and takes
    other capitalised words for names. Look at fifty findings before you rely on it.
    """

    code = "PII025"
    name = "pii-organization"
    severity = Severity.INFO
    default = False
    extra = "pii"
    headline = "{count} names of organizations (values hidden)"
    help = HELP
    kinds = ("organization",)
    bad = (
        Example([chat("Where does he work?", "He works for Tamwick Pottery Ltd.")], note="with a model"),
        Example([chat("Who wrote?", "Quellbrunn Keramik GmbH wrote again.")], note="with a model"),
    )
    good = (
        Example([chat("Where does he work?", "He works in a pottery.")]),
        Example([chat("Who wrote?", "The shop wrote again.")]),
        Example([chat("What is a firm?", "A group of people who trade under one name.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
