"""What ms-swift's keys say together: the method, what is trained, the data, and Megatron's own defaults."""

from __future__ import annotations

import re
from typing import Any

from ftlint.dialects.contract import UNKNOWN
from ftlint.dialects.draft import Draft, data_ref, words
from ftlint.dialects.hf_arguments import settle_trainer
from ftlint.dialects.signs import written
from ftlint.facts.dialects import dialect_facts
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown
from ftlint.model.training_config import DataRef, Purpose

MODEL = ("model", "model_id_or_path", "model_type", "adapters", "ckpt_dir", "train.model", "mcore_model")
TUNER_KEYS = ("tuner_type", "train_type", "sft_type", "train.tuner_type", "train.train_type")
TUNERS = {
    "full": "full",
    "lora": "lora",
    "longlora": "lora",
    "lora_llm": "lora",
    **dict.fromkeys(("adalora", "llamapro", "adapter", "vera", "boft", "fourierft", "reft", "bone"), "other"),
}
ALIGNED = {
    **{name: name for name in ("dpo", "orpo", "simpo", "kto", "cpo", "ppo", "grpo")},
    "rm": "reward",
    "gkd": "distillation",
}
VARIANTS = {"ipo": "ipo", "apo_zero": "apo", "apo_down": "apo"}
"""Losses of DPO that are methods of their own."""

TRAINED = ("dataset", "cached_dataset", "custom_train_dataset_path")
HELD = ("val_dataset", "cached_val_dataset", "custom_val_dataset_path")
DATA = (*TRAINED, *HELD)
MEGATRON = (
    *("micro_batch_size", "global_batch_size", "lr", "min_lr", "lr_warmup_fraction", "lr_warmup_iters"),
    *("train_iters", "clip_grad", "lr_decay_style", "recompute_granularity", "tensor_model_parallel_size"),
    *("pipeline_model_parallel_size", "context_parallel_size", "expert_model_parallel_size", "no_save_optim"),
    *("train.tensor_model_parallel_size", "cross_entropy_loss_fusion", "optimizer_cpu_offload", "train.gpus"),
)
"""Keys of the Megatron commands."""


ANSWERS = ("infer_backend", "sampler_engine", "num_return_sequences", "max_new_tokens", "load_data_args")
SECOND = ("sft_type", "model_id_or_path", "template_type", "dataset_test_ratio", "lora_target_modules")
"""Keys of version 2 that 3 spells otherwise."""


def settle(draft: Draft) -> None:
    draft.purpose = _purpose(draft)
    if draft.purpose != "train":
        return
    _version(draft)
    if draft.flag("use_flash_attn"):
        draft.derive("attention", "flash_attention_2", "use_flash_attn")
    _tuning(draft)
    _method(draft)
    _data(draft)
    settle_trainer(draft)
    _preset(draft)
    _precision(draft)
    if written(draft.tree, MEGATRON) >= 2:
        _megatron(draft)
    else:
        _batch(draft)


def _purpose(draft: Draft) -> Purpose:
    if draft.has(*TUNER_KEYS, "rlhf_type", "train", "learning_rate", "num_train_epochs", *MEGATRON):
        return "train"
    if draft.has("eval_dataset", "eval_backend", "native_config_path"):
        return "evaluate"
    if draft.flag("merge_lora") or draft.has("to_hf", "to_mcore", "to_ollama", "quant_bits", "quant_method"):
        return "merge" if draft.flag("merge_lora") else "other"
    if draft.has(*ANSWERS):
        return "inference"
    return "train"


def _version(draft: Draft) -> None:
    """Where none is declared, as the keys have it: their names changed with every major version."""
    if draft.version:
        return
    if draft.has(*SECOND):
        draft.version = "2.6.1"
    elif draft.has("train_type", "train.train_type"):
        draft.version = "3.12.6"
    elif draft.has("tuner_type", "train.tuner_type"):
        draft.version = "4.6.0"


def _tuning(draft: Draft) -> None:
    found = draft.entry(*TUNER_KEYS)
    name = draft.text(*TUNER_KEYS)
    bits = draft.number("quant_bits", "quantization_bit")
    if bits in (4, 8):
        load = "load_in_4bit" if bits == 4 else "load_in_8bit"
        draft.derive(load, True, "quant_bits", "quantization_bit")
        draft.derive("quantization", draft.get("quantization") or "bnb", "quant_bits", "quantization_bit")
    if is_unknown(name):
        draft.put("tuning", UNKNOWN, *TUNER_KEYS)
        return
    megatron = written(draft.tree, MEGATRON) >= 2
    tuning = TUNERS.get(name, UNKNOWN) if name else "full" if megatron else "lora"
    if tuning == "lora" and bits == 4:
        draft.derive("tuning", "qlora", "quant_bits", "quantization_bit")
    elif found:
        draft.put("tuning", "freeze" if tuning == "full" and _frozen(draft) else tuning, found[0])
    else:
        draft.default("tuning", tuning, "swift/arguments: tuner_type", "tuner_type")
    if draft.get("tuning") in ("full", "freeze"):
        for field in ("lora_rank", "lora_alpha", "lora_dropout", "lora_targets", "modules_to_save"):
            draft.drop(field)


def _frozen(draft: Draft) -> bool:
    ratio = draft.number("freeze_parameters_ratio")
    return bool(ratio) or draft.has("freeze_parameters", "freeze_parameters_regex")


def _method(draft: Draft) -> None:
    name = draft.text("rlhf_type")
    task = draft.text("task_type")
    if name:
        method: Any = UNKNOWN if is_unknown(name) else ALIGNED.get(name, UNKNOWN)
        key = "rlhf_type"
        if method == "dpo" and draft.get("loss_type") in VARIANTS:
            method, key = VARIANTS[draft.get("loss_type")], "loss_type"
        elif method == "grpo" and draft.text("advantage_estimator") == "rloo":
            method, key = "rloo", "advantage_estimator"
        elif method == "grpo" and draft.text("importance_sampling_level") == "sequence":
            method, key = "gspo", "importance_sampling_level"
        draft.put("method", method, key)
    elif task == "seq_cls" or draft.number("num_labels"):
        draft.derive("method", "classification", "task_type", "num_labels")
    elif task and task != "causal_lm":
        draft.put("method", UNKNOWN, "task_type")
    elif draft.get("train_on_inputs") and draft.flag("use_chat_template") is False:
        draft.derive("method", "pretrain", "use_chat_template", "loss_scale")
    else:
        draft.derive("method", "sft", *TUNER_KEYS, *DATA)
    if draft.get("method") in ("grpo", "gspo", "rloo", "ppo") and draft.knows("sequence_length"):
        # the prompt alone is cut to it
        draft.fields["max_prompt_length"] = draft.fields.pop("sequence_length")


NAMED = re.compile(r"^(?:(?:hf|ms)::)?(?P<name>[^#]+?)(?:#(?P<rows>\d+))?$", re.IGNORECASE)


def _data(draft: Draft) -> None:
    for field, keys in (("train_data", TRAINED), ("eval_data", HELD)):
        for key in keys:
            entry = draft.tree.entry(key)
            refs = tuple(_refs(draft, entry.value, key)) if entry else ()
            if refs:
                draft.put(field, refs, key)
                break
    columns = draft.value("columns")
    if isinstance(columns, dict) and columns:
        draft.put("columns", tuple(str(name) for name in columns), "columns")


def _refs(draft: Draft, node: Node, key: str) -> list[DataRef]:
    """`name`, `hf::name`, `name:subset` or `name#rows`, one or a list."""
    found = []
    for each in node.items if node.kind == "list" else (node,):
        value = draft.resolved(each) if each.kind == "scalar" else None
        match = NAMED.match(value) if isinstance(value, str) else None
        if match is None:
            continue
        name, rows = match["name"], match["rows"]
        local = key.startswith("cached_") or "://" in name or is_unknown(name)
        limit = int(rows) if rows else None
        found.append(data_ref(name if local else _without_subset(name), each, limit=limit))
    return found


def _without_subset(name: str) -> str:
    """`C:/data.jsonl` keeps its drive."""
    before = name.partition(":")[0]
    return name if len(before) == 1 else before


PRESET = re.compile(r"zero(?P<stage>[0-3])(?P<offload>_offload)?")


def _preset(draft: Draft) -> None:
    """DeepSpeed by one of ms-swift's own configs: no file of the project."""
    match = PRESET.fullmatch(draft.text("deepspeed"))
    if match is None:
        return
    draft.parts = [part for part in draft.parts if part != draft.get("deepspeed")]
    draft.put("zero_stage", int(match["stage"]), "deepspeed")
    if match["offload"]:
        draft.derive("cpu_offload", True, "deepspeed")


def _precision(draft: Draft) -> None:
    """Each switch that is not written follows from the type of the weights: fp32 ones are trained in fp16."""
    dtype = draft.fields.get("model_dtype")
    follows = {"bf16": ("bf16",), "fp16": ("fp16", "fp32")}
    off = 0
    for name, types in follows.items():
        keys = (name, f"train.{name}")
        if draft.has(*keys):
            off += draft.flag(*keys) is False
            if draft.flag(*keys):
                draft.derive("precision", name, *keys)
                return
        elif dtype is not None and dtype.value in types:
            draft.fields["precision"] = dtype._replace(value=name)
            return
    if dtype is not None:
        draft.fields["precision"] = dtype
    elif off == len(follows):
        draft.derive("precision", "fp32", "bf16", "train.bf16")


def _batch(draft: Draft) -> None:
    """What is accumulated where nothing says so: enough for 16 examples to a step."""
    if draft.get("method") in ("grpo", "gspo", "rloo"):
        draft.default("gradient_accumulation", 1, "swift/arguments/rlhf_args.py, 4.6")
    else:
        draft.default("gradient_accumulation", UNKNOWN, "swift/arguments/sft_args.py: 16 / batch / devices")


def _megatron(draft: Draft) -> None:
    for default in dialect_facts("ms-swift-megatron").defaults:
        values = {name: draft.get(name) for name in default.when}
        if default.holds(draft.version, values):
            draft.default(default.field, default.value, default.source)
    draft.default("epochs", UNKNOWN, "megatron: train_iters decide", "num_train_epochs")
    draft.default("gradient_accumulation", UNKNOWN, "megatron: from the global batch and the devices")


def finish(draft: Draft) -> None:
    """It is evaluated as often as saved where there is something to evaluate on."""
    if draft.purpose != "train":
        return
    held = draft.knows("eval_data") or draft.get("eval_split")
    if held:
        draft.default("eval_strategy", draft.get("save_strategy"), "swift/arguments/sft_args.py, 4.6")
    elif not draft.knows("eval_split") or not draft.fields["eval_split"].unknown:
        draft.default("eval_strategy", "no", "swift/arguments/sft_args.py, 4.6: no data to evaluate on")
    if draft.get("packing"):
        # packed sequences are attended to without padding, each for itself
        draft.fields["packing_isolated"] = draft.fields["packing"]


def attention(loaded: Any) -> Any:
    name = str(loaded)
    return "flash_attention_2" if name in ("flash", "flash_attn") else name


def targets(loaded: Any) -> Any:
    """Modules; version 2 spells every linear layer `ALL`, and leaves them to the model with `DEFAULT`."""
    found = words(loaded)
    if found == ("ALL",):
        return ("all-linear",)
    return UNKNOWN if found in (("DEFAULT",), ("AUTO",)) else found


def first(loaded: Any) -> Any:
    """The first of several adapters."""
    each = loaded[0] if isinstance(loaded, list) and loaded else loaded
    return each if isinstance(each, str) and each else None


def loss(loaded: Any) -> Any:
    """One loss, or the names of several."""
    if isinstance(loaded, list):
        return "+".join(str(each) for each in loaded) or None
    return str(loaded)


def preset(loaded: Any) -> Any:
    return "inline" if isinstance(loaded, dict) else str(loaded) or None


def sharded(loaded: Any) -> Any:
    return bool(loaded)


def recomputed(loaded: Any) -> Any:
    return str(loaded).lower() in ("full", "selective")


def kept(loaded: Any) -> Any:
    number = as_number(loaded)
    return int(number) if number is not None and number > 0 else None


def whole_loss(loaded: Any) -> Any:
    """`all` counts the prompt; `default`, `last_round` and the agents' ones leave it out."""
    return str(loaded).split("+")[0] == "all"
