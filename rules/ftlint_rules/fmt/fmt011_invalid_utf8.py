from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted


class InvalidUtf8(Rule[Fault]):
    """Bytes that are not UTF-8.

    ## Why it matters
    A file written as Windows-1252 or Latin-1, or text cut in the middle of a character, cannot be decoded:
    `open` raises, uploads are refused, and readers that "replace" errors teach the model U+FFFD.

    ## What to do
    Write the file again as UTF-8 from the source that knows its encoding, or convert it
    (`iconv -f WINDOWS-1252 -t UTF-8`) and look at the result: which encoding it was cannot be proved.

    ## References
    RFC 3629 (overlong forms and surrogates are not UTF-8 either). Together's client: "File is not UTF-8
    encoded". Measured: Python 3.11 `open`, orjson and pyarrow 26 raise at the first such byte.
    """

    code = "FMT011"
    name = "invalid-utf8"
    severity = Severity.ERROR
    headline = "{count} rows hold bytes that are not UTF-8"
    help = "write the file as UTF-8"
    kinds = ("invalid-utf8",)
    bad = (
        Example(data=b'{"prompt": "caf\xe9 \x96 \x91quotes\x94", "completion": "d\xe9j\xe0 vu"}\n'),
        Example(data=b'{"prompt": "a\xc0\xafb", "completion": "overlong"}\n'),
    )
    good = (
        Example(data='{"prompt": "café – ‘quotes’", "completion": "déjà vu"}\n'.encode()),
        Example(
            data='{"prompt": "\ufffd", "completion": "a replacement character, written as such"}\n'.encode()
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("bytes that are not UTF-8", fault))
