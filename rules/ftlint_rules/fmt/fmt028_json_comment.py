from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced

ROW = b'{"prompt": "p", "completion": "c"}\n'


class JsonComment(Rule[Fault]):
    """A comment among the rows.

    ## Why it matters
    JSON has no comments; readers stop at `//` or `#`.

    ## What to do
    Move the note to a README beside the data (the unsafe fix deletes it). To silence this tool for a row,
    use a suppressions file or a field named in the settings.

    ## References
    RFC 8259 defines no comments. Measured: Python 3.11 `json`, orjson and pyarrow 26 refuse them.
    """

    code = "FMT028"
    name = "json-comment"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} comments among the rows"
    help = "JSON has no comments: move the note elsewhere"
    kinds = ("json-comment",)
    bad = (
        Example(data=b"// header\n" + ROW),
        Example(data=b"# note\n" + ROW),
    )
    good = (
        Example(data=b'{"prompt": "// TODO", "completion": "# heading"}\n'),
        Example(data=b'{"prompt": "https://example.org", "completion": "/* c */"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        # no record changes, but what a person wrote down would be lost
        fix = replaced(fault, "delete the comment", safe=False)
        yield Finding(noted("a comment, which JSON does not have", fault), fix=fix)
