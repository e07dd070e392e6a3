from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class LatexEscape(Rule[Fault]):
    r"""LaTeX that JSON reads as a control character: `\frac` as form feed and "rac".

    ## Why it matters
    In JSON `\f`, `\b`, `\t`, `\r` and `\n` are escapes. Maths pasted with single backslashes parses without
    an error, and the model learns `rac{1}{2}`, `eta` and `ext` with a control character before them.

    ## What to do
    Escape the backslash: `\\frac`. The unsafe fix does it where the word is a LaTeX command.

    ## References
    RFC 8259, section 7. Measured: Python 3.11 `json`, orjson and pyarrow 26 all read `"\frac"` as U+000C
    and `rac`.

    ## Known limits
    A form feed before "rac" could be meant; nobody has been seen to mean it.
    """

    code = "FMT035"
    name = "latex-escape"
    severity = Severity.WARNING
    fixable = "unsafe"
    headline = "{count} rows hold LaTeX that JSON reads as a control character"
    help = "double the backslash"
    kinds = ("latex-escape",)
    bad = (Example(data=b'{"prompt": "$\\frac{1}{2}$", "completion": "\\\\beta"}\n'),)
    good = (
        Example(data=b'{"prompt": "$\\\\frac{1}{2}$", "completion": "\\\\beta"}\n', note="escaped"),
        Example(
            data=b'{"prompt": "page one\\fpage two", "completion": "a\\nable\\tbet"}\n', note="real escapes"
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "double the backslash", safe=False)
        yield Finding(noted("LaTeX that JSON reads as a control character", fault), fix=fix)
