from collections.abc import Iterator

from ftlint.model import Fault, Finding, Fix, Rewrite
from ftlint.rule import Example, Rule, Severity

ROW = b'{"prompt": "p", "completion": "c"}\n'


class BlankLine(Rule[Fault]):
    """A blank line between rows.

    ## Why it matters
    Some loaders skip it, others parse every line and stop: "Expecting value: line 1 column 1". Row numbers
    and line numbers part ways too.

    ## What to do
    Remove the blank lines (a safe fix).

    ## References
    jsonlines.org: a blank line is not a JSON value. Together's client parses every line (together-python
    `utils/files.py`) and so refuses it; measured: pyarrow 26 skips it.
    """

    code = "FMT016"
    name = "blank-line"
    severity = Severity.WARNING
    fixable = "safe"
    help = "remove the blank lines"
    kinds = ("blank-line",)
    bad = (
        Example(data=ROW + b"\n" + ROW),
        Example(data=ROW + b"  \t\n" + ROW, note="white space only"),
    )
    good = (
        Example(data=ROW * 2),
        Example(data=ROW + ROW.rstrip(), note="no newline at the end"),
        Example(data=b'{"prompt": "a\\n\\nb", "completion": "c"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = Fix("remove the blank lines", (Rewrite("blank-lines"),))
        yield Finding(f"a blank line between rows ({fault.times:,} in the file)", fix=fix)
