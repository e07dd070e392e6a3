from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Fix, Match, SetValue
from ftlint.rule import Example, Rule, Severity, chat

COLUMNS = ("/input", "/context")


class PlaceholderInput(Rule[Match]):
    """An input says in words that there is none.

    ## Why it matters
    `<noinput>` in the `input` column is a leftover of the generator. The template puts it under "### Input:",
    and the model learns a word that no user will ever type, next to rows where the input is simply empty.

    ## What to do
    Leave the column empty (a safe fix).

    Found are inputs that are nothing but "<noinput>", "No input", "No input required", "None", "N/A" and
    the like in the columns `input` and `context`; elsewhere only `<noinput>` itself.

    ## References
    Measured: 42 of the first 2,000 rows of Stanford Alpaca, 7 of 999 of LLaMA-Factory's alpaca_en_demo, 58
    in 42 public fine-tuning files; none of them false.
    On 56 public files: 58 hits, 20 looked at, 20 true.
    """

    code = "QUAL013"
    name = "placeholder-input"
    severity = Severity.WARNING
    fixable = "safe"
    headline = "{count} inputs say that there is none"
    help = "leave the input empty"
    where = "prompt"
    per = "text"
    pattern = (
        r"(?i)\A\s*[<(\[]? ?(?:no ?input|no input (?:is )?(?:required|needed|provided|given|necessary"
        r"|available)"
        r"|no additional input|input not (?:required|needed|provided)|n/a|none|null"
        r"|not applicable)[ .]*[>)\]]?\s*\z"
    )
    mark = (
        r"(?i:no ?input|no additional input|input not |\x1f[<(\[]?(?:n/a|none|null"
        r"|not applicable)[ .]*[>)\]]?\x1f)"
    )
    bad = (
        Example([{"instruction": "Write a poem.", "input": "<noinput>", "output": "Roses are red."}]),
        Example([{"instruction": "Name a bird.", "input": "No input required.", "output": "Gannet"}]),
        Example([{"instruction": "Name a bird.", "input": "N/A", "output": "Gannet"}]),
    )
    good = (
        Example([{"instruction": "Write a poem.", "input": "", "output": "Roses are red."}]),
        Example([chat("None", "Then nothing it is."), chat("Any allergies?", "none")]),
        Example([{"instruction": "Why?", "input": "No input device was found.", "output": "Plug it in."}]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        column = match.text.pointer in COLUMNS
        if not column and "input" not in match.value.lower():
            return
        fix = Fix("leave the input empty", (SetValue(match.text.pointer, ""),)) if column else None
        yield Finding("the input says that there is none", fix=fix)
