"""A printed line that says a step and numbers by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ftlint.model.run_log import Unit

_NUMBER = r"[-+]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?nan|[-+]?inf(?:inity)?"
_STEP = re.compile(
    r"(?:\b(?P<split>validation|valid|val|eval|test) loss at )?"
    r"(?<![\w.])(?:global[_ ]?)?(?P<unit>step|iter|iteration|it)s?\b[ \t]*[\[:=#]?[ \t]*(?P<step>\d[\d,]*)"
    r"(?:[ \t]*(?:/|of)[ \t]*(?P<total>\d[\d,]*))?(?![\w.%])\]?",
    re.IGNORECASE,
)
_EPOCH = re.compile(
    r"(?<![\w.])epoch[ \t]*[\[:=#]?[ \t]*(?P<epoch>\d+(?:\.\d+)?)(?:[ \t]*(?:/|of)[ \t]*(?P<total>\d+))?"
    r"(?![\w.%])\]?",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z][\w/.@-]*(?: [A-Za-z][\w/.@-]*){0,5}(?: \([^()]{1,24}\))?)"
    r"(?:[ \t]*[:=][ \t]*|[ \t]+)"
    rf"(?P<value>{_NUMBER})(?P<unit>[ ]?(?:ms|s|sec|%)(?![\w/])|[kKMG]?(?![\w.]))",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"s:(?P<step>\d+) (?P<rest>(?:\w+:\S+ ?)+)")
"""llm.c's `main.log`."""

_BARE = re.compile(rf"(?P<step>\d+) (?P<name>train|val|hella) (?P<value>{_NUMBER})\s*", re.IGNORECASE)
"""build-nanogpt's `log.txt`."""

_STAMP = re.compile(r"\[?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
_COMPACT_NAMES = {"trl": "loss", "tel": "val loss", "eval": "eval_accuracy", "norm": "grad_norm", "lr": "lr"}
_BARE_NAMES = {"train": "loss", "val": "val loss", "hella": "eval_hellaswag"}
_RENAMED = {
    "time": "step_time",
    "dt": "step_time",
    "iter time": "step_time",
    "elapsed time per iteration": "step_time",
    "train_step_timing in s": "step_time",
    "norm": "grad_norm",
    "grad norm": "grad_norm",
    "loss train": "loss",
    "lm loss value": "loss",
    "reduced_train_loss": "loss",
    "consumed tokens": "num_tokens",
    "trained tokens": "num_tokens",
    "tokens/sec": "tokens_per_second",
    "tok/sec": "tokens_per_second",
    "tok/s": "tokens_per_second",
    "tps": "tokens_per_second",
    "tokens_per_second_per_gpu": "tokens_per_second",
}
_SPLITS = {"validation": "eval", "valid": "eval", "val": "eval", "eval": "eval", "test": "eval_test"}
_ONLY = re.compile(rf"\s*[:=]\s*({_NUMBER})", re.IGNORECASE)
_LONGEST = 4096
_APART = 4
_MARKED = 200
"""Characters within which a line says its step."""


class Said(NamedTuple):
    """What a line says."""

    step: float
    values: Mapping[str, float]
    total: int | None = None
    epoch: float | None = None
    epochs: int | None = None
    per_epoch: int | None = None
    """Steps of one epoch, of a line that counts its steps within one."""

    split: str = ""
    """`eval` or `eval_test` where the line is about such a set as a whole."""

    unit: Unit = "step"
    time: float | None = None


def said(line: str) -> Said | None:
    """The step and the numbers of a line, None where it says none."""
    if len(line) > _LONGEST or "{'" in line:
        return None
    if met := _BARE.fullmatch(line):
        return Said(float(met["step"]), {_BARE_NAMES[met["name"].lower()]: _real(met["value"])})
    if met := _COMPACT.fullmatch(line.strip()):
        pairs = (each.split(":", 1) for each in met["rest"].split())
        values = {
            _COMPACT_NAMES.get(name, name): real for name, text in pairs if (real := _maybe(text)) is not None
        }
        return Said(float(met["step"]), values) if values else None
    lower = line.lower()
    if "loss" not in lower and "norm" not in lower and "reward" not in lower:
        return None
    return _prose(line)


def _prose(line: str) -> Said | None:
    marks = _marks(line[:_MARKED])
    if not marks:
        return None
    epoch = next((met for met in marks if met.re is _EPOCH), None)
    steps = [met for met in marks if met.re is _STEP]
    # `iter 40 step 10`: the one called a step counts updates.
    met = next((each for each in steps if each["unit"].lower() == "step"), steps[0] if steps else None)
    rest = line[marks[-1].end() :]
    split = _SPLITS[met["split"].lower()] if met and met["split"] else ""
    if split and "on test set" in line:
        split = "eval_test"
    values = _pairs(rest)
    if split and not values and (only := _ONLY.match(rest)):
        values = {"loss": _real(only[1])}
    if not values:
        return None
    done = float(epoch["epoch"]) if epoch else None
    epochs = int(epoch["total"]) if epoch and epoch["total"] else None
    stamp = _STAMP.search(line)
    time = _seconds(stamp[1], stamp[2]) if stamp else None
    if met is None:
        return Said(done or 0.0, values, epoch=done, epochs=epochs, unit="epoch", time=time)
    total = int(_real(met["total"])) if met["total"] else None
    whole = values.pop("global_step", None)
    return Said(
        step=_real(met["step"]) if whole is None else whole,
        values=values,
        total=total if epoch is None else None,
        epoch=done,
        epochs=epochs,
        per_epoch=total if epoch is not None and whole is None else None,
        split=split,
        time=time,
    )


def _marks(text: str) -> list[re.Match[str]]:
    """The step and the epoch that a line opens with, one right after the other."""
    found = sorted([*_STEP.finditer(text), *_EPOCH.finditer(text)], key=lambda met: met.start())
    for index in range(1, len(found)):
        if found[index].start() - found[index - 1].end() > _APART:
            return found[:index]
    return found


def _pairs(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for met in _PAIR.finditer(text):
        name, unit = met["name"].strip(), (met["unit"] or "").strip().lower()
        value = _real(met["value"])
        lower = name.lower()
        if lower.endswith(" (ms)"):
            lower, name, unit = lower[:-5], name[:-5], "ms"
        if unit == "ms":
            value /= 1000
        elif unit == "k" and not lower.startswith("s"):
            value *= 1000
        found.setdefault(_RENAMED.get(lower, lower if " " in lower else name), value)
    return found


def _real(text: str) -> float:
    return float(text.replace(",", ""))


def _maybe(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _seconds(day: str, clock: str) -> float | None:
    from datetime import UTC, datetime

    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
