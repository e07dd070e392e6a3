from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced

ROW = b'{"prompt": "p", "completion": "c"}\n'


class NulBytes(Rule[Fault]):
    """NUL bytes among the rows.

    ## Why it matters
    A crash or a full disk while the file was written leaves runs of zero bytes; rows beside them may be
    missing. JSON readers stop there.

    ## What to do
    Write the file again. If you know that nothing is missing, the unsafe fix removes the bytes.

    ## References
    Measured: Python 3.11 `json`, orjson and pyarrow 26 refuse a row with a NUL byte before it.
    """

    code = "FMT012"
    name = "nul-bytes"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "NUL bytes in {count} places"
    help = "write the file again: rows may be missing beside them"
    kinds = ("nul-bytes",)
    bad = (Example(data=ROW + b"\x00" * 16 + ROW),)
    good = (
        Example(data=b'{"prompt": "a\\u0000b", "completion": "escaped"}\n'),
        Example(data=ROW * 3),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        # what stood in place of the zeros is unknown, so taking them out is for a person to decide
        fix = replaced(fault, "remove the NUL bytes", safe=False)
        yield Finding(noted("NUL bytes in the file", fault), fix=fix)
