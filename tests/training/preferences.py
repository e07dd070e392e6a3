"""A small world for preference training: pairs in files, a model, a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import models

from ftlint.train.plan import Plan


def rows(count: int, seed: int) -> list[dict[str, Any]]:
    """A ticket's right answer against one that answers another question."""
    found = []
    for right, wrong in zip(models.tickets(count, seed), models.questions(count, seed + 9), strict=True):
        user, answer = right["messages"]
        found.append({"prompt": [user], "chosen": [answer], "rejected": [wrong["messages"][1]]})
    return found


def write(path: Path, found: list[Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in found))


def world(folder: Path, train: int = 21, validation: int = 7) -> Path:
    """A root with `model/` and files of pairs and of chats, training and validation of each."""
    models.random_model(folder / "model")
    for name, count, seed in (("train", train, 0), ("val", validation, 1)):
        write(folder / f"pairs-{name}.jsonl", rows(count, seed))
        write(folder / f"chats-{name}.jsonl", models.tickets(count, seed))
    return folder


def plan(root: Path, out: str, method: str = "dpo", **changed: Any) -> Plan:
    kind = {"dpo": "pairs", "sft": "chats"}[method]
    asked: dict[str, Any] = {
        "tuning": "lora",
        "rank": 4,
        "learning_rate": 1e-3,
        "scheduler": "constant",
        "epochs": 2.0,
        "micro_batch": 2,
        "accumulation": 2,
        "length": 128,
        "eval_steps": 5,
        "save_steps": 3,
        "tensorboard": False,
    }
    return Plan(
        root=str(root),
        config="config.yaml",
        method=method,
        base_model="model",
        model_folder=str(root / "model"),
        output=str(root / out),
        data={"train": (f"{kind}-train.jsonl",), "validation": (f"{kind}-val.jsonl",)},
        **(asked | changed),
    )
