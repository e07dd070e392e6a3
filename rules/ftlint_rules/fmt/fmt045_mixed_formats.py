from collections.abc import Iterator

from ftlint.model import Finding, Shape
from ftlint.rule import Example, Rule, Severity, chat

CHATS = [chat("Hi", "Hello!"), chat("Bye", "See you.")] * 2


class MixedFormats(Rule[Shape]):
    """A row of another format than the rest of the file.

    ## Why it matters
    A trainer reads one format. Rows of another are refused, dropped with a line in the log, or read as rows
    whose text is missing.

    ## What to do
    Convert the rows, or keep each format in a file of its own.

    ## References
    Together's client: "Found multiple dataset formats in the input file". LLaMA-Factory drops what it cannot
    align ("Dropped invalid example", `converter.py`).
    """

    code = "FMT045"
    name = "mixed-formats"
    severity = Severity.ERROR
    headline = "{count} rows are of another format than the file"
    help = "convert them, or keep each format in its own file"
    bad = (
        Example(data=[*CHATS, {"instruction": "i", "input": "", "output": "o"}]),
        Example(
            data=[*CHATS, {"conversations": [{"from": "human", "value": "h"}, {"from": "gpt", "value": "g"}]}]
        ),
    )
    good = (
        Example(
            data=[*CHATS, chat("Hi", "Hello!", system="Be kind.")], note="with and without a system prompt"
        ),
        Example(
            data=[{"prompt": "p", "completion": "c"}, {"prompt": "q", "completion": "d", "id": 7}],
            note="a column more",
        ),
        Example(
            data=[{"instruction": "i", "output": "o"}, {"instruction": "i", "input": "x", "output": "o"}],
            note="alpaca with and without input",
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        if shape.format.name != shape.home.name:
            yield Finding(f"a row of {shape.format.name} in a file of {shape.home.name}")
