"""What a run came to, in the lines that `ftlint train` ends with."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftlint.report.amounts import amount, clock, number

if TYPE_CHECKING:
    from ftlint.gate.manifest import RunManifest, Trained

WHY = {
    "early-stopping": "the validation loss gained nothing more",
    "nan-loss": "the loss is no number any more",
    "zero-loss": "the loss is exactly zero",
    "divergence": "the loss diverged",
    "overfitting": "it overfitted",
    "forgetting": "it forgot what it could do before, beyond the tolerance",
}


def summary(manifest: RunManifest, folder: str, *, split: str = "test", again: str = "") -> Iterator[str]:
    """Lines for a person. `folder` is the run's as they would type it, `split` what there is to
    evaluate it on: test, else validation, "" for neither. `again` is the command that resumes it."""
    trained = manifest.trained
    if manifest.status == "interrupted":
        done = f"step {number(trained.steps)} of {number(trained.planned_steps)}"
        yield f"interrupted by {trained.stopped_by} · {done} is saved"
        yield f"go on: {again or f'ftlint train {shlex.quote(manifest.config)} --resume'}"
        return
    ended = f"{manifest.status} · {_amounts(trained)}"
    if trained.stopped_by:
        ended += f" · {trained.stopped_by}: {WHY.get(trained.stopped_by, 'a rule of training runs ended it')}"
    yield ended
    if trained.best_step is not None and trained.best_loss is not None:
        yield f"best at step {number(trained.best_step)} · validation loss {trained.best_loss:.4g}"
    if not manifest.adapter:
        yield "no adapter was written: no checkpoint from before it broke was evaluated"
        return
    yield f"adapter: {folder}/adapter"
    if split:
        on = "" if split == "test" else f" --split {split}"
        yield f"next: ftlint eval --run {shlex.quote(folder)}{on}"


def _amounts(trained: Trained) -> str:
    steps = f"{number(trained.steps)} of {number(trained.planned_steps)} steps"
    if trained.steps == trained.planned_steps:
        steps = f"{number(trained.steps)} steps"
    parts = [steps, f"{amount(round(trained.epochs, 2))} epochs", f"{number(trained.tokens)} tokens"]
    if trained.general_tokens and trained.target_tokens:
        parts.append(f"{trained.general_tokens / trained.target_tokens:.0%} of those trained are general")
    return " · ".join([*parts, clock(trained.seconds)])
