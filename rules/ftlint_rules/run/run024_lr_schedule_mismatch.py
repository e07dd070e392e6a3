from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from ftlint.detect.curves.levels import finite
from ftlint.detect.curves.schedule import Plan, against, ran_out, shape, warmup_steps
from ftlint.model import Finding, RunLog, TrainingConfig
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, plural, where

LOSSES = [2.0 - 0.02 * n for n in range(20)]
CONFIG = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4, "max_steps": 200}
LINEAR = [2e-4 * (1 - n / 20) for n in range(1, 21)]

SHAPES = {"linear": "linear", "polynomial": "linear", "cosine": "cosine", "cosine_with_min_lr": "cosine"} | {
    "constant": "constant",
    "constant_with_warmup": "constant",
}
"""Schedules of transformers that are reckoned; a polynomial of its default power 1 is a line."""

OWN_RATE = ("adafactor", "prodigy", "dadapt", "schedule_free", "lion8bit_sf")


class LrScheduleMismatch(Rule[RunLog]):
    """The learning rate went another way than the config says, or was spent long before the end.

    ## Why it matters
    What the run is remembered by is not what it did: another peak, no decay, a warmup that never came. A
    scheduler that counts in other steps than the optimizer (per device, or per micro-batch) runs out early,
    and the rest of the run learns nothing.

    ## What to do
    Check which config the run had, and whether the scheduler is stepped once per optimizer step. Without a
    fault in the code: compare `max_steps`, epochs and batch with what was planned.

    ## References
    `linear`, `cosine` (to a least rate where one is given), `constant` and `constant_with_warmup` as
    transformers reckons them (`optimization.py`), from the config's peak, warmup and steps; the steps are the
    run's own where its log says how many were planned. A rate agrees within 5% of the peak, a step or half a
    percent of the run early or late. Optimizers that choose their own rate are left out. Without a
    config only a rate below a thousandth of its peak for the last tenth of the run is told (`spent`): a
    cosine comes there in its last 2%, a line in its last 0.1%.
    """

    code = "RUN024"
    name = "lr-schedule-mismatch"
    severity = Severity.WARNING
    help = "check which config the run had, and that the scheduler steps once per optimizer step"
    bad = (
        Example(config={**CONFIG, "lr_scheduler": "linear"}, log=history(LOSSES, learning_rate=[2e-4] * 20)),
        Example(
            config={**CONFIG, "lr_scheduler": "linear"},
            log=history(LOSSES, learning_rate=[each * 8 for each in LINEAR]),
            note="8 times the rate",
        ),
        Example(
            log=history(LOSSES, learning_rate=[2e-4 * max(0.0, 1 - n / 10) for n in range(1, 21)]),
            note="no config: the rate is 0 from the middle on",
        ),
    )
    good = (
        Example(config={**CONFIG, "lr_scheduler": "linear"}, log=history(LOSSES, learning_rate=LINEAR)),
        Example(
            config={**CONFIG, "lr_scheduler": "inverse_sqrt"},
            log=history(LOSSES, learning_rate=LINEAR),
            note="a schedule that is not reckoned",
        ),
        Example(log=history(LOSSES, learning_rate=[2e-4] * 20), note="no config"),
    )

    spent: Annotated[
        float, Between(0.01, 1), "share of the run, at its end, that may go on at a rate of nothing"
    ] = 0.1

    def check(self, log: RunLog) -> Iterator[Finding]:
        plan = _plan(log, log.config) if log.config is not None else None
        if plan is not None and log.config is not None:
            found = against(log, plan)
            if found.found:
                yield Finding(
                    _told(log, log.config, plan, found.numbers),
                    step=found.step,
                    confidence=round(found.confidence, 2),
                )
                return
        out = ran_out(log, self.spent)
        if out.found and out.step is not None:
            yield Finding(
                f"the learning rate is spent at {where(log, out.step)}: the last "
                f"{percent(out.numbers['share'])} of {plural(log.last_step, log.unit)} run below "
                f"a thousandth of its peak {figure(out.numbers['peak'])}",
                step=out.step,
                confidence=out.confidence,
            )


def _plan(log: RunLog, config: TrainingConfig) -> Plan | None:
    """The schedule a config says, None where it or its length is not known."""
    name = config.get("lr_scheduler")
    peak, kind = config.get("learning_rate"), SHAPES.get(str(name).lower().rpartition(".")[2])
    optimizer = str(config.get("optimizer") or "").lower()
    steps = log.planned_steps or config.get("max_steps")
    if kind is None or not isinstance(peak, int | float) or not steps or steps <= 0 or log.unit != "step":
        return None
    if any(each in optimizer for each in OWN_RATE) or not config.written("learning_rate"):
        return None
    if any(config.field(each).unknown for each in ("warmup_steps", "warmup_ratio", "min_learning_rate")):
        return None
    warmup = warmup_steps(config.get("warmup_steps"), config.get("warmup_ratio"), steps)
    if str(name).lower() == "constant":
        warmup = 0.0
    floor = config.get("min_learning_rate") if kind == "cosine" else None
    return Plan(kind, float(peak), warmup, float(steps), float(floor or 0.0))


def _told(log: RunLog, config: TrainingConfig, plan: Plan, numbers: Mapping[str, float]) -> str:
    warm = f" after {plural(plan.warmup, 'step')} of warmup" if plan.warmup else ""
    says = f"{config.path} says {config.get('lr_scheduler')} from {figure(plan.peak)}{warm}"
    factor = numbers.get("factor")
    if factor is not None:
        return f"{says}; the learning rate was {figure(factor)} times that"
    series = log.series["learning_rate"]
    seen = shape(finite(series), plan.steps)
    went = {"constant": "it stayed constant", "linear": "it fell in a line", "cosine": "it fell as a cosine"}
    what = went.get(seen, "it went another way")
    differ = percent(1 - numbers["agrees"])
    return f"{says}; {what}, {figure(numbers['peak'])} at most: {differ} of its values differ"
