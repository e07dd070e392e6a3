from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiPhone(Rule[Span]):
    """A phone number stands in the data.

    ## Why it matters
    A number rings at somebody's home. A model that has learnt it gives it to strangers.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.
    Numbers that are meant to be learnt (a hotline) go under `allow` of `[pii]`.

    Numbers kept for films and documentation (555-0100 to 555-0199, 020 7946 0xxx) are told at `info`.

    ## References
    Presidio's `PhoneRecognizer` decides, which asks the phonenumbers library whether a number is possible
    and valid in the United States, Great Britain, Germany, France, Israel, India, Canada or Brazil;
    `countries` of `[pii]` adds others. Of plain Presidio's findings on labelled text 73 in 100 are true;
    with numbers of fewer than seven digits left out and overlaps resolved 95 in 100 (synth_dataset_v2).
    555-01xx: North American Numbering Plan.
    On 56 public files: 45 hits, 45 looked at, 45 true; 22 placeholders, all rightly so.

    ## Known limits
    A national number without a prefix is found where its country is asked for alone. Seven digits that
    mean something else (a part number, a sum) can be a valid number somewhere.
    """

    code = "PII002"
    name = "pii-phone"
    severity = Severity.WARNING
    extra = "pii"
    headline = "{count} phone numbers (values hidden)"
    help = HELP
    kinds = ("phone",)
    bad = (
        Example([chat("Call the city's office?", "Dial +44 20 7219" + " 3000 and wait.")]),
        Example([chat("My phone is (202) 456" + "-1414, call me.", "I will call you.")]),
        Example([chat("My phone is (202) 555-0143, call me.", "I will.")], note="a placeholder: at info"),
    )
    good = (
        Example([chat("When was it?", "From 1648 to 1699, or in 1640-1649.")], note="years"),
        Example([chat("How many?", "The sum is 48,317,220 and the rest 1.5.")]),
        Example([chat("Which book?", "ISBN 978-3-16-148410-0, page 212.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
