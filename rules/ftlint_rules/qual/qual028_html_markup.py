from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_CODE = r"(?i)```|<(?:!doctype|html|head|body|form)\b"
"""Code on purpose: a fenced block or a page as a whole."""


class HtmlMarkup(Rule[Match]):
    """An answer holds HTML tags.

    ## Why it matters
    Text scraped from the web keeps its tags, and the model writes them where plain text or Markdown is shown.

    ## What to do
    Turn the markup into text or Markdown. Where answers are meant to be HTML, leave this rule off.

    Pages as a whole and fenced blocks of code are left alone. Off by default: most tags in the answers of
    public files were rightly asked for.

    ## References
    CommonMark 0.31, section 6.6, passes such tags through to the reader.
    On 56 public files: 3 hits, 3 looked at, 3 true.
    """

    code = "QUAL028"
    name = "html-markup"
    severity = Severity.INFO
    default = False
    headline = "{count} answers hold HTML tags"
    help = "turn the markup into text or Markdown"
    where = "target"
    per = "record"
    pattern = (
        r"(?i)</(?:p|div|span|b|i|a|strong|em|ul|li|h[1-6]|table|tr|td|font)>|<br ?/?>|<(?:p|div|img"
        r"|span|font|a) [^<>\n]{1,200}>"
    )
    bad = (Example([chat("Where is it?", "It is <b>here</b>.<br>Look!")]),)
    good = (
        Example([chat("Write HTML for a link.", '<a href="https://example.com">here</a>')]),
        Example([chat("Make a survey.", "<form><p>How was it?</p></form>")], note="a page as a whole"),
        Example([chat("Compare.", "a < b and b > c")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if re.search(_CODE, match.text.value):
            return
        prompt = match.record.prompt_text.lower()
        if not any(word in prompt for word in ("html", "web", "page", "tag", "<", "css", "markup")):
            yield Finding("HTML tags in the answer")
