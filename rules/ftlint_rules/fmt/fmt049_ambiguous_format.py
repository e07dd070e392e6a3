from collections.abc import Iterator

from ftlint.model import Dataset, Finding
from ftlint.rule import Example, Rule, Severity, chat


class AmbiguousFormat(Rule[Dataset]):
    """Rows that could be read in two ways.

    ## Why it matters
    Which column is learnt decides what every other rule says of the rows. A trainer that reads them the other
    way trains on something else than what was checked.

    ## What to do
    Say what the rows are: `format = "qa"` for the dataset in `ftlint.toml`, with `[dataset.columns]` where
    another column is meant. Then nothing is guessed and this rule is silent.

    ## References
    The pairs of formats that share their keys are listed in `docs/formats.md`.
    On 56 public files: 7 hits, 7 looked at, 7 true.
    """

    code = "FMT049"
    name = "ambiguous-format"
    severity = Severity.INFO
    help = "say what the rows are: format = in ftlint.toml"
    bad = (Example(data=[{"input": f"question {n}", "output": f"answer {n}"} for n in range(4)]),)
    good = (
        Example(data=[{"input": f"question {n}", "output": f"answer {n}"} for n in range(4)], format="qa"),
        Example(data=[chat("Hi", "Hello!")]),
        Example(data=[{"question": "q", "answer": "a"}]),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for _, part in dataset.parts:
            if part.format is not None and part.doubt:
                yield Finding(f"read as {part.format.name}: {part.doubt}", path=part.path)
