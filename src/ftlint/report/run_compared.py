"""Runs side by side: by what they are compared, how they differ, which came out better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from ftlint.detect.curves.compared import (
    SURE,
    Comparison,
    Level,
    compared,
    level_of,
    lower_is_better,
    metrics,
)
from ftlint.detect.mask import mask, visible
from ftlint.model import FtlintError
from ftlint.model.config_fields import FIELDS
from ftlint.model.run_log import RunLog
from ftlint.report.amounts import amount, plural
from ftlint.report.config_values import value_text
from ftlint.report.run_curves import label_of
from ftlint.report.run_scale import exact, short
from ftlint.report.run_view import RunView, named, shown

MOST = 26
"""Runs that are compared: each has a letter."""

SEEDS = (
    "the noise is that of the curves; what another seed would change is not in it: "
    "little for fine-tunes from the same weights, much for runs from scratch"
)

_NO_HYPERPARAMETER = (
    *("password", "passwd", "pwd", "secret", "key", "apikey", "credential", "credentials"),
    *("user", "username", "email"),
    *(
        "dir",
        "path",
        "file",
        "name",
        "run",
        "host",
        "time",
        "date",
        "url",
        "id",
        "token",
        "logging",
        "report",
        "best",
    ),
    *("save", "push", "hub", "resume", "tensorboard", "wandb", "mlflow", "log", "flos", "runtime", "second"),
    *(
        "global",
        "disable",
        "print",
        "verbose",
        "debug",
        "version",
        "rank",
        "device",
        "devices",
        "master",
        "_wandb",
    ),
)
_HYPERPARAMETER = frozenset({"lora_rank", "rank", "num_devices", "world_size"})


class Compared(NamedTuple):
    """`runs` have names that tell them apart. `pairs` hold the best run, `leader`, against each other one,
    the nearest first, `levels` what each is compared by. `differing` are hyperparameters with their value in
    each run. `why` says what keeps the runs from being compared at all."""

    runs: Sequence[RunView]
    metric: str = ""
    lower: bool = True
    by_epoch: bool = False
    levels: Sequence[Level | None] = ()
    leader: int | None = None
    pairs: Mapping[int, Comparison] = {}
    differing: Sequence[tuple[str, Sequence[str]]] = ()
    why: str = ""

    def letter(self, index: int) -> str:
        return chr(ord("A") + index)


def compare(views: Sequence[RunView], metric: str = "", lower: bool | None = None) -> Compared:
    """The runs compared by a metric that all of them have, the most telling where none is named.

    Raises `FtlintError` for a metric that not all of them have, or of which nobody knows which way is better.
    """
    runs = named(views)
    logs = [view.log for view in runs]
    known = metrics(logs)
    differing = differences(runs)
    if metric:
        lacking = [view.name for view in runs if metric not in view.log.series]
        if lacking:
            told = f"; all have {', '.join(map(label_of, known[:8]))}" if known else ""
            raise FtlintError(f"--metric {shown(metric)}: {', '.join(lacking)} has none{told}")
    elif not known:
        return Compared(runs, differing=differing, why="needs a series that all runs have: no name is shared")
    chosen = metric or known[0]
    less = lower_is_better(chosen) if lower is None else lower
    if less is None:
        raise FtlintError(f"is more or less of {shown(chosen)} better? Say --higher or --lower")
    by_epoch = _by_epoch(logs)
    levels = [level_of(log, chosen, lower=less, by_epoch=by_epoch) for log in logs]
    made = Compared(runs, chosen, less, by_epoch, levels, differing=differing)
    ranked = [
        (level.value if less else -level.value, index)
        for index, level in enumerate(levels)
        if level is not None
    ]
    if not ranked:
        return made._replace(why=f"needs a finite value of {label_of(chosen)}")
    order = [index for _, index in sorted(ranked)]
    order += [index for index, level in enumerate(levels) if level is None]
    leader = order[0]
    sure = 1 - (1 - SURE) / max(1, len(runs) - 1)
    pairs = {
        index: compared(logs[leader], log, chosen, lower=less, sure=sure, by_epoch=by_epoch)
        for index, log in ((index, logs[index]) for index in order[1:])
    }
    if chosen == "loss":
        why = "an eval: the training loss says how well a run fits, not how it does on what is new"
        pairs = {
            index: pair._replace(verdict="cannot tell", better=None, needs=0, why=why)
            for index, pair in pairs.items()
        }
    return made._replace(leader=leader, pairs=pairs)


def _by_epoch(logs: Sequence[RunLog]) -> bool:
    """Whether epochs tell more than steps: batches of different size, or logs that count different things."""
    rates = [log.steps_per_epoch for log in logs]
    known = [rate for rate in rates if rate]
    return len(known) == len(logs) and max(known) > 1.01 * min(known)


def differences(runs: Sequence[RunView]) -> list[tuple[str, list[str]]]:
    """Hyperparameters on which runs that know them do not agree: of configs, of the logs, of their curves."""
    rows: dict[str, list[str]] = {}
    for name in FIELDS:
        _add(rows, name, [_field(view, name) for view in runs])
    known = [set(row) for row in rows.values()]
    for name in dict.fromkeys(name for view in runs for name in view.log.arguments):
        if _is_hyperparameter(name) and name not in rows:
            values = [_argument(name, view.log.arguments.get(name)) for view in runs]
            if {*values} not in known:
                _add(rows, shown(name), values)
    if "learning_rate" not in rows:
        _add(rows, "peak learning rate", [_peak(view.log) for view in runs])
    _add(rows, "steps of an epoch", [_per_epoch(view.log) for view in runs])
    return list(rows.items())


def _add(rows: dict[str, list[str]], name: str, values: Sequence[str]) -> None:
    if len({value for value in values if value}) > 1:
        rows[name] = list(values)


def _field(view: RunView, name: str) -> str:
    for config in (view.log.config, *view.parts):
        field = config.fields.get(name) if config is not None else None
        if field is not None and not field.unknown and field.value is not None:
            return value_text(field.value)
    return ""


def _argument(name: str, value: Any) -> str:
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, str) and value.replace(".", "", 1).replace("e-", "", 1).isdigit():
        value = float(value)
    if isinstance(value, float):
        return short(value)
    text = value_text(tuple(value) if isinstance(value, list) else value)
    # What a password is shows by its name alone; a flag or a number is none (`pin_memory`).
    lead = "" if isinstance(value, bool | int) else f"{name}: "
    told = mask(lead + text)
    return visible(told.removeprefix(lead) if told.startswith(lead) else mask(text))


def _is_hyperparameter(name: str) -> bool:
    if name in _HYPERPARAMETER:
        return True
    words = name.lower().replace("/", "_").replace(".", "_").replace("-", "_").split("_")
    return not any(word in _NO_HYPERPARAMETER for word in words)


def _peak(log: RunLog) -> str:
    series = log.series.get("learning_rate")
    values = [value for value in series.values if isfinite(value)] if series is not None else []
    return short(max(values), 3) if values else ""


def _per_epoch(log: RunLog) -> str:
    steps = log.steps_per_epoch if log.unit == "step" else None
    return f"{steps:,.0f}" if steps else ""


def verdict(made: Compared, index: int) -> tuple[str, str]:
    """What is said of the best run against another: `better`, `no evidence` or `cannot tell: needs ...`, and
    the whole sentence."""
    pair = made.pairs[index]
    best, other = (shown_as(made, each) for each in (made.leader or 0, index))
    numbers = ""
    if pair.levels is not None:
        low, high = (level.value for level in pair.levels)
        share = f" ({(low - high) / abs(high):+.1%})" if high else ""
        numbers = f"{label_of(made.metric)} {exact(low)} against {exact(high)}{share}"
        if any(level.seen != level.value for level in pair.levels):
            numbers += ", medians of 3 evals"
    noise = ""
    if pair.noise:
        pairs = f", paired over {pair.paired} evals" if pair.paired else ", unpaired"
        noise = f", {abs(pair.difference) / pair.noise:.1f}x the noise of the difference{pairs}"
    if pair.verdict == "better":
        return "better", f"{best} is better than {other}: {numbers}{noise} · {pair.confidence:.0%} sure"
    if pair.verdict == "no evidence":
        return "no evidence", f"no evidence that {best} is better than {other}: {numbers}{noise}; {pair.why}"
    evals = f"{plural(pair.needs, 'more eval')}: " if pair.needs else ""
    tail = f" ({numbers}{noise})" if numbers else ""
    return "cannot tell", f"cannot tell whether {best} is better than {other}: needs {evals}{pair.why}{tail}"


def led(made: Compared, index: int) -> tuple[str, str, str]:
    """The sentence about a run with its verdict in front, apart from the rest, and the word it goes by."""
    word, sentence = verdict(made, index)
    if sentence.startswith(word):
        return word, "", sentence[len(word) :]
    return word, ":", f" {sentence}"


def shown_as(made: Compared, index: int) -> str:
    return f"{made.letter(index)} ({made.runs[index].name})"


def where(made: Compared, index: int) -> str:
    """`step 1200`: where a run has the value that it is compared by."""
    level = made.levels[index] if made.levels else None
    if level is None:
        return ""
    unit = "epoch" if made.by_epoch else made.runs[index].log.unit
    return f"{unit} {amount(level.at)}"
