"""Runs put together by hand, for tests of what a curve says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import exp
from random import Random

from ftlint.model import Finding, RunLog, Severity
from ftlint.registry import rules
from ftlint.runlogs.recorder import Recorder

Curve = Sequence[float]


def recorded(
    series: Mapping[str, Curve],
    *,
    every: float = 1,
    evals: Mapping[str, tuple[Sequence[float], Curve]] | None = None,
    seconds: Curve = (),
    steps_per_epoch: float = 0,
    planned: int | None = None,
    rows: Mapping[str, int] | None = None,
) -> RunLog:
    """A run that wrote all `series` every so many steps, and `evals` (steps and values) when it evaluated."""
    recorder = Recorder("out/trainer_state.json", "trainer-state")
    clock = 0.0
    for index in range(max(map(len, series.values()), default=0)):
        clock += seconds[index] if seconds else 0.0
        step = (index + 1) * every
        values = {name: curve[index] for name, curve in series.items() if index < len(curve)}
        if steps_per_epoch:
            values["epoch"] = step / steps_per_epoch
        recorder.row(step, values, clock if seconds else None)
    for name, (steps, values_there) in (evals or {}).items():
        for step, value in zip(steps, values_there, strict=True):
            recorder.point(name, step, value)
    recorder.planned_steps = planned
    recorder.eval_rows = dict(rows or {})
    return recorder.log()


def told(name: str, log: RunLog, **options: object) -> list[Finding]:
    """The findings of one rule, by its name, with their severity."""
    rule = next(rule for rule in rules().values() if rule.name == name)(**options)
    return [each._replace(severity=each.severity or rule.severity) for each in rule.check(log)]


def alarms(log: RunLog, codes: Iterable[str]) -> list[str]:
    """The names of the rules among `codes` that tell a warning or worse."""
    return [
        rule.name
        for code, rule in rules().items()
        if code in codes
        for finding in rule().check(log)
        if (finding.severity or rule.severity) >= Severity.WARNING
    ]


def rising(random: Random, count: int, top: float, noise: float) -> list[float]:
    """From 0 to nearly `top`, the faster the earlier, with noise."""
    pace = count * random.uniform(0.2, 0.6)
    return [top * (1 - exp(-index / pace)) + random.gauss(0, noise) for index in range(count)]


def wandering(random: Random, count: int, noise: float) -> list[float]:
    """Noise whose neighbours hang together."""
    here, values = 0.0, []
    for _ in range(count):
        here = 0.9 * here + random.gauss(0, noise)
        values.append(here)
    return values


def seeded(make: Callable[[Random], RunLog], count: int = 100) -> list[RunLog]:
    return [make(Random(seed)) for seed in range(count)]
