from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiUrl(Rule[Span]):
    """A web address stands in the data.

    ## Why it matters
    An address can name a person (a profile, a home page, a token in its query). HIPAA counts web
    addresses among the identifiers to remove.

    ## What to do
    Look at the hosts. Redact those that lead to persons: `ftlint data redact`; hosts that may stay go
    under `allow-domains` of `[pii]`.

    Off by default: most addresses lead to no person.

    ## References
    Presidio's `UrlRecognizer` decides. Measured: 712 findings in 1,500 rows of code, most of them of
    names with a dot such as `os.sy` (presidio#1498). 45 CFR 164.514(b)(2)(i)(N).
    On 56 public files: 14,282 hits, 20 looked at, 13 true.

    ## Known limits
    Names with a dot in code (`os.system`) may be taken for hosts.
    """

    code = "PII020"
    name = "pii-url"
    severity = Severity.INFO
    default = False
    extra = "pii"
    headline = "{count} web addresses (values hidden)"
    help = HELP
    kinds = ("url",)
    bad = (
        Example([chat("Her page?", "It is https://tamwick-pottery.com/people/jo.")]),
        Example([chat("Where?", "See www.quellbrunn-keramik.de/forum today.")]),
    )
    good = (
        Example([chat("Which slash?", "Write and/or, km/h, 24/7.")]),
        Example([chat("What does a URL start with?", "With a scheme and ://, mostly.")]),
        Example([chat("End?", "It ends here, as 1.5 and v2.0.1 do.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
