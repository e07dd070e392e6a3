from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiPerson(Rule[Span]):
    """The name of a person stands in the data.

    ## Why it matters
    What a chat says beside a name becomes a fact about that person, true or not. Names are the first of
    HIPAA's identifiers and the first example of the GDPR.

    ## What to do
    Replace names by pseudonyms: `ftlint data redact` gives the same one to the same name, so that a
    conversation stays readable.

    Off by default, and it runs only with a model that you have installed:
    `[pii] model = "en_core_web_sm"` names a spaCy package, a folder of a spaCy pipeline, or
    `transformers:FOLDER`. Nothing is ever downloaded.

    ## References
    The model's entities of the labels PER, PERSON and their like. 45 CFR 164.514(b)(2)(i)(A); GDPR Art. 4(1).

    ## Known limits
    Found is what the model finds: a model trained on news misses names in chat and in code, and takes
    other capitalised words for names. Look at fifty findings before you rely on it.
    """

    code = "PII023"
    name = "pii-person"
    severity = Severity.WARNING
    default = False
    extra = "pii"
    headline = "{count} names of persons (values hidden)"
    help = HELP
    kinds = ("person",)
    bad = (
        Example(
            [chat("Who signed?", "The contract was signed by Mira Harrow in Tamwick.")], note="with a model"
        ),
        Example([chat("Who called?", "Jo Quellbrunn called at noon.")], note="with a model"),
    )
    good = (
        Example([chat("Who signed?", "The contract was signed by the buyer.")]),
        Example([chat("What colour?", "A rose is red, a violet is blue.")]),
        Example([chat("Which month?", "We meet in may, I guess.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
