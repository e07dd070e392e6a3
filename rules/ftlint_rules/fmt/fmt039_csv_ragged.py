from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity


class CsvRagged(Rule[Fault]):
    """A CSV row with more or fewer cells than the header.

    ## Why it matters
    A comma in an unquoted text shifts every cell after it: the answer ends up cut, or in the wrong column.
    Some loaders refuse the file, others fill up with nothing.

    ## What to do
    Quote cells that hold commas, quotes or newlines; a CSV library does.

    ## References
    RFC 4180, section 2.4: each line should have the same number of fields. Together's client: "the number of
    columns ... is inconsistent with the header". Measured: pyarrow 26 raises, Python's `csv` fills with None.
    """

    code = "FMT039"
    name = "csv-ragged"
    severity = Severity.ERROR
    headline = "{count} rows have more or fewer cells than the header"
    help = "quote cells that hold commas"
    kinds = ("csv-ragged",)
    bad = (
        Example(files={"train.csv": b"prompt,completion\na,b\nc,d,e\n"}),
        Example(files={"train.csv": b"prompt,completion\na,b\nf\n"}),
    )
    good = (
        Example(
            files={"train.csv": b'prompt,completion\na,b\n"c,d",e\nf,\n'},
            note="a quoted comma, an empty cell",
        ),
        Example(files={"train.csv": b'prompt,completion\n"a\nb",c\n'}, note="a quoted newline"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        cells, _, columns = fault.detail.partition(" of ")
        yield Finding(f"the row has {cells} cells, the header {columns}")
