from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlint.model import Finding, Project, Severity, Training
from ftlint.rule import Example, Rule
from ftlint_rules.fit.baseline_examples import CONFIG, FILES, SETTINGS, TRAIN, harness, record
from ftlint_rules.fit.evidence import graded, named, place, told, training_runs


class MissingBaseline(Rule[Project]):
    """Nobody has measured what the base model can do before it is tuned.

    ## Why it matters
    Whether a fine-tune was worth its cost is the difference to the base model, on the same rows, with the
    same prompt. Without that number a tuned model's 71% says nothing: the base model with a good prompt may
    reach 74%, and the training may have taken something away.

    ## What to do
    Evaluate the base model once on the held-out rows, before the first training, and keep the result as
    `baseline.json` beside the config or at the root (its form: `docs/baseline.md`), or name it in the
    `[[training]]` table. A result of lm-evaluation-harness (`results_*.json`) of the same base model
    anywhere in the project counts, too. Where there is a reason to do without, write it down:
    `[reasons] missing-baseline = "..."`.

    ## References
    A warning for a `[[training]]` table, and where the data that a config names lies in the project; for
    configs on their own it is information. Each `[[training]]` without a result is told; a project without
    such tables is told once, however many configs it holds. None of the training frameworks looks for a
    baseline (axolotl 0.18, LLaMA-Factory, torchtune and TRL 1.16, read in November 2026).
    """

    code = "FIT070"
    name = "missing-baseline"
    severity = Severity.WARNING
    help = "evaluate the base model on the held-out rows and keep baseline.json (docs/baseline.md)"
    documents = True
    bad = (
        Example(config=CONFIG, files=FILES),
        Example(config=CONFIG, note="a config on its own: information"),
        Example(
            config=CONFIG,
            files={**FILES, "ftlint.toml": SETTINGS + 'baseline = "base.json"\n'},
            note="the file is not there",
        ),
        Example(
            config=CONFIG,
            files={
                "out/results_2026-10-20T10-00-00.json": harness(config={"model_args": "pretrained=my/tuned"})
            },
            note="a result of another model",
        ),
        Example(
            config=CONFIG,
            files={
                "out/results_2026-10-20T10-00-00.json": harness(
                    config={"model_args": "pretrained=Qwen/Qwen3-8B,peft=out/adapter"}
                )
            },
            note="a result with the adapter is the tuned model's",
        ),
    )
    good = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record()}),
        Example(config=CONFIG, files={"out/Qwen__Qwen3-8B/results_2026-10-20T10-00-00.json": harness()}),
        Example(
            config=CONFIG, settings='[reasons]\nmissing-baseline = "the base model cannot do the task"\n'
        ),
        Example(files={"train.jsonl": TRAIN}, note="nothing is trained"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        lacking = [training for training in training_runs(project) if training.baseline is None]
        if any(training.declared for training in project.trainings):
            lacking = [training for training in lacking if training.declared]
        if not any(training.declared for training in lacking):  # several launches of one file are told once
            lacking = list({training.path: training for training in reversed(lacking)}.values())[::-1]
        runs = len({training.path for training in training_runs(project)})

        def many(trainings: Sequence[Training]) -> Finding:
            rest = "" if len({training.path for training in trainings}) == runs else f" of {runs:,}"
            return Finding(
                f"no baseline result for the base models of {named(trainings)}{rest}",
                severity=graded(trainings, self.severity),
            )

        yield from told(lacking, self._one, many, few=1)

    def _one(self, training: Training) -> Finding:
        model = training.config.get("base_model") if training.config else None
        message = f"no baseline result of {model or 'the base model'}"
        if training.baseline_path:
            why = "is not there" if training.declared else "is of another base model"
            message += f": {training.baseline_path} {why}"
        return Finding(message, severity=graded([training], self.severity), **place(training, "base_model"))
