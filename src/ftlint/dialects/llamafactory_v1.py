"""LLaMA-Factory v1: a new trainer with a schema of its own; parts are maps with the `name` of a plugin.

The method is the command's (`llamafactory-cli sft`, `dpo`, `rm`) and not in the file.
"""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref, kind_of, precision
from ftlint.dialects.hf_arguments import attention, steps
from ftlint.dialects.llamafactory import METHODS, adapters, targets
from ftlint.dialects.method_names import SOURCE, method_of_name
from ftlint.dialects.quantized_base import settle_quantized_base
from ftlint.dialects.signs import is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown

PLUGINS = (
    *("peft_config", "dist_config", "quant_config", "kernel_config", "init_config", "optim_config"),
    "lr_scheduler_config",
)
SIGNS = (
    *("model_class", "train_dataset", "micro_batch_size", "global_batch_size", "cutoff_len", "template"),
    *("sample_backend", "batching_strategy", "enable_activation_checkpointing", "eval_dataset", "flash_attn"),
)
METHODS_OF_COMMANDS = ("sft", "dpo", "reward")


def certainty(tree: Node, path: str) -> float:
    if not scalar(tree, "model") or written(tree, ("model_name_or_path", "stage", "finetuning_type")):
        return 0.0
    plugins = sum(is_map(tree, f"{part}") and bool(scalar(tree, f"{part}.name")) for part in PLUGINS)
    signs = written(tree, SIGNS)
    if plugins and signs >= 2:
        return 0.97
    if plugins and scalar(tree, "peft_config.export_dir"):
        return 0.9
    if plugins or tree.entry("model_class"):
        return 0.7 if signs >= 1 else 0.0
    return 0.8 if signs >= 3 and written(tree, ("train_dataset", "sample_backend")) else 0.0


def settle(draft: Draft) -> None:
    _data(draft)
    _quantization(draft)
    four = settle_quantized_base(draft) or draft.get("load_in_4bit") is True
    if draft.has("peft_config.export_dir"):
        draft.purpose = "merge"
        draft.derive("merge_adapter", True, "peft_config.export_dir")
        return
    if not draft.has("train_dataset", "learning_rate", "micro_batch_size"):
        draft.purpose = "inference"
        return
    named = method_of_name(draft.path)
    if named in METHODS_OF_COMMANDS and named != "sft":
        draft.default("method", named, SOURCE)
    else:
        draft.default("method", "sft", "the command llamafactory-cli sft")
    _tuning(draft, four)
    _machines(draft)
    if not draft.value("lr_scheduler_config"):
        draft.default("lr_scheduler", "constant", "core/base_trainer.py, 0.9.5", "lr_scheduler_config.name")


TUNINGS = {"lora": "lora", "freeze": "freeze"}


def _tuning(draft: Draft, four: bool) -> None:
    key = "peft_config.name"
    name = draft.text(key)
    if not draft.value("peft_config"):
        draft.default("tuning", "full", "without a peft_config every weight is trained", "peft_config.name")
        return
    tuning: Any = TUNINGS.get(name, UNKNOWN)
    draft.derive("tuning", "qlora" if tuning == "lora" and four else tuning, key, "peft_config")


def _quantization(draft: Draft) -> None:
    """`auto` takes bitsandbytes, as `bnb` does, which means 4 bits where none are said."""
    key = "quant_config.quantization_bit"
    name = draft.text("quant_config.name")
    if not draft.value("quant_config"):
        return
    said = draft.value(key)
    bits = as_number(said) if said is not None else 4 if name == "bnb" else None
    if said is not None and bits is None:
        draft.derive("load_in_4bit", UNKNOWN, key)
    if bits is None:
        return
    draft.derive("load_in_4bit", bits == 4, key, "quant_config.name")
    draft.derive("load_in_8bit", bits == 8, key, "quant_config.name")
    draft.derive("quantization", "bnb" if name == "auto" else METHODS.get(name, name), "quant_config.name")


def _data(draft: Draft) -> None:
    """A YAML file, here or on a hub, that says what the data is; else a repository or a file."""
    for field, key in (("train_data", "train_dataset"), ("eval_data", "eval_dataset")):
        found = draft.entry(key)
        name = draft.value(key)
        if found is None or not isinstance(name, str) or not name:
            continue
        explained = name.endswith((".yaml", ".yml")) and not is_unknown(name)
        draft.put(field, (data_ref(name, found[1].value, "registered" if explained else kind_of(name)),), key)


def _machines(draft: Draft) -> None:
    name = draft.text("dist_config.name")
    if name == "fsdp2":
        draft.derive("fsdp", True, "dist_config.name")
        offload = draft.flag("dist_config.offload_params")
        if offload is not None:
            draft.put("cpu_offload", offload, "dist_config.offload_params")
    elif name == "deepspeed":
        path = draft.value("dist_config.config_file")
        if isinstance(path, str) and path:
            draft.put("deepspeed", path, "dist_config.config_file")
            draft.parts.append(path)
        else:
            draft.derive("deepspeed", "inline", "dist_config.name")


def finish(draft: Draft) -> None:
    if draft.purpose != "train":
        return
    brain = draft.fields.get("bf16")
    if brain is not None:
        draft.follow("precision", UNKNOWN if brain.unknown else "bf16" if brain.value else "fp32", "bf16")


DIALECT = Dialect(
    name="llamafactory-v1",
    title="LLaMA-Factory v1",
    certainty=certainty,
    keys=(
        Key("base_model", ("model",)),
        Key("trust_remote_code", ("trust_remote_code",)),
        Key("attention", ("flash_attn",), attention),
        Key("chat_template", ("template",)),
        Key("lora_rank", ("peft_config.r",)),
        Key("lora_alpha", ("peft_config.lora_alpha",)),
        Key("lora_dropout", ("peft_config.lora_dropout",)),
        Key("lora_targets", ("peft_config.target_modules",), targets),
        Key("use_rslora", ("peft_config.use_rslora",)),
        Key("use_dora", ("peft_config.use_dora",)),
        Key("modules_to_save", ("peft_config.modules_to_save",)),
        Key("adapter_path", ("peft_config.adapter_name_or_path",), adapters),
        Key("export_dir", ("peft_config.export_dir",)),
        Key("quant_type", ("quant_config.quantization_type",)),
        Key("quant_compute_dtype", ("quant_config.compute_dtype",), precision),
        Key("learning_rate", ("learning_rate",)),
        Key("lr_scheduler", ("lr_scheduler_config.name",)),
        Key("optimizer", ("optim_config.name",)),
        Key("epochs", ("num_train_epochs",)),
        Key("max_steps", ("max_steps",), steps),
        Key("micro_batch_size", ("micro_batch_size",)),
        Key("global_batch_size", ("global_batch_size",)),
        Key("sequence_length", ("cutoff_len",)),
        Key("max_grad_norm", ("max_grad_norm",)),
        Key("gradient_checkpointing", ("enable_activation_checkpointing",)),
        Key("bf16", ("bf16",)),
        Key("seed", ("seed",)),
        Key("save_steps", ("save_steps",)),
        Key("output_dir", ("output_dir",)),
    ),
    settle=settle,
    finish=finish,
    loader="omegaconf",
    casts=False,
    package="llamafactory",
    extra={"train_data": "train_dataset", "eval_data": "eval_dataset"},
)
