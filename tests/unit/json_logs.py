"""Logs of the JSON family written for tests, and the run that files make up."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftlint.model import RunLog
from ftlint.runlogs.runs import Run, run_files


def state(rows: list[Any], **others: Any) -> dict[str, Any]:
    """A Trainer's state in the order of keys in which it is written."""
    reached = max((row["step"] for row in rows), default=0)
    return dict(sorted({"global_step": reached, "log_history": rows, "max_steps": 100, **others}.items()))


def saved(file: Path, content: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return file


def lines(file: Path, rows: list[Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def run_of(*files: Path, columns: Mapping[str, str] = {}) -> Run:
    """The one run that files make up."""
    (found,) = run_files([str(file) for file in files], columns)
    return Run(found, columns)


def values(log: RunLog, name: str) -> dict[float, float]:
    return dict(log.series[name].points()) if name in log.series else {}
