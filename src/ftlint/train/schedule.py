"""Steps of a run, once it is known how many items it trains on. No torch: the dry run asks, too."""

from __future__ import annotations

import math
from dataclasses import replace

from ftlint.train.plan import Plan

PARTS = 10
"""Evaluations and checkpoints of a run whose config says no number: enough to see a curve turn, and a tenth
of the time lost at most when a machine goes away."""

LOGGED_ALL = 1000
"""Steps up to which every one is logged; every tenth of longer runs."""


def steps_per_epoch(plan: Plan, items: int, processes: int = 1) -> int:
    """Optimizer steps of one pass over `items` (examples, or packs), as transformers' Trainer counts them."""
    batches = math.ceil(items / (plan.micro_batch * processes))
    return max(1, math.ceil(batches / plan.accumulation))


def total_steps(plan: Plan, items: int, processes: int = 1) -> int:
    """Optimizer steps of the whole run."""
    if plan.max_steps > 0:
        return plan.max_steps
    return max(1, math.ceil(plan.epochs * steps_per_epoch(plan, items, processes)))


def scheduled(plan: Plan, items: int, processes: int = 1) -> Plan:
    """The plan with its steps between evaluations, checkpoints and log rows.

    `save_steps` is 0 where only the end is saved, `eval_steps` where nothing is evaluated, or each epoch is.
    """
    steps = total_steps(plan, items, processes)
    epoch = steps_per_epoch(plan, items, processes)
    auto = max(1, math.ceil(steps / PARTS))
    evaluated = plan.eval_steps or _part(plan.eval_share, steps) or auto
    saved = plan.save_steps or _part(plan.save_share, steps) or (evaluated if plan.eval_steps else auto)
    return replace(
        plan,
        eval_steps=evaluated if plan.eval_strategy == "steps" else 0,
        save_steps={"no": 0, "epoch": min(epoch, steps)}.get(plan.save_strategy, saved),
        log_steps=plan.log_steps or (1 if steps <= LOGGED_ALL else 10),
        eval_share=0.0,
        save_share=0.0,
    )


def _part(share: float, steps: int) -> int:
    return max(1, math.ceil(share * steps)) if share else 0
