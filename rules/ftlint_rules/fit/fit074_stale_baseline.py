from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Project, Related, Severity
from ftlint.model.baseline import Baseline, HeldOut
from ftlint.rule import Example, Rule
from ftlint_rules.fit.baseline_examples import CONFIG, FILES, ROWS, harness, record, repository
from ftlint_rules.fit.evidence import measured

TASK = {
    "sums": {
        "task": "sums",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": "val.jsonl"}},
        "test_split": "test",
    }
}
MEASURED = {
    "out/results_2026-10-14.json": harness(
        configs=TASK, results={"sums": {"exact_match,none": 0.6}}, date=1_792_000_000
    )
}
BEFORE, AFTER = 1_791_000_000, 1_793_000_000


class StaleBaseline(Rule[Project]):
    """The held-out rows were changed after the base model was measured on them.

    ## Why it matters
    The tuned model will be measured on the rows as they are, the base model was on the rows as they were: the
    difference may come from the rows alone.

    ## What to do
    Evaluate the base model again. A result in ftlint's own form holds a hash of the evaluated files, and
    then no date is asked: what counts is whether the bytes are the same (`baseline-other-eval-set`).

    ## References
    For results without such a hash (of lm-evaluation-harness on files of the project, of transformers'
    Trainer) the day of the measurement, or of the last commit of the result if that is later, is held
    against the day of the last commit that touches an evaluated file. Times of files on disk are not used:
    a fresh clone sets them all to now. Files that git does not know are not judged, and in a shallow clone
    every file is as old as its one commit.
    """

    code = "FIT074"
    name = "stale-baseline"
    severity = Severity.WARNING
    help = "evaluate the base model again"
    documents = True
    bad = (Example(config=CONFIG, files={**FILES, **MEASURED, **repository("val.jsonl", ROWS, AFTER)}),)
    good = (
        Example(config=CONFIG, files={**FILES, **MEASURED, **repository("val.jsonl", ROWS, BEFORE)}),
        Example(config=CONFIG, files={**FILES, **MEASURED}, note="git does not know the files"),
        Example(
            config=CONFIG,
            files={
                **FILES,
                "baseline.json": record(date="2020-01-01"),
                **repository("val.jsonl", ROWS, AFTER),
            },
            note="the hash says that the rows are the same",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        for baseline, trainings in measured(project):
            since = max(baseline.date, baseline.recorded)
            held = [each for training in trainings for each in evaluated(baseline, training.held_out)]
            changed = [each for each in held if since and each.changed > since]
            if changed:
                first = changed[0]
                yield Finding(
                    f"measured on {since}; {first.paths[0]} was changed on {first.changed}",
                    related=Related(first.paths[0]),
                    **baseline.place("date"),
                )


def evaluated(baseline: Baseline, held_out: tuple[HeldOut, ...]) -> list[HeldOut]:
    """Of the held-out files those that a result without a hash was measured on."""
    if baseline.dataset_hash:
        return []
    if baseline.files:
        return [held for held in held_out if not held.split]
    if baseline.tasks:
        return []
    return [held for held in held_out if held.split == (baseline.split or "validation")]
