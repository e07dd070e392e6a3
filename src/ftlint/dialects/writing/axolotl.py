"""A training as axolotl writes it."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.writing.outline import ADAPTER, Outline, Put, Target, bitsandbytes, warmup
from ftlint.model.training_config import DataRef

RL = ("dpo", "ipo", "kto", "orpo", "simpo", "grpo")
FORMATS = {"messages": "chat_template", "sharegpt": "chat_template", "alpaca": "alpaca", "text": "completion"}
ENDINGS = {".jsonl": "json", ".json": "json", ".csv": "csv", ".parquet": "parquet", ".arrow": "arrow"}


def compose(out: Outline) -> None:
    method = out.get("method")
    if method in RL:
        out.set("rl", method, "method")
    elif method == "reward":
        out.set("reward_model", True, "method")
    elif method in ("sft", "pretrain", None):
        out.skip("method")
    else:
        out.lose("method", f"axolotl has no {method}")
    _tuning(out)
    _precision(out)
    _data(out, pretrain=method == "pretrain")
    warmup(out)
    _evaluation(out)
    _template(out)
    _outputs(out)
    _tokens(out)


def _evaluation(out: Outline) -> None:
    if not (out.get("eval_data") or out.get("eval_split")):
        for name in ("eval_strategy", "eval_steps"):
            out.lose(name, "axolotl evaluates only with val_set_size or test_datasets")
    elif out.get("eval_strategy") != "steps":
        out.skip("eval_steps")
    if out.has("save_strategy") and out.get("save_strategy") != "steps":
        out.skip("save_steps")


def _template(out: Outline) -> None:
    template = str(out.get("chat_template") or "")
    if "{" in template:
        out.set("chat_template", "jinja")
        out.set("chat_template_jinja", template, "chat_template")


def _outputs(out: Outline) -> None:
    loggers = out.get("loggers") or ()
    if "tensorboard" in loggers:
        out.set("use_tensorboard", True)
    if set(loggers) <= {"tensorboard", "none"}:
        out.skip("loggers")
    else:
        out.lose("loggers", "axolotl names each logger's project (wandb_project, ...)")
    out.skip("do_eval")
    if not out.get("push_to_hub") or out.has("hub_model_id"):
        out.skip("push_to_hub")  # a hub_model_id alone uploads


def _tuning(out: Outline) -> None:
    tuning = out.get("tuning")
    if tuning in ("lora", "qlora"):
        out.set("adapter", tuning, "tuning")
        if tuning == "qlora":
            out.set("load_in_4bit", True, "load_in_4bit")
            bitsandbytes(out)
        if tuple(out.get("lora_targets") or ()) == ("all-linear",):
            out.set("lora_target_linear", True, "lora_targets")
    elif tuning == "full":
        out.skip("tuning", *ADAPTER)
    elif tuning:
        out.lose("tuning", f"axolotl has no {tuning} tuning")
    for name in ("load_in_4bit", "load_in_8bit"):
        if out.get(name) is False:
            out.skip(name)


def _precision(out: Outline) -> None:
    precision = out.get("precision") or out.get("model_dtype")
    if precision == "bf16":
        out.set("bf16", True)
    elif precision == "fp16":
        out.set("fp16", True)
        out.set("bf16", False)
    elif precision == "fp32":
        out.set("bf16", False)
        out.set("fp16", False)
    elif precision == "fp8":
        out.set("fp8", True)
    out.skip("precision", "bf16", "fp16")
    if out.get("model_dtype") == precision:
        out.skip("model_dtype")


def _data(out: Outline, pretrain: bool) -> None:
    train = out.get("train_data") or ()
    if train:
        out.set("datasets", [_entry(ref, out, pretrain) for ref in train], "train_data")
        if any(ref.format for ref in train):
            out.skip("data_format")
    tests = out.get("eval_data") or ()
    if tests:
        out.set("test_datasets", [_entry(ref, out, pretrain) for ref in tests], "eval_data")
        out.skip("eval_split")
    elif out.get("eval_split") in (0, 0.0):
        out.skip("eval_split")


def _entry(ref: DataRef, out: Outline, pretrain: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"path": ref.name}
    ending = next((kind for end, kind in ENDINGS.items() if ref.name.lower().endswith(end)), "")
    if ref.kind == "file" and ending:
        entry["ds_type"] = ending
    if ref.split:
        entry["split"] = ref.split
    if ref.kind == "registered":
        out.note(f"datasets: {ref.name} is a registered name: write its path or repository")
    entry["type"] = "completion" if pretrain else FORMATS.get(ref.format, ref.format or "chat_template")
    if not ref.format and not pretrain:
        out.note(f"datasets: the type of {ref.name} is taken for chat_template: check it")
    return entry


def _tokens(out: Outline) -> None:
    for name in ("pad_token", "eos_token"):
        if out.has(name):
            out.set(f"special_tokens.{name}", out.get(name), name)
    if out.has("new_tokens"):
        out.set("tokens", out.get("new_tokens"), "new_tokens")


TARGET = Target(
    "axolotl",
    compose,
    (
        Put("base_model", "base_model"),
        Put("model_revision", "revision_of_model"),
        Put("trust_remote_code", "trust_remote_code"),
        Put("attention", "attn_implementation"),
        Put("adapter_path", "lora_model_dir"),
        Put("load_in_4bit", "load_in_4bit"),
        Put("load_in_8bit", "load_in_8bit"),
        Put("beta", "rl_beta"),
        Put("lora_rank", "lora_r"),
        Put("lora_alpha", "lora_alpha"),
        Put("lora_dropout", "lora_dropout"),
        Put("lora_targets", "lora_target_modules"),
        Put("use_rslora", "peft_use_rslora"),
        Put("use_dora", "peft_use_dora"),
        Put("modules_to_save", "lora_modules_to_save"),
        Put("sequence_length", "sequence_len"),
        Put("packing", "sample_packing"),
        Put("eval_packing", "eval_sample_packing"),
        Put("chat_template", "chat_template"),
        Put("train_on_inputs", "train_on_inputs"),
        Put("eval_split", "val_set_size"),
        Put("learning_rate", "learning_rate"),
        Put("lr_scheduler", "lr_scheduler"),
        Put("warmup_steps", "warmup_steps"),
        Put("warmup_ratio", "warmup_ratio"),
        Put("epochs", "num_epochs"),
        Put("max_steps", "max_steps"),
        Put("micro_batch_size", "micro_batch_size"),
        Put("gradient_accumulation", "gradient_accumulation_steps"),
        Put("eval_batch_size", "eval_batch_size"),
        Put("optimizer", "optimizer"),
        Put("weight_decay", "weight_decay"),
        Put("max_grad_norm", "max_grad_norm"),
        Put("gradient_checkpointing", "gradient_checkpointing"),
        Put("neftune_alpha", "neftune_noise_alpha"),
        Put("seed", "seed"),
        Put("streaming", "streaming"),
        Put("eval_strategy", "eval_strategy"),
        Put("eval_steps", "eval_steps"),
        Put("save_strategy", "save_strategy"),
        Put("save_steps", "save_steps"),
        Put("load_best_model", "load_best_model_at_end"),
        Put("best_metric", "metric_for_best_model"),
        Put("early_stopping", "early_stopping_patience"),
        Put("deepspeed", "deepspeed"),
        Put("output_dir", "output_dir"),
        Put("hub_model_id", "hub_model_id"),
        Put("num_generations", "trl.num_generations"),
        Put("max_completion_length", "trl.max_completion_length"),
    ),
    order=(
        "base_model",
        "revision_of_model",
        "trust_remote_code",
        "load_in_8bit",
        "load_in_4bit",
        "adapter",
        "rl",
    ),
)
