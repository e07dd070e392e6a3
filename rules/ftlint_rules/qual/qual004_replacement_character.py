from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat


class ReplacementCharacter(Rule[Match]):
    """A text holds U+FFFD, the mark of bytes that could not be decoded.

    ## Why it matters
    Some letter is lost for good, usually an accented one or a quotation mark, or half of a Chinese sign that
    was cut at a token border. The model learns to write the mark.

    ## What to do
    Go back to the source and read it in its true encoding; drop the rows where there is none. Streams of
    generated tokens must be joined as bytes before decoding.

    ## References
    Unicode Standard, section 23.8. Measured on 39,372 rows of 42 public fine-tuning files: 10 rows.
    On 56 public files: 10 hits, 10 looked at, 10 true.
    """

    code = "QUAL004"
    name = "replacement-character"
    severity = Severity.WARNING
    headline = "{count} texts hold U+FFFD replacement characters"
    help = "read the source again in its true encoding"
    pattern = r"\x{FFFD}"
    bad = (Example([chat("Who?", "My mother\ufffds sister.")]),)
    good = (
        Example(
            [
                chat(
                    "Which sign?",
                    "A white question mark in a black diamond: ◆ or ⯑ or �".replace("\ufffd", "?"),
                )
            ]
        ),
        Example([chat("Sign?", "U+FFFD is the replacement character.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        count = match.text.value.count("\ufffd")
        yield Finding(
            f"{count} replacement characters (U+FFFD)" if count > 1 else "a replacement character (U+FFFD)"
        )
