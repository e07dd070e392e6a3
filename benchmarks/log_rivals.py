"""What other tools call overfitting on a run's own curves: Debugger, early stopping, plain ratios."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite

from ftlint.model import RunLog

Rival = Callable[[RunLog], bool]


def _evals(log: RunLog) -> list[tuple[float, float]]:
    series = log.eval_losses.get("")
    return [(step, value) for step, value in series.points() if isfinite(value)] if series else []


def _train_at(log: RunLog, step: float) -> float | None:
    """The training loss last written at an eval, or first after it."""
    if log.loss is None or not len(log.loss):
        return None
    return log.loss.at(step) if log.loss.steps[0] <= step else log.loss.values[0]


def sagemaker(log: RunLog, ratio: float = 0.1) -> bool:
    """SageMaker Debugger's Overfit: (eval - train) / train above 0.1 at one eval (patience 1)."""
    return any(
        train is not None and train > 0 and (value - train) / train > ratio
        for value, train in ((value, _train_at(log, step)) for step, value in _evals(log))
    )


def early_stopping(patience: int) -> Rival:
    """Whether EarlyStopping would have stopped: no better eval in `patience` evals in a row."""

    def stops(log: RunLog) -> bool:
        best, waited = float("inf"), 0
        for _, value in _evals(log):
            best, waited = (value, 0) if value < best else (best, waited + 1)
            if waited >= patience:
                return True
        return False

    return stops


def above_best(factor: float) -> Rival:
    """Whether the last eval lies above the best by a factor."""

    def above(log: RunLog) -> bool:
        values = [value for _, value in _evals(log)]
        return bool(values) and values[-1] > factor * min(values)

    return above


def above_train(factor: float) -> Rival:
    """Whether the last eval lies above the training loss by a factor."""

    def above(log: RunLog) -> bool:
        evals = _evals(log)
        train = _train_at(log, evals[-1][0]) if evals else None
        return train is not None and evals[-1][1] > factor * train

    return above


RIVALS: Mapping[str, Rival] = {
    "SageMaker Overfit, ratio 0.1": sagemaker,
    **{f"EarlyStopping, patience {patience}": early_stopping(patience) for patience in range(1, 6)},
    "last eval > 1.05x best": above_best(1.05),
    "last eval > 1.5x train": above_train(1.5),
}
