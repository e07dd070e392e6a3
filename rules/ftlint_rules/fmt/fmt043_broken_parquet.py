from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted

WHOLE = (
    b"PAR1\x15\x00\x15\x16\x15\x16,\x15\x02\x15\x00\x15\x06\x15\x06\x1c\x00\x00\x00\x02\x00\x00\x00\x02\x01\x01\x00\x00"
    b"\x00a\x15\x04\x19,5\x00\x18\x06schema\x15\x02\x00\x15\x0c%\x02\x18\x04text%\x00L\x1c\x00\x00\x00\x16\x02\x19\x1c"
    b"\x19\x1c&\x00\x1c\x15\x0c\x19%\x06\x00\x19\x18\x04text\x15\x00\x16\x02\x16<\x16<&\x08I\x1c\x15\x00\x15\x00\x15"
    b"\x02\x00<\x16\x02\x19\x06\x19&\x00\x02\x00\x00\x00\x16<\x16\x02&\x08\x16<\x00( parquet-cpp-arrow "
    b"version 26.0.1\x19\x1c\x1c\x00\x00\x00\x88\x00\x00\x00PAR1"
)
"""One column `text`, one row."""


class BrokenParquet(Rule[Fault]):
    """A Parquet or Arrow file that cannot be opened.

    ## Why it matters
    Parquet keeps its index at the end: a file that was cut off is lost as a whole, whatever its first bytes
    hold. A file that is not Parquet at all under that name was mostly written by the wrong exporter.

    ## What to do
    Write or fetch the file again.

    ## References
    The Parquet file format: 4 bytes `PAR1`, data, footer, 4 bytes of its length, `PAR1`.
    """

    code = "FMT043"
    name = "broken-parquet"
    severity = Severity.ERROR
    help = "write or fetch the file again"
    kinds = ("broken-parquet",)
    bad = (
        Example(files={"train.parquet": WHOLE[:-20]}, note="the footer is lost"),
        Example(
            files={"train.parquet": WHOLE[:60] + b"\xff" * 60 + WHOLE[120:]}, note="the footer is damaged"
        ),
    )
    good = (Example(files={"train.parquet": WHOLE}),)

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the file cannot be opened as Parquet or Arrow", fault))
