"""axolotl: one flat YAML file, read by `yaml.safe_load` and validated (and cast) by pydantic."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.axolotl_data import completion_only, settle_data, settle_tokens
from ftlint.dialects.axolotl_run import STRATEGY, finish_precision, settle_quantization, settle_run
from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.hf_arguments import (
    attention,
    deepspeed,
    optional,
    steps,
    strategy,
)
from ftlint.dialects.quantized_base import settle_quantized_base
from ftlint.dialects.signs import is_list, scalar, written
from ftlint.dialects.trl_keys import one_or_more
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_flag, is_unknown

STRONG = (
    *("micro_batch_size", "sequence_len", "val_set_size", "sample_packing", "num_epochs"),
    *("dataset_prepared_path", "pad_to_sequence_len", "saves_per_epoch", "evals_per_epoch"),
    *("lora_target_linear", "lora_model_dir", "eval_sample_packing", "pretraining_dataset"),
    *("test_datasets", "is_llama_derived_model", "datasets"),
)
"""Keys that hardly any other framework has."""

SIGNS = (
    *STRONG,
    *("load_in_8bit", "load_in_4bit", "train_on_inputs", "lr_scheduler", "special_tokens"),
    *("flash_attention", "xformers_attention", "gptq", "wandb_log_model", "wandb_watch", "model_type"),
    *("tokenizer_type", "chat_template", "bf16", "tf32", "gradient_accumulation_steps"),
    *("learning_rate", "strict", "rl", "plugins", "lora_r"),
)
OTHERS = (
    *(
        "merge_method",
        "slices",
        "models",
        "merges",
        "input_features",
        "output_features",
        "task",
        "params",
        "ftlint",
    ),
    *("model_name_or_path", "experts", "trainer", "base_model_name_or_path", "license", "tags"),
)
"""Keys of merges, ludwig, autotrain, model cards and others that have a `base_model`, too."""


def certainty(tree: Node, path: str) -> float:
    if written(tree, OTHERS):
        return 0.0
    strong, signs = written(tree, STRONG), written(tree, SIGNS)
    if scalar(tree, "base_model"):
        if strong >= 2 and signs >= 4:
            return 0.97
        return 0.8 if strong and signs >= 3 else 0.0
    if strong >= 4 and signs >= 8:
        return 0.9
    return 0.7 if strong >= 2 and signs >= 4 and is_list(tree, "datasets") else 0.0


def settle(draft: Draft) -> None:
    settle_data(draft)
    settle_tokens(draft)
    settle_quantization(draft)
    _tuning(draft)
    _targets(draft)
    _method(draft)
    settle_run(draft)


RL = {
    "dpo": "dpo",
    "ipo": "ipo",
    "orpo": "orpo",
    "kto": "kto",
    "simpo": "simpo",
    "grpo": "grpo",
    "gdpo": "gdpo",
    "kto_pair": "dpo",
}
DPO_LOSSES = {"ipo": "ipo", "apo_zero": "apo", "apo_down": "apo"}


def _method(draft: Draft) -> None:
    rl = draft.value("rl")
    if rl:
        name: Any = RL.get(str(rl).strip().lower(), UNKNOWN)
        loss = str(draft.get("loss_type") or "")
        if name == "dpo" and loss in DPO_LOSSES:
            draft.derive("method", DPO_LOSSES[loss], "dpo_loss_type")
        else:
            draft.put("method", name, "rl")
        return
    for key in ("reward_model", "process_reward_model", "kd_trainer"):
        if draft.flag(key):
            draft.derive("method", "distillation" if key == "kd_trainer" else "reward", key)
            return
    kind = draft.value("model_type") or draft.value("type_of_model")
    if isinstance(kind, str) and kind.endswith("ForSequenceClassification"):
        draft.derive("method", "classification", "model_type", "type_of_model")
    elif draft.value("pretraining_dataset"):
        unsure = isinstance(draft.value("pretraining_dataset"), str) and is_unknown(
            draft.value("pretraining_dataset")
        )
        draft.derive("method", UNKNOWN if unsure else "pretrain", "pretraining_dataset")
    elif completion_only(draft):
        draft.derive("method", "pretrain", "datasets")
    else:
        draft.derive("method", "sft", "rl", "datasets")


def _tuning(draft: Draft) -> None:
    """From `adapter`; without one every weight is trained, or those that `unfrozen_parameters` lists."""
    adapter = draft.value("adapter")
    stored = settle_quantized_base(draft)
    if not adapter:
        if draft.value("unfrozen_parameters"):
            draft.derive("tuning", "freeze", "unfrozen_parameters")
        elif draft.has("adapter"):
            draft.derive("tuning", "full", "adapter")
        else:
            draft.default("tuning", "full", "without an adapter every weight is trained", "adapter")
        return
    name = str(adapter).strip().lower()
    four = draft.fields.get("load_in_4bit")
    tuning: Any = {"lora": "lora", "qlora": "qlora"}.get(name, UNKNOWN if is_unknown(name) else "other")
    if tuning == "lora" and (stored or (four and four.value)):
        tuning = "qlora"
    elif tuning == "lora" and ((four and four.unknown) or draft.value("gptq")):
        tuning = UNKNOWN
    if tuning == name:
        draft.put("tuning", tuning, "adapter")
    else:
        draft.derive("tuning", tuning, "adapter")


def brain_float(loaded: Any) -> Any:
    return True if isinstance(loaded, str) and loaded.strip().lower() == "full" else as_flag(loaded)


def targets(loaded: Any) -> Any:
    if isinstance(loaded, str):
        return (loaded.strip(),) if loaded.strip() else None
    named = tuple(str(each) for each in loaded if each is not None) if isinstance(loaded, list) else ()
    return UNKNOWN if any(is_unknown(name) for name in named) else named or None


def checkpointing(loaded: Any) -> Any:
    """`true`, or the name of a way to offload that goes with it."""
    flag = as_flag(loaded)
    return flag if flag is not None else isinstance(loaded, str) and bool(loaded)


def _targets(draft: Draft) -> None:
    """`lora_target_linear` is every linear layer, beside which other modules may be listed."""
    if draft.flag("lora_target_linear"):
        more = tuple(name for name in draft.get("lora_targets") or () if name in ("embed_tokens", "lm_head"))
        draft.derive("lora_targets", ("all-linear", *more), "lora_target_linear")


DIALECT = Dialect(
    name="axolotl",
    title="axolotl",
    certainty=certainty,
    keys=(
        Key("base_model", ("base_model",)),
        Key("model_revision", ("revision_of_model", "model_revision")),
        Key("trust_remote_code", ("trust_remote_code",)),
        Key("attention", ("attn_implementation",), attention),
        Key("adapter_path", ("lora_model_dir",)),
        Key("beta", ("rl_beta", "dpo_beta", "trl.beta", "orpo_alpha")),
        Key("loss_type", ("dpo_loss_type", "trl.loss_type"), one_or_more),
        Key("num_generations", ("trl.num_generations",)),
        Key("max_prompt_length", ("max_prompt_len",)),
        Key("max_completion_length", ("trl.max_completion_length",)),
        Key("lora_rank", ("lora_r",)),
        Key("lora_alpha", ("lora_alpha",)),
        Key("lora_dropout", ("lora_dropout",)),
        Key("lora_targets", ("lora_target_modules",), targets),
        Key("use_rslora", ("peft_use_rslora",)),
        Key("use_dora", ("peft_use_dora",)),
        Key("modules_to_save", ("lora_modules_to_save",), targets),
        Key("load_in_4bit", ("load_in_4bit",)),
        Key("load_in_8bit", ("load_in_8bit",)),
        Key("learning_rate", ("learning_rate",)),
        Key("lr_scheduler", ("lr_scheduler",)),
        Key("warmup_steps", ("warmup_steps",)),
        Key("warmup_ratio", ("warmup_ratio",)),
        Key("epochs", ("num_epochs",)),
        Key("max_steps", ("max_steps",), steps),
        Key("micro_batch_size", ("micro_batch_size",)),
        Key("gradient_accumulation", ("gradient_accumulation_steps",)),
        Key("eval_batch_size", ("eval_batch_size",)),
        Key("optimizer", ("optimizer",)),
        Key("weight_decay", ("weight_decay",)),
        Key("max_grad_norm", ("max_grad_norm",)),
        Key("gradient_checkpointing", ("gradient_checkpointing",), checkpointing),
        Key("neftune_alpha", ("neftune_noise_alpha", "noisy_embedding_alpha"), optional),
        Key("seed", ("seed",)),
        Key("sequence_length", ("sequence_len",)),
        Key("packing", ("sample_packing",)),
        Key("eval_packing", ("eval_sample_packing",)),
        Key("bf16", ("bf16",), brain_float),
        Key("fp16", ("fp16",)),
        Key("eval_split", ("val_set_size",)),
        Key("streaming", ("streaming",)),
        Key("chat_template", ("chat_template",)),
        Key("train_on_inputs", ("train_on_inputs",)),
        Key("eval_strategy", STRATEGY, strategy),
        Key("eval_steps", ("eval_steps",)),
        Key("save_strategy", ("save_strategy",), strategy),
        Key("save_steps", ("save_steps",)),
        Key("load_best_model", ("load_best_model_at_end",)),
        Key("best_metric", ("metric_for_best_model",)),
        Key("early_stopping", ("early_stopping_patience",)),
        Key("deepspeed", ("deepspeed",), deepspeed),
        Key("output_dir", ("output_dir",)),
        Key("hub_model_id", ("hub_model_id",)),
        Key("merge_adapter", ("merge_lora",)),
    ),
    settle=settle,
    finish=finish_precision,
    loader="yaml-1.1",
    casts=True,
    package="axolotl",
    inner=("", "input.args"),
    extra={"train_data": "datasets", "eval_data": "test_datasets"},
)
