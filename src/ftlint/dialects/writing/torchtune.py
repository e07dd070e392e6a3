"""A training as torchtune's recipes read it."""

from __future__ import annotations

import os
from typing import Any

from ftlint.dialects.writing.outline import ADAPTER, Outline, Put, Target
from ftlint.dialects.writing.torchtune_models import builder
from ftlint.model.training_config import DataRef

LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "output_proj", "gate_proj", "up_proj", "down_proj")
ATTENTION = {"q_proj": "q_proj", "k_proj": "k_proj", "v_proj": "v_proj", "o_proj": "output_proj"}
MLP = frozenset({"gate_proj", "up_proj", "down_proj", "w1", "w2", "w3", "fc1", "fc2"})
OPTIMIZERS = {
    **dict.fromkeys(("adamw_torch", "adamw_torch_fused", "adamw_hf", "adamw"), "torch.optim.AdamW"),
    **dict.fromkeys(("adamw_8bit", "adamw_bnb_8bit"), "bitsandbytes.optim.AdamW8bit"),
    **dict.fromkeys(("paged_adamw_8bit",), "bitsandbytes.optim.PagedAdamW8bit"),
    **dict.fromkeys(("paged_adamw_32bit", "paged_adamw"), "bitsandbytes.optim.PagedAdamW"),
    "sgd": "torch.optim.SGD",
    "adam": "torch.optim.Adam",
}
FORMATS = {"alpaca": "alpaca_dataset", "text": "text_completion_dataset"}


def compose(out: Outline) -> None:
    method = out.get("method")
    if method in ("sft", None):
        out.skip("method")
        out.set("loss._component_", "torchtune.modules.loss.LinearCrossEntropyLoss")
    elif method == "dpo":
        out.set("loss._component_", "torchtune.rlhf.loss.DPOLoss", "method")
        if out.has("beta"):
            out.set("loss.beta", out.get("beta"), "beta")
    else:
        out.lose("method", f"no recipe of torchtune is written for {method}")
    _model(out)
    _optimizer(out)
    _data(out, method)
    _steps(out)
    precision = out.get("precision") or out.get("model_dtype")
    if precision in ("bf16", "fp32"):
        out.set("dtype", precision, "precision")
        if out.get("model_dtype") == precision:
            out.skip("model_dtype")
        out.lose("model_dtype", "torchtune has one type for weights and computation")
    elif precision:
        out.lose("precision", f"torchtune trains in bf16 or fp32, not {precision}")
        out.skip("model_dtype")
    out.skip("bf16", "fp16")
    out.note("model, tokenizer and checkpointer need the folder of the downloaded checkpoint: tune download")


def _steps(out: Outline) -> None:
    """torchtune limits the steps of each epoch."""
    steps, epochs = out.get("max_steps"), out.get("epochs") or 1
    if not steps or "max_steps" in out.done:
        return
    if steps % epochs:
        out.lose("max_steps", f"torchtune counts steps by epoch, and {steps} are not {epochs:g} equal parts")
    else:
        out.set("max_steps_per_epoch", int(steps // epochs), "max_steps")


def _model(out: Outline) -> None:
    base = out.get("base_model")
    tuning = out.get("tuning")
    if base:
        made = builder(base, tuning or "full")
        if made is None:
            out.set("model._component_", f"<the builder of {base}>")
            out.lose("base_model", "no builder of torchtune is known for this model: name model._component_")
        else:
            out.set("model._component_", made)
            out.set("checkpointer._component_", "torchtune.training.FullModelHFCheckpointer")
            out.set("checkpointer.checkpoint_dir", base, "base_model")
    if tuning in ("lora", "qlora"):
        out.skip("tuning", "load_in_4bit", "quant_type")
        if out.get("quantization") in ("bnb", "torchao"):
            out.skip("quantization")  # torchtune quantises with torchao
        _adapter(out)
    elif tuning == "full":
        out.skip("tuning", *ADAPTER)
    elif tuning:
        out.lose("tuning", f"torchtune has no {tuning} tuning")
    for name in ("load_in_4bit", "load_in_8bit"):
        if out.get(name) is False:
            out.skip(name)


def _adapter(out: Outline) -> None:
    targets = tuple(out.get("lora_targets") or ())
    if targets == ("all-linear",):
        targets = LINEAR
    known = [name for name in targets if name in ATTENTION or name in ATTENTION.values() or name in MLP]
    if targets and len(known) == len(targets):
        modules = dict.fromkeys(ATTENTION.get(name, name) for name in targets if name not in MLP)
        out.set("model.lora_attn_modules", list(modules), "lora_targets")
        out.set("model.apply_lora_to_mlp", any(name in MLP for name in targets))
    elif targets:
        out.lose("lora_targets", "torchtune names attention modules and the MLP as a whole")
    for field in ("lora_rank", "lora_alpha", "lora_dropout", "use_dora"):
        if out.has(field):
            out.set(f"model.{field}", out.get(field), field)
    if out.get("use_rslora") is False:
        out.skip("use_rslora")
    if "base_model" not in out.said:
        for name in [field for field in ADAPTER if field in out.said]:
            out.said.discard(name)
            out.done.discard(name)
            out.lose(name, "is written, and counts once model._component_ is named")


def _optimizer(out: Outline) -> None:
    name = out.get("optimizer")
    component = OPTIMIZERS.get(str(name).lower(), name if name and "." in str(name) else None)
    if name and component is None:
        out.lose("optimizer", "the class of this optimizer is not known: name optimizer._component_")
    elif component:
        out.set("optimizer._component_", component, "optimizer")
    for field, key in (("learning_rate", "lr"), ("weight_decay", "weight_decay")):
        if out.has(field):
            out.set(f"optimizer.{key}", out.get(field), field)
    schedule = out.get("lr_scheduler")
    if schedule == "cosine":
        path = "torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup"
        out.set("lr_scheduler._component_", path, "lr_scheduler")
        steps = out.get("warmup_steps") or 0
        if 0 < steps < 1:
            out.lose("warmup_steps", "torchtune counts warmup in steps")
            out.set("lr_scheduler.num_warmup_steps", 0)
        else:
            out.set("lr_scheduler.num_warmup_steps", int(steps), "warmup_steps")
        if out.get("warmup_ratio") and not steps:
            out.lose("warmup_ratio", "torchtune counts warmup in steps")
        out.skip("warmup_ratio")
    elif schedule == "constant":
        out.skip("lr_scheduler")
    elif schedule:
        out.lose("lr_scheduler", f"torchtune has no {schedule} schedule")


def _data(out: Outline, method: Any) -> None:
    refs: tuple[DataRef, ...] = out.get("train_data") or ()
    entries = [_entry(ref, out, method) for ref in refs]
    if out.has("packing") and entries:
        for entry in entries:
            entry["packed"] = out.get("packing")
        out.skip("packing")
        if out.get("packing_isolated") is not False:
            out.skip("packing_isolated")
    if entries:
        out.set("dataset", entries[0] if len(entries) == 1 else entries, "train_data")
    held = out.get("eval_data") or ()
    if held:
        made = [_entry(ref, out, method) for ref in held]
        out.set("dataset_val", made[0] if len(made) == 1 else made, "eval_data")
        steps = out.get("eval_steps")
        if steps and steps < 1:
            out.lose("eval_steps", "torchtune counts steps, and this is a share of the run")
        elif out.get("eval_strategy") == "steps" and steps:
            out.set("run_val_every_n_steps", out.get("eval_steps"), "eval_steps", "eval_strategy")
    if out.get("eval_split") in (0, 0.0) or held:
        out.skip("eval_split")
    out.skip("do_eval")


def _entry(ref: DataRef, out: Outline, method: Any) -> dict[str, Any]:
    kind = "preference_dataset" if method == "dpo" else FORMATS.get(ref.format, "chat_dataset")
    entry: dict[str, Any] = {"_component_": f"torchtune.datasets.{kind}"}
    ending = os.path.splitext(ref.name)[1].lower()
    if ref.kind == "file" and ending:
        entry |= {"source": "json" if ending in (".json", ".jsonl") else ending[1:], "data_files": ref.name}
    else:
        entry["source"] = ref.name
    entry["split"] = ref.split or "train"
    if kind == "chat_dataset":
        entry |= {"conversation_column": "messages", "conversation_style": "openai"}
    out.note(f"dataset: {ref.name} is taken for {kind}: check it")
    return entry


TARGET = Target(
    "torchtune",
    compose,
    (
        Put("sequence_length", "tokenizer.max_seq_len"),
        Put("epochs", "epochs"),
        Put("micro_batch_size", "batch_size"),
        Put("gradient_accumulation", "gradient_accumulation_steps"),
        Put("max_grad_norm", "clip_grad_norm"),
        Put("gradient_checkpointing", "enable_activation_checkpointing"),
        Put("seed", "seed"),
        Put("output_dir", "output_dir"),
    ),
    order=(
        "output_dir",
        "model",
        "tokenizer",
        "checkpointer",
        "dataset",
        "dataset_val",
        "seed",
        "epochs",
        "batch_size",
    ),
)
