"""Scripts as configs, for tests: what each says, and where it stands."""

from __future__ import annotations

import json

from ftlint.dialects.launch import launched
from ftlint.model import TrainingConfig


def lines(text: str | bytes, name: str = "run.sh") -> list[TrainingConfig]:
    """The configs of a script. Each written value stands where it is said to."""
    data = text.encode() if isinstance(text, str) else text
    found = launched(data, name)
    for config in found:
        assert (config.path, config.syntax, config.launched) == (name, "flags", True)
        for field in config.fields.values():
            if field.written and field.raw and not field.unknown and field.range is not None:
                piece = data[field.range.start : field.range.end].decode()
                assert piece == field.raw or field.loaded is None or name.endswith(".ipynb"), field
    return found


def line(text: str, name: str = "run.sh") -> TrainingConfig:
    found = lines(text, name)
    assert len(found) == 1, found
    return found[0]


def cut(text: str, config: TrainingConfig, name: str) -> tuple[str, int, int]:
    """What stands in the range of a field, its line and column."""
    at = config.field(name).range
    assert at is not None
    return text.encode()[at.start : at.end].decode(), at.line, at.column


HF = "--model_name_or_path a/b --num_train_epochs 3 --per_device_train_batch_size 2"


def notebook(*cells: str | list[str], ascii_only: bool = False) -> str:
    made = [{"cell_type": "code", "source": cell, "outputs": [], "metadata": {}} for cell in cells]
    made.insert(
        0, {"cell_type": "markdown", "source": ["trl sft --model_name_or_path a/b --learning_rate 9\n"]}
    )
    return json.dumps({"cells": made, "nbformat": 4, "metadata": {}}, indent=1, ensure_ascii=ascii_only)
