from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_RIGHT_TO_LEFT = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"


class BidirectionalOverride(Rule[Match]):
    """A text without right-to-left letters reverses its writing direction.

    ## Why it matters
    Direction overrides make text look different from what it says. In code this hides what a line does
    ("Trojan Source"); a model trained on it learns to write such lines, and reviewers do not see them.

    ## What to do
    Remove the controls, and ask how they got there.

    Embeddings, overrides and isolates (U+202A to U+202E, U+2066 to U+2069) are found in texts without a
    single Hebrew or Arabic letter, where they have no purpose.

    ## References
    Boucher and Anderson 2021, "Trojan Source: Invisible Vulnerabilities", arXiv:2111.00169; CVE-2021-42574.
    """

    code = "QUAL007"
    name = "bidirectional-override"
    severity = Severity.WARNING
    headline = "{count} texts reverse their writing direction"
    help = "remove the direction controls"
    pattern = r"[\x{202a}-\x{202e}\x{2066}-\x{2069}]"
    bad = (Example([chat("Fix this", "if admin:\u202e # }nimda si fi")]),)
    good = (
        Example([chat("תרגם", "\u202bשלום, Ann\u202c")]),
        Example([chat("Which one?", "U+202E reverses text.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if not re.search(_RIGHT_TO_LEFT, match.text.value):
            yield Finding(f"direction control U+{ord(match.value):04X} in left-to-right text")
