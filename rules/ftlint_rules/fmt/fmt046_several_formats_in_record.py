from collections.abc import Iterator

from ftlint.model import Finding, Shape
from ftlint.rule import Example, Rule, Severity

TURNS = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]


class SeveralFormatsInRecord(Rule[Shape]):
    """A record that carries the keys of two formats.

    ## Why it matters
    With `text` beside `messages`, one trainer learns the one and another the other; which one is not said
    anywhere. Together refuses the file.

    ## What to do
    Keep the column you mean, drop the other, or name the columns in the training config.

    ## References
    Together's client: "Found multiple dataset formats in the input file" (together-python `utils/files.py`).
    TRL looks for `messages`, then `prompt` and `completion`, then `text`. Rendered `text` beside its
    `messages` is common in published datasets: a warning, and an error where Together is the target.
    """

    code = "FMT046"
    name = "several-formats-in-record"
    severity = Severity.WARNING
    headline = "{count} rows carry the keys of two formats"
    help = "keep one of them"
    bad = (
        Example(data=[{"text": "t", "messages": TURNS}]),
        Example(data=[{"prompt": "a", "completion": "b", "messages": TURNS}]),
        Example(data=[{"text": "t", "messages": TURNS}], target="together"),
    )
    good = (
        Example(data=[{"messages": TURNS, "tools": [], "id": "7", "source": "text"}]),
        Example(data=[{"messages": TURNS, "prompt": "a"}], note="a prompt alone is a note, not an example"),
        Example(data=[{"prompt": "p", "completion": "c", "label": True}]),
        Example(data=[{"text": "", "messages": TURNS}], note="an empty column says nothing"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        found = [" + ".join(keys) for keys in EXAMPLES if all(filled(shape.data.get(key)) for key in keys)]
        if len(found) > 1:
            severity = Severity.ERROR if shape.target.startswith("together") else None
            yield Finding(f"the row carries {' and '.join(found)}: which one is learnt?", severity=severity)


EXAMPLES = (
    ("messages",),
    ("conversations",),
    ("contents",),
    ("prompt", "completion"),
    ("instruction", "output"),
    ("text",),
)
"""Keys that make an example on their own."""


def filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else isinstance(value, list) and bool(value)
