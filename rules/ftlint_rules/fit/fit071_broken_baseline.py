from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Project, Severity
from ftlint.rule import Example, Rule
from ftlint_rules.fit.baseline_examples import CONFIG, FILES, SETTINGS, record


class BrokenBaseline(Rule[Project]):
    """A file of a baseline result that cannot be read, or whose content is not sound.

    ## Why it matters
    A result that does not say which model it measured, on which rows and how many, cannot be compared with
    anything. One that was written by a run that trained is not the base model's.

    ## What to do
    Mend what the message names; the form is in `docs/baseline.md` and in the JSON Schema
    `baseline.schema.json`. Editors check a file against that by themselves.

    ## References
    The form is ftlint's own, read by a pydantic model; result files of lm-evaluation-harness 0.4 and metrics
    of transformers' Trainer are read as those tools write them. An error where a `[[training]]` table names
    the file, a warning where it was found by its name.
    """

    code = "FIT071"
    name = "broken-baseline"
    severity = Severity.ERROR
    help = "see docs/baseline.md for the form"
    documents = True
    bad = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record(model=None)}, note="a warning"),
        Example(config=CONFIG, files={**FILES, "baseline.json": record(date="20.10.2026")}),
        Example(
            config=CONFIG,
            files={
                **FILES,
                "ftlint.toml": SETTINGS + 'baseline = "base.json"\n',
                "base.json": '{"ftlint_baseline": 1,\n "model": "x",}\n',
            },
        ),
        Example(
            config=CONFIG,
            files={
                **FILES,
                "ftlint.toml": SETTINGS + 'baseline = "out/all_results.json"\n',
                "out/all_results.json": '{"epoch": 3.0, "eval_loss": 1.2, "train_loss": 0.8}\n',
            },
            note="the tuned model's loss",
        ),
    )
    good = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record()}),
        Example(
            config=CONFIG,
            files={**FILES, "baseline.json": '{"version": "1.5.0", "results": {}, "generated_at": "2026"}\n'},
            note="the file of another tool",
        ),
        Example(
            config=CONFIG,
            files={
                **FILES,
                "ftlint.toml": SETTINGS + 'baseline = "out/eval_results.json"\n',
                "out/eval_results.json": '{"eval_loss": 1.2, "eval_runtime": 12.5, "eval_samples": 500}\n',
            },
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        seen: set[str] = set()
        for training in sorted(project.trainings, key=lambda each: not each.declared):
            record = training.baseline
            if record is None or record.path in seen:
                continue
            seen.add(record.path)
            for problem in record.problems:
                yield Finding(
                    f"no baseline result can be read: {problem.message}"
                    if len(record.problems) == 1
                    else problem.message,
                    path=record.path,
                    line=problem.line,
                    column=problem.column,
                    severity=self.severity if training.declared else Severity.WARNING,
                )
