from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity


class UrlOnlyInput(Rule[Match]):
    """An input is nothing but a link.

    ## Why it matters
    The model cannot open it. The answer tells what the page says, so the model learns to make that up.

    ## What to do
    Put the page's text into the input, or drop the row.

    Off by default: for models that call tools a bare link is a good input; of 182 such rows measured in 42
    public fine-tuning files, 161 stand in one file that teaches tool calls.

    ## References
    Alpaca's "summarise this article" tasks with a link as input are the well-known case
    (github.com/gururise/AlpacaDataCleaned, "instructions to internet data").
    On 56 public files: 343 hits, 20 looked at, 1 true.
    """

    code = "QUAL029"
    name = "url-only-input"
    severity = Severity.INFO
    default = False
    headline = "{count} inputs are nothing but a link"
    help = "put the page's text into the input"
    where = "prompt"
    pattern = r"\A\s*https?://\S+\s*\z"
    mark = r"\x1f\s*https?://"
    bad = (
        Example(
            [{"instruction": "Sum up.", "input": "https://example.com/news", "output": "Rain is coming."}]
        ),
    )
    good = (
        Example([{"instruction": "Sum up.", "input": "See https://example.com: rain.", "output": "Rain."}]),
        Example([{"instruction": "Give me a link.", "input": "", "output": "https://example.com"}]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if not match.record.data.get("tools"):
            yield Finding("the input is nothing but a link")
