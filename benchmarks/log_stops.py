"""What would have been stopped: each run of a labelled corpus played again, evaluation by evaluation.

    python benchmarks/log_stops.py [CORPUS]
    python benchmarks/log_stops.py --trained [SEEDS]     models of tests/trained, and their healthy twins

CORPUS holds log files and a MANIFEST.csv with `file`, `labels`, `best_step`. Beside `ftlint logs watch` with
its defaults stand the early stopping of the frameworks (the eval loss did not improve at so many evaluations
in a row) and one of a rise over the best. A stop is right for a run labelled overfit, diverged or nan, wrong
for any other; `saved` is the share of steps after the best that was not run, the median of those rightly
stopped.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ftlint.live.cut import eval_marks, row_marks, upto
from ftlint.live.monitor import Monitor
from ftlint.live.rules import run_rules
from ftlint.live.stopping import CONFIDENCE, PATIENCE, STOPS, Stopping
from ftlint.model.run_log import RunLog
from ftlint.runlogs.runs import Run, run_files
from ftlint.settings import Settings

SICK = {"overfit", "diverged"}
LEFT_OUT = {"unclear"}
CORPUS = Path(__file__).parent / ".." / ".." / "shared" / "corpus" / "logs"

Stop = Callable[[RunLog], float | None]
"""The step at which a run would have been stopped."""


class Case(NamedTuple):
    labels: frozenset[str]
    log: RunLog


def cases(folder: Path) -> list[Case]:
    """The runs of the corpus that have an eval loss, with their labels."""
    found = []
    with (folder / "MANIFEST.csv").open() as stream:
        for row in csv.DictReader(stream):
            labels = frozenset(row["labels"].split("|"))
            runs = run_files([str(folder / row["file"])])
            if not runs or labels & LEFT_OUT:
                continue
            log = Run(runs[0]).read()
            if log.eval_losses:
                found.append(Case(labels, log))
    return found


def watched(patience: int, confidence: float) -> Stop:
    rules = run_rules(Settings())

    def stop(log: RunLog) -> float | None:
        monitor = Monitor(rules, Stopping(STOPS, confidence, patience))
        for step in sorted({*eval_marks(log), *row_marks(log)}):
            monitor.look(upto(log, step))
            if monitor.stopped_by is not None:
                return step
        return None

    return stop


def patient(patience: int, least: float = 0.0) -> Stop:
    """EarlyStopping of Keras, Lightning and transformers: no improvement at so many evaluations in a row."""

    def stop(log: RunLog) -> float | None:
        best, waited = float("inf"), 0
        for step, value in next(iter(log.eval_losses.values())).points():
            if isfinite(value) and value < best - least:
                best, waited = value, 0
                continue
            waited += 1
            if waited >= patience:
                return step
        return None

    return stop


def risen(factor: float) -> Stop:
    def stop(log: RunLog) -> float | None:
        best = float("inf")
        for step, value in next(iter(log.eval_losses.values())).points():
            best = min(best, value)
            if value > factor * best:
                return step
        return None

    return stop


def main(folder: Path) -> None:
    known = cases(folder)
    sick = [case for case in known if case.labels & SICK]
    well = [case for case in known if not case.labels & SICK]
    print(f"{len(known)} runs with an eval loss: {len(sick)} overfit or diverged, {len(well)} others\n")
    print(f"{'':<34} rightly  wrongly  saved")
    stops: dict[str, Stop] = {f"ftlint, patience {n}": watched(n, CONFIDENCE) for n in (1, PATIENCE, 3)}
    stops |= {f"EarlyStopping, patience {n}": patient(n) for n in (1, 2, 3, 5)}
    stops |= {"above 1.05x the best": risen(1.05), "above 1.2x the best": risen(1.2)}
    for name, stop in stops.items():
        began = time.perf_counter()
        right = [(case, stop(case.log)) for case in sick]
        wrong = sum(stop(case.log) is not None for case in well)
        took = time.perf_counter() - began
        saved = [_saved(case.log, step) for case, step in right if step is not None]
        share = f"{median(saved):.0%}" if saved else "-"
        counts = f"{len(saved):>3}/{len(sick):<3}  {wrong:>3}/{len(well):<3}"
        print(f"{name:<34} {counts}  {share:>5}  ({took:.1f} s)")


def _saved(log: RunLog, step: float) -> float:
    series = next(iter(log.eval_losses.values()))
    lowest = min((value for value in series.values if isfinite(value)), default=0.0)
    best = next((at for at, value in series.points() if value == lowest), 0.0)
    after = log.last_step - best
    return (log.last_step - step) / after if after > 0 else 0.0


def of_trained(seeds: int) -> None:
    """How many of the runs with each fault would have been stopped, and of their twins."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from trained.judging import FAULTS

    stop = watched(PATIENCE, CONFIDENCE)
    twins: dict[int, tuple[RunLog, bool]] = {}
    for name, fault in FAULTS.items():
        runs = [fault.make(seed, True) for seed in range(seeds)]
        stopped = sum(stop(run.log) is not None for run in runs)
        print(f"{name:<26} {stopped:>3}/{seeds:<3}  {', '.join(fault.rules)}", flush=True)
        for twin in (fault.make(seed, False) for seed in range(seeds)):
            if id(twin.log) not in twins:
                twins[id(twin.log)] = twin.log, stop(twin.log) is not None
    print(f"{'their twins':<26} {sum(each for _, each in twins.values()):>3}/{len(twins)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--trained"]:
        of_trained(int(sys.argv[2]) if len(sys.argv) > 2 else 40)
    else:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
