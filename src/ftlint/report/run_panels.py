"""Which series of a run are drawn, and which of them together."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from ftlint.detect.mask import visible
from ftlint.model import FtlintError
from ftlint.model.run_log import RunLog
from ftlint.report.amounts import amount
from ftlint.report.run_curves import Axis, Curve, Point, curve, label_of

SETS = 4
"""Eval sets that are drawn with the training loss: more are a panel of their own."""

PANELS = 4
"""Panels beside the main one, where nobody says which."""

_FIRST = {
    "loss": (("loss",),),
    "preference": (
        ("loss",),
        ("rewards/margins",),
        ("rewards/accuracies",),
        ("rewards/chosen", "rewards/rejected"),
    ),
    "reinforcement": (
        ("reward",),
        ("kl",),
        ("entropy",),
        ("completions/mean_length",),
        ("frac_reward_zero_std",),
    ),
}
_THEN = (
    *("learning_rate", "grad_norm", "mean_token_accuracy", "kl", "entropy", "clip_ratio", "reward_std"),
    *("completions/clipped_ratio", "logps/chosen", "tokens_per_second", "samples_per_second"),
)
_DULL = frozenset({"num_tokens", "total_flos"})
_DULL_ENDS = ("_runtime", "_per_second", "_time", "/time", "_flos")
"""How long something took, and how fast it was: told where it is asked for."""


class Panel(NamedTuple):
    """Curves on one scale; the first panel of a run is its main one."""

    title: str
    curves: Sequence[Curve]

    def values(self, *, raw: bool) -> list[float]:
        """All that sets the scale: medians and evals, with `raw` what medians are of, too."""
        return [value for each in self.curves for _, value in (each.points if raw else each.median)]


def nothing(log: RunLog, axis: Axis) -> str:
    """Why there is nothing to draw."""
    filled = [series for series in log.series.values() if len(series)]
    if not filled:
        return "no values to draw: the log holds none"
    if axis == "time" and not any(len(series.times) for series in filled):
        return "no values to draw: the log says no times; --x step draws it"
    if axis == "epoch" and log.epoch_at(log.last_step) is None:
        return "no values to draw: the log says no epochs; --x step draws it"
    first = min(series.steps[0] for series in filled)
    return f"no values to draw: the log goes from {log.unit} {amount(first)} to {amount(log.last_step)}"


def panels(
    log: RunLog, names: Sequence[str] = (), axis: Axis = "step", span: Point | None = None, most: int = PANELS
) -> list[Panel]:
    """The panels of a run, the main one first.

    `names` are series or globs, one panel each. Raises `FtlintError` where one of them is none of the run's.
    """
    groups = _named(log, names) if names else _usual(log)[: most + 1]
    found = []
    for group in groups:
        drawn = [curve(log, log.series[name], axis, span) for name in group]
        drawn = [each for each in drawn if each.points or each.broken]
        if drawn:
            found.append(Panel(_title(group), drawn))
    return found


def _named(log: RunLog, names: Sequence[str]) -> list[tuple[str, ...]]:
    groups = []
    for name in names:
        met = [each for each in log.series if each == name] or [
            each for each in log.series if fnmatchcase(each, name)
        ]
        if not met:
            from difflib import get_close_matches

            near = get_close_matches(name, log.series, 1)
            known = ", ".join(map(label_of, list(log.series)[:12]))
            told = f"did you mean {visible(near[0])}?" if near else f"it has {known}"
            raise FtlintError(f"no series {visible(name)!r} in this run: {told}", log.path)
        groups.append(_with_evals(log, met[0]) if len(met) == 1 else tuple(met))
    return groups


def _usual(log: RunLog) -> list[tuple[str, ...]]:
    """What tells most of a run: by its objective first, then whatever else it holds."""
    groups: list[tuple[str, ...]] = []
    taken: set[str] = set()

    def take(*names: str) -> None:
        group = tuple(name for name in names if name in log.series and name not in taken)
        if group:
            groups.append(group)
            taken.update(group)

    for names in _FIRST[log.objective]:
        for name in names:
            take(*(each for each in _with_evals(log, name) if each not in taken))
        _joined(groups, names)
    if not groups:
        take(*list(_losses(log))[:SETS])
    for set_name in _losses(log):
        take(set_name)
    for name in log.series:
        if name.startswith("eval_") and not _dull(name):
            take(name)
    for name in _THEN:
        take(*(each for each in _with_evals(log, name) if each == name or not _dull(each)))
    for name in log.series:
        if not _dull(name) and len(log.series[name]) > 1:
            take(name)
    return groups or [(name,) for name in log.series]


def _dull(name: str) -> bool:
    return name.removeprefix("eval_") in _DULL or name.endswith(_DULL_ENDS)


def _joined(groups: list[tuple[str, ...]], names: Sequence[str]) -> None:
    """Puts the panels of names that belong together into one."""
    if len(names) < 2:
        return
    together = [group for group in groups if group[0] in names]
    if len(together) > 1:
        at = groups.index(together[0])
        groups[:] = [group for group in groups if group not in together]
        groups.insert(at, tuple(name for group in together for name in group))


def _losses(log: RunLog) -> list[str]:
    return [f"eval_{name}_loss" if name else "eval_loss" for name in log.eval_losses]


def _with_evals(log: RunLog, name: str) -> tuple[str, ...]:
    """A series and what was measured of it on eval sets."""
    if name == "loss":
        evals = _losses(log)
        return (name, *evals[:SETS])
    return tuple(each for each in (name, f"eval_{name}") if each in log.series)


def _title(group: Sequence[str]) -> str:
    losses = sum(name == "loss" or name.endswith("_loss") for name in group)
    if losses == len(group) > 1:
        return "loss"
    first = label_of(group[0])
    if len(group) == 2 and group[1] == f"eval_{group[0]}":
        return first
    return first if len(group) == 1 else ", ".join(label_of(name) for name in group[:3])
