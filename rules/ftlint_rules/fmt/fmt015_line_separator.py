from collections.abc import Iterator

from ftlint.model import Fault, Finding, Fix, Rewrite
from ftlint.rule import Example, Rule, Severity


class LineSeparator(Rule[Fault]):
    """A raw U+2028 or U+2029 inside a row.

    ## Why it matters
    These characters are allowed in JSON strings, but Python's `str.splitlines()` breaks lines at them: a
    script that reads `text.splitlines()` gets two halves of a row. Web scrapes and PDF text bring them in.

    ## What to do
    Read rows with `for line in file` or `split("\\n")`; or escape the characters (a safe fix): no text
    changes.

    ## References
    Python's documentation of `str.splitlines` lists its line boundaries; ECMA-404 allows U+2028 in strings.
    On 56 public files: 1 hit, 1 looked at, 1 true.
    """

    code = "FMT015"
    name = "line-separator"
    severity = Severity.INFO
    fixable = "safe"
    help = "escape it, or never split rows with str.splitlines()"
    kinds = ("line-separator",)
    bad = (Example(data='{"prompt": "a\u2028b", "completion": "c"}\n'.encode()),)
    good = (
        Example(data=b'{"prompt": "a\\u2028b", "completion": "c"}\n', note="escaped"),
        Example(data=b'{"prompt": "a\\nb", "completion": "c"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = Fix("escape the characters", (Rewrite("separators"),))
        yield Finding(f"a raw line separator inside a row ({fault.times:,} in the file)", fix=fix)
