from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity

ROWS = b'{"prompt": "p", "completion": "c"}\n{"prompt": "q", "completion": "d"}\n'


class JsonlInJson(Rule[Fault]):
    """JSON lines in a .json file.

    ## Why it matters
    `json.load(file)` raises "Extra data" at line 2. Loaders that guess get it right, those that trust the
    name do not. The rows were checked all the same.

    ## What to do
    Rename the file to `.jsonl`.

    ## References
    jsonlines.org suggests the extension `.jsonl`. Some published datasets do this on purpose, and Hugging
    Face `datasets` reads both under `.json`: hence a warning, not an error.
    """

    code = "FMT018"
    name = "jsonl-in-json"
    severity = Severity.WARNING
    help = "rename it to .jsonl"
    kinds = ("jsonl-in-json",)
    bad = (Example(files={"train.json": ROWS}),)
    good = (
        Example(files={"train.jsonl": ROWS}),
        Example(files={"train.json": b'[{"prompt": "p", "completion": "c"}]\n'}),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding("a .json file that holds JSON lines")
