from collections.abc import Iterator

from ftlint.model import Dataset, Finding
from ftlint.rule import Example, Rule, Severity, chat


class UnknownFormat(Rule[Dataset]):
    """Rows of a format that is not known.

    ## Why it matters
    Rules about roles, turns, prompts and answers, lengths, duplicates and leaks need to know where the texts
    stand. For these rows none of them ran: only the bytes, the syntax and your own schema were checked.

    ## What to do
    Say what the rows are, in `ftlint.toml`: `format = "alpaca"` for the dataset, or map your columns
    (`[dataset.columns]`).

    ## References
    Detection looks at the first 200 rows; a wrong guess would be worse than none, so what could be two things
    is asked for.
    On 56 public files: 2 hits, 2 looked at, 2 true.
    """

    code = "FMT048"
    name = "unknown-format"
    severity = Severity.WARNING
    help = "say what the rows are: format = in ftlint.toml"
    bad = (Example(data=[{"foo": 1, "bar": [2]}, {"foo": 3, "bar": []}]),)
    good = (
        Example(data=[chat("Hi", "Hello!")]),
        Example(data=[{"question": "q", "answer": "a"}]),
        Example(data=b"not JSON\n", note="no row could be read: other rules say so"),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for _, part in dataset.parts:
            if part.format is None and part.records:
                rows = "row" if part.records == 1 else "rows"
                why = f": {part.doubt}" if part.doubt else "; say which with format ="
                yield Finding(f"cannot tell the format of {part.records:,} {rows}{why}", path=part.path)
