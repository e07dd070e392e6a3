"""LLaMA-Factory: one flat file for training, merging, inference and evaluation.

Data is named, not located: `dataset_info.json` in `dataset_dir` says what a name stands for.
"""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref, precision, words
from ftlint.dialects.hf_arguments import (
    TRAINER_KEYS,
    attention,
    mixed_precision,
    settle_trainer,
)
from ftlint.dialects.quantized_base import settle_quantized_base
from ftlint.dialects.signs import scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown
from ftlint.model.training_config import DataRef, Purpose

STAGES = {
    "pt": "pretrain",
    "sft": "sft",
    "rm": "reward",
    "ppo": "ppo",
    "dpo": "dpo",
    "kto": "kto",
    "orpo": "orpo",
    "simpo": "simpo",
    "grpo": "grpo",
    "gspo": "gspo",
    "cls": "classification",
}
"""Stages of the releases; orpo was one up to 0.8, simpo, grpo, gspo and cls are of forks."""

OWN_METHOD = ("ipo", "orpo", "simpo")
"""Preference losses that are methods of their own."""

TUNINGS = {"full": "full", "freeze": "freeze", "lora": "lora", "oft": "other"}
SIGNS = (
    *(
        "template",
        "cutoff_len",
        "dataset_dir",
        "dataset",
        "eval_dataset",
        "do_train",
        "do_predict",
        "val_size",
    ),
    *("lora_target", "lora_rank", "plot_loss", "overwrite_cache", "max_samples", "flash_attn", "pref_beta"),
    *("adapter_name_or_path", "quantization_bit", "infer_backend", "export_dir", "deepspeed", "media_dir"),
)
RUN = ("infer_backend", "infer_dtype", "export_dir", "vllm_enforce_eager", "vllm_maxlen", "sglang_maxlen")
HYPERPARAMETERS = ("learning_rate", "num_train_epochs", "max_steps", "per_device_train_batch_size")
TRAINS = (
    *("learning_rate", "num_train_epochs", "max_steps", "per_device_train_batch_size", "dataset"),
    *("gradient_accumulation_steps", "output_dir", "lr_scheduler_type", "warmup_ratio", "warmup_steps"),
)
OTHERS = (
    *("use_slow_tokenizer", "with_tracking", "tuner_type", "train_type", "sft_type", "dataset_mixer"),
    *("lora_r", "lora_target_modules"),
)


def certainty(tree: Node, path: str) -> float:
    if written(tree, OTHERS):
        return 0.0
    stage, tuning = scalar(tree, "stage"), scalar(tree, "finetuning_type")
    signs = written(tree, SIGNS)
    known = stage in STAGES or is_unknown(stage)
    if tuning in TUNINGS or (tuning and is_unknown(tuning)):
        return 0.98 if signs >= 2 or known else 0.7
    if known and stage:
        return 0.95 if signs >= 2 else 0.0
    if not scalar(tree, "model_name_or_path"):
        return 0.0
    if scalar(tree, "template"):
        if written(tree, RUN):
            return 0.95
        if signs >= 3 or (written(tree, ("task", "lang", "n_shot")) >= 2):
            return 0.9
        return 0.6 if signs >= 2 else 0.0
    return 0.9 if scalar(tree, "export_dir") and written(tree, ("export_size", "export_device")) else 0.0


def purpose(draft: Draft) -> Purpose:
    """What LLaMA-Factory's command would do: it trains only where `do_train` says so."""
    training = draft.flag("do_train")
    if draft.value("tokenized_path") and not written(draft.tree, HYPERPARAMETERS):
        return "other"  # it only tokenises
    if training or (training is None and draft.has("do_train")):
        return "train"
    if draft.flag("do_predict") or draft.flag("predict_with_generate"):
        return "evaluate"
    if draft.has("export_dir"):
        return "merge"
    if draft.has("task") and draft.has("lang", "n_shot", "task_dir"):
        return "evaluate"
    trains = draft.has("dataset", "learning_rate")
    if draft.flag("do_eval") and (training is False or not trains):
        return "evaluate"
    if draft.has("infer_backend", "infer_dtype") and not trains:
        return "inference"
    if written(draft.tree, TRAINS) or draft.has("stage"):
        return "train"
    # a tuned adapter that is only loaded
    return "train" if draft.has("finetuning_type") and not draft.has("adapter_name_or_path") else "inference"


def settle(draft: Draft) -> None:
    draft.purpose = purpose(draft)
    settle_trainer(draft)
    _quantization(draft)
    four = settle_quantized_base(draft) or draft.get("load_in_4bit") is True
    _data(draft)
    if draft.purpose == "merge":
        if draft.knows("adapter_path"):
            draft.derive("merge_adapter", True, "export_dir")
        return
    if draft.purpose != "train":
        return
    draft.drop("model_dtype")
    _method(draft)
    _tuning(draft, four)
    _length(draft)
    _run(draft)


def _method(draft: Draft) -> None:
    stage = draft.text("stage")
    loss = draft.text("pref_loss", "dpo_loss")
    method: Any = STAGES.get(stage, UNKNOWN if draft.has("stage") else "sft")
    key = "stage"
    if method == "dpo" and draft.has("pref_loss", "dpo_loss"):
        if is_unknown(loss):
            draft.derive("loss_type", UNKNOWN, "pref_loss", "dpo_loss")
        elif loss in OWN_METHOD:
            method = loss
            key = "pref_loss" if draft.has("pref_loss") else "dpo_loss"
    if draft.has(key):
        draft.derive("method", method, key)
    draft.default("method", method, "hparams/finetuning_args.py, 0.7 to 0.9.5", "stage")


def _tuning(draft: Draft, four: bool) -> None:
    named = draft.text("finetuning_type")
    tuning: Any = TUNINGS.get(named, UNKNOWN if draft.has("finetuning_type") else "lora")
    if tuning == "lora" and four:
        tuning = "qlora"
    elif tuning == "lora" and draft.knows("load_in_4bit") and draft.get("load_in_4bit") is None:
        tuning = UNKNOWN
    if draft.has("finetuning_type"):
        draft.derive("tuning", tuning, "finetuning_type")
    draft.default("tuning", tuning, "hparams/finetuning_args.py, 0.7 to 0.9.5", "finetuning_type")


def _quantization(draft: Draft) -> None:
    key = "quantization_bit"
    if not draft.has(key):
        return
    loaded = draft.value(key)
    if loaded is None:
        return
    bits = as_number(loaded)
    if bits is None:
        draft.derive("load_in_4bit", UNKNOWN, key)
        return
    draft.derive("load_in_4bit", bits <= 4, key)
    draft.derive("load_in_8bit", bits == 8, key)
    method = draft.text("quantization_method") or "bnb"
    named = UNKNOWN if is_unknown(method) else METHODS.get(method, method)
    draft.derive("quantization", named, "quantization_method", key)


METHODS = {"bitsandbytes": "bnb"}


def _length(draft: Draft) -> None:
    """Packing, and whether packed examples see each other: only `neat_packing` keeps them apart."""
    neat = draft.flag("neat_packing")
    if neat:
        draft.derive("packing", True, "neat_packing")
    elif not draft.knows("packing"):
        draft.default("packing", draft.get("method") == "pretrain", "hparams/parser.py, 0.9.5: on for pt")
    if draft.get("packing"):
        unsure = neat is None and draft.has("neat_packing")
        draft.derive("packing_isolated", UNKNOWN if unsure else bool(neat), "neat_packing", "packing")


def _run(draft: Draft) -> None:
    for key in ("add_tokens", "add_special_tokens", "new_special_tokens"):
        added = words(draft.value(key))
        if isinstance(added, tuple) and added:
            draft.put("new_tokens", (*(draft.get("new_tokens") or ()), *added), key)
    disabled = draft.flag("disable_gradient_checkpointing")
    if disabled is not None:
        draft.derive("gradient_checkpointing", not disabled, "disable_gradient_checkpointing")
    elif draft.flag("gradient_checkpointing"):
        draft.put("gradient_checkpointing", True, "gradient_checkpointing")
    if draft.flag("use_swanlab"):
        others = draft.get("loggers") or ()
        draft.derive("loggers", (*(name for name in others if name != "none"), "swanlab"), "use_swanlab")


def _data(draft: Draft) -> None:
    """Names of `dataset_info.json`; `ONLINE` as `dataset_dir` takes them for repositories of a hub."""
    online = draft.text("dataset_dir") == "online"
    weights = words(draft.value("interleave_probs"))
    for field, key in (("train_data", "dataset"), ("eval_data", "eval_dataset")):
        found = draft.entry(key)
        if found is None:
            continue
        refs = _refs(draft, found[1].value, "hub" if online else "registered")
        if isinstance(weights, tuple) and len(weights) == len(refs):
            refs = [ref._replace(weight=as_number(each)) for ref, each in zip(refs, weights, strict=True)]
        if refs:
            draft.put(field, tuple(refs), key)


def _refs(draft: Draft, node: Node, kind: str) -> list[DataRef]:
    limit = draft.get("max_samples")
    found: list[DataRef] = []
    for each in node.items if node.kind == "list" else (node,):
        names = words(draft.resolved(each)) if each.kind == "scalar" else ()
        for name in names if isinstance(names, tuple) else ():
            known = "unknown" if is_unknown(name) else kind
            found.append(data_ref(name, each, known, limit=limit))
    return found


def finish(draft: Draft) -> None:
    if draft.purpose != "train":
        return
    rank = draft.get("lora_rank")
    if rank and draft.get("tuning") in ("lora", "qlora"):
        draft.default("lora_alpha", 2 * rank, "twice lora_rank: hparams/finetuning_args.py, 0.9.5")
    if draft.flag("pure_bf16"):
        draft.derive("precision", "bf16", "pure_bf16")
        draft.derive("model_dtype", "bf16", "pure_bf16")
    elif not mixed_precision(draft) and draft.get("tuning") == "full":
        # trained weights are kept in float32, and nothing is cast down
        draft.follow("precision", "fp32", "bf16")
    if draft.flag("fp8"):
        draft.derive("precision", "fp8", "fp8")
    if draft.get("load_in_4bit") and draft.get("quantization") == "bnb":
        draft.default("quant_type", "nf4", "hparams/model_args.py, 0.9.5")
        if draft.get("precision") in ("bf16", "fp16"):
            draft.default(
                "quant_compute_dtype", draft.get("precision"), "compute_dtype follows bf16 and fp16"
            )


def targets(loaded: Any) -> Any:
    """`all` stands for every linear layer."""
    named = words(loaded)
    return ("all-linear",) if named == ("all",) else named


def attention_name(loaded: Any) -> Any:
    if loaded is False:
        return "eager"
    name = attention(loaded)
    return ATTENTION.get(name.lower(), name) if isinstance(name, str) else name


ATTENTION = {
    "fa2": "flash_attention_2",
    "fa3": "flash_attention_3",
    "disabled": "eager",
    "off": "eager",
    "flash_attention2": "flash_attention_2",
    "on": "flash_attention_2",
}


def adapters(loaded: Any) -> Any:
    """One adapter, or the first of several."""
    named = words(loaded)
    return named[0] if isinstance(named, tuple) and named else None


KEYS: tuple[Key, ...] = (
    Key("base_model", ("model_name_or_path",)),
    Key("model_revision", ("model_revision",)),
    Key("trust_remote_code", ("trust_remote_code",)),
    Key("attention", ("flash_attn",), attention_name),
    Key("adapter_path", ("adapter_name_or_path",), adapters),
    Key("reference_model", ("ref_model",)),
    Key("beta", ("pref_beta", "dpo_beta", "orpo_beta", "kto_beta", "grpo_beta")),
    Key("loss_type", ("pref_loss", "dpo_loss")),
    Key("num_generations", ("grpo_num_generations",)),
    Key("max_completion_length", ("grpo_max_new_tokens",)),
    Key("lora_rank", ("lora_rank",)),
    Key("lora_alpha", ("lora_alpha",)),
    Key("lora_dropout", ("lora_dropout",)),
    Key("lora_targets", ("lora_target",), targets),
    Key("use_rslora", ("use_rslora",)),
    Key("use_dora", ("use_dora",)),
    Key("modules_to_save", ("additional_target",)),
    Key("sequence_length", ("cutoff_len",)),
    Key("packing", ("packing",)),
    Key("quant_type", ("quantization_type",)),
    Key("model_dtype", ("infer_dtype",), precision),
    Key("eval_split", ("val_size",)),
    Key("max_samples", ("max_samples",)),
    Key("streaming", ("streaming",)),
    Key("chat_template", ("template",)),
    Key("train_on_inputs", ("train_on_prompt",)),
    Key("early_stopping", ("early_stopping_steps",)),
    Key("export_dir", ("export_dir",)),
    Key("export_quantization_bits", ("export_quantization_bit",)),
    *(key for key in TRAINER_KEYS if key.field != "hub_model_id"),
    Key("hub_model_id", ("hub_model_id", "export_hub_model_id")),
)

DIALECT = Dialect(
    name="llamafactory",
    title="LLaMA-Factory",
    certainty=certainty,
    keys=KEYS,
    settle=settle,
    finish=finish,
    loader="omegaconf",
    casts=False,
    package="llamafactory",
    inner=("", "llamafactory", "llama_factory"),
    extra={"train_data": "dataset", "eval_data": "eval_dataset"},
)
