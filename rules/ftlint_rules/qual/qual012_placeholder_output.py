from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity


class PlaceholderOutput(Rule[Match]):
    """An answer is a stand-in for one that was never written.

    ## Why it matters
    `<nooutput>`, `TODO`, `lorem ipsum` or `[object Object]` is learnt like any other answer.

    ## What to do
    Write the answer, or drop the row.

    Found are answers that are nothing but such a stand-in, answers that contain `<nooutput>`, `[object
    Object]` or "your answer here", and answers that begin with lorem ipsum. "None", "N/A" and "no" are left
    alone: they are good answers in classification and extraction.

    ## References
    Measured on 39,372 rows of 42 public fine-tuning files: 6 rows; `<nooutput>` is what the Alpaca generator
    wrote for tasks it could not do, and AlpacaDataCleaned lists it among the faults it mends.
    On 56 public files: 2 hits, 2 looked at, 2 true.
    """

    code = "QUAL012"
    name = "placeholder-output"
    severity = Severity.WARNING
    headline = "{count} answers are placeholders"
    help = "write the answer, or drop the row"
    where = "target"
    per = "record"
    _whole = (
        r"TODO|TBD|FIXME|nan|NaN|undefined|\[?(?i:placeholder|answer|output|response|text|empty|blank)\]"
        r"|<(?i:placeholder|answer|output|response|empty|blank)>|\.{3,}|…|[xX]{4,}"
    )
    pattern = (
        rf"\A\s*(?:{_whole})\s*\z|(?i:<no ?output>|\[object Object\]"
        r"|\byour (?:answer|response|output) (?:goes )?here\b)|\A\s*[Ll]orem ipsum dolor"
    )
    mark = (
        rf"\x1f\s*(?:{_whole})\s*(?:[\x1e\x1f]|\z)|(?i:<no ?output>|\[object Object\])"
        r"|(?i:your (?:answer|response|output) (?:goes )?here)|[Ll]orem ipsum dolor"
    )
    bad = (
        Example(
            [
                {
                    "instruction": "Draw a bird.",
                    "input": "",
                    "output": "<nooutput> This cannot be done in text.",
                }
            ]
        ),
        Example([{"instruction": "Sum up.", "input": "A text.", "output": "TODO"}]),
        Example([{"instruction": "Sum up.", "input": "A text.", "output": "..."}]),
        Example([{"instruction": "Who is it?", "input": "A text.", "output": "[object Object]"}]),
    )
    good = (
        Example([{"instruction": "Which attack?", "input": "hello", "output": "none"}]),
        Example([{"instruction": "Find the phone number.", "input": "hello", "output": "N/A"}]),
        Example([{"instruction": "Mark the gap.", "input": "x = 1", "output": "# TODO: check x\nx = 1"}]),
        Example(
            [{"instruction": "What is typed first?", "input": "", "output": "Lorem ipsum is a filler text."}]
        ),
        Example([{"instruction": "What is 0/0 in JavaScript?", "input": "", "output": "It is NaN."}]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if match.value.lower().lstrip().startswith("lorem") and "lorem" in match.record.prompt_text.lower():
            return
        if "NaN" in match.value and "NaN" in match.record.prompt_text:
            return
        yield Finding("the answer is a placeholder")
