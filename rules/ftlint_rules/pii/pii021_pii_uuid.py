from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiUuid(Rule[Span]):
    """A UUID stands in the data.

    ## Why it matters
    A random identifier names no one by itself, but leads back to a customer or a device for whoever holds
    the table it is from. HIPAA counts any other unique identifying number among those to remove.

    ## What to do
    Replace it: `ftlint data redact` with pseudonyms keeps equal ones equal.

    Off by default: most are ids of messages and files.

    ## References
    Presidio's `UuidRecognizer` decides (RFC 9562). Measured: 370 findings in rows of one public chat set,
    all of them message ids. 45 CFR 164.514(b)(2)(i)(R).
    On 56 public files: 56 hits, 20 looked at, 20 true, all ids of a log.

    ## Known limits
    A version or a variant that does not exist, and the nil UUID, are left out.
    """

    code = "PII021"
    name = "pii-uuid"
    severity = Severity.INFO
    default = False
    extra = "pii"
    headline = "{count} UUIDs (values hidden)"
    help = HELP
    kinds = ("uuid",)
    bad = (
        Example([chat("Which user?", "It is 7d3e91b0-52ac-" + "4f18-9c6e-b40a17d2c853, I think.")]),
        Example([chat("Delete 0c8f2b6e-91d4-" + "4a07-b35e-6f2d80c1a794.", "Done.")]),
    )
    good = (
        Example([chat("Which?", "7d3e91b0-52ac-4f18-9c6e-b40a17d2c8")], note="two digits are missing"),
        Example([chat("Which commit?", "7d3e91b052ac4f189c6eb40a17d2c8537d3e91b0")]),
        Example([chat("Which form?", "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
