from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class CommaAfterRow(Rule[Fault]):
    """A comma after the row's object.

    ## Why it matters
    Rows cut out of a JSON array keep the comma between them; line readers raise "Extra data" on each. The
    rows were read and checked all the same.

    ## What to do
    Remove the comma (a safe fix).

    ## References
    jsonlines.org. Measured: Python 3.11 `json`, orjson and pyarrow 26 refuse it.
    """

    code = "FMT027"
    name = "comma-after-row"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows have a comma after them"
    help = "remove the comma"
    kinds = ("comma-after-row",)
    bad = (Example(data=b'{"prompt": "p", "completion": "c"},\n{"prompt": "q", "completion": "d"},\n'),)
    good = (
        Example(data=b'{"prompt": "p", "completion": "{},"}\n'),
        Example(
            files={"train.json": b'[{"prompt": "p", "completion": "c"},\n{"prompt": "q", "completion": "d"}]'}
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "remove the comma")
        yield Finding(noted("comma after the row", fault), fix=fix)
