from collections.abc import Iterator
from typing import Any

from ftlint.model import Drop, Finding, Fix, Record, Severity, Shape
from ftlint.rule import Example, Rule


class ChosenEqualsRejected(Rule[Record]):
    """The chosen and the rejected answer are the same.

    ## Why it matters
    The difference that preference training learns from is zero: the row moves nothing and flattens the
    reported margin. Mostly an export wrote one column twice.

    ## What to do
    Drop the row (the fix), and look whether the whole file is affected.

    ## References
    - Rafailov et al., *Direct Preference Optimization*, arXiv 2305.18290: the gradient is that of the
      chosen answer's likelihood minus the rejected one's.

    ## Known limits
    Texts are compared without outer white space; two wordings of one answer are not found.
    """

    code = "CHAT026"
    name = "chosen-equals-rejected"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows reject the very answer they choose"
    help = "drop the row"
    bad = (
        Example(
            [{"prompt": "a", "chosen": "b", "rejected": "c"}, {"prompt": "a", "chosen": "b", "rejected": "b"}]
        ),
        Example(
            [
                {"prompt": "a", "chosen": "b", "rejected": "c"},
                {
                    "prompt": "a",
                    "chosen": [{"role": "assistant", "content": "b"}],
                    "rejected": [{"role": "assistant", "content": "b "}],
                },
            ]
        ),
    )
    good = (
        Example([{"prompt": "a", "chosen": "b", "rejected": "B"}]),
        Example([{"prompt": "a", "chosen": "", "rejected": "b"}]),
    )

    def wakes(self, shape: Shape) -> bool:
        return shape.format.kind == "preference" and {turn.branch for turn in shape.turns} >= {
            "chosen",
            "rejected",
        }

    def check(self, record: Record) -> Iterator[Finding]:
        chosen = [
            (turn.role, _said(turn.content), turn.text.strip())
            for turn in record.turns
            if turn.branch == "chosen"
        ]
        rejected = [
            (turn.role, _said(turn.content), turn.text.strip())
            for turn in record.turns
            if turn.branch == "rejected"
        ]
        if chosen == rejected:
            turn = next(turn for turn in record.turns if turn.branch == "rejected")
            fix = Fix("drop the row", (Drop(),), safe=False)
            yield Finding("the rejected answer is the chosen one", pointer=turn.pointer, fix=fix)


def _said(content: Any) -> Any:
    """Content that is not plain text, images for one; the texts are compared on their own."""
    if not isinstance(content, list):
        return None
    return [part for part in content if not isinstance(part, dict) or part.get("type", "text") != "text"]
