"""Fine-tuning jobs of OpenAI and Azure OpenAI: the request of `POST /fine_tuning/jobs` as JSON.

The method holds the hyper-parameters (`method.dpo.hyperparameters.beta`); older requests have them at the
top. `auto` leaves a value to the service.
"""

from __future__ import annotations

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.jobs import stored
from ftlint.dialects.signs import is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown

METHODS = {"supervised": "sft", "dpo": "dpo", "reinforcement": "rft"}
_ROOTS = ("method", "extra_body.method")


def _spelled(name: str) -> tuple[str, ...]:
    inside = tuple(f"{root}.{method}.hyperparameters.{name}" for root in _ROOTS for method in METHODS)
    return (*inside, f"hyperparameters.{name}")


def certainty(tree: Node, path: str) -> float:
    if written(tree, ("model", "training_file")) < 2:
        return 0.0
    if any(is_map(tree, f"{root}.{method}") for root in _ROOTS for method in METHODS):
        return 1.0
    if any(scalar(tree, f"{root}.type") in METHODS for root in _ROOTS) or is_map(tree, "hyperparameters"):
        return 0.95
    foreign = (
        "n_epochs",
        "n_checkpoints",
        "n_evals",
        "lora",
        "training_type",
        "training_method",
        "batch_size",
    )
    return 0.0 if written(tree, foreign) else 0.75


def settle(draft: Draft) -> None:
    draft.default("provider", "azure" if draft.has("trainingType", "extra_body.trainingType") else "openai")
    stored(draft, "train_data", "training_file")
    stored(draft, "eval_data", "validation_file")
    for root in _ROOTS:
        kind = draft.text(f"{root}.type")
        if kind:
            method = UNKNOWN if is_unknown(kind) else METHODS.get(kind)
            draft.put("method", method, f"{root}.type")
        for name, method in METHODS.items():
            if not draft.knows("method") and draft.has(f"{root}.{name}"):
                draft.put("method", method, f"{root}.{name}")
    draft.default("method", "sft", "a job without `method` is supervised")
    integrations = draft.tree.at("integrations")
    for item in integrations.items if integrations else ():
        entry = item.entry("type")
        if entry is not None and entry.value.text:
            draft.put("loggers", (entry.value.text,), "integrations", entry=entry)


DIALECT = Dialect(
    name="openai-job",
    title="OpenAI job",
    certainty=certainty,
    keys=(
        Key("base_model", ("model",)),
        Key("epochs", _spelled("n_epochs")),
        Key("global_batch_size", _spelled("batch_size")),
        Key("learning_rate_multiplier", _spelled("learning_rate_multiplier")),
        Key("beta", _spelled("beta")),
        Key("eval_steps", _spelled("eval_interval")),
        Key("seed", ("seed",)),
    ),
    settle=settle,
    loader="yaml-1.1",
    casts=True,
    inner=("", "body"),
    extra={"train_data": "training_file", "eval_data": "validation_file", "method": "method.type"},
)
