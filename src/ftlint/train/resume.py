"""Whether a run may go on: the same plan, the same rows, the same lock; else what is different."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError
from ftlint.train import checkpoints

if TYPE_CHECKING:
    from ftlint.gate.manifest import RunManifest
    from ftlint.train.plan import Plan

HELD = ".running"
FREE = frozenset(
    {
        "root",
        "model_folder",
        "output",
        "micro_batch",
        "accumulation",
        "world_size",
        "eval_batch",
        "tensorboard",
    }
)
"""Fields of a plan that may differ: where things are, and how a step is divided."""


def earlier(folder: Path, *, resume: bool) -> RunManifest | None:
    """The run that stands in a folder, None for a new one.

    Raises `FtlintError` where one stands there and it is not to be resumed, and for checkpoints of another
    trainer.
    """
    from ftlint.gate.manifest import NAME, read_manifest

    if not (folder / NAME).is_file():
        # a run writes its manifest before any of these: they are not ours to overwrite
        ours = ("adapter", "log.jsonl")
        others = [name for name in _names(folder) if name.startswith("checkpoint-") or name in ours]
        if others:
            raise FtlintError(
                f"holds {others[0]} and no {NAME}: not a run of ftlint; name another output_dir",
                str(folder),
            )
        return None
    found = read_manifest(str(folder))
    if found.tool != "ftlint":
        raise FtlintError(f"holds a run of {found.tool}: name another output_dir", str(folder))
    if not resume:
        on = "" if found.status == "finished" else "--resume goes on with it; "
        raise FtlintError(
            f"holds a run already ({found.status}, {found.trained.steps} of {found.trained.planned_steps} "
            f"steps): {on}for a new one name another output_dir or remove the folder",
            str(folder),
        )
    return found


def check(before: RunManifest, plan: Plan, fingerprint: str, lock: str) -> None:
    """Raises `FtlintError` that names the first difference between a run and what it is to go on with."""
    where = plan.output
    if changed := differences(before.plan, plan.as_dict()):
        name, then, now = changed[0]
        more = f" (and {len(changed) - 1} more: {', '.join(each[0] for each in changed[1:])})"
        raise FtlintError(
            f"cannot be resumed: {name} was {_shown(then)} and is {_shown(now)} now"
            f"{more if len(changed) > 1 else ''}; put it back, or start a new run in another output_dir",
            where,
        )
    if before.data.fingerprint != fingerprint:
        raise FtlintError(
            "cannot be resumed: the rows are not those it was trained on (data, tokenizer or chat template "
            "changed); restore them, or start a new run in another output_dir",
            where,
        )
    if before.lock != lock:
        raise FtlintError(
            "cannot be resumed: ftlint.lock was approved anew since it began; restore the lock from git, or "
            "start a new run in another output_dir",
            where,
        )


def elsewhere(before: RunManifest) -> Iterator[str]:
    """What of the packages and the device is not as it was when a run began: the rest of it is the same run,
    and not the same bytes."""
    from ftlint.weights.model import device_name, versions

    now = versions()
    changed = [
        f"{name} {before.versions.get(name, 'none')} -> {now.get(name, 'none')}"
        for name in sorted({*before.versions, *now})
        if before.versions.get(name) != now.get(name)
    ]
    if (device := device_name()) != before.precision.device:
        changed.append(f"{before.precision.device} -> {device}")
    if changed:
        yield f"ftlint: resumed with other versions, so not to the same bytes: {', '.join(changed)}"


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Fields of two plans that differ, with both values; the effective batch is one of them."""
    now = json.loads(json.dumps(dict(now)))
    found: list[tuple[str, Any, Any]] = [
        (name, then.get(name), now.get(name))
        for name in sorted({*then, *now} - FREE)
        if then.get(name) != now.get(name)
    ]
    if _batch(then) != _batch(now):
        found.append(("the effective batch", _batch(then), _batch(now)))
    return found


def _batch(plan: Mapping[str, Any]) -> int:
    return int(plan.get("micro_batch", 1) * plan.get("accumulation", 1) * plan.get("world_size", 1))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 80 else text[:77] + "..."


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


@contextlib.contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Nobody else trains in this folder meanwhile. Half checkpoints of a killed run are removed."""
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / HELD, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        told = f"the run's folder cannot be written: {error.strerror or error}; output_dir names another"
        raise FtlintError(told, str(folder)) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FtlintError("another process is training in this folder", str(folder)) from None
        except OSError:  # some network file systems know no locks
            pass
        checkpoints.cleared(folder)
        yield
    finally:
        os.close(handle)
