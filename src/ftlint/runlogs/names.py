"""The names that writers give to metrics, as canonical names (`ftlint.model.run_log.NAMES`)."""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.model.run_log import Objective


def canonical(raw: str, kind: str) -> str:
    """The canonical name of what a writer of this kind calls a metric; the name itself where it is none."""
    return raw


def objective_of(names: Iterable[str]) -> Objective:
    """What the names of its metrics say a run is after."""
    known = set(names)
    if {"rewards/margins", "rewards/accuracies", "rewards/chosen"} & known:
        return "preference"
    if {"reward", "kl", "reward_std", "clip_ratio", "completions/mean_length"} & known:
        return "reinforcement"
    return "loss"
