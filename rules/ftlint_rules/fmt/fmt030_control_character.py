from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class ControlCharacter(Rule[Fault]):
    r"""A raw newline, tab or other control character inside a string.

    ## Why it matters
    Strings pasted together by hand keep their raw newlines and tabs. JSON forbids them: readers refuse the
    row, and a raw newline tears it into two broken lines.

    ## What to do
    Escape the character (a safe fix): a raw tab can only mean a tab.

    ## References
    RFC 8259, section 7: U+0000 to U+001F must be escaped. Measured: Python 3.11 `json` ("Invalid control
    character"; taken with `strict=False`), orjson and pyarrow 26 refuse them.
    """

    code = "FMT030"
    name = "control-character"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows have a raw control character inside a string"
    help = "escape it as \\n, \\t or \\u00XX"
    kinds = ("control-character",)
    bad = (
        Example(data=b'{"prompt": "a\tb", "completion": "c"}\n'),
        Example(data=b'{"prompt": "line one\nline two", "completion": "c"}\n'),
    )
    good = (
        Example(data=b'{"prompt": "a\\tb\\nc", "completion": "\\u0007"}\n', note="escaped"),
        Example(data=b'{\t"prompt":\t"p", "completion": "c"}\n', note="tabs between tokens are white space"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "escape the character")
        yield Finding(noted("raw control character inside a string", fault), fix=fix)
