"""litgpt: `litgpt finetune_lora`, `finetune_full`, `finetune_adapter` and `pretrain` with `--config`.

The subcommand is on the command line; the keys of LoRA, `quantize` and `model_name` tell which it is.
"""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref, precision
from ftlint.dialects.optimizer_classes import optimizer
from ftlint.dialects.signs import is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_flag, is_unknown

TRAIN = (
    *("train.save_interval", "train.log_interval", "train.global_batch_size", "train.micro_batch_size"),
    *("train.lr_warmup_steps", "train.lr_warmup_fraction", "train.max_tokens", "train.max_seq_length"),
    *("train.tie_embeddings", "train.max_norm", "train.min_lr", "train.epochs", "train.max_steps"),
)
RUN = ("out_dir", "precision", "devices", "eval.max_iters", "logger_name")
LORA = {
    "lora_query": "q_proj",
    "lora_key": "k_proj",
    "lora_value": "v_proj",
    "lora_projection": "o_proj",
    "lora_mlp": "mlp",
    "lora_head": "lm_head",
}
"""The switches of LoRA and the modules they stand for; `lora_mlp` is every linear layer of the MLP."""

QUERY_AND_VALUE = ("lora_query", "lora_value")
MLP = ("gate_proj", "up_proj", "down_proj")


def certainty(tree: Node, path: str) -> float:
    model = written(tree, ("checkpoint_dir", "model_name", "initial_checkpoint_dir", "model_config"))
    if not model:
        return 0.0
    named = scalar(tree, "data.class_path").startswith("litgpt.")
    train = written(tree, TRAIN) if is_map(tree, "train") else 0
    switches = written(tree, LORA)
    if named and (train or switches):
        return 0.98
    if train >= 3 and written(tree, RUN) >= 2:
        return 0.95
    return 0.9 if switches >= 3 or (switches and train) else 0.0


def settle(draft: Draft) -> None:
    pretraining = draft.has("model_name") and not draft.has("checkpoint_dir")
    if pretraining:
        draft.derive("method", "pretrain", "model_name")
    else:
        draft.derive("method", "sft", "checkpoint_dir")
    _tuning(draft)
    if draft.text("precision").endswith("-true"):
        draft.put("model_dtype", precision(draft.value("precision")), "precision")
    elif draft.text("precision").endswith("-mixed"):
        draft.put("model_dtype", "fp32", "precision")
    _devices(draft, pretraining)
    _optimizer(draft)
    _data(draft)
    _schedule(draft, pretraining)


def _tuning(draft: Draft) -> None:
    quantize = draft.text("quantize")
    bits = 8 if "int8" in quantize else 4 if quantize.startswith("bnb.") else 0
    if bits:
        draft.derive("load_in_4bit" if bits == 4 else "load_in_8bit", True, "quantize")
        draft.derive("quantization", "bnb", "quantize")
        if bits == 4:
            draft.derive("quant_type", quantize.removeprefix("bnb.")[:3], "quantize")
    switches = tuple(name for name in ("lora_r", "lora_alpha", *LORA) if draft.has(name))
    if switches:
        draft.derive("tuning", "qlora" if bits == 4 else "lora", "quantize" if bits == 4 else switches[0])
        _targets(draft)
    elif bits:
        draft.derive("tuning", "qlora" if bits == 4 else "lora", "quantize")
    elif is_unknown(str(draft.value("quantize") or "")):
        draft.derive("tuning", UNKNOWN, "quantize")
    else:
        draft.derive("tuning", "full", "checkpoint_dir", "model_name")


def _targets(draft: Draft) -> None:
    said = {name: draft.flag(name) for name in LORA}
    on = [name for name in LORA if said[name] or (said[name] is None and name in QUERY_AND_VALUE)]
    names = [part for name in on for part in (MLP if name == "lora_mlp" else (LORA[name],))]
    if {"q_proj", "k_proj", "v_proj", "o_proj", *MLP} <= set(names):
        names = ["all-linear", *(["lm_head"] if "lm_head" in names else [])]
    draft.put("lora_targets", tuple(names), *(name for name in LORA if draft.has(name)))


def _devices(draft: Draft, pretraining: bool) -> None:
    if draft.has("devices"):
        devices, nodes = draft.number("devices"), draft.number("num_nodes")
        world = UNKNOWN if devices is None or devices < 0 else int(devices * (nodes or 1))
        draft.put("world_size", world, "devices")
    elif not pretraining:
        draft.default("world_size", 1, "litgpt/finetune: devices 1", "devices")


def finish(draft: Draft) -> None:
    """`global_batch_size` is of all devices; what is accumulated follows from it."""
    keys = ("train.global_batch_size", "train.micro_batch_size")
    whole, micro = draft.get("global_batch_size"), draft.get("micro_batch_size")
    # litgpt divides by the devices of one node
    each = draft.number("devices") if draft.has("devices") else draft.get("world_size")
    if not whole or not micro or whole < 0 or micro < 0:
        return
    steps = int(whole // each // micro) if each and each >= 1 and micro >= 1 else 0
    if steps:
        draft.derive("gradient_accumulation", steps, *keys)
    elif draft.has(*keys):
        draft.derive("gradient_accumulation", UNKNOWN, *keys)


def _optimizer(draft: Draft) -> None:
    """A class by its name alone takes the defaults of torch."""
    if isinstance(draft.value("optimizer"), str):
        draft.put("optimizer", optimizer(draft.value("optimizer")), "optimizer")
        draft.derive("learning_rate", 1e-3, "optimizer")


def _schedule(draft: Draft, pretraining: bool) -> None:
    if draft.number("eval.interval"):
        draft.derive("eval_strategy", "steps", "eval.interval")
    # only pretraining ends at min_lr: finetuning anneals to zero whatever it says
    if not pretraining:
        draft.drop("min_learning_rate")


RAW = "https://raw.githubusercontent.com"
SOURCES = {
    "Alpaca": f"{RAW}/tloen/alpaca-lora/main/alpaca_data_cleaned_archive.json",
    "Alpaca2k": "mhenrichsen/alpaca_2k_test",
    "AlpacaGPT4": f"{RAW}/Instruction-Tuning-with-GPT-4/GPT-4-LLM/main/data/alpaca_gpt4_data.json",
    "Deita": "HuggingFaceH4/deita-10k-v0-sft",
    "FLAN": "Muennighoff/flan",
    "LIMA": "GAIR/lima",
    "LongForm": f"{RAW}/akoksal/LongForm/main/dataset",
    "MicroLlama": "cerebras/SlimPajama-627B",
    "OpenWebText": "openwebtext",
    "TinyLlama": "cerebras/SlimPajama-627B",
    "TinyStories": "roneneldan/TinyStories",
}
"""Data modules that know their data, and where it comes from."""

SHARES = {"Alpaca": 0.03865, "Alpaca2k": 0.05, "AlpacaGPT4": 0.03847, "LIMA": 0.1, "OpenWebText": 0.0005}
"""What each holds out for validation where `val_split_fraction` is not written (litgpt/data, 0.5)."""


def _data(draft: Draft) -> None:
    found = draft.entry("data.class_path", "data")
    if found is None:
        return
    key, entry = found
    name = str(draft.resolved(entry.value)).rpartition(".")[2] if entry.value.kind == "scalar" else ""
    path = draft.entry("data.init_args.json_path", "data.json_path", "data.init_args.train_data_path")
    if path is not None:
        _files(draft, *path)
    elif name in SOURCES:
        draft.put("train_data", (data_ref(SOURCES[name], entry.value, split="train"),), key)
    elif name:
        draft.put("train_data", (data_ref(name, entry.value, "registered"),), key)
    if name in ("Deita", "FLAN", "LongForm", "TinyStories"):
        held = data_ref(SOURCES[name], entry.value, split="test")
        draft.put("eval_data", (held,), key)
    elif not draft.knows("eval_split") and name in SHARES:
        draft.default("eval_split", SHARES[name], f"litgpt.data.{name}", "data.init_args.val_split_fraction")
    if name in ("JSON", "Alpaca", "Alpaca2k", "AlpacaGPT4"):
        draft.put("data_format", "alpaca", key)


def _files(draft: Draft, key: str, entry: Any) -> None:
    """One file that is split, or a folder with `train` and `val`."""
    name = draft.resolved(entry.value)
    if not isinstance(name, str) or not name:
        return
    if is_unknown(name):
        draft.put("train_data", (data_ref(name, entry.value),), key)
        return
    if name.lower().endswith((".json", ".jsonl", ".txt")):
        draft.put("train_data", (data_ref(name, entry.value, "file"),), key)
        share = draft.dialect.spelling["eval_split"]
        draft.default("eval_split", 0.05, "litgpt.data.JSON", share)
        return
    below = name.rstrip("/")
    for field, split in (("train_data", "train"), ("eval_data", "val")):
        draft.put(field, (data_ref(f"{below}/{split}.json*", entry.value, "file"),), key)


def negated(loaded: Any) -> Any:
    flag = as_flag(loaded)
    return None if flag is None else not flag


def logger(loaded: Any) -> Any:
    return (str(loaded).lower(),)


DIALECT = Dialect(
    name="litgpt",
    title="LitGPT",
    certainty=certainty,
    keys=(
        Key("base_model", ("checkpoint_dir", "initial_checkpoint_dir", "model_name")),
        Key("lora_rank", ("lora_r",)),
        Key("lora_alpha", ("lora_alpha",)),
        Key("lora_dropout", ("lora_dropout",)),
        Key("learning_rate", ("optimizer.init_args.lr", "train.learning_rate")),
        Key("weight_decay", ("optimizer.init_args.weight_decay", "train.weight_decay")),
        Key("optimizer", ("optimizer.class_path",), optimizer),
        Key("min_learning_rate", ("train.min_lr",)),
        Key("warmup_steps", ("train.lr_warmup_steps",)),
        Key("warmup_ratio", ("train.lr_warmup_fraction",)),
        Key("epochs", ("train.epochs",)),
        Key("max_steps", ("train.max_steps",)),
        Key("micro_batch_size", ("train.micro_batch_size",)),
        Key("global_batch_size", ("train.global_batch_size",)),
        Key("max_grad_norm", ("train.max_norm",)),
        Key("sequence_length", ("train.max_seq_length",)),
        Key("seed", ("seed",)),
        Key("precision", ("precision",), precision),
        Key("chat_template", ("data.init_args.prompt_style",)),
        Key("train_on_inputs", ("data.init_args.mask_prompt",), negated),
        Key("eval_split", ("data.init_args.val_split_fraction",)),
        Key("eval_steps", ("eval.interval",)),
        Key("save_steps", ("train.save_interval",)),
        Key("output_dir", ("out_dir",)),
        Key("loggers", ("logger_name",), logger),
    ),
    settle=settle,
    finish=finish,
    loader="omegaconf",
    casts=True,
    package="litgpt",
    extra={"train_data": "data.init_args.json_path", "world_size": "devices", "lora_targets": "lora_query"},
)
"""jsonargparse takes the same texts for floats as OmegaConf, and turns texts into the types it needs."""
