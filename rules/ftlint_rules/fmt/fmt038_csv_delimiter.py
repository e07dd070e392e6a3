from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity


class CsvDelimiter(Rule[Fault]):
    """A CSV file whose cells are not separated by commas.

    ## Why it matters
    Excel in much of Europe writes semicolons. A reader that expects commas makes one column of all, named
    `prompt;completion`, and no trainer finds its columns. This tool read it with the separator it found.

    ## What to do
    Write the file again with commas, or tell the loader: `load_dataset("csv", ..., sep=";")`.

    ## References
    RFC 4180, section 2. Measured: Python 3.11 `csv` and pyarrow 26 read one column without a word.
    """

    code = "FMT038"
    name = "csv-delimiter"
    severity = Severity.ERROR
    help = "write it with commas, or pass sep to the loader"
    kinds = ("csv-delimiter",)
    bad = (Example(files={"train.csv": b'prompt;completion\n"a";"b"\n"c";"d"\n"e";"f"\n'}),)
    good = (
        Example(
            files={"train.csv": b"prompt,completion\na;b;c,d\ne;f;g,h\n"}, note="semicolons inside cells"
        ),
        Example(files={"train.tsv": b"prompt\tcompletion\na\tb\nc\td\n"}, note="tabs in a .tsv file"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        if fault.detail == "no tabs":
            yield Finding("a tab-separated file without tabs")
        else:
            yield Finding(f"cells are separated by {fault.detail}, not commas")
