"""A training as TRL's scripts read it: `trl sft --config`, `trl dpo --config` and so on."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.writing import hf
from ftlint.dialects.writing.outline import ADAPTER, Lost, Outline, Put, Target, bitsandbytes
from ftlint.model.training_config import DataRef

SCRIPTS = {
    **{name: name for name in ("sft", "dpo", "kto", "grpo", "rloo", "reward")},
    "ipo": "dpo",
}
BUILDERS = {
    ".jsonl": "json",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".txt": "text",
}
TYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}


def compose(out: Outline) -> None:
    method = out.get("method")
    if method in SCRIPTS:
        out.note(f"TRL keeps the method outside the file: trl {SCRIPTS[method]} --config FILE")
        if method == "ipo":
            out.set("loss_type", "ipo", "loss_type")
        out.skip("method")
    elif method == "pretrain":
        out.note("pretraining is SFT on raw text: trl sft --config FILE, with a dataset of a text column")
        out.skip("method")
    elif method:
        out.lose("method", f"TRL's command has no {method}")
    _tuning(out)
    hf.precision(out)
    if out.get("model_dtype") in TYPES:
        out.set("dtype", TYPES[out.get("model_dtype")], "model_dtype")
    template = out.get("chat_template")
    if template and "/" not in template and not template.endswith(".jinja"):
        out.lose("chat_template", "TRL takes a template's file or a tokenizer, no name")
    hf.warmup(out)
    hf.evaluation(out)
    _data(out)
    _held_out(out)
    _prompts(out, method)
    sft = method in ("sft", "pretrain", None)
    if out.get("packing") and sft:
        out.set("packing", True, "packing")
        isolated = out.get("packing_isolated")
        if isolated is not None:
            out.set("packing_strategy", "bfd" if isolated else "wrapped")
    out.skip("packing_isolated")
    if out.get("packing") is False:
        out.skip("packing")
    if method in ("grpo", "rloo", "kto") or (
        out.get("sequence_length") and not sft and method not in LIMITED
    ):
        out.lose("sequence_length", f"TRL's {method} has no limit of the whole example")
    if method not in ("grpo", "rloo"):
        for name in ("num_generations", "max_completion_length"):
            out.lose(name, f"TRL's {method or 'sft'} does not generate")


LIMITED = ("dpo", "ipo", "reward")


def _prompts(out: Outline, method: str | None) -> None:
    """Of a chat TRL trains on all tokens where nothing is said, ftlint on the answers."""
    ours = out.config.dialect == "ftlint" or out.has("train_on_inputs")
    if ours and method in ("sft", None) and not out.get("train_on_inputs"):
        reason = "TRL counts a chat's prompts, too: assistant_only_loss asks for a {% generation %} template"
        out.lost.append(Lost("train_on_inputs", False, reason))
        out.skip("train_on_inputs")


def _tuning(out: Outline) -> None:
    tuning = out.get("tuning")
    if tuning in ("lora", "qlora"):
        out.set("use_peft", True, "tuning")
        if tuning == "qlora" or out.get("load_in_4bit"):
            out.set("load_in_4bit", True, "load_in_4bit")
            bitsandbytes(out)
    elif tuning == "full":
        out.skip("tuning", *ADAPTER)
    elif tuning:
        out.lose("tuning", f"TRL's ModelConfig has no {tuning} tuning")
    for name in ("load_in_4bit", "load_in_8bit"):
        if out.get(name) is False:
            out.skip(name)


def _data(out: Outline) -> None:
    refs: tuple[DataRef, ...] = out.get("train_data") or ()
    single = len(refs) == 1 and refs[0].kind in ("hub", "registered")
    if single:
        out.set("dataset_name", refs[0].name, "train_data")
        if refs[0].split:
            out.set("dataset_train_split", refs[0].split)
    elif refs:
        out.set("datasets", [_entry(ref) for ref in refs], "train_data")
    held: tuple[DataRef, ...] = out.get("eval_data") or ()
    if held and single and all(ref.name == refs[0].name for ref in held):
        out.set("dataset_test_split", held[0].split or "test", "eval_data")
        out.skip("eval_split")
    elif held:
        out.lose(
            "eval_data", "TRL takes evaluation data as a split of the training data or as test_split_size"
        )
    split = out.get("eval_split")
    if split and refs and not single:
        out.set("test_split_size", float(split), "eval_split")
    elif split:
        out.lose("eval_split", "TRL splits only a `datasets` mixture (test_split_size)")
    out.skip("eval_split")
    if out.get("streaming") is False:
        out.skip("streaming")
    elif out.get("streaming"):
        out.set("dataset_streaming" if single else "streaming", out.get("streaming"), "streaming")


def _held_out(out: Outline) -> None:
    """TRL's scripts ask for a held-out split where there is a strategy; a mixture of files has none."""
    if "datasets" not in out.data or "test_split_size" in out.data:
        return
    for name in ("eval_strategy", "eval_steps", "load_best_model", "best_metric"):
        if out.get(name) not in (None, "no", False):
            out.lose(name, "TRL has no evaluation data here, and does not start with this")


def _entry(ref: DataRef) -> dict[str, Any]:
    builder = next((kind for end, kind in BUILDERS.items() if ref.name.lower().endswith(end)), "")
    entry: dict[str, Any] = {"path": ref.name}
    if ref.kind == "file" and builder:
        entry = {"path": builder, "data_files": ref.name}
    if ref.split:
        entry["split"] = ref.split
    return entry


TARGET = Target(
    "trl",
    compose,
    (
        Put("base_model", "model_name_or_path"),
        Put("model_revision", "model_revision"),
        Put("trust_remote_code", "trust_remote_code"),
        Put("attention", "attn_implementation"),
        Put("load_in_8bit", "load_in_8bit"),
        Put("quant_type", "bnb_4bit_quant_type"),
        Put("lora_rank", "lora_r"),
        Put("lora_alpha", "lora_alpha"),
        Put("lora_dropout", "lora_dropout"),
        Put("lora_targets", "lora_target_modules"),
        Put("use_rslora", "use_rslora"),
        Put("use_dora", "use_dora"),
        Put("modules_to_save", "lora_modules_to_save"),
        Put("beta", "beta"),
        Put("loss_type", "loss_type"),
        Put("num_generations", "num_generations"),
        Put("max_completion_length", "max_completion_length"),
        Put("sequence_length", "max_length"),
        Put("packing", "packing"),
        Put("eval_packing", "eval_packing"),
        Put("chat_template", "chat_template_path"),
        Put("eos_token", "eos_token"),
        Put("pad_token", "pad_token"),
        Put("gradient_checkpointing", "gradient_checkpointing"),
        *hf.TRAINER,
    ),
    order=("model_name_or_path", "model_revision", "dtype", "use_peft", "dataset_name", "datasets"),
)
