"""What is asked of a loss curve, by the name of the rule that tells it; asked once per run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from importlib import import_module
from threading import Lock

from ftlint.detect.curves.judgement import Judgement
from ftlint.model.run_log import RunLog

DETECTORS: Mapping[str, tuple[str, str]] = {
    "overfitting": ("overfit", "overfitting"),
    "divergence": ("diverged", "divergence"),
    "nan-loss": ("broken", "nan_loss"),
    "loss-spike": ("spikes", "loss_spike"),
    "zero-loss": ("broken", "zero_loss"),
    "no-learning": ("flat", "no_learning"),
    "plateau": ("flat", "plateau"),
    "not-converged": ("unfinished", "not_converged"),
    "memorisation-staircase": ("staircase", "staircase"),
    "oscillation": ("oscillation", "oscillation"),
    "eval-below-train": ("gaps", "eval_below_train"),
    "train-eval-gap": ("gaps", "train_eval_gap"),
}
"""Rule to module and function. The modules import numpy, hence by name: rules are also listed without a
log."""

_KEPT = 16

_known: OrderedDict[int, tuple[object, dict[object, Judgement]]] = OrderedDict()
_lock = Lock()


def judgements(log: RunLog) -> Mapping[str, Judgement]:
    """Every answer about the losses of a run, by rule name, with the defaults of the rules."""
    return {name: judgement(log, name) for name in DETECTORS}


def judgement(log: RunLog, name: str, **options: float) -> Judgement:
    """One answer by rule name, with the detector's own options. Raises `KeyError` for a name unknown here.

    Answers about the last few runs are remembered as long as their series are the same objects.
    """
    module, function = DETECTORS[name]
    asked = (name, log.objective, log.unit, log.steps_per_epoch, *sorted(options.items()))
    answers = _answers(log)
    known = answers.get(asked)
    if known is None:
        detector = getattr(import_module(f"ftlint.detect.curves.{module}"), function)
        known = answers[asked] = detector(log, **options)
    return known


def found_already(log: RunLog, *names: str) -> str:
    """The first of these rules that answers yes, with its defaults; "" where none does."""
    return next((name for name in names if judgement(log, name).found), "")


def _answers(log: RunLog) -> dict[object, Judgement]:
    key = id(log.series)
    with _lock:
        found = _known.get(key)
        if found is None or found[0] is not log.series:
            found = _known[key] = (log.series, {})
            while len(_known) > _KEPT:
                _known.popitem(last=False)
        _known.move_to_end(key)
    return found[1]
