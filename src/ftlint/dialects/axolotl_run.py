"""How an axolotl config runs: attention, packing, quantisation, batches, schedules, evaluation, precision."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN
from ftlint.dialects.draft import Draft
from ftlint.dialects.hf_arguments import product, settle_machines
from ftlint.facts.dialects import within
from ftlint.model.scalars import as_flag, is_unknown

STRATEGY = ("eval_strategy", "evaluation_strategy")


def settle_run(draft: Draft) -> None:
    """What the run follows from several keys, once the method is known."""
    settle_machines(draft)
    _attention(draft)
    _batch(draft)
    _schedule(draft)
    _evaluation(draft)
    _packing(draft)
    _outputs(draft)


BNB = "bnb_config_kwargs.bnb_4bit_quant_type"
CONFIGS = {
    "mxfp4": "mxfp4",
    "torchao": "torchao",
    "gptq": "gptq",
    "awq": "awq",
    "hqq": "hqq",
    "bitsandbytes": "bnb",
}


def settle_quantization(draft: Draft) -> None:
    named = draft.text("model_quantization_config")
    method = next((CONFIGS[each] for each in CONFIGS if named.startswith(each)), "")
    if method:
        draft.derive("quantization", method, "model_quantization_config")
    elif draft.flag("gptq"):
        draft.derive("quantization", "gptq", "gptq")
    else:
        for key in ("load_in_4bit", "load_in_8bit"):
            if draft.get(key):
                draft.derive("quantization", "bnb", key)
    if draft.get("load_in_4bit"):
        kind = draft.value(BNB)
        if isinstance(kind, str) and kind:
            draft.put("quant_type", UNKNOWN if is_unknown(kind) else kind.lower(), BNB)
        draft.default("quant_type", "nf4", "loaders/model.py, 0.19.0", BNB)


LEGACY = (
    ("xformers_attention", "xformers"),
    ("sage_attention", "sage"),
    ("flex_attention", "flex_attention"),
    ("flash_attention", "flash_attention_2"),
    ("sdp_attention", "sdpa"),
    ("eager_attention", "eager"),
    ("s2_attention", "s2"),
)
"""Switches of before 0.17; of several that are on the first counts."""


def _attention(draft: Draft) -> None:
    if draft.knows("attention"):
        return
    for key, name in LEGACY:
        value = draft.value(key)
        if value and as_flag(value) is None:
            draft.derive("attention", UNKNOWN, key)
            return
        if value and as_flag(value):
            draft.derive("attention", name, key)
            return


ISOLATING = ("flash_attention", "flex_attention", "xformers", "sage", "kernels-community/")


def _packing(draft: Draft) -> None:
    """Packed examples are kept apart by attention with lengths; by sdpa up to 0.16 and from 0.18 on."""
    if not draft.get("packing"):
        return
    known = draft.fields.get("attention")
    if known is not None and known.unknown:
        draft.follow("packing_isolated", UNKNOWN, "attention")
        return
    name = str(known.value) if known and known.value else ""
    apart = (
        name.startswith(ISOLATING)
        or (name == "sdpa" and not within(draft.version, "0.17", "0.18"))
        or (name == "eager" and within(draft.version, "0.18", ""))
    )
    draft.follow("packing_isolated", apart, "attention" if known else "packing")


def _batch(draft: Draft) -> None:
    """Of micro_batch_size, gradient_accumulation_steps and batch_size any two say the third."""
    whole, micro = draft.number("batch_size"), draft.number("micro_batch_size")
    accumulated = draft.number("gradient_accumulation_steps")
    if not whole:
        return
    if micro and not accumulated:
        draft.derive("gradient_accumulation", max(1, int(whole // micro)), "batch_size")
    elif accumulated and not micro:
        draft.derive("micro_batch_size", max(1, int(whole // accumulated)), "batch_size")


def _schedule(draft: Draft) -> None:
    share, rate = draft.number("cosine_min_lr_ratio"), draft.get("learning_rate")
    if share is not None and rate is not None:
        draft.derive("min_learning_rate", product(share, rate), "cosine_min_lr_ratio")
    if not draft.knows("warmup_steps") and not draft.knows("warmup_ratio"):
        draft.default("warmup_ratio", 0.03, "3% of the steps, at most 100: core/builders/base.py, 0.19.0")


def _evaluation(draft: Draft) -> None:
    for often, field, when in (
        ("evals_per_epoch", "eval_steps", "eval_strategy"),
        ("saves_per_epoch", "save_steps", "save_strategy"),
    ):
        times, epochs = draft.number(often), draft.number("num_epochs")
        if draft.knows(field):
            if draft.get(field):
                draft.follow(when, "steps", field)
        elif times and (epochs or not draft.has("num_epochs")):
            share = 1 / (times * (epochs or 1))
            if share < 1:
                draft.derive(field, share, often)
                draft.derive(when, "steps", often)
            else:
                draft.derive(when, "epoch", often)
        elif draft.value(often) and times is None:
            draft.derive(field, UNKNOWN, often)
            draft.derive(when, UNKNOWN, often)
    held, asked = draft.fields.get("eval_split"), draft.fields.get("eval_strategy")
    if draft.knows("eval_data") or (held is not None and held.value != 0):
        return
    if asked is not None and asked.key in STRATEGY:
        return
    # nothing to evaluate on: axolotl turns evaluation off
    draft.drop("eval_strategy")
    if held is not None:
        draft.follow("eval_strategy", "no", "eval_split")
    else:
        draft.default("eval_strategy", "no", "neither val_set_size nor test_datasets", STRATEGY[0])


LOGGERS = (
    ("wandb", ("use_wandb", "wandb_project")),
    ("mlflow", ("use_mlflow", "mlflow_experiment_name", "mlflow_tracking_uri")),
    ("comet", ("use_comet", "comet_project_name", "comet_api_key")),
    ("tensorboard", ("use_tensorboard",)),
    ("trackio", ("use_trackio", "trackio_project_name")),
    ("swanlab", ("use_swanlab", "swanlab_project")),
)
"""A logger is on by its switch, or where one of its own settings names a project."""


def _outputs(draft: Draft) -> None:
    found: list[str] = []
    first = ""
    for name, keys in LOGGERS:
        values = {key: draft.value(key) for key in keys}
        if values[keys[0]] is False or (name == "wandb" and draft.text("wandb_mode") == "disabled"):
            continue
        key = next((key for key in keys if values[key]), "")
        if key and is_unknown(str(values[key])):
            draft.derive("loggers", UNKNOWN, key)
            return
        if key:
            found.append(name)
            first = first or key
    if found:
        draft.derive("loggers", tuple(found), first)
    else:
        draft.default("loggers", ("none",), "core/builders/base.py, 0.19.0")
    hub = draft.fields.get("hub_model_id")
    if hub is not None:
        draft.follow("push_to_hub", UNKNOWN if hub.unknown else True, "hub_model_id")
        draft.default("hub_private", True, "core/builders/base.py, 0.19.0")
    shards = draft.value("fsdp") or draft.value("fsdp_config")
    if shards:
        unsure = isinstance(shards, str) and is_unknown(shards)
        draft.derive(
            "fsdp",
            UNKNOWN if unsure else True,
            *(("fsdp",) if draft.value("fsdp") else ()),
            "fsdp_config",
        )
    if (
        draft.flag("streaming") is None
        and draft.get("method") == "pretrain"
        and draft.value("pretraining_dataset")
    ):
        draft.derive("streaming", True, "pretraining_dataset")


def _automatic(draft: Draft, value: str) -> Any:
    """What `auto` comes to: every GPU that runs flash attention computes in bf16."""
    flash = str(draft.get("attention") or "").startswith("flash_attention")
    return "bf16" if flash and value.strip().lower() == "auto" else UNKNOWN


SWITCHES = (("bf16", "bf16"), ("fp16", "fp16"), ("bfloat16", "bf16"), ("float16", "fp16"))


def finish_precision(draft: Draft) -> None:
    """The type that is computed and loaded in: bf16 before fp16, `auto` as the GPU can."""
    half = as_flag(draft.value("fp16")) is True
    for key, name in SWITCHES:
        value = draft.value(key) if draft.has(key) else "auto" if key == "bf16" else None
        full = isinstance(value, str) and value.strip().lower() == "full"
        if isinstance(value, str) and not full and as_flag(value) is None:
            if half and key == "bf16":
                continue  # `auto` gives way to fp16
            draft.derive("precision", _automatic(draft, value), key)
            break
        if full or as_flag(value):
            draft.derive("precision", name, key)
            break
    else:
        draft.derive("precision", "fp32", "bf16", "fp16")
    known = draft.fields["precision"]
    if known.value == "fp32" and draft.get("load_in_8bit"):
        draft.derive("model_dtype", "fp16", "load_in_8bit")
    else:
        draft.fields["model_dtype"] = known
    if draft.get("load_in_4bit") and not known.unknown:
        draft.default("quant_compute_dtype", known.value, "loaders/model.py, 0.19.0")
    if draft.flag("fp8"):
        draft.derive("precision", "fp8", "fp8")
    if not draft.knows("eval_batch_size") and draft.knows("micro_batch_size"):
        draft.default("eval_batch_size", draft.get("micro_batch_size"), "as micro_batch_size")
