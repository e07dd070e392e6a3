from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import replaced

ROW = b'{"prompt": "p", "completion": "c"}\n'


class ByteOrderMark(Rule[Fault]):
    """A byte order mark before the first row.

    ## Why it matters
    Windows editors and Excel put three invisible bytes (EF BB BF) first. Python's `json.loads` then refuses
    the first row; in a CSV file the first column's name begins with U+FEFF and is not found.

    ## What to do
    Remove the three bytes (a safe fix), or write the file with `encoding="utf-8"`, not `"utf-8-sig"`.

    ## References
    RFC 8259, section 8.1: implementations must not add a byte order mark; jsonlines.org says the same.
    Measured: Python 3.11 `json.loads` ("Unexpected UTF-8 BOM") and orjson refuse the row, pyarrow 26 takes
    it.
    """

    code = "FMT009"
    name = "byte-order-mark"
    severity = Severity.ERROR
    fixable = "safe"
    help = "remove the first three bytes"
    kinds = ("byte-order-mark",)
    bad = (
        Example(data=b"\xef\xbb\xbf" + ROW),
        Example(files={"train.csv": b"\xef\xbb\xbfprompt,completion\np,c\n"}),
    )
    good = (
        Example(data=ROW),
        Example(
            data=b'{"prompt": "\xef\xbb\xbfp", "completion": "c"}\n',
            note="the same bytes inside a text are a character, not a mark",
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "remove the byte order mark")
        yield Finding("the file begins with a byte order mark (EF BB BF)", fix=fix)
