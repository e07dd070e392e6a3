from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.detect.rewrite import rewritten
from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_CONTROLS = r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]"


class ControlCharacterInText(Rule[Match]):
    """A text holds an invisible control character.

    ## Why it matters
    Control characters come from PDF extraction, terminal logs and wrong encodings. They are rare tokens that
    nobody sees, and some tools downstream cut the text at them.

    ## What to do
    Remove them (an unsafe fix); where one stands for a lost letter ("e\\x02cient"), go back to the source.

    Tab, line feed, carriage return, form feed and U+0085 (next line) are not found.

    ## References
    Unicode Standard, section 23.1. Measured on 39,372 rows of 42 public fine-tuning files: 3 rows, all true.
    On 56 public files: 3 hits, 3 looked at, 3 true.
    """

    code = "QUAL005"
    name = "control-character-in-text"
    severity = Severity.WARNING
    fixable = "unsafe"
    headline = "{count} texts hold control characters"
    help = "remove them"
    # U+001E and U+001F are left out here: texts are joined by them for the scan.
    pattern = r"[\x00-\x08\x0b\x0e-\x1d\x7f\x{80}-\x{84}\x{86}-\x{9f}]"
    bad = (
        Example([chat("Why?", "It is very e\x02cient.")]),
        Example([chat("List\x0bthem", "One, two.")]),
    )
    good = (
        Example([chat("Tabs?\r\n", "a\tb\n\x0cnext page\x85")]),
        Example([chat("Escape?", r"Write \x1b or \u0002.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        fix = rewritten(match, "remove it", lambda text: re.sub(_CONTROLS, "", text), safe=False)
        yield Finding(f"control character U+{ord(match.value):04X}", fix=fix)
