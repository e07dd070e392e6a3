from collections.abc import Iterator

from ftlint.detect.messages import shown
from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity


class DuplicateKey(Rule[Fault]):
    """A key written twice in one object.

    ## Why it matters
    Most parsers keep the last value and drop the first without a word; pyarrow refuses the row. Either the
    model never sees part of the example, or the file does not load.

    ## What to do
    Keep the value that is meant, remove the other, and mend the exporter: no JSON library writes a key twice.

    ## References
    RFC 8259, section 4: names should be unique, and what software does otherwise is unpredictable. Measured:
    Python 3.11 `json` and orjson keep the last, pyarrow 26 (which Hugging Face `datasets` reads JSON with)
    raises "specified twice".
    """

    code = "FMT032"
    name = "duplicate-key"
    severity = Severity.ERROR
    headline = "{count} keys are written twice in one object"
    help = "keep one of the two values"
    kinds = ("duplicate-key",)
    bad = (
        Example(data=b'{"prompt": "a", "completion": "x", "prompt": "b"}\n'),
        Example(data=b'{"messages": [{"role": "user", "content": "a", "content": "b"}]}\n', note="nested"),
    )
    good = (
        Example(
            data=b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
        ),
        Example(data=b'{"prompt": "{\\"a\\": 1, \\"a\\": 2}", "completion": "\\"prompt\\": "}\n'),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        key = f"key {shown(fault.detail)}" if fault.detail else "a key"
        yield Finding(f"{key} is written {max(fault.times, 2)} times; parsers keep the last value only")
