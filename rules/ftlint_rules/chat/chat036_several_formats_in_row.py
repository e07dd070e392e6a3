from collections.abc import Iterator

from ftlint.detect.messages import meant_for
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat

SHAPES = (
    ("messages",),
    ("conversations",),
    ("text",),
    ("prompt", "completion"),
    ("instruction", "output"),
    ("contents",),
)


class SeveralFormatsInRow(Rule[Shape]):
    """A row holds the record in two formats at once.

    ## Why it matters
    Which of the two is learnt depends on the trainer: TRL takes `messages`, others `text`, and Together
    refuses the file ("Found multiple dataset formats"). The copies drift apart when one is edited.

    ## What to do
    Keep the columns that the trainer is meant to read.

    An error for Together, else a warning.

    ## References
    - together-python `utils/files.py` (`_check_jsonl`): "Found multiple dataset formats in the input file".

    ## Known limits
    A rendered `text` beside flat columns (as in Stanford Alpaca) is common and left alone.
    """

    code = "CHAT036"
    name = "several-formats-in-row"
    severity = Severity.WARNING
    headline = "{count} rows hold the record in two formats"
    help = "keep one format's columns"
    bad = (
        Example([{"text": "t", **chat("Hi", "Hello")}]),
        Example([{"prompt": "a", "completion": "b", **chat("a", "b")}], target="together"),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example([{"prompt": "a", "completion": "b", "label": True}]),
        Example(
            [{"instruction": "a", "input": "", "output": "b", "text": "### Instruction: a"}],
            note="see the limits",
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        held = [keys for keys in SHAPES if all(shape.data.get(key) for key in keys)]
        if len(held) > 1 and any(keys[0] in ("messages", "conversations", "contents") for keys in held):
            names = " and ".join("+".join(keys) for keys in held)
            yield Finding(
                f"the row has {names}",
                pointer=f"/{held[-1][0]}",
                severity=Severity.ERROR if meant_for(shape, "together") else self.severity,
            )
