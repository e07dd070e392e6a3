from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity


class CsvQuote(Rule[Fault]):
    """A quote in a CSV file that is never closed or closed too early, or missing around a line break.

    ## Why it matters
    Everything up to the next quote, often the rest of the file, becomes one cell. Python's `csv` does not
    complain: a thousand rows turn into one.

    ## What to do
    Double the quotes inside a quoted cell (`""`) and put quotes around a cell with a line break; a CSV
    library does both.

    ## References
    RFC 4180, sections 2.5 to 2.7. Measured: Python 3.11 `csv` reads all rows after an open quote as one cell.
    """

    code = "FMT040"
    name = "csv-quote"
    severity = Severity.ERROR
    help = 'close the quote; double quotes inside a cell: ""; quote a cell with a line break'
    kinds = ("csv-quote",)
    bad = (
        Example(files={"train.csv": b'prompt,completion\n"a,b\nc,d\n'}),
        Example(
            files={"train.csv": b"prompt,completion\na\rb,c\n"}, note="Python's csv raises an exception here"
        ),
    )
    good = (
        Example(files={"train.csv": b'prompt,completion\n"a ""quoted"" word",b\n"c\nd",e\n'}),
        Example(
            files={"train.csv": b"prompt,completion\nit's,5'\n"}, note="single quotes mean nothing in CSV"
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(fault.detail or "a quote is never closed")
