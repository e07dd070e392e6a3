"""Ludwig: `ludwig train --config`. The data is named on the command line; without a trainer none is used.

`model_type: llm` tunes language models; anything else is a network of its own on features.
"""

from __future__ import annotations

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, precision
from ftlint.dialects.signs import is_list, is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown

FEATURES = ("input_features", "output_features")


def certainty(tree: Node, path: str) -> float:
    if not all(is_list(tree, part) and _features(tree, part) for part in FEATURES):
        llm = scalar(tree, "model_type").lower() == "llm" and scalar(tree, "base_model")
        parts = sum(is_map(tree, part) for part in ("adapter", "trainer", "quantization", "generation"))
        return 0.9 if llm and parts >= 2 else 0.0
    if scalar(tree, "model_type").lower() == "llm":
        return 0.98
    return (
        0.9
        if written(tree, ("trainer", "combiner", "preprocessing", "model_type", "ludwig_version"))
        else 0.7
    )


def _features(tree: Node, part: str) -> bool:
    node = tree.at(part)
    return node is not None and any(written(item, ("name", "type")) == 2 for item in node.items)


def settle(draft: Draft) -> None:
    if draft.text("model_type") != "llm":
        draft.derive("method", "classification", "model_type", "output_features")
        draft.derive("tuning", UNKNOWN, "model_type", "output_features")
        return
    kind = draft.text("trainer.type", "trainer")
    if kind in ("", "none"):
        # without a type the model is asked as it is
        draft.purpose = "inference"
        return
    draft.put("method", METHODS.get(kind, UNKNOWN), "trainer.type", "trainer")
    _tuning(draft)
    _data(draft)
    if draft.number("trainer.steps_per_checkpoint"):
        draft.derive("save_strategy", "steps", "trainer.steps_per_checkpoint")
        draft.derive("eval_strategy", "steps", "trainer.steps_per_checkpoint")


METHODS = {"finetune": "sft", "dpo": "dpo", "kto": "kto", "orpo": "orpo", "grpo": "grpo"}


def _tuning(draft: Draft) -> None:
    kind, bits = draft.text("adapter.type", "adapter"), draft.number("quantization.bits")
    if bits is None and draft.value("quantization"):
        bits = 4
    if bits in (4, 8):
        draft.derive(f"load_in_{int(bits)}bit", True, "quantization.bits", "quantization")
        draft.derive("quantization", "bnb", "quantization.bits", "quantization")
    if is_unknown(kind):
        draft.put("tuning", UNKNOWN, "adapter.type", "adapter")
    elif kind == "lora" and bits == 4:
        draft.derive("tuning", "qlora", "quantization.bits", "quantization")
    elif kind:
        draft.put("tuning", "lora" if kind == "lora" else "other", "adapter.type", "adapter")
    else:
        draft.put("tuning", "full", "adapter", "trainer.type", "trainer")


def _data(draft: Draft) -> None:
    """How much is held out: the second of three shares."""
    node = draft.tree.at("preprocessing.split.probabilities")
    if node is not None and node.kind == "list" and len(node.items) >= 2:
        share = as_number(draft.resolved(node.items[1]))
        draft.put("eval_split", UNKNOWN if share is None else share, "preprocessing.split.probabilities")
    elif draft.text("preprocessing.split.type") not in ("", "random"):
        draft.derive("eval_split", UNKNOWN, "preprocessing.split.type")
    names = []
    for part in FEATURES:
        features = draft.tree.at(part)
        for each in features.items if features is not None else ():
            node = each.at("column") or each.at("name")
            if node is not None and node.kind == "scalar":
                names.append(str(draft.resolved(node)))
    if names:
        draft.put("columns", tuple(dict.fromkeys(names)), "input_features")


def finish(draft: Draft) -> None:
    rank = draft.get("lora_rank")
    if rank is not None and draft.get("tuning") in ("lora", "qlora"):
        draft.default("lora_alpha", 2 * rank, "ludwig/schema/llms/peft.py, 0.11: alpha, default 2 * r")


DIALECT = Dialect(
    name="ludwig",
    title="Ludwig",
    certainty=certainty,
    keys=(
        Key("base_model", ("base_model", "model_name")),
        Key("trust_remote_code", ("trust_remote_code",)),
        Key("adapter_path", ("adapter.pretrained_adapter_weights",)),
        Key("merge_adapter", ("adapter.postprocessor.merge_adapter_into_base_model",)),
        Key("lora_rank", ("adapter.r",)),
        Key("lora_alpha", ("adapter.alpha",)),
        Key("lora_dropout", ("adapter.dropout",)),
        Key("lora_targets", ("adapter.target_modules",)),
        Key("use_rslora", ("adapter.use_rslora",)),
        Key("use_dora", ("adapter.use_dora",)),
        Key("quant_type", ("quantization.quantization_type",)),
        Key("quant_compute_dtype", ("quantization.compute_dtype",), precision),
        Key("beta", ("trainer.beta", "trainer.grpo_beta")),
        Key("num_generations", ("trainer.grpo_num_generations",)),
        Key("learning_rate", ("trainer.learning_rate",)),
        Key("lr_scheduler", ("trainer.learning_rate_scheduler.decay",)),
        Key("min_learning_rate", ("trainer.learning_rate_scheduler.eta_min",)),
        Key("warmup_ratio", ("trainer.learning_rate_scheduler.warmup_fraction",)),
        Key("epochs", ("trainer.epochs",)),
        Key("max_steps", ("trainer.train_steps",)),
        Key("micro_batch_size", ("trainer.batch_size",)),
        Key("eval_batch_size", ("trainer.eval_batch_size",)),
        Key("gradient_accumulation", ("trainer.gradient_accumulation_steps",)),
        Key("global_batch_size", ("trainer.effective_batch_size",)),
        Key("optimizer", ("trainer.optimizer.type",)),
        Key("weight_decay", ("trainer.optimizer.weight_decay",)),
        Key("max_grad_norm", ("trainer.gradient_clipping.clipglobalnorm",)),
        Key("gradient_checkpointing", ("trainer.enable_gradient_checkpointing",)),
        Key("early_stopping", ("trainer.early_stop",)),
        Key("eval_steps", ("trainer.eval_steps",)),
        Key("save_steps", ("trainer.steps_per_checkpoint",)),
        Key("sequence_length", ("preprocessing.global_max_sequence_length",)),
        Key("seed", ("random_seed",)),
        Key(
            "zero_stage",
            ("backend.trainer.strategy.zero_optimization.stage", "backend.zero_optimization.stage"),
        ),
        Key("world_size", ("backend.trainer.num_workers",)),
    ),
    settle=settle,
    finish=finish,
    casts=False,
    package="ludwig",
    extra={
        "method": "trainer.type",
        "tuning": "adapter.type",
        "load_in_4bit": "quantization.bits",
        "load_in_8bit": "quantization.bits",
    },
)
