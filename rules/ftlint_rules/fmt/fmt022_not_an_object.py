from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import dropped, noted


class NotAnObject(Rule[Fault]):
    """A row that is valid JSON but not an object.

    ## Why it matters
    A number, a string, `null` or a list has no columns: a loader raises, or makes up a column and trains on
    nothing. A bare list of messages on a line is read by one trainer only (xtuner).

    ## What to do
    Write each row as an object, `{"messages": [...]}`; drop what holds no example (an unsafe fix).

    ## References
    Together's client: "Datasets must follow text, conversational, or instruction format". Measured: pyarrow
    26 raises "changed from object to array".
    """

    code = "FMT022"
    name = "not-an-object"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows are not objects"
    help = 'write each row as an object: {"messages": [...]}'
    kinds = ("not-an-object",)
    bad = (
        Example(data=b'1\n"text"\nnull\ntrue\n[]\n'),
        Example(data=b'{"prompt": "p", "completion": "c"}\nnull\n'),
    )
    good = (
        Example(data=b'{"prompt": "p", "completion": "null"}\n'),
        Example(data=b'{"text": "[1, 2]"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the row is not an object", fault), fix=dropped(fault))
