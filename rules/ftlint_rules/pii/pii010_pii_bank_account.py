from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiBankAccount(Rule[Span]):
    """A bank account number or a routing number stands in the data.

    ## Why it matters
    With the bank's name the number is enough to debit an account in the United States.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    ## References
    Presidio's `UsBankRecognizer` (8 to 17 digits) and `AbaRoutingRecognizer` (9 digits with a checksum)
    decide. Both are so weak that a finding needs a word such as "account", "bank" or "routing" within
    five words before it.
    On 56 public files: 1 hit, 1 looked at, 1 true.

    ## Known limits
    Where such a word stands before another long number (an order, a customer's number), it is found.
    """

    code = "PII010"
    name = "pii-bank-account"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} bank account numbers (values hidden)"
    help = HELP
    kinds = ("bank-account",)
    bad = (
        Example([chat("Pay how?", "Please debit my bank account " + "40719" + "38265 on Monday.")]),
        Example([chat("Which bank?", "The bank's routing number is " + "02139" + "3097.")]),
    )
    good = (
        Example([chat("Which order?", "Your order has the number 4071938265.")], note="no word of banks"),
        Example([chat("How many live there?", "40719382 people, says the census.")]),
        Example([chat("Open a bank account?", "Yes: at 9, in room 407.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
