from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Annotated

from ftlint.model import Finding, Project, Severity
from ftlint.rule import Between, Example, Rule
from ftlint_rules.fit.baseline_examples import CONFIG, FILES, harness, record
from ftlint_rules.fit.evidence import measured

Z95 = 1.96


def _metric(n: int) -> list[dict[str, object]]:
    return [{"name": "exact_match", "value": 0.6, "n": n}]


class BaselineTooFewExamples(Rule[Project]):
    """The base model was measured on so few rows that no gain can be told from luck.

    ## Why it matters
    A share measured on 40 rows is known to within 15 points either way: the base model's 60% and a tuned
    model's 70% are then the same result.

    ## What to do
    Measure on more held-out rows: 100 rows give 10 points either way, 400 give 5, 1,000 give 3. Compare
    both models on the same rows, pair by pair: that needs fewer of them.

    ## References
    The 95% interval of a share p of n rows is about 1.96 * sqrt(p (1 - p) / n) to either side; for p = 0.5
    that is 0.098 at n = 100, hence the default of `min_examples`. Wilson, "Probable inference", JASA 22
    (1927), for the interval that holds at small n, too.
    """

    code = "FIT075"
    name = "baseline-too-few-examples"
    severity = Severity.WARNING
    worse = "fewer"
    help = "measure on at least 100 held-out rows"
    documents = True
    bad = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record(metrics=_metric(40))}),
        Example(
            config=CONFIG,
            files={
                "out/results_2026-10-20T10-00-00.json": harness(
                    **{"n-samples": {"gsm8k": {"original": 1319, "effective": 10}}}
                )
            },
            note="measured with --limit 10",
        ),
    )
    good = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record(metrics=_metric(100))}),
        Example(config=CONFIG, files={"out/results_2026-10-20T10-00-00.json": harness()}),
    )

    min_examples: Annotated[int, Between(1, 1_000_000), "rows that every metric is measured on at least"] = (
        100
    )

    def check(self, project: Project) -> Iterator[Finding]:
        for baseline, _ in measured(project):
            few = [metric for metric in baseline.metrics if metric.n and metric.n < self.min_examples]
            if not few:
                continue
            least = min(few, key=lambda metric: metric.n or 0)
            rows = least.n or 1
            more = f" (and {len(few) - 1:,} more metrics on too few)" if len(few) > 1 else ""
            yield Finding(
                f"{least.name} was measured on {rows:,} rows{more}: "
                f"a share is then known to within {100 * Z95 / 2 / sqrt(rows):.0f} points either way",
                **baseline.place(f"metrics.{baseline.metrics.index(least)}.n", "n-samples", "eval_samples"),
            )
