from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class BadEscape(Rule[Fault]):
    r"""A backslash escape that JSON does not know.

    ## Why it matters
    `"C:\path"` or `"\x41"` was pasted together instead of dumped: the row is refused. Worse, its neighbours
    with `\n`, `\t`, `\b` or `\f` in the same place are accepted and say something else.

    ## What to do
    Write rows with a JSON library. The unsafe fix doubles the backslash, which is right for paths, regular
    expressions and LaTeX, and wrong where `\x41` was meant as the letter A.

    ## References
    RFC 8259, section 7: `\" \\ \/ \b \f \n \r \t` and `\uXXXX`, nothing else. Seen in InstructionWild's
    `user_2.jsonl`.
    """

    code = "FMT029"
    name = "bad-escape"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows have a backslash escape that JSON does not know"
    help = "write rows with a JSON library"
    kinds = ("bad-escape",)
    bad = (
        Example(data=b'{"prompt": "C:\\path\\qux", "completion": "c"}\n'),
        Example(data=b'{"prompt": "p", "completion": "\\x41"}\n'),
    )
    good = (
        Example(
            data=b'{"prompt": "C:\\\\path\\\\qux", "completion": "\\\\x41"}\n', note="backslashes escaped"
        ),
        Example(data=b'{"prompt": "\\u0041\\/\\"", "completion": "a\\tb"}\n', note="every escape is known"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        # `\x41` may be the letter A, `\p` just p: what was meant is for a person to say
        fix = replaced(fault, "double the backslash", safe=False, otherwise=b"\\\\")
        yield Finding(noted("a backslash escape that JSON does not know", fault), fix=fix)
