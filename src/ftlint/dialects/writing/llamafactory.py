"""A training as LLaMA-Factory writes it."""

from __future__ import annotations

import os

from ftlint.dialects.writing import hf
from ftlint.dialects.writing.outline import (
    ADAPTER,
    NoCounterpartError,
    Outline,
    Put,
    Target,
    bitsandbytes,
    warmup,
)
from ftlint.model.training_config import DataRef

STAGES = {"sft": "sft", "pretrain": "pt", "reward": "rm", "ppo": "ppo", "dpo": "dpo", "kto": "kto"}
PREFERENCE_LOSS = {"orpo": "orpo", "simpo": "simpo", "ipo": "ipo"}
ATTENTION = {"flash_attention_2": "fa2", "sdpa": "sdpa", "eager": "disabled"}


def compose(out: Outline) -> None:
    method = out.get("method")
    out.set("do_train", True)
    if method in STAGES:
        out.set("stage", STAGES[method], "method")
    elif method in PREFERENCE_LOSS:
        out.set("stage", "dpo", "method")
        out.set("pref_loss", PREFERENCE_LOSS[method], "loss_type")
    elif method:
        out.lose("method", f"LLaMA-Factory has no {method}")
    else:
        out.note("stage: the method is not in the file; LLaMA-Factory takes sft")
    _tuning(out)
    hf.precision(out)
    hf.evaluation(out)
    warmup(out)
    for name, key in (("train_data", "dataset"), ("eval_data", "eval_dataset")):
        refs = out.get(name) or ()
        if refs:
            out.set(key, ",".join(registered(ref, out) for ref in refs), name)
    if out.get("eval_data") or out.get("eval_split") in (0, 0.0):
        out.skip("eval_split")
    if out.get("packing") and out.get("packing_isolated"):
        out.set("neat_packing", True, "packing_isolated")
    out.skip("packing_isolated")
    checkpointing = out.get("gradient_checkpointing")
    if checkpointing is not None:
        out.set("disable_gradient_checkpointing", not checkpointing, "gradient_checkpointing")


def _tuning(out: Outline) -> None:
    tuning = out.get("tuning")
    if tuning in ("lora", "qlora"):
        out.set("finetuning_type", "lora", "tuning")
        if tuple(out.get("lora_targets") or ()) == ("all-linear",):
            out.set("lora_target", "all", "lora_targets")
        elif "all" in (out.get("lora_targets") or ()):
            out.lose("lora_targets", "LLaMA-Factory takes the name `all` for every linear layer")
    elif tuning in ("full", "freeze"):
        out.set("finetuning_type", tuning, "tuning")
        out.skip(*ADAPTER)
    elif tuning:
        out.lose("tuning", f"LLaMA-Factory cannot be told this {tuning} tuning")
    bits = 4 if tuning == "qlora" or out.get("load_in_4bit") else 8 if out.get("load_in_8bit") else None
    if bits:
        out.set("quantization_bit", bits)
        bitsandbytes(out)
    out.skip("load_in_4bit", "load_in_8bit")


def registered(ref: DataRef, out: Outline) -> str:
    """The name under which the data has to stand in `dataset_info.json`."""
    if ref.kind == "registered":
        return ref.name
    name = os.path.splitext(os.path.basename(ref.name.rstrip("/")))[0] or ref.name
    source = "hf_hub_url" if ref.kind == "hub" else "file_name"
    out.note(f'dataset_info.json needs "{name}": {{"{source}": "{ref.name}"}}, with its format')
    return name


def _targets(value: tuple[str, ...]) -> str:
    return ",".join(value)


def _tokens(value: tuple[str, ...]) -> str:
    if any(token != token.strip() or "," in token for token in value):
        raise NoCounterpartError("LLaMA-Factory cuts tokens at commas and strips them")
    return ",".join(value)


def _attention(value: str) -> str:
    if value not in ATTENTION:
        raise NoCounterpartError(f"LLaMA-Factory's flash_attn knows no {value}")
    return ATTENTION[value]


def _template(value: str) -> str:
    if "{" in value or "/" in value:
        raise NoCounterpartError("LLaMA-Factory knows templates by name only")
    return value


TARGET = Target(
    "llamafactory",
    compose,
    (
        Put("base_model", "model_name_or_path"),
        Put("model_revision", "model_revision"),
        Put("trust_remote_code", "trust_remote_code"),
        Put("attention", "flash_attn", _attention),
        Put("adapter_path", "adapter_name_or_path"),
        Put("quant_type", "quantization_type"),
        Put("lora_rank", "lora_rank"),
        Put("lora_alpha", "lora_alpha"),
        Put("lora_dropout", "lora_dropout"),
        Put("lora_targets", "lora_target", _targets),
        Put("use_rslora", "use_rslora"),
        Put("use_dora", "use_dora"),
        Put("modules_to_save", "additional_target", _targets),
        Put("new_tokens", "add_special_tokens", _tokens),
        Put("beta", "pref_beta"),
        Put("reference_model", "ref_model"),
        Put("chat_template", "template", _template),
        Put("sequence_length", "cutoff_len"),
        Put("packing", "packing"),
        Put("max_samples", "max_samples"),
        Put("streaming", "streaming"),
        Put("train_on_inputs", "train_on_prompt"),
        Put("eval_split", "val_size"),
        Put("warmup_ratio", "warmup_ratio"),
        Put("early_stopping", "early_stopping_steps"),
        *hf.TRAINER,
    ),
    order=(
        "model_name_or_path",
        "stage",
        "do_train",
        "finetuning_type",
        "dataset",
        "eval_dataset",
        "template",
    ),
)
