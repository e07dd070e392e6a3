from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted, replaced


class NanInfinity(Rule[Fault]):
    """NaN or Infinity written as a bare word.

    ## Why it matters
    Python's `json.dumps` writes them by default (pandas makes NaN of a missing cell), and most other
    parsers refuse the row. Where a completion is NaN, there is nothing to learn from it.

    ## What to do
    `df.where(df.notna(), None)` and `json.dumps(row, allow_nan=False)`. The fix writes `null`. For
    NaN that is safe: it is how pandas writes a missing value. Infinity was a number: there it is unsafe.

    ## References
    RFC 8259, section 6: NaN and Infinity are not permitted. Measured: orjson refuses them, Python 3.11
    `json` and pyarrow 26 take them.
    """

    code = "FMT033"
    name = "nan-infinity"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows hold NaN or Infinity"
    help = "write null: json.dumps(row, allow_nan=False) tells where"
    kinds = ("nan-infinity",)
    bad = (
        Example(data=b'{"prompt": "p", "completion": "c", "score": NaN}\n'),
        Example(data=b'{"prompt": "p", "completion": "c", "score": -Infinity}\n'),
    )
    good = (
        Example(
            data=b'{"prompt": "NaN", "completion": "Infinity", "score": null}\n', note="words inside texts"
        ),
        Example(data=b'{"prompt": "p", "completion": "x: NaN, y: -Infinity", "score": 1e308}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = replaced(fault, "write null", safe=fault.detail == "NaN")
        yield Finding(noted("a number that JSON does not have", fault), fix=fix)
