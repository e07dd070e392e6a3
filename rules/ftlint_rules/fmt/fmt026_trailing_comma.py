from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class TrailingComma(Rule[Fault]):
    """A comma before a closing bracket.

    ## Why it matters
    JavaScript and Python allow it, JSON does not: the row is refused. It was read and checked all the same.

    ## What to do
    Remove the comma (a safe fix).

    ## References
    RFC 8259, section 4. Measured: Python 3.11 `json`, orjson and pyarrow 26 refuse it.
    """

    code = "FMT026"
    name = "trailing-comma"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows have a comma before a closing bracket"
    help = "remove the comma"
    kinds = ("trailing-comma",)
    bad = (
        Example(data=b'{"prompt": "p", "completion": "c",}\n'),
        Example(data=b'{"prompt": "p", "completion": "c", "tags": ["a", "b", ], }\n', note="two of them"),
    )
    good = (
        Example(data=b'{"prompt": "[1, 2,]", "completion": "{\\"a\\": 1,}"}\n', note="commas inside texts"),
        Example(data=b'{"prompt": "p,", "completion": ","}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "remove the comma")
        yield Finding(noted("comma before a closing bracket", fault), fix=fix)
