from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity


class CsvNoHeader(Rule[Fault]):
    """A CSV file whose first line is data, not column names.

    ## Why it matters
    The first example becomes the names of the columns: it is lost, and no trainer finds its `prompt`.

    ## What to do
    Write column names into the first line: `prompt,completion`.

    ## References
    Together's client: "CSV file is empty or has no header". Measured: Python 3.11 `csv.DictReader` and
    pyarrow 26 take the first line as names without a word.

    ## Known limits
    Names are told from data by what they look like: short words without sentence marks, not numbers, all
    different.
    """

    code = "FMT041"
    name = "csv-no-header"
    severity = Severity.ERROR
    help = "write column names into the first line"
    kinds = ("csv-no-header",)
    bad = (Example(files={"train.csv": b"What is 2+2?,4\nWhat is 3+3?,6\n"}),)
    good = (
        Example(files={"train.csv": b"prompt,completion\nWhat is 2+2?,4\n"}),
        Example(files={"train.csv": b"User question,Answer (short)\nWhat is 2+2?,4\n"}),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding("the first line holds data, not column names")
