from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_MARKUP = (
    r"```|</?[a-zA-Z][^<>\n]{0,80}>|(?i:\b(?:html|xml|entit|escap|unescape|svg|regex|jsx|rss)\w*)"
    r"|https?://\S*&"
)


class HtmlEntity(Rule[Match]):
    """Prose holds HTML entities such as `&amp;`, `&nbsp;` or `&#39;`.

    ## Why it matters
    The text was scraped and never unescaped. The model learns to write `don&#39;t`.

    ## What to do
    Unescape the source once (`html.unescape`).

    Left alone are texts with tags, code or links, and those that speak of HTML.

    ## References
    HTML Living Standard, section 13.5. Measured on 42 public fine-tuning files: 4 texts.
    On 56 public files: 2 hits, 2 looked at, 2 true.
    """

    code = "QUAL023"
    name = "html-entity"
    severity = Severity.WARNING
    headline = "{count} texts hold HTML entities"
    help = "unescape the source"
    pattern = (
        r"&(?:amp|nbsp|lt|gt|quot|apos|hellip|mdash|ndash|[rl]squo|[rl]dquo|eacute|uuml|ouml|auml"
        r"|#\d{2,5}|#x[0-9a-fA-F]{2,4});"
    )
    bad = (
        Example([chat("Why?", "Because I don&#39;t know.")]),
        Example([chat("Tom &amp; Jerry?", "A cat and a mouse.")]),
    )
    good = (
        Example([chat("Show a link.", "<p>Tom &amp; Jerry</p>")]),
        Example([chat("How do I write < in HTML?", "Write &lt; instead.")]),
        Example([chat("R&D;", "AT&T; research & development")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if not re.search(_MARKUP, match.text.value) and not re.search(
            r"(?i)html|xml", match.record.prompt_text
        ):
            yield Finding("an HTML entity in prose")
