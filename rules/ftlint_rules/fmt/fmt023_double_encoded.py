from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class DoubleEncoded(Rule[Fault]):
    """A row that is a JSON string holding the JSON of the row.

    ## Why it matters
    `json.dumps` was called on what was a JSON string already. A loader sees text, not a record. The rows were
    checked all the same.

    ## What to do
    Decode once (a safe fix), and take the second `dumps` out of the exporter.

    ## References
    Measured: pyarrow 26 raises "changed from object to string"; Python's `json` returns a `str`.
    """

    code = "FMT023"
    name = "double-encoded"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows are JSON inside a JSON string"
    help = "decode the row once"
    kinds = ("double-encoded",)
    bad = (Example(data=b'"{\\"prompt\\": \\"p\\", \\"completion\\": \\"c\\"}"\n'),)
    good = (
        Example(data=b'{"prompt": "Write JSON", "completion": "{\\"a\\": 1}"}\n', note="JSON as an answer"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "decode the row once")
        yield Finding(noted("the row is JSON inside a JSON string", fault), fix=fix)
