"""torchtune's recipe configs: every part is a map with its class under `_component_`.

The recipe is named on the command line; the loss, the model's builder and the other parts tell which it is.
"""

from __future__ import annotations

import re
from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, precision
from ftlint.dialects.optimizer_classes import optimizer
from ftlint.dialects.signs import scalar, written
from ftlint.dialects.torchtune_data import settle_data
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown
from ftlint.model.training_config import Purpose

PARTS = (
    *("model", "policy_model", "tokenizer", "checkpointer", "dataset", "loss", "metric_logger", "profiler"),
    *("lr_scheduler", "quantizer", "teacher_model", "reward_and_value_model"),
)
MODELS = ("model", "policy_model")
RECIPE = ("device", "dtype", "batch_size", "epochs", "seed", "shuffle", "resume_from_checkpoint")


def certainty(tree: Node, path: str) -> float:
    own = [part for part in PARTS if scalar(tree, f"{part}._component_").startswith("torchtune.")]
    if {"model", "policy_model", "checkpointer"} & set(own):
        return 0.98
    if not own and not any(tree.at(f"{part}._component_") for part in PARTS):
        return 0.0
    if len(own) >= 2 or (own and written(tree, RECIPE) >= 3):
        return 0.9
    return 0.7 if written(tree, RECIPE) >= 4 else 0.0


def settle(draft: Draft) -> None:
    if not draft.has("optimizer", "loss", "kd_loss"):
        draft.purpose = _purpose(draft)
        if draft.knows("micro_batch_size"):
            draft.fields["eval_batch_size"] = draft.fields.pop("micro_batch_size")
        return
    _tuning(draft)
    settle_data(draft)
    _method(draft)
    _schedule(draft)


def _purpose(draft: Draft) -> Purpose:
    if draft.has("tasks"):
        return "evaluate"
    if draft.has("prompt", "max_new_tokens"):
        return "inference"
    return "other"


def component(draft: Draft, part: str) -> str:
    """The last name of a part's class."""
    value = draft.value(f"{part}._component_")
    return value.rpartition(".")[2] if isinstance(value, str) else ""


def _tuning(draft: Draft) -> None:
    """From the builder of the model: `lora_llama3_8b`, `qlora_...`, else full."""
    part = next((each for each in MODELS if draft.has(f"{each}._component_")), "")
    if not part:
        return
    key, name = f"{part}._component_", component(draft, part)
    if is_unknown(str(draft.value(key))):
        draft.derive("tuning", UNKNOWN, key)
        return
    if not re.match(r"q?[ld]ora_", name):
        draft.derive("tuning", "full", key)
        return
    base = "model.quantize_base"
    four = name.startswith("q") or draft.flag(base) is True
    decided = base if four and not name.startswith("q") else key
    draft.derive("tuning", "qlora" if four else "lora", decided)
    if four:
        draft.derive("load_in_4bit", True, decided)
        draft.derive("quantization", "torchao", decided)
        draft.derive("quant_type", "nf4", decided)
    if "dora_" in name:
        draft.derive("use_dora", True, key)
    _targets(draft)


ATTENTION = {"output_proj": "o_proj"}
MLP = ("gate_proj", "up_proj", "down_proj")


def _targets(draft: Draft) -> None:
    loaded = draft.value("model.lora_attn_modules")
    if not isinstance(loaded, list):
        return
    names = [ATTENTION.get(str(name), str(name)) for name in loaded]
    if draft.flag("model.apply_lora_to_mlp"):
        names += MLP
    if {"q_proj", "k_proj", "v_proj", "o_proj", *MLP} <= set(names):
        names = ["all-linear"]
    if draft.flag("model.apply_lora_to_output"):
        names.append("lm_head")
    draft.put("lora_targets", tuple(names), "model.lora_attn_modules")


LOSSES = {
    "DPOLoss": ("dpo", "sigmoid"),
    "RSOLoss": ("dpo", "hinge"),
    "SimPOLoss": ("simpo", None),
    "PPOLoss": ("ppo", None),
}
PRETRAINING = ("text_completion_dataset", "wikitext_dataset", "cnn_dailymail_articles_dataset")


def _method(draft: Draft) -> None:
    loss = component(draft, "loss")
    if loss in LOSSES:
        method, variant = LOSSES[loss]
        draft.put("method", method, "loss._component_")
        draft.put("loss_type", variant, "loss._component_")
    elif loss.startswith("GRPO") or draft.has("grpo_samples"):
        draft.derive("method", "grpo", *(("loss._component_",) if loss else ()), "grpo_samples")
    elif draft.has("kd_loss", "teacher_model"):
        draft.derive("method", "distillation", "kd_loss", "teacher_model")
    elif draft.has("ppo_epochs", "policy_model"):
        draft.derive("method", "ppo", "policy_model", "ppo_epochs")
    elif component(draft, "dataset") in PRETRAINING:
        draft.derive("method", "pretrain", "dataset._component_")
    else:
        draft.derive("method", "sft", "loss._component_", "loss")


def _schedule(draft: Draft) -> None:
    if not draft.has("lr_scheduler"):
        draft.default("lr_scheduler", "constant", "no lr_scheduler", "lr_scheduler._component_")
    steps, epochs = draft.number("max_steps_per_epoch"), draft.number("epochs")
    if steps is not None and steps > 0:
        known = epochs is not None or not draft.has("epochs")
        whole = int(steps * (epochs or 1))
        draft.derive("max_steps", whole if known else UNKNOWN, "max_steps_per_epoch")
    if draft.number("run_val_every_n_steps") and draft.has("dataset_val"):
        draft.derive("eval_strategy", "steps", "run_val_every_n_steps")
    else:
        draft.derive("eval_strategy", "no", "run_val_every_n_steps", "dataset_val")


def scheduler(loaded: Any) -> Any:
    """`...get_cosine_schedule_with_warmup` as `cosine`."""
    name = str(loaded).rpartition(".")[2]
    for word in ("cosine", "linear", "constant", "exponential", "polynomial"):
        if word in name.lower():
            return word
    return name


def logger(loaded: Any) -> Any:
    """`...WandBLogger` as `wandb`."""
    return (str(loaded).rpartition(".")[2].removesuffix("Logger").lower(),)


DIALECT = Dialect(
    name="torchtune",
    title="torchtune",
    certainty=certainty,
    keys=(
        Key("base_model", ("checkpointer.checkpoint_dir",)),
        Key("adapter_path", ("checkpointer.adapter_checkpoint",)),
        Key("reference_model", ("ref_checkpointer.checkpoint_dir", "ref_policy_checkpointer.checkpoint_dir")),
        Key("teacher_model", ("teacher_checkpointer.checkpoint_dir",)),
        Key("beta", ("loss.beta", "loss.kl_coeff", "kl_coeff")),
        Key("num_generations", ("grpo_samples",)),
        Key("max_completion_length", ("max_generated_tokens",)),
        Key("lora_rank", ("model.lora_rank",)),
        Key("lora_alpha", ("model.lora_alpha",)),
        Key("lora_dropout", ("model.lora_dropout",)),
        Key("use_dora", ("model.use_dora",)),
        Key("learning_rate", ("optimizer.lr",)),
        Key("weight_decay", ("optimizer.weight_decay",)),
        Key("optimizer", ("optimizer._component_",), optimizer),
        Key("lr_scheduler", ("lr_scheduler._component_",), scheduler),
        Key("warmup_steps", ("lr_scheduler.num_warmup_steps",)),
        Key("epochs", ("epochs",)),
        Key("micro_batch_size", ("batch_size",)),
        Key("gradient_accumulation", ("gradient_accumulation_steps",)),
        Key("max_grad_norm", ("clip_grad_norm",)),
        Key("gradient_checkpointing", ("enable_activation_checkpointing",)),
        Key("seed", ("seed",)),
        Key("sequence_length", ("tokenizer.max_seq_len",)),
        Key("chat_template", ("tokenizer.prompt_template",)),
        Key("precision", ("dtype",), precision),
        Key("model_dtype", ("dtype",), precision),
        Key("eval_steps", ("run_val_every_n_steps",)),
        Key("eval_batch_size", ("batch_size_val",)),
        Key("save_steps", ("save_every_n_steps",)),
        Key("cpu_offload", ("fsdp_cpu_offload", "fsdp.cpu_offload")),
        Key("output_dir", ("output_dir",)),
        Key("loggers", ("metric_logger._component_",), logger),
    ),
    settle=settle,
    loader="omegaconf",
    casts=True,
    package="torchtune",
    extra={
        "tuning": "model._component_",
        "method": "loss._component_",
        "lora_targets": "model.lora_attn_modules",
        "max_steps": "max_steps_per_epoch",
        "train_data": "dataset.source",
        "eval_data": "dataset_val.source",
        "packing": "dataset.packed",
        "train_on_inputs": "dataset.train_on_input",
    },
)
