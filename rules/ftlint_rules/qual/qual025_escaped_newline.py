from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_CODE = r"[{}=;$<]|```|\b(?:print|split|def|console|regex|string|echo|puts|newline)\b|\w\("


class EscapedNewline(Rule[Match]):
    r"""Prose holds backslash and n where a new line is meant.

    ## Why it matters
    The text was escaped twice on the way into the file. The model learns to write `\n` into its answers, and
    users see it.

    ## What to do
    Decode the source once more; write text with a JSON library and never escape it by hand.

    Found are `\n\n`, or `\n` before a capital, a digit, a dash or an asterisk, in texts without code, LaTeX
    or regular expressions.

    ## References
    RFC 8259, section 7. Measured on 42 public fine-tuning files: 5 texts, all true.
    On 56 public files: 5 hits, 5 looked at, 5 true.
    """

    code = "QUAL025"
    name = "escaped-newline"
    severity = Severity.WARNING
    headline = "{count} texts hold a backslash and n for a new line"
    help = "decode the source once more"
    pattern = r"\\n(?:\\n|[A-Z0-9*-])"
    bad = (Example([chat("Steps?", "First:\\n1. Fill the pot.\\n2. Boil it.")]),)
    good = (
        Example([chat("Steps?", "First:\n1. Fill the pot.\n2. Boil it.")]),
        Example([chat("Print two lines.", 'print("one\\nTwo")')]),
        Example([chat("Not equal?", "Write $a \\neq b$ or \\nabla, or C:\\new\\Notes.")]),
        Example([chat("Which escape?", "The newline escape is \\n\\n for two.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        text = match.text.value
        if not re.search(_CODE, text) and not re.search(r"\b[A-Z]:\\", text):
            yield Finding("a backslash and n where a new line is meant")
