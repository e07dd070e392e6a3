from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class LoneSurrogate(Rule[Fault]):
    r"""Half an emoji: a `\uD800`-`\uDFFF` escape without its other half.

    ## Why it matters
    Text cut by UTF-16 units leaves half a character. Python's `json.loads` takes it, and the first
    `.encode("utf-8")` (a tokenizer, a file, a log line) raises in the middle of the run.

    ## What to do
    Mend the cutting: count code points, not UTF-16 units. The unsafe fix writes U+FFFD instead.

    ## References
    RFC 8259, section 8.2. Measured: orjson and pyarrow 26 refuse the row, Python 3.11 `json` takes it.
    """

    code = "FMT034"
    name = "lone-surrogate"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows hold half a character (a lone surrogate)"
    help = "cut text by code points, not by UTF-16 units"
    kinds = ("lone-surrogate",)
    bad = (
        Example(data=b'{"prompt": "bad \\ud83d here", "completion": "c"}\n'),
        Example(data=b'{"prompt": "p", "completion": "x \\udc00"}\n'),
    )
    good = (
        Example(data=b'{"prompt": "\\ud83d\\ude00", "completion": "a whole pair"}\n'),
        Example(data=b'{"prompt": "\\\\ud83d", "completion": "a backslash, then letters"}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "write U+FFFD in its place", safe=False, otherwise=b"\\ufffd")
        yield Finding(noted("half a character, a surrogate escape without its other half", fault), fix=fix)
