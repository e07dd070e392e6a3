"""How often noise alone is called overfitting, and how often a rise is, by ftlint and by "5% above the best".

    python benchmarks/log_noise.py [--runs N]

Drawn curves: an eval loss that falls for a third of the run and is flat after it, or rises by 10% to the end,
with independent noise of some share of its level; the training loss falls all the time. The seed is fixed.
"""

from __future__ import annotations

import argparse
from array import array

import numpy as np
from log_rivals import above_best
from measured import table

from ftlint.detect.curves.overfit import overfitting
from ftlint.model import RunLog
from ftlint.model.run_log import Series

EVALS = (4, 8, 20, 50)
NOISES = (0.01, 0.02, 0.04)
RISES = (0.0, 0.1)


def drawn(evals: int, noise: float, rise: float, rng: np.random.Generator) -> RunLog:
    """A run of half an epoch for each eval, with ten training losses for each."""
    third = evals // 3
    course = np.ones(evals)
    course[: third + 1] += np.linspace(0.5, 0, third + 1)
    course[third:] += np.linspace(0, rise, evals - third)
    steps = array("d", (100.0 * (number + 1) for number in range(evals)))
    between = array("d", (10.0 * (number + 1) for number in range(10 * evals)))
    series = {
        "loss": Series("loss", between, array("d", np.linspace(2, 0.8, 10 * evals))),
        "eval_loss": Series("eval_loss", steps, array("d", course + rng.normal(0, noise, evals))),
    }
    epochs = Series("epoch", steps, array("d", (0.5 * (number + 1) for number in range(evals))))
    return RunLog("drawn", "trainer-state", series, epochs=epochs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=500, metavar="N")
    given = parser.parse_args()
    rng = np.random.default_rng(1)
    rival = above_best(1.05)
    rows: list[list[object]] = []
    for evals in EVALS:
        for noise in NOISES:
            row: list[object] = [evals, f"{noise:.0%}"]
            for rise in RISES:
                runs = [drawn(evals, noise, rise, rng) for _ in range(given.runs)]
                row.append(f"{sum(overfitting(log).found for log in runs) / len(runs):.0%}")
                row.append(f"{sum(map(rival, runs)) / len(runs):.0%}")
            rows.append(row)
    table(("evals", "noise", "flat: ftlint", "flat: 1.05x", "10% up: ftlint", "10% up: 1.05x"), rows)


if __name__ == "__main__":
    main()
