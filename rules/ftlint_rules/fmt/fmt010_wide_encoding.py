from collections.abc import Iterator

from ftlint.model import Fault, Finding, Fix, Rewrite
from ftlint.rule import Example, Rule, Severity

ROWS = '{"prompt": "p", "completion": "c"}\n{"prompt": "q", "completion": "d"}\n'


class WideEncoding(Rule[Fault]):
    """A file in UTF-16 or UTF-32.

    ## Why it matters
    Excel's "Unicode Text", PowerShell's `>` (before version 6) and some exporters write two or four bytes a
    character. Every JSON reader of this field expects UTF-8 and stops at the first byte.

    ## What to do
    Convert the file: the safe fix does, or `iconv -f UTF-16 -t UTF-8`.

    ## References
    RFC 8259, section 8.1: JSON text exchanged between systems must be UTF-8. Measured: Python 3.11 `open`,
    orjson and pyarrow 26 all refuse UTF-16. PowerShell's documentation, "about_Character_Encoding": up to
    5.1 redirection writes UTF-16LE.
    """

    code = "FMT010"
    name = "wide-encoding"
    severity = Severity.ERROR
    fixable = "safe"
    help = "convert it to UTF-8"
    kinds = ("utf-16", "utf-32")
    bad = (
        Example(data=b"\xff\xfe" + ROWS.encode("utf-16-le")),
        Example(data=ROWS.encode("utf-16-be"), note="without a byte order mark"),
        Example(data=b"\xff\xfe\x00\x00" + ROWS.encode("utf-32-le")),
        Example(files={"train.csv": "\ufeffprompt,completion\np,c\n".encode("utf-16-le")}),
    )
    good = (Example(data='{"prompt": "文字", "completion": "Zeichen 😀"}\n'.encode()),)

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = Fix("convert the file to UTF-8", (Rewrite("utf-8", fault.kind),))
        yield Finding(f"the file is not UTF-8 but {fault.detail or fault.kind.upper()}", fix=fix)
