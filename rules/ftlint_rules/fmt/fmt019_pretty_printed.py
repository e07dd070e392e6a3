from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import replaced


class PrettyPrinted(Rule[Fault]):
    """Rows that span several lines.

    ## Why it matters
    `json.dumps(row, indent=2)` spreads a row over many lines; a JSONL reader stops at the first `{`. The
    rows were checked all the same.

    ## What to do
    One row, one line: the safe fix, or `jq -c . FILE`.

    ## References
    jsonlines.org: each line is a valid JSON value. Measured: Python 3.11 `json` and orjson by line raise,
    pyarrow 26 reads such rows.
    """

    code = "FMT019"
    name = "pretty-printed"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows span several lines"
    help = "one row, one line: jq -c ."
    kinds = ("pretty-printed",)
    bad = (
        Example(
            data=b'{\n  "prompt": "p",\n  "completion": "c"\n}\n{\n  "prompt": "q",\n  "completion": "d"\n}\n'
        ),
    )
    good = (
        Example(data=b'{"prompt": "{\\n  1\\n}", "completion": "c"}\n', note="newlines inside a text"),
        Example(files={"train.json": b'[\n  {\n    "prompt": "p",\n    "completion": "c"\n  }\n]\n'}),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "write the row on one line")
        yield Finding(f"the row spans {fault.detail or 'several lines'}", fix=fix)
