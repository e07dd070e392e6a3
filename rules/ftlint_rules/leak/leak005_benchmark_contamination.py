from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

from ftlint.model import Dataset, Drop, Finding, Fix, Part, Related
from ftlint.rule import Between, Example, Rule, Severity
from ftlint_rules.measures.contamination import Contamination, Hit

DROP = Fix("drop this row", (Drop(),), safe=False)

PROMPT = 0.8
"""Share of a prompt that must be there where its answer is not: twins of a short template share a half."""

TABLE = '[[dataset]]\nname = "sums"\ntrain = "train.jsonl"\nbenchmark = ["bench/*.jsonl"]\n'
QUESTION = (
    "A baker sold forty loaves on Monday, fifty two on Tuesday and, because of the fair in the next "
    "village, ninety on Wednesday. How many loaves were sold on the three days together?"
)
ANSWER = (
    "On the three days together forty and fifty two and ninety, that is one hundred and eighty two loaves."
)
TWIN = (
    "A smith sold eleven nails on Friday, two hundred on Saturday and, because of the fair in the next "
    "village, ninety on Sunday. What is the mean number of nails for each of these days?"
)
SHORT = (
    "A {} travels {} miles in 3 hours. At the same rate, how many additional hours would it take to travel "
    "an additional {} miles?"
)


def _line(prompt: str, completion: str, **keys: object) -> str:
    return json.dumps({"prompt": prompt, "completion": completion, **keys}) + "\n"


def _files(train: str, bench: str, options: str = "") -> dict[str, bytes | str]:
    return {"ftlint.toml": TABLE + options, "train.jsonl": train, "bench/test.jsonl": bench}


REST = _line("What is the capital of France?", "Paris.")


class BenchmarkContamination(Rule[Dataset]):
    """A training row holds an item of a benchmark.

    ## Why it matters
    A model that was trained on the questions of a benchmark recites them. Its score then says nothing about
    what it can do, and a comparison with other models is void.

    ## What to do
    Declare the benchmarks you mean to report, so that they are read and compared, not checked:

    ```toml
    [[dataset]]
    name = "support"
    train = "data/train.jsonl"
    benchmark = ["bench/gsm8k_test.jsonl", "bench/HumanEval.jsonl.gz"]
    ```

    Drop the rows that are found; the unsafe fix does. Any container and format of a checked file will do, and
    `benchmark` at the top of the settings is for all datasets. Without it the rule does nothing.

    An item is a record's prompt and answer. A row contaminates when it covers `coverage` or more of the
    item's different runs of 13 words (in lower case, without punctuation; of scripts without word spaces
    every sign is a word). A prompt of 20 words or more also counts by itself, where four fifths of its runs
    stand in the row: a copied question is contamination whatever its answer. Items of 8 to 12 words count as
    one run of all their words; **shorter items are never compared**, they are everyday phrases. Runs that a
    fiftieth of the items of a file share, 20 at least, are left out: instructions and fixed shots say nothing
    about an item. Of a file whose format is not known, all texts of a record in the order of its keys are the
    item.

    A row of any split but `test` is told once, with the item it covers most; of validation rows, which only
    choose the checkpoint, as a warning. A benchmark file that is a split of the dataset, too, is compared
    with the other files only.

    ## References
    Brown et al. 2020, "Language Models are Few-Shot Learners", arXiv:2005.14165, appendix C: runs of 13
    words. Four rows of the training split of GSM8K share such a run with its test split: other tasks made
    from the same template. So a single run is not enough, and half of the item is asked for.

    ## Known limits
    Translations and rewordings are not found. In Chinese, Japanese or Thai 13 signs say less than 13 words,
    so short items of those are found on thinner evidence. Runs are compared by 64-bit hashes of their words:
    two that differ are taken for the same once in 2^64.
    """

    code = "LEAK005"
    name = "benchmark-contamination"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows hold items of benchmarks such as {related}"
    help = "drop the row, or report no score on this benchmark"
    needs = (Contamination,)
    bad = (
        Example(files=_files(REST + _line(QUESTION, ANSWER), _line(QUESTION, ANSWER))),
        Example(
            files=_files(REST + _line(f"Solve this.\n{QUESTION.upper()}", "182"), _line(QUESTION, ANSWER)),
            note="the question alone, among other text",
        ),
        Example(
            files=_files(
                REST + _line("What weighs a cubic metre of dry sand?", "About 1600 kilograms"),
                _line("What weighs a cubic metre of dry sand?", "About 1600 kilograms"),
            ),
            note="an item of 11 words, whole",
        ),
        Example(
            files=_files(
                REST + '{"text": "' + QUESTION + '"}\n',
                json.dumps({"id": 3, "asked": {"text": QUESTION}, "options": ["90", "182"]}) + "\n",
            ),
            note="a benchmark of no known format",
        ),
    )
    good = (
        Example(
            files=_files(REST + _line(TWIN, "It is a hundred."), _line(QUESTION, ANSWER)),
            note="a template's twin",
        ),
        Example(
            files=_files(REST + _line(" ".join(QUESTION.split()[:20]), ANSWER[:40]), _line(QUESTION, ANSWER)),
            note="less than half of the item",
        ),
        Example(
            files=_files(
                REST + _line(SHORT.format("train", 270, 180), "Two hours."),
                _line(
                    SHORT.format("plane", 1200, 2000), "1200 / 3 = 400 miles an hour, so 5 hours: 2000 / 400"
                ),
            ),
            note="the twin of a short template, without its answer",
        ),
        Example(files=_files(REST, REST + _line(QUESTION, ANSWER)), note="an item of 7 words"),
        Example(
            files={
                "ftlint.toml": TABLE.replace("benchmark", "test"),
                "train.jsonl": _line(QUESTION, ANSWER),
                "bench/test.jsonl": _line(QUESTION, "182"),
            },
            note="a test split, but no benchmark",
        ),
        Example(
            files={
                "ftlint.toml": TABLE + 'test = "bench/test.jsonl"\nvalidation = "bench/val.jsonl"\n',
                "train.jsonl": REST,
                "bench/test.jsonl": _line(QUESTION, ANSWER),
                "bench/val.jsonl": _line(TWIN, ANSWER),
            },
            note="benchmarks that are splits of the dataset",
        ),
    )

    coverage: Annotated[
        float, Between(0.1, 1), "share of an item's runs of 13 words that a row must hold"
    ] = 0.5

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for split, part in dataset.parts:
            if split.name != "test" and Contamination in part.measures:
                severity = Severity.WARNING if split.name == "validation" else Severity.ERROR
                for row, hits in part.measure(Contamination).by_row():
                    yield from self._findings(part, row, hits, severity)

    def _findings(self, part: Part, row: int, hits: Sequence[Hit], severity: Severity) -> Iterator[Finding]:
        items: dict[tuple[str, int], Hit] = {}
        for hit in hits:
            known = items.get((hit.path, hit.place))
            least = max(self.coverage, PROMPT) if hit.prompt else self.coverage
            if hit.share >= least and hit.path != part.path and (known is None or known.prompt):
                items[hit.path, hit.place] = hit
        if not items:
            return
        most = max(items.values(), key=lambda hit: hit.share)
        what = "the prompt of an item" if most.prompt else "an item"
        more = len(items) - 1
        others = f", and {more:,} more {'item' if more == 1 else 'items'}" if more else ""
        yield Finding(
            f"covers {100 * most.covered // most.size}% of {what} of {most.path}{others}",
            row=row,
            path=part.path,
            severity=severity,
            related=Related(most.path, most.place, most.line),
            fix=DROP,
        )
