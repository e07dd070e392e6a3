from collections.abc import Iterator

from ftlint.model import Fault, Finding, Fix, Rewrite
from ftlint.rule import Example, Rule, Severity, chat


class ArrayInJsonl(Rule[Fault]):
    """A JSON array in a .jsonl file.

    ## Why it matters
    `json.dump(rows, file)` writes one array, whatever the file is called. A line reader finds `[` on line 1
    and stops, or takes the whole file for one row. The rows were checked all the same.

    ## What to do
    One object a line: the safe fix rewrites the file, as does `jq -c '.[]' FILE`. Or call it `.json`.

    ## References
    jsonlines.org; OpenAI, Fireworks and Bedrock take JSONL only. Hugging Face `datasets` converts an array by
    itself (`packaged_modules/json`), so a file that trained locally may still be refused on upload.
    """

    code = "FMT017"
    name = "array-in-jsonl"
    severity = Severity.ERROR
    fixable = "safe"
    help = "write one object a line: jq -c '.[]'"
    kinds = ("array-in-jsonl",)
    bad = (
        Example(data=b'[{"prompt": "p", "completion": "c"}, {"prompt": "q", "completion": "d"}]\n'),
        Example(data=b'[\n  {"prompt": "p", "completion": "c"},\n  {"prompt": "q", "completion": "d"}\n]\n'),
    )
    good = (
        Example(data=[chat("Hi", "[1, 2, 3]")]),
        Example(
            files={"train.json": b'[{"prompt": "p", "completion": "c"}]'}, note="an array in a .json file"
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        fix = Fix("write one object a line", (Rewrite("array"),))
        yield Finding(f"the file is {fault.detail or 'a JSON array'}, not one object a line", fix=fix)
