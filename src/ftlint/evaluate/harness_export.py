"""Rows as tasks of lm-evaluation-harness: a YAML and a JSONL file for each role, and the command to run them.

The prompt is written out as the chat template renders it, so the harness is run without its own
`--apply_chat_template` and without a BOS of its own: whatever the conversation, the model is asked the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.evaluate.result import Role
from ftlint.fix.output import replacing


class Exported(NamedTuple):
    """One row as the model is asked: `prompt` rendered up to where it answers, `id` that of `Prediction`."""

    id: str
    prompt: str
    reference: str


TASKS: Mapping[Role, str] = {"narrow": "ftlint_narrow", "general": "ftlint_general"}


def write_tasks(
    folder: str,
    rows: Mapping[Role, Sequence[Exported]],
    *,
    model: str,
    adapter: str = "",
    dtype: str = "float32",
    until: Sequence[str] = (),
    max_new_tokens: int,
    split: str = "test",
) -> str:
    """Write the tasks into a folder, and give the command that runs them. `dtype` is as torch spells it."""
    os.makedirs(folder, exist_ok=True)
    roles = [role for role in TASKS if rows.get(role)]
    for role in roles:
        name = TASKS[role]
        file = os.path.abspath(os.path.join(folder, f"{name}.jsonl"))
        with replacing(file, "", force=True) as out:
            for row in rows[role]:
                out.write(json.dumps(row._asdict()).encode() + b"\n")
        with replacing(os.path.join(folder, f"{name}.yaml"), "", force=True) as out:
            out.write(_yaml(task(name, file, until, max_new_tokens, split)))
    return command(folder, [TASKS[role] for role in roles], model=model, adapter=adapter, dtype=dtype)


def task(name: str, file: str, until: Sequence[str], max_new_tokens: int, split: str) -> dict[str, Any]:
    """One task as lm-evaluation-harness 0.4 reads it: names of columns, never templates with text of rows."""
    return {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {split: file}},
        f"{split}_split": split,
        "output_type": "generate_until",
        "doc_to_text": "prompt",
        "doc_to_target": "reference",
        "target_delimiter": "",
        "generation_kwargs": {
            "until": list(until),
            "do_sample": False,
            "max_gen_toks": max_new_tokens,
        },
        "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
        "metadata": {"version": 1.0},
    }


def command(folder: str, tasks: Sequence[str], *, model: str, adapter: str, dtype: str) -> str:
    """The command line that runs the tasks offline on one model and keeps each answer."""
    import shlex

    given = [f"pretrained={model}", *([f"peft={adapter}"] if adapter else [])]
    given += [f"dtype={dtype}", "add_bos_token=False"]
    words = ["lm_eval", "run", "--model", "hf", "--model_args", ",".join(given), "--tasks", ",".join(tasks)]
    words += ["--include_path", folder, "--log_samples", "--output_path"]
    words += [os.path.join(folder, "tuned" if adapter else "base")]
    return "HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 " + shlex.join(words)


def _yaml(content: Mapping[str, Any]) -> bytes:
    import yaml

    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True).encode()
