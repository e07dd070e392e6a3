from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.abroad import in_countries
from ftlint_rules.pii.wording import HELP, told


class PiiVehicle(Rule[Span]):
    """The number plate of a vehicle stands in the data.

    ## Why it matters
    A plate leads to the holder of the vehicle. HIPAA counts vehicle identifiers among those to remove.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    Off by default, as many short codes look like plates. Runs where `countries` of `[pii]` names the
    country.

    ## References
    Presidio's recognizers decide, among them those of Germany, India, Nigeria, Turkey and the United
    Kingdom. 45 CFR 164.514(b)(2)(i)(L).

    ## Known limits
    Vehicle identification numbers (VIN) and plates of the United States are not found.
    """

    code = "PII018"
    name = "pii-vehicle"
    severity = Severity.WARNING
    default = False
    extra = "pii"
    headline = "{count} number plates (values hidden)"
    help = HELP
    kinds = ("vehicle",)
    bad = (
        in_countries("de", "Welches Auto?", "Das Kennzeichen ist TW-XK 4071."),
        in_countries("in", "Which car?", "The plate of the vehicle is MH12XK4071."),
    )
    good = (
        in_countries("de", "Welches Auto?", "Der Motor hat 90 PS und 1500 ccm."),
        in_countries("in", "Which car?", "The vehicle has 4 doors and 5 seats."),
        Example([chat("Welches Auto?", "Das Kennzeichen ist TW-XK 4071.")], note="no country is named"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
