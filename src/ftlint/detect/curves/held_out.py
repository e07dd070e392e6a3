"""Which losses of a run are those of the data it is trained for."""

from __future__ import annotations

from ftlint.detect.curves.general_sets import is_general
from ftlint.detect.curves.judgement import Judgement
from ftlint.model.run_log import RunLog, Series


def task_losses(log: RunLog) -> dict[str, Series]:
    """The losses of the eval sets, the main one first. Not of general ones: their rise is forgetting."""
    return {
        name: series
        for name, series in log.eval_losses.items()
        if len(series) and not (name and is_general(name))
    }


def eval_loss(log: RunLog) -> Series | None:
    """The loss of the main eval set: the nameless one, else the first by name that is no general set."""
    return next(iter(task_losses(log).values()), None)


def reinforced(log: RunLog) -> Judgement | None:
    """The answer to any question about the loss of reinforcement learning; None for other runs."""
    if log.objective != "reinforcement":
        return None
    return Judgement("unknown", why="the loss of reinforcement learning says nothing of how it goes")
