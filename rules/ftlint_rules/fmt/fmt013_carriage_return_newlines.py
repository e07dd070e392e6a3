from collections.abc import Iterator

from ftlint.model import Fault, Finding, Fix, Rewrite
from ftlint.rule import Example, Rule, Severity

ROW = b'{"prompt": "p", "completion": "c"}'


class CarriageReturnNewlines(Rule[Fault]):
    """Rows that end in a carriage return alone.

    ## Why it matters
    Old Mac newlines: a reader that splits at `\\n` sees one giant line with "extra data", a reader with
    universal newlines sees all rows. The same file is broken or sound depending on who opens it.

    ## What to do
    The safe fix turns each CR into LF; inside JSON strings a raw CR cannot stand, so no text changes.

    ## References
    jsonlines.org: the line separator is `\\n`. Measured: `json.loads` on lines split at `\\n` raises "Extra
    data"; Python's text mode and pyarrow 26 read the rows.
    """

    code = "FMT013"
    name = "carriage-return-newlines"
    severity = Severity.ERROR
    fixable = "safe"
    help = "turn each CR into LF"
    kinds = ("carriage-return-newlines",)
    bad = (Example(data=(ROW + b"\r") * 3),)
    good = (
        Example(data=b'{"prompt": "a\\rb", "completion": "escaped inside a text"}\n'),
        Example(data=(ROW + b"\r\n") * 3, note="CRLF is another rule's"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = Fix("end each row with LF", (Rewrite("newlines"),))
        yield Finding(f"rows end in CR, not LF ({fault.times:,} of them)", fix=fix)
