from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Dataset, Finding
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.measures.cut_answers import CutAnswers
from ftlint_rules.measures.measured import measured


class UnclosedCodeFence(Rule[Dataset]):
    """An answer opens a fenced block of code and does not close it.

    ## Why it matters
    Most such answers were cut by a token limit in the middle of the code. The others teach the model broken
    Markdown: everything after the fence is shown as code.

    ## What to do
    Generate the answer again with a higher limit, or close the fence (three backticks on a line of their
    own).

    An odd number of ``` in the answer that is trained last is found.

    ## References
    CommonMark 0.31, section 4.5: a fence that is not closed ends with the document.
    On 56 public files: 3 hits, 3 looked at, 3 true.
    """

    code = "QUAL011"
    name = "unclosed-code-fence"
    severity = Severity.WARNING
    headline = "{count} answers do not close a code fence"
    help = "close the fence, or generate the answer again"
    needs = (CutAnswers,)
    bad = (Example([chat("Code?", "Here:\n```python\nprint(1)\nfor x in"), chat("Hi", "Hello")]),)
    good = (
        Example([chat("Code?", "Here:\n```python\nprint(1)\n```\nand\n```\n2\n```")]),
        Example([chat("Why is this open: ```", "It lacks its end.")]),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, found in measured(dataset, CutAnswers):
            for row in found.unfenced:
                yield Finding("a code fence is opened and not closed", row=row, path=part.path)
