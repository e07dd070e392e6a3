from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import dropped, noted


class InvalidJson(Rule[Fault]):
    """A row that is not JSON, for a reason no other rule names.

    ## Why it matters
    Loaders stop at it, or skip it and train on fewer rows than you count.

    ## What to do
    Look at the line and column; write rows with a JSON library. If the row is worthless, drop it
    (an unsafe fix).

    ## References
    RFC 8259.
    """

    code = "FMT031"
    name = "invalid-json"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows are not JSON"
    help = "write rows with a JSON library"
    kinds = ("invalid-json",)
    bad = (
        Example(data=b'{"prompt": "p", "completion": "c"}\n{"prompt" "q", "completion": "d"}\n'),
        Example(data=b'{"prompt": "p", "completion": "c"}\nprompt: q\n'),
    )
    good = (Example(data=b'{"prompt": "{\\"a\\" 1}", "completion": "broken JSON inside a text"}\n'),)

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the row is not JSON", fault), fix=dropped(fault))
