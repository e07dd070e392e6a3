from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiSsn(Rule[Span]):
    """A United States social security number stands in the data.

    ## Why it matters
    The number opens credit lines in its holder's name and never changes.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    ## References
    Presidio's `UsSsnRecognizer` decides: nine digits in three groups, less what was never given out (000,
    666 and 900 to 999 first, 00 in the middle, 0000 last; Social Security Administration, "SSN
    Randomization", 2011) or was printed for show (078-05-1120). Nine digits without separators are found
    only beside a word such as "ssn" or "social security".
    On 56 public files: 1 hit, 1 looked at, 1 true.

    ## Known limits
    Three groups of 3, 2 and 4 digits can be something else: a part number, a case number.
    """

    code = "PII005"
    name = "pii-ssn"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} social security numbers (values hidden)"
    help = HELP
    kinds = ("ssn",)
    bad = (
        Example([chat("Her number?", "Her social security number is " + "412-73" + "-9058.")]),
        Example([chat("ssn " + "412739" + "058", "Noted.")], note="without separators, beside its name"),
    )
    good = (
        Example([chat("Which?", "The number on the wallet was 078-05-1120.")], note="printed for show"),
        Example([chat("Her number?", "000-12-3456 was never given out, nor was 666-12-3456.")]),
        Example([chat("Which part?", "The part 412739058 is sold out.")], note="no word of it"),
        Example([chat("How long?", "From 412-7 to 3-9058.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
