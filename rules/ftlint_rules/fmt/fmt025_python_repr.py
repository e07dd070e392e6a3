from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class PythonRepr(Rule[Fault]):
    """A row printed by Python instead of dumped as JSON.

    ## Why it matters
    `file.write(str(row))` writes single quotes, `None` and `True`. It looks like JSON, and no JSON reader
    takes it. Where the row is a plain Python literal it was read and checked all the same.

    ## What to do
    Write with `json.dumps(row, ensure_ascii=False)`; the safe fix rewrites rows whose literal is certain.

    ## References
    RFC 8259, sections 3 and 7: names are in double quotes; the literals are `true`, `false` and `null`.
    """

    code = "FMT025"
    name = "python-repr"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows are Python repr, not JSON"
    help = "write rows with json.dumps"
    kinds = ("python-repr",)
    bad = (
        Example(data=b"{'prompt': 'p', 'completion': None}\n"),
        Example(
            data=b"{'messages': [{'role': 'user', 'content': \"it's\"}, "
            b"{'role': 'assistant', 'content': 'a'}]}\n"
        ),
    )
    good = (
        Example(data=b'{"prompt": "{\'a\': None}", "completion": "it\'s \'quoted\'"}\n'),
        Example(data=b'{"prompt": "print(True)", "completion": "True"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "write the row as JSON")
        yield Finding(noted("the row is Python repr, not JSON", fault), fix=fix)
