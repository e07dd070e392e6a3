"""Fine-tuning jobs of Together: the arguments of the client's `fine_tuning.create` or the REST request."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, canonical
from ftlint.dialects.jobs import stored
from ftlint.dialects.signs import is_map, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown

_OWN = (
    *("n_checkpoints", "n_evals", "lora", "lora_trainable_modules", "train_on_inputs", "training_type"),
    *("from_checkpoint", "wandb_api_key", "wandb_project_name", "dpo_beta", "batch_size", "learning_rate"),
    *("warmup_ratio", "n_epochs", "lr_scheduler", "min_lr_ratio", "from_hf_model", "training_method"),
)


def certainty(tree: Node, path: str) -> float:
    if not written(tree, ("training_file",)) or not written(
        tree, ("model", "from_checkpoint", "from_hf_model")
    ):
        return 0.0
    if is_map(tree, "method") or is_map(tree, "hyperparameters"):
        return 0.0
    own = written(tree, _OWN)
    return 1.0 if own >= 3 else 0.9 if own else 0.0


def settle(draft: Draft) -> None:
    draft.default("provider", "together")
    stored(draft, "train_data", "training_file")
    stored(draft, "eval_data", "validation_file")
    method = draft.text("training_method.method", "training_method")
    if method:
        known = UNKNOWN if is_unknown(method) else method if method in ("sft", "dpo") else None
        draft.put("method", known, "training_method.method", "training_method")
    draft.default("method", "sft", "training_method is sft where it is left out")
    lora = draft.flag("lora")
    kind = draft.text("training_type.type", "training_type")
    if lora is not None:
        draft.derive("tuning", "lora" if lora else "full", "lora")
    elif draft.has("lora"):
        draft.derive("tuning", UNKNOWN, "lora")
    elif kind:
        tuning = {"lora": "lora", "full": "full"}.get(kind, UNKNOWN)
        draft.put("tuning", tuning, "training_type.type", "training_type")
    if draft.has("wandb_api_key", "wandb_project_name", "wandb_key"):
        draft.derive("loggers", ("wandb",), "wandb_project_name", "wandb_api_key", "wandb_key")
    evaluations = draft.number("n_evals")
    if evaluations is not None:
        draft.derive("eval_strategy", "steps" if evaluations > 0 else "no", "n_evals")
    ratio, peak = (
        draft.number("min_lr_ratio", "lr_scheduler.lr_scheduler_args.min_lr_ratio"),
        draft.get("learning_rate"),
    )
    if ratio is not None and isinstance(peak, float | int):
        draft.put(
            "min_learning_rate", ratio * peak, "min_lr_ratio", "lr_scheduler.lr_scheduler_args.min_lr_ratio"
        )


def finish(draft: Draft) -> None:
    rank = draft.get("lora_rank")
    if rank is not None and draft.get("tuning") == "lora":
        draft.default("lora_alpha", 2 * rank, "together/resources/finetune.py: twice the rank")


def batch(loaded: Any) -> Any:
    """A number; `max`, which is the default, is as many as the service takes."""
    number = as_number(loaded)
    return UNKNOWN if number is None else canonical("global_batch_size", number)


DIALECT = Dialect(
    name="together-job",
    title="Together job",
    certainty=certainty,
    keys=(
        Key("base_model", ("model",)),
        Key("adapter_path", ("from_checkpoint",)),
        Key("epochs", ("n_epochs",)),
        Key("global_batch_size", ("batch_size",), batch),
        Key("learning_rate", ("learning_rate",)),
        Key("lr_scheduler", ("lr_scheduler_type", "lr_scheduler.lr_scheduler_type")),
        Key("warmup_ratio", ("warmup_ratio",)),
        Key("max_grad_norm", ("max_grad_norm",)),
        Key("weight_decay", ("weight_decay",)),
        Key("lora_rank", ("lora_r", "training_type.lora_r")),
        Key("lora_alpha", ("lora_alpha", "training_type.lora_alpha")),
        Key("lora_dropout", ("lora_dropout", "training_type.lora_dropout")),
        Key("lora_targets", ("lora_trainable_modules", "training_type.lora_trainable_modules")),
        Key("beta", ("dpo_beta", "training_method.dpo_beta")),
        Key("train_on_inputs", ("train_on_inputs", "training_method.train_on_inputs")),
        Key("sequence_length", ("max_seq_length",)),
        Key("seed", ("seed",)),
        Key("hub_model_id", ("hf_output_repo_name",)),
    ),
    settle=settle,
    finish=finish,
    casts=True,
    package="together",
    extra={
        "train_data": "training_file",
        "eval_data": "validation_file",
        "method": "training_method",
        "tuning": "lora",
    },
)
