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

from typing import Any

from ftlint.dialects.contract import Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.signs import written
from ftlint.model.config_fields import FIELDS
from ftlint.model.config_tree import Node
from ftlint.model.training_config import Field, TrainingConfig

DATA = ("train_data", "eval_data", "general_data")

DEFAULTS: dict[str, Any] = {
    "learning_rate": 2e-4,
    "lr_scheduler": "cosine",
    "epochs": 1.0,
    "micro_batch_size": 1,
    "gradient_accumulation": 1,
    "weight_decay": 0.0,
    "max_grad_norm": 1.0,
    "seed": 42,
}
ADAPTER: dict[str, Any] = {"lora_rank": 16, "lora_dropout": 0.0, "lora_targets": ("all-linear",)}
"""What `ftlint train` takes where a config says nothing; `lora_alpha` is twice the rank."""


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


def completed(config: TrainingConfig) -> TrainingConfig:
    """The config with the defaults of `ftlint train` in it: another trainer has others."""
    if config.dialect != DIALECT.name:
        return config
    defaults = dict(DEFAULTS)
    if config.has("global_batch_size"):
        del defaults["gradient_accumulation"]
    if config.get("tuning") in ("lora", "qlora"):
        defaults |= ADAPTER | {"lora_alpha": 2 * (config.get("lora_rank") or ADAPTER["lora_rank"])}
    added = {
        name: Field(value, written=False, source="ftlint train")
        for name, value in defaults.items()
        if name not in config.fields
    }
    return config._replace(fields={**config.fields, **added})


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
