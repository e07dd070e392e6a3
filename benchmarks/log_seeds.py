"""How often `ftlint logs compare` calls one of two runs better that differ by their seed alone.

Small networks are really trained: fine-tunes that start from the same weights and see the rows in another
order, and runs from scratch whose initial weights differ, too. Beside them runs whose learning rate is 2.5
times lower.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ftlint.detect.curves.compared import compared
from ftlint.detect.curves.curve import noise
from ftlint.model.run_log import RunLog
from ftlint.runlogs.recorder import Recorder

INPUTS, HIDDEN, CLASSES, BATCH, STEPS, EVALS = 20, 32, 5, 32, 600, 12
Weights = tuple[np.ndarray, np.ndarray]
Rows = tuple[np.ndarray, np.ndarray]


def rows(teacher: Weights, size: int, random: np.random.Generator) -> Rows:
    values = random.normal(size=(size, INPUTS))
    scores = np.maximum(values @ teacher[0], 0) @ teacher[1] + random.gumbel(size=(size, CLASSES))
    return values, scores.argmax(1)


def shares(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def fresh(random: np.random.Generator) -> Weights:
    return random.normal(size=(INPUTS, HIDDEN)) / INPUTS**0.5, random.normal(
        size=(HIDDEN, CLASSES)
    ) / HIDDEN**0.5


def trained(
    train: Rows,
    held_out: Rows,
    seed: int,
    rate: float,
    falls: bool,
    start: Weights | None,
    steps: int = STEPS,
) -> tuple[RunLog, Weights]:
    random = np.random.default_rng(seed)
    first, second = fresh(random) if start is None else (start[0].copy(), start[1].copy())
    passes = steps * BATCH // len(train[1]) + 1
    order = np.concatenate([random.permutation(len(train[1])) for _ in range(passes)])
    recorder = Recorder("run", "benchmark")
    for step in range(1, steps + 1):
        picked = order[(step - 1) * BATCH : step * BATCH]
        inner = np.maximum(train[0][picked] @ first, 0)
        slope = shares(inner @ second)
        slope[np.arange(BATCH), train[1][picked]] -= 1
        slope *= rate * (1 - step / steps if falls else 1) / BATCH
        back = train[0][picked].T @ ((slope @ second.T) * (inner > 0))
        second -= inner.T @ slope
        first -= back
        if step % (steps // EVALS) == 0:
            told = shares(np.maximum(held_out[0] @ first, 0) @ second)
            loss = -np.log(told[np.arange(len(held_out[1])), held_out[1]] + 1e-12).mean()
            recorder.point("eval_loss", step, float(loss))
    recorder.finished = True
    return recorder.log(), (first, second)


def better(one: RunLog, other: RunLog) -> bool:
    return compared(one, other, "eval_loss", lower=True).verdict == "better"


def main() -> None:
    random = np.random.default_rng(7)
    teacher = random.normal(size=(INPUTS, 16)), random.normal(size=(16, CLASSES))
    train, held_out = rows(teacher, 2000, random), rows(teacher, 500, random)
    base = trained(train, held_out, 0, 0.1, True, fresh(np.random.default_rng(0)), 120)[1]
    print("start    schedule  rate   seeds apart  noise   twins called better  lower rate: apart  found")
    for start in (base, None):
        for falls in (True, False):
            for rate in (0.1, 0.5):
                twins = [trained(train, held_out, 100 + n, rate, falls, start)[0] for n in range(24)]
                lower = [trained(train, held_out, 200 + n, rate / 2.5, falls, start)[0] for n in range(12)]
                bests, worse = (
                    np.array([min(log.series["eval_loss"].values) for log in some]) for some in (twins, lower)
                )
                wobble = np.median([noise(np.array(log.series["eval_loss"].values)) for log in twins])
                alike = np.mean([better(*pair) for pair in combinations(twins, 2)])
                found = np.mean([better(one, other) for one in twins[:12] for other in lower])
                level = bests.mean()
                print(
                    f"{'same' if start else 'scratch':<8} {'falls' if falls else 'constant':<8} {rate:>5} "
                    f"{bests.std() / level:>12.1%} {wobble / level:>7.1%} {alike:>19.0%} "
                    f"{worse.mean() / level - 1:>18.0%} {found:>7.0%}"
                )


if __name__ == "__main__":
    main()
