"""A training as ms-swift 4 writes it: `swift sft --config`, `swift rlhf --config` or `swift pt --config`."""

from __future__ import annotations

from ftlint.dialects.writing import hf
from ftlint.dialects.writing.outline import ADAPTER, Outline, Put, Target, warmup
from ftlint.model.training_config import DataRef

RLHF = {
    "dpo": "dpo",
    "kto": "kto",
    "orpo": "orpo",
    "simpo": "simpo",
    "cpo": "cpo",
    "reward": "rm",
    "ppo": "ppo",
    "grpo": "grpo",
}
TYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}


def compose(out: Outline) -> None:
    method = out.get("method")
    command = "swift sft"
    if method in RLHF:
        out.set("rlhf_type", RLHF[method], "method")
        command = "swift rlhf"
    elif method == "pretrain":
        out.skip("method")
        command = "swift pt"
    elif method in ("sft", None):
        out.skip("method")
    else:
        out.lose("method", f"ms-swift has no {method}")
    out.note(f"ms-swift keeps the command outside the file: {command} FILE")
    _tuning(out)
    hf.precision(out)
    if out.get("model_dtype") in TYPES:
        out.set("torch_dtype", TYPES[out.get("model_dtype")], "model_dtype")
    hf.evaluation(out)
    warmup(out)
    if out.get("precision") == "fp32" and not out.has("model_dtype"):
        out.set("torch_dtype", "float32")
    if "{" in str(out.get("chat_template") or ""):
        out.lose("chat_template", "ms-swift knows templates by name only")
    if method in ("ppo", "grpo"):
        out.lose("sequence_length", "in RL ms-swift's max_length limits the prompt")
    for name, key in (("train_data", "dataset"), ("eval_data", "val_dataset")):
        refs = out.get(name) or ()
        if refs:
            out.set(key, [_named(ref) for ref in refs], name)
    if any(ref.limit for ref in out.get("train_data") or ()):
        out.skip("max_samples")
    if out.get("packing") and out.get("packing_isolated") is not False:
        out.skip("packing_isolated")


def _tuning(out: Outline) -> None:
    tuning = out.get("tuning")
    if tuning in ("lora", "qlora"):
        out.set("tuner_type", "lora", "tuning")
    elif tuning == "full":
        out.set("tuner_type", "full", "tuning")
        out.skip(*ADAPTER)
    elif tuning:
        out.lose("tuning", f"ms-swift cannot be told this {tuning} tuning")
    bits = 4 if tuning == "qlora" or out.get("load_in_4bit") else 8 if out.get("load_in_8bit") else None
    if bits:
        out.set("quant_bits", bits)
        out.set("quant_method", out.get("quantization") or "bnb", "quantization")
    out.skip("load_in_4bit", "load_in_8bit")


def _named(ref: DataRef) -> str:
    """A dataset as ms-swift names it: `name:subset#rows`."""
    return f"{ref.name}#{ref.limit}" if ref.limit else ref.name


TARGET = Target(
    "ms-swift",
    compose,
    (
        Put("base_model", "model"),
        Put("model_revision", "model_revision"),
        Put("attention", "attn_impl"),
        Put("adapter_path", "adapters"),
        Put("quant_type", "bnb_4bit_quant_type"),
        Put("lora_rank", "lora_rank"),
        Put("lora_alpha", "lora_alpha"),
        Put("lora_dropout", "lora_dropout"),
        Put("lora_targets", "target_modules"),
        Put("use_rslora", "use_rslora"),
        Put("use_dora", "use_dora"),
        Put("modules_to_save", "modules_to_save"),
        Put("beta", "beta"),
        Put("loss_type", "loss_type"),
        Put("num_generations", "num_generations"),
        Put("max_completion_length", "max_completion_length"),
        Put("reference_model", "ref_model"),
        Put("teacher_model", "teacher_model"),
        Put("sequence_length", "max_length"),
        Put("packing", "packing"),
        Put("streaming", "streaming"),
        Put("eval_split", "split_dataset_ratio"),
        Put("warmup_ratio", "warmup_ratio"),
        Put("gradient_checkpointing", "gradient_checkpointing"),
        Put("chat_template", "template"),
        Put("early_stopping", "early_stop_interval"),
        *hf.TRAINER,
    ),
    order=("model", "rlhf_type", "tuner_type", "dataset", "val_dataset"),
)
