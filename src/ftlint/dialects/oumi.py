"""oumi: the schema of `oumi train`, and those of its evaluation, inference, judge, job and tuning configs."""

from __future__ import annotations

import re
from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref, precision
from ftlint.dialects.signs import is_list, is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown
from ftlint.model.training_config import DataRef, Purpose

TRAINING = (
    *("training.trainer_type", "training.enable_gradient_checkpointing", "training.save_final_model"),
    *("training.dataloader_main_process_only", "training.include_performance_metrics", "training.use_peft"),
    *("training.log_model_summary", "training.mixed_precision_dtype", "training.enable_wandb"),
    *("model.torch_dtype_str", "model.model_max_length", "data.train.use_torchdata", "peft.q_lora"),
    *("fsdp.enable_fsdp", "deepspeed.enable_deepspeed"),
)


def certainty(tree: Node, path: str) -> float:
    if is_list(tree, "data.train.datasets") and written(tree, ("model.model_name", "training")) == 2:
        return 0.98
    if is_map(tree, "training") and written(tree, TRAINING) >= 3:
        return 0.9
    if _purpose(tree):
        return 0.95
    return 0.8 if scalar(tree, "model.model_name") and written(tree, TRAINING) >= 2 else 0.0


def _purpose(tree: Node) -> Purpose | None:
    """What the config is for, where it is another than `oumi train`'s; None where no sign of it is there."""
    model = scalar(tree, "model.model_name") != ""
    tasks = tree.at("tasks")
    if tasks is not None and any(written(item, TASK) for item in tasks.items):
        return "evaluate"
    if written(tree, JUDGE) >= 2:
        return "evaluate"
    if model and written(tree, SEARCH) >= 2:
        return "other"
    if written(tree, ("strategy_params", "num_samples", "inference_config")) == 3:
        return "other"
    if "oumi " in scalar(tree, "run") and written(tree, ("resources", "setup", "num_nodes", "name")) >= 2:
        return "other"
    if model and tree.at("training") is None and tree.at("data.train") is None:
        if written(tree, ("generation", "engine", "remote_params")) >= 2:
            return "inference"
        if scalar(tree, "engine").upper() in ENGINES:
            return "inference"
        if scalar(tree, "method").startswith(("awq_", "bnb_", "llmc_")):
            return "other"
    return None


TASK = ("evaluation_backend", "evaluation_platform")
SEARCH = ("tuning.n_trials", "tuning.tuner_type", "tuning.tunable_training_params")
JUDGE = ("judge_params", "judge_params.prompt_template", "inference_config", "rule_judge_params")
ENGINES = frozenset(
    {"NATIVE", "VLLM", "REMOTE_VLLM", "SGLANG", "LLAMACPP", "REMOTE", "OPENAI", "ANTHROPIC", "GOOGLE_VERTEX"}
)


def settle(draft: Draft) -> None:
    purpose = None if draft.has("training", "data.train") else _purpose(draft.tree)
    draft.purpose = purpose or "train"
    if draft.purpose != "train":
        return
    _method(draft)
    _tuning(draft)
    _data(draft)
    _length(draft)
    _saving(draft)
    _machines(draft)


METHODS = {
    "TRL_DPO": "dpo",
    "TRL_KTO": "kto",
    "TRL_GRPO": "grpo",
    "VERL_GRPO": "grpo",
    "TRL_GKD": "distillation",
    "TRL_GOLD": "distillation",
}
CORPORA = re.compile(r"(?:^|[/_-])(?:fineweb|wikitext|wikipedia|pile|redpajama|slimpajama|dolma|c4|pretrain)")


def _method(draft: Draft) -> None:
    key = "training.trainer_type"
    trainer = trainer_of(draft)
    if trainer in METHODS:
        draft.put("method", METHODS[trainer], key)
    elif is_unknown(str(draft.value(key) or "")):
        draft.put("method", UNKNOWN, key)
    elif _pretrains(draft):
        draft.derive("method", "pretrain", "model.load_pretrained_weights", "data.train.datasets")
    else:
        draft.derive("method", "sft", key, "training")
    if trainer.startswith("VERL"):
        # verl counts prompts of a step, not examples of a device
        draft.drop("micro_batch_size")
        draft.derive("micro_batch_size", UNKNOWN, "training.verl_config_overrides", key)


def trainer_of(draft: Draft) -> str:
    """`TRL_SFT`, however it is spelled; "" where none is written."""
    value = draft.value("training.trainer_type")
    return value.strip().upper().rpartition(".")[2] if isinstance(value, str) else ""


def _pretrains(draft: Draft) -> bool:
    """Trainers of next tokens pretrain where the weights are fresh or all data is a corpus of texts."""
    if draft.flag("model.load_pretrained_weights") is False:
        return True
    node = draft.tree.at("data.train.datasets")
    names = [_text(draft, item, "dataset_name").lower() for item in node.items] if node else []
    return bool(names) and all(CORPORA.search(name) for name in names)


def _tuning(draft: Draft) -> None:
    use, quantised = draft.flag("training.use_peft"), draft.flag("peft.q_lora")
    if is_unknown(str(draft.value("training.use_peft") or "")):
        draft.derive("tuning", UNKNOWN, "training.use_peft")
        return
    if not use:
        for field in ADAPTER:
            draft.drop(field)
        draft.derive("tuning", "full", "training.use_peft", "training")
        return
    bits = draft.number("peft.q_lora_bits") or 4
    if quantised:
        draft.derive("tuning", "qlora" if bits == 4 else "lora", "peft.q_lora")
        load = "load_in_4bit" if bits == 4 else "load_in_8bit"
        draft.derive(load, True, "peft.q_lora_bits", "peft.q_lora")
        draft.derive("quantization", "bnb", "peft.q_lora")
    else:
        draft.derive("tuning", "lora", "training.use_peft")
    if not quantised or bits != 4:
        for field in ("quant_type", "quant_compute_dtype"):
            draft.drop(field)


ADAPTER = (
    *("lora_rank", "lora_alpha", "lora_dropout", "lora_targets", "modules_to_save"),
    *("quant_type", "quant_compute_dtype"),
)


def _data(draft: Draft) -> None:
    for field, split in (("train_data", "train"), ("eval_data", "validation")):
        node = draft.tree.at(f"data.{split}.datasets")
        refs = tuple(_ref(draft, item) for item in node.items if item.kind == "map") if node else ()
        if refs:
            draft.put(field, refs, f"data.{split}.datasets")
    target = draft.text("data.train.collator_name")
    if draft.has("data.train.train_target") or "completions_only" in target:
        draft.derive("train_on_inputs", False, "data.train.train_target", "data.train.collator_name")
    packed = draft.fields.get("packing")
    if packed is not None and packed.value and packed.key.startswith("data."):
        # oumi chunks the concatenated tokens: examples see each other
        draft.derive("packing_isolated", False, packed.key)


def _ref(draft: Draft, node: Node) -> DataRef:
    """A dataset: a path where one is given, else the name, of a hub or of oumi's registry."""
    weight = _number(draft, node, "mixture_proportion")
    limit = _number(draft, node, "sample_count")
    for key in ("dataset_path", "dataset_kwargs.hf_dataset_path", "dataset_name"):
        name = _text(draft, node, key)
        where = node.at(key)
        if not name or where is None:
            continue
        kind = "file" if key == "dataset_path" else ""
        if key == "dataset_name" and "/" not in name and not is_unknown(name):
            kind = "registered"
        if is_unknown(name):
            kind = "unknown"
        return data_ref(
            name,
            where,
            kind,
            split=_text(draft, node, "split") or "train",
            format="messages" if _text(draft, node, "dataset_name") == "text_sft_jsonl" else "",
            weight=weight,
            limit=int(limit) if limit is not None else None,
        )
    return DataRef("", "unknown", range=node.range)


def _length(draft: Draft) -> None:
    """`training.trainer_kwargs` are the trainer's own; `${...}` in them is another key of this file."""
    if draft.get("method") == "grpo" and not trainer_of(draft).startswith("VERL"):
        draft.drop("sequence_length")


def _saving(draft: Draft) -> None:
    steps = draft.number("training.save_steps")
    if steps is not None and steps > 0:
        draft.derive("save_strategy", "steps", "training.save_steps")
    elif draft.flag("training.save_epoch"):
        draft.derive("save_strategy", "epoch", "training.save_epoch")
    elif steps is not None:
        draft.derive("save_strategy", "no", "training.save_steps")
    kept = {"wandb": False, "mlflow": False, "tensorboard": True}
    names = []
    for name, default in kept.items():
        flag = draft.flag(f"training.enable_{name}")
        if default if flag is None else flag:
            names.append(name)
    keys = tuple(f"training.enable_{name}" for name in kept)
    draft.derive("loggers", tuple(names) or ("none",), *keys)


def _machines(draft: Draft) -> None:
    if draft.flag("deepspeed.enable_deepspeed"):
        config = draft.value("deepspeed.deepspeed_config_path")
        draft.put(
            "deepspeed",
            str(config) if config else "inline",
            "deepspeed.deepspeed_config_path",
            "deepspeed.enable_deepspeed",
        )
        if config and not is_unknown(str(config)):
            draft.parts.append(str(config))
        if draft.has("deepspeed.offload_optimizer", "deepspeed.offload_param"):
            draft.derive("cpu_offload", True, "deepspeed.offload_optimizer", "deepspeed.offload_param")
    else:
        draft.drop("zero_stage")


def finish(draft: Draft) -> None:
    mixed = draft.text("training.mixed_precision_dtype")
    if mixed and mixed != "none":
        draft.put("precision", precision(mixed), "training.mixed_precision_dtype")
    elif draft.knows("model_dtype"):
        draft.fields["precision"] = draft.fields["model_dtype"]


def zero_stage(loaded: Any) -> Any:
    """`ZERO_3`, `3` or 3."""
    number = as_number(str(loaded).upper().removeprefix("ZERO_"))
    return UNKNOWN if number is None else int(number)


def _text(draft: Draft, node: Node, key: str) -> str:
    value = node.at(key)
    loaded = draft.resolved(value) if value is not None and value.kind == "scalar" else None
    return loaded if isinstance(loaded, str) else ""


def _number(draft: Draft, node: Node, key: str) -> float | None:
    value = node.at(key)
    return as_number(draft.resolved(value)) if value is not None and value.kind == "scalar" else None


TEACHERS = tuple(f"training.{part}.teacher_model_name_or_path" for part in ("gold", "gkd"))
DIALECT = Dialect(
    name="oumi",
    title="Oumi",
    certainty=certainty,
    keys=(
        Key("base_model", ("model.model_name",)),
        Key("model_revision", ("model.model_revision",)),
        Key("trust_remote_code", ("model.trust_remote_code",)),
        Key("attention", ("model.attn_implementation",)),
        Key("adapter_path", ("model.adapter_model",)),
        Key("model_dtype", ("model.torch_dtype_str",), precision),
        Key("chat_template", ("model.chat_template",)),
        Key("pad_token", ("model.tokenizer_pad_token", "model.tokenizer_kwargs.pad_token")),
        Key("eos_token", ("model.tokenizer_kwargs.eos_token",)),
        Key("sequence_length", ("model.model_max_length", "training.trainer_kwargs.max_length")),
        Key("lora_rank", ("peft.lora_r",)),
        Key("lora_alpha", ("peft.lora_alpha",)),
        Key("lora_dropout", ("peft.lora_dropout",)),
        Key("lora_targets", ("peft.lora_target_modules",)),
        Key("modules_to_save", ("peft.lora_modules_to_save",)),
        Key("quant_type", ("peft.bnb_4bit_quant_type",)),
        Key("quant_compute_dtype", ("peft.bnb_4bit_compute_dtype",), precision),
        Key("learning_rate", ("training.learning_rate",)),
        Key("lr_scheduler", ("training.lr_scheduler_type",)),
        Key("min_learning_rate", ("training.lr_scheduler_kwargs.min_lr",)),
        Key("warmup_steps", ("training.warmup_steps",)),
        Key("warmup_ratio", ("training.warmup_ratio",)),
        Key("epochs", ("training.num_train_epochs",)),
        Key("max_steps", ("training.max_steps",)),
        Key("micro_batch_size", ("training.per_device_train_batch_size",)),
        Key("eval_batch_size", ("training.per_device_eval_batch_size",)),
        Key("gradient_accumulation", ("training.gradient_accumulation_steps",)),
        Key("global_batch_size", ("training.verl_config_overrides.data.train_batch_size",)),
        Key("optimizer", ("training.optimizer",)),
        Key("weight_decay", ("training.weight_decay",)),
        Key("max_grad_norm", ("training.max_grad_norm",)),
        Key("gradient_checkpointing", ("training.enable_gradient_checkpointing",)),
        Key("neftune_alpha", ("training.trainer_kwargs.neftune_noise_alpha",)),
        Key("seed", ("training.seed",)),
        Key("packing", ("data.train.pack", "training.trainer_kwargs.packing")),
        Key("eval_packing", ("data.validation.pack",)),
        Key("streaming", ("data.train.stream",)),
        Key("eval_strategy", ("training.eval_strategy",)),
        Key("eval_steps", ("training.eval_steps",)),
        Key("save_steps", ("training.save_steps",)),
        Key("load_best_model", ("training.trainer_kwargs.load_best_model_at_end",)),
        Key("best_metric", ("training.trainer_kwargs.metric_for_best_model",)),
        Key("output_dir", ("training.output_dir",)),
        Key("fsdp", ("fsdp.enable_fsdp",)),
        Key("cpu_offload", ("fsdp.cpu_offload",)),
        Key("zero_stage", ("deepspeed.zero_stage",), zero_stage),
        Key("beta", ("training.trainer_kwargs.beta", "training.gold.beta", "training.gkd.beta")),
        Key("loss_type", ("training.trainer_kwargs.loss_type",)),
        Key("teacher_model", TEACHERS),
        Key(
            "num_generations",
            ("training.grpo.num_generations", "training.verl_config_overrides.actor_rollout_ref.rollout.n"),
        ),
        Key(
            "max_prompt_length",
            (
                *("training.grpo.max_prompt_length", "training.trainer_kwargs.max_prompt_length"),
                "training.verl_config_overrides.data.max_prompt_length",
            ),
        ),
        Key(
            "max_completion_length",
            (
                *("training.grpo.max_completion_length", "training.gold.max_completion_length"),
                *("training.gkd.max_new_tokens", "training.verl_config_overrides.data.max_response_length"),
            ),
        ),
    ),
    settle=settle,
    finish=finish,
    loader="omegaconf",
    casts=True,
    package="oumi",
    extra={
        "method": "training.trainer_type",
        "tuning": "training.use_peft",
        "train_data": "data.train.datasets",
        "eval_data": "data.validation.datasets",
        "load_in_4bit": "peft.q_lora",
    },
)
