from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted

LONGEST_DOUBLE = 308
"""Digits. A longer integer is infinity as a double."""


class BigInteger(Rule[Fault]):
    """An integer that does not fit into 64 bits.

    ## Why it matters
    Most parsers make a floating-point number of it, so that the last digits of an id are lost. From 309
    digits on it is no number at all to them (an error here). Python refuses integers of more than 4,300
    digits with a `ValueError`, not a JSON error, so a loader that catches JSON errors crashes.

    ## What to do
    Write the number as a string, or drop the field.

    ## References
    Python's documentation, "Integer string conversion length limitation" (CVE-2020-10735). Measured: of
    99999999999999999999 orjson and pyarrow 26 make 1e20; of 5,000 digits Python 3.11 `json` raises, orjson
    refuses the row, pyarrow 26 reads infinity. A double ends at 1.8e308.
    """

    code = "FMT036"
    name = "big-integer"
    severity = Severity.ERROR
    headline = "{count} rows hold an integer beyond 64 bits"
    help = "write the number as a string"
    kinds = ("big-integer",)
    bad = (
        Example(data=b'{"prompt": "p", "completion": "c", "n": ' + b"9" * 5000 + b"}\n"),
        Example(data=b'{"prompt": "p", "completion": "c", "id": 99999999999999999999}\n'),
    )
    good = (
        Example(data=b'{"prompt": "p", "completion": "' + b"9" * 5000 + b'"}\n', note="digits inside a text"),
        Example(
            data=b'{"prompt": "p", "completion": "c", "id": 18446744073709551615}\n', note="64 bits, all set"
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        severity = None if fault.length > LONGEST_DOUBLE else Severity.WARNING
        yield Finding(noted("an integer beyond 64 bits", fault), severity=severity)
