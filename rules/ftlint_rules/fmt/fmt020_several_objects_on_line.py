from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class SeveralObjectsOnLine(Rule[Fault]):
    """Two or more objects on one line.

    ## Why it matters
    Files joined without a newline between them, or a writer that forgot it, leave `}{`. Line readers raise
    "Extra data" and lose both rows. The rows were checked all the same.

    ## What to do
    A newline between the objects (a safe fix).

    ## References
    jsonlines.org. Measured: Python 3.11 `json` and orjson raise, pyarrow 26 reads both rows.
    """

    code = "FMT020"
    name = "several-objects-on-line"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} lines hold several objects"
    help = "put a newline between the objects"
    kinds = ("several-objects-on-line",)
    bad = (
        Example(data=b'{"prompt": "p", "completion": "c"}{"prompt": "q", "completion": "d"}\n'),
        Example(data=b'{"prompt": "p", "completion": "c"} {"prompt": "q", "completion": "d"}\n'),
    )
    good = (
        Example(data=b'{"prompt": "}{", "completion": "{}{}"}\n', note="braces inside texts"),
        Example(data=b'{"prompt": "p", "completion": "c"}\n{"prompt": "q", "completion": "d"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "put a newline between the objects")
        yield Finding(noted("several objects on one line", fault), fix=fix)
