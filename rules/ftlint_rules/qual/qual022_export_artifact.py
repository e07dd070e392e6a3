from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat


class ExportArtifact(Rule[Match]):
    """A text holds leftovers of a chat window it was copied from.

    ## Why it matters
    Button labels and citation marks ("Copy code", "【4†source】", "Share Prompt") become words of the model.

    ## What to do
    Strip them from the text; export through the provider's data export and not from the page.

    Found are citation marks of ChatGPT (`【4†source】`, `oaicite`, `turn0search1`), links with its
    `utm_source=chatgpt.com`, a language's name followed by "Copy code" on the way into a block of code, a
    text that ends in "Share Prompt", and the buttons "Regenerate response" and "Stop generating" on a line
    of their own.

    ## References
    ShareGPT dumps were scraped from pages: FastChat's cleaning removes "Copy code" and "Regenerate response"
    (github.com/lm-sys/FastChat, `fastchat/data/clean_sharegpt.py`). Measured: 3 texts in 256 ShareGPT rows.
    On 56 public files: 3 hits, 3 looked at, 3 true.
    """

    code = "QUAL022"
    name = "export-artifact"
    severity = Severity.WARNING
    headline = "{count} texts hold leftovers of a chat window"
    help = "strip them from the text"
    pattern = (
        r"【\d+(?::\d+)?†|\boaicite\b|\bturn\d+(?:search|view|news)\d+\b|utm_source=chatgpt\.com"
        r"|\n(?:python|javascript|java|bash|sql|html|css|json|php|c|cpp|csharp|go|rust|ruby"
        r"|typescript)?Copy code\n?"
        r"|\S[ \n]?Share Prompt\s*\z|\n(?:Regenerate response|Stop generating|Continue generating)\s*\z"
    )
    mark = (
        r"【\d+(?::\d+)?†|\boaicite\b|\bturn\d+(?:search|view|news)\d+\b|utm_source=chatgpt\.com"
        r"|\n(?:python|javascript|java|bash|sql|html|css|json|php|c|cpp|csharp|go|rust|ruby"
        r"|typescript)?Copy code"
        r"|Share Prompt|\n(?:Regenerate response|Stop generating|Continue generating)"
    )
    bad = (
        Example([chat("Who won?", "The home side won 2:1【4†source】.")]),
        Example([chat("Code?", "Here it is:\npythonCopy code\nprint(1)")]),
        Example([chat("Which riddle?Share Prompt", "A book.")]),
    )
    good = (
        Example([chat("How do I copy?", "Press the button Copy code, or select the text.")]),
        Example([chat("What does Regenerate response do?", "It writes a new answer.")]),
        Example([chat("Brackets?", "【注意】4†")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        yield Finding("a leftover of a chat window")
