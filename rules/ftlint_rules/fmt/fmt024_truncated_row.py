from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import dropped, noted


class TruncatedRow(Rule[Fault]):
    """A row that ends before it is closed.

    ## Why it matters
    The writer was stopped, the disk was full or the download broke off. What follows is missing too: the
    last row of the file is rarely the only one lost.

    ## What to do
    Write or fetch the file again. If only this row is lost, drop it (an unsafe fix).

    ## References
    Measured: Python 3.11 `json` ("Unterminated string"), orjson and pyarrow 26 refuse the row.
    """

    code = "FMT024"
    name = "truncated-row"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows end too early"
    help = "write the file again; rows after it may be missing"
    kinds = ("truncated-row",)
    bad = (Example(data=b'{"prompt": "p", "completion": "c"}\n{"prompt": "q", "completion": "the answ'),)
    good = (
        Example(data=b'{"prompt": "p", "completion": "c"}', note="no newline at the end of the file"),
        Example(data=b'{"prompt": "p", "completion": "{\\"open"}\n', note="open JSON inside a text"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        told = fault.detail.startswith("the row")
        message = fault.detail if told else noted("the row breaks off", fault)
        yield Finding(message, fix=dropped(fault))
