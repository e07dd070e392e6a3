"""Verdicts on labelled training runs, beside what other tools would say of them; then the speed of parsing.

    python benchmarks/logs.py [CORPUS] [--no-parsers]

CORPUS holds log files and a MANIFEST.csv with `file`, `repo`, `labels`, `best_step`; without one only parsing
is measured. Runs labelled `unclear` count in no figure. Intervals are Wilson's of 95%. `not-converged` is
judged a second time with `min-rate` learnt from the runs of all other repositories.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from log_rivals import RIVALS
from measured import table

from ftlint.detect.curves.verdicts import judgement, judgements
from ftlint.model import RunLog, Severity
from ftlint.registry import rules
from ftlint.runlogs.runs import Run, run_files

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"

LABELS: Mapping[str, str] = {
    "overfitting": "overfit",
    "divergence": "diverged",
    "nan-loss": "nan",
    "zero-loss": "zero_loss",
    "plateau": "plateau",
    "not-converged": "not_converged",
    "memorisation-staircase": "staircase",
    "oscillation": "oscillation",
}
"""Rule to the label that it answers."""

RATES = [0.02 * number for number in range(5, 51)]


class Labelled(NamedTuple):
    log: RunLog
    repo: str
    labels: frozenset[str]
    best_step: float | None

    @property
    def both(self) -> bool:
        """Whether it has a training and an eval curve."""
        held = self.log.eval_losses.get("")
        return self.log.loss is not None and held is not None and len(held) > 2


class Score(NamedTuple):
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> str:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> str:
        return _share(self.right, self.right + self.missed)


def labelled(folder: Path) -> list[Labelled]:
    """The runs of a corpus but for the unclear ones, by ftlint's own readers."""
    with (folder / "MANIFEST.csv").open() as manifest:
        found = list(csv.DictReader(manifest))
    runs = []
    for row in found:
        labels = frozenset(row["labels"].split("|"))
        if "unclear" not in labels:
            (files,) = run_files([str(folder / row["file"])])
            best = float(row["best_step"]) if row["best_step"] else None
            runs.append(Labelled(Run(files).read(), row["repo"], labels, best))
    return runs


def score(runs: Iterable[Labelled], label: str, found: Callable[[RunLog], bool]) -> Score:
    answers = [(label in run.labels, found(run.log)) for run in runs]
    return Score(answers.count((True, True)), answers.count((False, True)), answers.count((True, False)))


def loud(log: RunLog) -> bool:
    """Whether any rule of runs tells a warning or an error."""
    return any(
        (finding.severity or rule.severity) in {Severity.WARNING, Severity.ERROR}
        for rule in RULES
        for finding in rule.check(log)
    )


RULES = [rule() for rule in rules().values() if rule.subject is RunLog and rule.default]


def left_out(runs: list[Labelled]) -> Score:
    """`not-converged` with the rate learnt anew without the runs of each repository."""
    answers = {
        rate: [judgement(run.log, "not-converged", min_rate=rate).found for run in runs] for rate in RATES
    }
    truth = ["not_converged" in run.labels for run in runs]
    right = wrong = missed = 0
    for repo in {run.repo for run in runs}:
        inside = [number for number, run in enumerate(runs) if run.repo == repo]
        outside = [number for number, run in enumerate(runs) if run.repo != repo]
        best = _best_rate(
            {rate: [answers[rate][n] for n in outside] for rate in RATES}, [truth[n] for n in outside]
        )
        for number in inside:
            right += answers[best][number] and truth[number]
            wrong += answers[best][number] and not truth[number]
            missed += truth[number] and not answers[best][number]
    return Score(right, wrong, missed)


def _best_rate(answers: Mapping[float, list[bool]], truth: list[bool]) -> float:
    """The middle of the rates with the best F1."""

    def f1(rate: float) -> float:
        right = sum(a and b for a, b in zip(answers[rate], truth, strict=True))
        return 2 * right / max(1, sum(answers[rate]) + sum(truth))

    top = max(map(f1, RATES))
    tied = [rate for rate in RATES if f1(rate) == top]
    return tied[len(tied) // 2]


def _share(part: int, whole: int) -> str:
    """`0.89 (0.57-0.98)`: a share and its interval."""
    if not whole:
        return "-"
    share, z = part / whole, 1.96
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return f"{share:.2f} ({max(0.0, middle - half):.2f}-{min(1.0, middle + half):.2f})"


def _line(name: str, done: Score) -> list[object]:
    return [name, done.right, done.wrong, done.missed, done.precision, done.recall]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    corpus = Path(os.environ.get("FTLINT_CORPUS", CORPUS)) / "logs"
    parser.add_argument("corpus", nargs="?", type=Path, default=corpus)
    parser.add_argument("--no-parsers", action="store_true")
    given = parser.parse_args()
    if (given.corpus / "MANIFEST.csv").is_file():
        verdicts(labelled(given.corpus))
    else:
        print(f"No labelled runs: {given.corpus} has no MANIFEST.csv, so verdicts are not scored\n")
    if not given.no_parsers:
        sys.stdout.flush()
        file = Path(__file__).with_name("log_parsers.py")
        raise SystemExit(subprocess.run([sys.executable, file], check=False).returncode)


def verdicts(runs: list[Labelled]) -> None:
    """Print how the verdicts on labelled runs do."""
    both = [run for run in runs if run.both]
    head = ["", "right", "wrong", "missed", "precision", "recall"]

    print(f"Overfitting, {len(both)} runs with both curves and three evals or more\n")
    rows = [_line("ftlint", score(both, "overfit", lambda log: judgement(log, "overfitting").found))]
    rows += [_line(name, score(both, "overfit", rival)) for name, rival in RIVALS.items()]
    table(head, rows)
    told = [run for run in both if run.best_step is not None and judgement(run.log, "overfitting").found]
    exact = sum(judgement(run.log, "overfitting").step == run.best_step for run in told)
    print(f"\nBest step as labelled in {exact} of {len(told)}\n")

    print(f"All verdicts, {len(runs)} runs (runs of reinforcement learning get no verdict on their loss)\n")
    judged = [run for run in runs if run.log.objective != "reinforcement"]
    rows = [
        _line(rule, score(judged, label, lambda log, rule=rule: judgement(log, rule).found))
        for rule, label in LABELS.items()
    ]
    rows.append(_line("not-converged, repository left out", left_out(judged)))
    table(head, rows)

    healthy = [run for run in runs if run.labels == {"healthy"}]
    failed = sum(loud(run.log) for run in healthy)
    print(f"\nHealthy runs with a warning or an error of any rule: {failed} of {len(healthy)}")
    began = time.process_time()
    for run in runs:
        judgements(run.log._replace(series=dict(run.log.series)))
        for rule in RULES:
            list(rule.check(run.log))
    print(f"All rules of runs: {1000 * (time.process_time() - began) / len(runs):.1f} ms of CPU time a run\n")


if __name__ == "__main__":
    main()
