"""ftlint's own dialect: canonical field names as keys, under `ftlint: 1`.

ftlint: 1
base_model: Qwen/Qwen3-8B
method: sft
tuning: lora
lora_rank: 16
learning_rate: 2.0e-4
train_data: data/train.jsonl
eval_data: [data/val.jsonl]
"""

from __future__ import annotations

from ftlint.dialects.contract import Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.signs import written
from ftlint.model.config_fields import FIELDS
from ftlint.model.config_tree import Node

DATA = ("train_data", "eval_data", "general_data")


def certainty(tree: Node, path: str) -> float:
    version = tree.at("ftlint")
    if version is None or version.kind != "scalar" or version.text != "1":
        return 0.0
    return 1.0 if written(tree, FIELDS) else 0.0


def settle(draft: Draft) -> None:
    for name in DATA:
        found = draft.entry(name)
        if found is not None:
            draft.put(name, tuple(draft.refs(found[1].value)), name)
    file = draft.get("deepspeed")
    if isinstance(file, str) and file != "inline":
        draft.parts.append(file)
    if draft.get("tuning") is None:
        adapter = draft.knows("lora_rank")
        four = draft.get("load_in_4bit") is True
        draft.default("tuning", "qlora" if adapter and four else "lora" if adapter else "full")


DIALECT = Dialect(
    name="ftlint",
    title="ftlint",
    certainty=certainty,
    keys=tuple(Key(name, (name,)) for name, spec in FIELDS.items() if spec.kind != "data"),
    settle=settle,
    loader="omegaconf",
    casts=True,
    package="ftlint",
    extra={name: name for name in DATA},
)
