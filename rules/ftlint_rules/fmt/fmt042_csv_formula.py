from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity


class CsvFormula(Rule[Fault]):
    """A cell that a spreadsheet would run as a formula.

    ## Why it matters
    Whoever opens the file in Excel to look at the data runs `=HYPERLINK(...)` or worse. Data collected from
    users is where such cells come from.

    ## What to do
    Do not open the file in a spreadsheet; keep the rows as JSONL; or put an apostrophe before the cell, and
    take it away before training.

    ## References
    OWASP, "CSV Injection"; CWE-1236. Cells that begin with a minus or plus sign and are numbers are left out.
    """

    code = "FMT042"
    name = "csv-formula"
    severity = Severity.WARNING
    headline = "{count} cells would run as formulas in a spreadsheet"
    help = "keep the rows as JSONL, and do not open the file in a spreadsheet"
    kinds = ("csv-formula",)
    bad = (Example(files={"train.csv": b'prompt,completion\n"=HYPERLINK(""http://x"")",b\n'}),)
    good = (
        Example(
            files={"train.csv": b"prompt,completion\n-5,+3.2\na = b,c\n"}, note="numbers, and a sign inside"
        ),
        Example(files={"train.csv": b"prompt,completion\n- first point,=\n"}),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(f"a cell of column {fault.detail} that a spreadsheet runs as a formula")
