"""Small trainings: their data, plan, and processes of their own that can be killed."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import models

from ftlint.train.plan import Plan

LOADED = (
    *("ftlint.train.engine", "ftlint.train.callbacks", "ftlint.live.callback", "ftlint.gate.manifest"),
    *("ftlint.train.data", "peft", "torch.utils.tensorboard", "ftlint_rules"),
)
"""What a training imports on its way: loaded once, and not in each process that is started."""


def loaded() -> None:
    for name in LOADED:
        importlib.import_module(name)


def written(path: Path, rows: list[Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path.name


def planned(root: Path, base: Path, **changed: Any) -> Plan:
    """A plan over files that are written to `root`: 48 narrow rows and general rows, 14 steps, dropout."""
    data = {
        "train": (written(root / "train.jsonl", models.tickets(48)),),
        "validation": (written(root / "val.jsonl", models.tickets(10, 1)),),
        "general": (written(root / "general.jsonl", models.questions(40)),),
    }
    settings: dict[str, Any] = {
        "root": str(root),
        "config": "lora.yaml",
        "method": "sft",
        "tuning": "lora",
        "base_model": "base",
        "model_folder": str(base),
        "output": str(root / "out"),
        "data": data,
        "formats": {name: "openai-chat" for files in data.values() for name in files},
        "rank": 4,
        "dropout": 0.1,
        "learning_rate": 5e-3,
        "epochs": 2,
        "micro_batch": 4,
        "accumulation": 2,
        "general_share": 0.2,
        "length": 256,
        "eval_steps": 5,
        "save_steps": 4,
        "log_steps": 3,
        "date": "2026-11-28",
    }
    return Plan(**settings | changed)


def trained(plan: Plan, **more: Any) -> Any:
    """Train a plan in this process; the manifest."""
    import torch

    from ftlint.train.data import prepare
    from ftlint.train.run import run
    from ftlint.weights.tokenizer import load_tokenizer

    torch.set_num_threads(1)
    tokenizer = load_tokenizer(plan.model_folder, today=plan.date)
    return run(plan, prepare(plan, tokenizer), tokenizer, stream=more.pop("stream", None), **more)


def started(work: Callable[[], object]) -> int:
    """Start a process that does the work; its id. It has what is imported here, so it begins at once.

    Torch must not have been busy in this process before: its threads don't come along. It exits with 0, with
    3 where the work raised, or as a signal ends it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(3)


def ended(child: int) -> int:
    """The exit code of a process, the negative number of the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_after(work: Callable[[], object], seconds: float) -> int:
    """Kill the work (SIGKILL) after so many seconds; how it ended."""
    child = started(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return ended(child)


def came_to(output: str | Path) -> dict[str, Any]:
    """What a run came to, less what tells of the machine: rows of the log, bytes of the adapter, counts."""
    from ftlint.gate.manifest import read_manifest
    from ftlint.train.logs import without_times

    folder = Path(output)
    manifest = read_manifest(str(folder))
    trained = manifest.trained.model_dump()
    del trained["seconds"]
    return {
        "log": without_times((folder / "log.jsonl").read_text()),
        "adapter": {each.name: each.read_bytes() for each in sorted((folder / "adapter").iterdir())},
        "hashes": [each.model_dump() for each in manifest.adapter],
        "trained": trained,
        "status": manifest.status,
    }


def files_in(folder: str | Path) -> list[str]:
    """Names of what stands in a run's folder."""
    return sorted(os.listdir(folder))
