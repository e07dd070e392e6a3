"""mlx-lm: `mlx_lm.lora --config`, on Apple's machines.

It scales the update by `scale` itself, so that the canonical alpha is scale times rank. Epochs it has none:
`iters` counts batches. What it is not told about a 4-bit base the model's name tells.
"""

from __future__ import annotations

import re
from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref
from ftlint.dialects.signs import is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_flag, as_number, is_unknown
from ftlint.model.training_config import DataRef

OWN = (
    *(
        "steps_per_report",
        "steps_per_eval",
        "val_batches",
        "test_batches",
        "save_every",
        "lora_layers",
        "iters",
    ),
    *("grad_checkpoint", "resume_adapter_file", "lora_parameters", "fine_tune_type", "mask_prompt"),
    *("num_layers", "hf_dataset", "lr_schedule", "grad_accumulation_steps", "adapter_path"),
)


ALONE = ("steps_per_report", "steps_per_eval", "val_batches", "test_batches")
"""Keys that nobody else has."""


def certainty(tree: Node, path: str) -> float:
    own = written(tree, OWN)
    if scalar(tree, "iters") and scalar(tree, "model") and own >= 4:
        return 0.96
    if scalar(tree, "iters") and own >= 5 and written(tree, ALONE) >= 2:
        return 0.85  # the command line names the model
    lora = is_map(tree, "lora_parameters") and written(tree, ("fine_tune_type", "num_layers", "lora_layers"))
    return 0.9 if lora and own >= 3 else 0.0


def settle(draft: Draft) -> None:
    if draft.path.rpartition("/")[2] == "adapter_config.json":
        draft.purpose = "component"
    elif draft.flag("train") is False:
        draft.purpose = "evaluate" if draft.flag("test") else "other"
    if draft.purpose != "train":
        return
    _method(draft)
    _tuning(draft)
    _schedule(draft)
    _data(draft)
    steps, each = draft.get("max_steps"), draft.get("gradient_accumulation")
    if steps and each and each > 1:
        # iterations are counted, not updates
        draft.derive("max_steps", steps // each, "iters")
    if draft.number("steps_per_eval"):
        draft.derive("eval_strategy", "steps", "steps_per_eval")
    if draft.number("save_every"):
        draft.derive("save_strategy", "steps", "save_every")
    if draft.has("wandb") and not draft.knows("loggers") and draft.value("wandb"):
        draft.derive("loggers", ("wandb",), "wandb")


MODES = ("sft", "dpo", "cpo", "orpo", "grpo")


def _method(draft: Draft) -> None:
    """mlx-lm trains on next tokens; mlx-lm-lora, which takes the same file, has modes."""
    mode = draft.text("train_mode")
    if mode:
        draft.put("method", mode if mode in MODES else UNKNOWN, "train_mode")
    else:
        draft.derive("method", "sft", "train", "iters", "model")


BITS = re.compile(
    r"(?:^|[-_/])(?P<bits>[48])-?bit(?=$|[-_/])|(?:^|[-_])q(?P<short>[48])(?=$|[-_])", re.IGNORECASE
)


def _tuning(draft: Draft) -> None:
    kind, model = draft.text("fine_tune_type", "train_type"), draft.get("base_model")
    key = next((each for each in ("fine_tune_type", "train_type") if draft.has(each)), "")
    if is_unknown(kind):
        draft.put("tuning", UNKNOWN, key)
    elif kind == "full":
        draft.put("tuning", "full", key)
    else:
        match = BITS.search(model) if isinstance(model, str) else None
        bits = match and (match["bits"] or match["short"])
        if bits:
            draft.derive("load_in_4bit" if bits == "4" else "load_in_8bit", True, "model")
        if bits == "4":
            draft.derive("tuning", "qlora", "model")
        else:
            draft.derive("tuning", "lora", *((key,) if key else ()), "lora_parameters", "train", "iters")
        if kind == "dora":
            draft.derive("use_dora", True, key)
    if draft.get("tuning") == "full":
        for field in ("lora_rank", "lora_dropout", "lora_targets"):
            draft.drop(field)
        return
    scale, rank = draft.number("lora_parameters.scale"), draft.number("lora_parameters.rank")
    if scale is not None and rank is not None:
        draft.derive("lora_alpha", scale * rank, "lora_parameters.scale")
    elif draft.has("lora_parameters.scale"):
        draft.derive("lora_alpha", UNKNOWN, "lora_parameters.scale")


SHAPES = {"cosine": "cosine", "linear": "linear", "exponential": "exponential", "step": "step"}


def _schedule(draft: Draft) -> None:
    """A schedule's first argument is the peak rate, and counts instead of `learning_rate`."""
    name = draft.text("lr_schedule.name")
    if not name:
        draft.default("lr_scheduler", "constant", "mlx_lm/lora.py: no lr_schedule", "lr_schedule.name")
        return
    draft.put("lr_scheduler", SHAPES.get(name.partition("_")[0], name), "lr_schedule.name")
    node = draft.tree.at("lr_schedule.arguments")
    numbers = [as_number(draft.resolved(item)) for item in node.items] if node is not None else []
    if numbers:
        draft.put("learning_rate", UNKNOWN if numbers[0] is None else numbers[0], "lr_schedule.arguments")
    last = {"cosine": 2, "linear": 1}.get(name.partition("_")[0])
    if last is not None and len(numbers) > last and numbers[last] is not None:
        draft.put("min_learning_rate", numbers[last], "lr_schedule.arguments")


def _data(draft: Draft) -> None:
    custom = draft.tree.at("hf_dataset")
    maps = custom.items if custom is not None and custom.kind == "list" else (custom,) if custom else ()
    for field, key in (("train_data", "train_split"), ("eval_data", "valid_split")):
        refs = tuple(_custom(draft, each, key) for each in maps if each.at("path") is not None)
        draft.put(field, refs or None, "hf_dataset")
    node = draft.tree.at("data")
    name = draft.resolved(node) if node is not None and node.kind == "scalar" else None
    if maps or node is None or not isinstance(name, str) or not name:
        return
    remote = is_unknown(name) or (name.count("/") == 1 and name[0] not in "./~" and not name.endswith("/"))
    for field, split in (("train_data", "train"), ("eval_data", "valid")):
        ref = (
            data_ref(name, node, "" if is_unknown(name) else "hub", split=split)
            if remote and not name.startswith("data/")
            else data_ref(f"{name.rstrip('/')}/{split}.jsonl", node, "file", split=split)
        )
        draft.put(field, (ref,), "data")


def _custom(draft: Draft, node: Node, key: str) -> DataRef:
    path, split = node.entries["path"].value, node.at(key)
    named = str(draft.resolved(split)) if split is not None else "train"
    return data_ref(str(draft.resolved(path)), path, split=named)


def negated(loaded: Any) -> Any:
    flag = as_flag(loaded)
    return UNKNOWN if flag is None else not flag


def whole(loaded: Any) -> Any:
    """A number of batches; below 1 there is no end to them."""
    number = as_number(loaded)
    return UNKNOWN if number is None else int(number)


DIALECT = Dialect(
    name="mlx-lm",
    title="mlx-lm",
    certainty=certainty,
    keys=(
        Key("base_model", ("model",)),
        Key("trust_remote_code", ("trust_remote_code",)),
        Key("adapter_path", ("resume_adapter_file",)),
        Key("reference_model", ("reference_model_path",)),
        Key("beta", ("beta",)),
        Key("num_generations", ("group_size",)),
        Key("max_completion_length", ("max_completion_length",)),
        Key("lora_rank", ("lora_parameters.rank",)),
        Key("lora_dropout", ("lora_parameters.dropout",)),
        Key("lora_targets", ("lora_parameters.keys",)),
        Key("learning_rate", ("learning_rate",)),
        Key("warmup_steps", ("lr_schedule.warmup",)),
        Key("max_steps", ("iters",), whole),
        Key("micro_batch_size", ("batch_size",)),
        Key("gradient_accumulation", ("grad_accumulation_steps", "gradient_accumulation_steps")),
        Key("optimizer", ("optimizer",)),
        Key("weight_decay", ("optimizer_config.adamw.weight_decay",)),
        Key("gradient_checkpointing", ("grad_checkpoint",)),
        Key("seed", ("seed",)),
        Key("sequence_length", ("max_seq_length",)),
        Key("train_on_inputs", ("mask_prompt",), negated),
        Key("eval_steps", ("steps_per_eval",)),
        Key("save_steps", ("save_every",)),
        Key("output_dir", ("adapter_path",)),
        Key("loggers", ("report_to",)),
    ),
    settle=settle,
    loader="omegaconf",
    casts=False,
    package="mlx-lm",
    extra={
        "tuning": "fine_tune_type",
        "train_data": "data",
        "eval_data": "data",
        "lora_alpha": "lora_parameters.scale",
        "lr_scheduler": "lr_schedule.name",
    },
)
"""Its YAML loader is PyYAML's with a float of its own, which reads as OmegaConf's does; nothing is cast."""
