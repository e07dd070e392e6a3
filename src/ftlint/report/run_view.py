"""A run as it is shown: its log, what the rules find in it, and what the evidence says of each question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.mask import mask, visible
from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.run_log import RunLog, Series
from ftlint.report.amounts import amount, plural
from ftlint.report.run_scale import short
from ftlint.report.wording import certainty

_CHECKPOINT = re.compile(r"checkpoint-\d+")
_OBJECTIVES = {"loss": "", "preference": "preference tuning", "reinforcement": "reinforcement learning"}


class RunView(NamedTuple):
    """`name` is what the run is called among others, `rules` how many were run on it, `reached` says in words
    how far it came."""

    log: RunLog
    findings: Sequence[Finding] = ()
    judgements: Mapping[str, Judgement] = {}
    rules: int = 0
    name: str = ""
    reached: str = ""
    parts: Sequence[TrainingConfig] = ()
    """Configs beside the log that say more of how it was run: that of an adapter."""

    @property
    def worst(self) -> Severity | None:
        return max((each.severity or Severity.INFO for each in self.findings), default=None)


def shown(text: str) -> str:
    """A name or an argument from a log, on one line, without what may be private in it."""
    return visible(mask(text))


def named(views: Sequence[RunView]) -> list[RunView]:
    """Runs with names that tell them apart: of their paths what is not the same in all."""
    if len(views) < 2:
        return [view._replace(name=view.name or view.log.path) for view in views]
    parts = [view.log.path.replace("\\", "/").split("/") for view in views]
    plain = [_without_checkpoint(each) for each in parts]
    if len({"/".join(each) for each in plain}) == len(parts):
        parts = plain
    while all(len(each) > 1 for each in parts) and len({each[0] for each in parts}) == 1:
        parts = [each[1:] for each in parts]
    while all(len(each) > 1 for each in parts) and len({each[-1] for each in parts}) == 1:
        parts = [each[:-1] for each in parts]
    return [view._replace(name="/".join(each)) for view, each in zip(views, parts, strict=True)]


def _without_checkpoint(parts: list[str]) -> list[str]:
    """A path without the checkpoint that the log was saved with: it is the log of the whole run."""
    return [*parts[:-2], parts[-1]] if len(parts) > 2 and _CHECKPOINT.fullmatch(parts[-2]) else parts


def facts(view: RunView) -> list[str]:
    """What a run is, in a few words each."""
    log = view.log
    told = [log.kind, _OBJECTIVES[log.objective], view.reached]
    if log.planned_steps and log.finished is not True and log.last_step < log.planned_steps:
        told.append(f"{log.last_step / log.planned_steps:.0%} of {log.planned_steps:,}")
    if log.finished is not None:
        told.append("finished" if log.finished else "not finished")
    if log.restarts:
        told.append("resumed once" if len(log.restarts) == 1 else f"resumed {len(log.restarts)} times")
    return [fact for fact in told if fact]


def undecided(view: RunView) -> Iterator[tuple[str, str]]:
    """Questions that the log cannot answer yet, and what it takes."""
    for name, judgement in view.judgements.items():
        if judgement.state == "unknown" and judgement.needs > 0:
            yield name, f"needs {plural(judgement.needs, 'more eval')}"


def sureness(finding: Finding, unit: str) -> str:
    """`step 1200 · 94% sure`; what of it is known."""
    step = "" if finding.step is None else f"{unit} {amount(finding.step)}"
    return " · ".join(part for part in (step, certainty(finding)) if part)


def spread(series: Series) -> str:
    """`2.41 → 0.87, least 0.83`: how a series went."""
    values = [value for value in series.values if isfinite(value)]
    if not values:
        return "no finite value"
    first, last, least, most = values[0], values[-1], min(values), max(values)
    if least == most:
        return f"{short(first)} throughout" if len(values) > 1 else short(first)
    text = f"{short(first)} → {short(last)}"
    if least < min(first, last):
        text += f", least {short(least)}"
    if most > max(first, last):
        text += f", most {short(most)}"
    return text
