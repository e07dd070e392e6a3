from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import dropped, noted


class DeepNesting(Rule[Fault]):
    """Objects or arrays nested hundreds of levels deep.

    ## Why it matters
    Parsers work level by level on a stack and give up: `RecursionError` in Python, a refused row elsewhere.
    No format of this field goes deeper than a dozen levels.

    ## What to do
    Look at what wrote the row; drop it (an unsafe fix).

    ## References
    RFC 8259, section 9: parsers may limit the depth. Measured: orjson stops at 1,024 levels, Python 3.11
    `json` raises `RecursionError` at 3,000.
    """

    code = "FMT037"
    name = "deep-nesting"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows are nested too deep to read"
    help = "drop the row"
    kinds = ("deep-nesting",)
    bad = (Example(data=b'{"prompt": "p", "completion": ' + b"[" * 3000 + b"]" * 3000 + b"}\n"),)
    good = (
        Example(data=b'{"prompt": "' + b"[" * 3000 + b'", "completion": "brackets inside a text"}\n'),
        Example(data=b'{"prompt": "p", "completion": "c", "tree": [[[[[[[[1]]]]]]]]}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the row is nested too deep to read", fault), fix=dropped(fault))
