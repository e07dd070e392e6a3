"""A config as the plan of a run: every written field is honoured or refused, every default is written out."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError, TrainingConfig
from ftlint.settings import Settings
from ftlint.train import honoured
from ftlint.train.honoured import chosen, value
from ftlint.train.plan import Plan
from ftlint.weights.places import Place, model_place

if TYPE_CHECKING:
    from ftlint.engine.training_files import TrainingFiles
    from ftlint.gate.lock import Approval

LENGTH = 2048
LEARNING_RATE = 2e-4
"""What Schulman et al. (LoRA Without Regret) and the QLoRA paper train adapters of 7-8B models with."""
OUTPUT = "runs"
_TYPES = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32"}


def plan_of(
    config: TrainingConfig, approval: Approval | None, settings: Settings, *, max_steps: int | None = None
) -> Plan:
    """The plan of a training. `config.path` is relative to the settings' root.

    Files and formats are those of the approval, else those that `ftlint approve` would lock. `max_steps`
    replaces that of the config. Nothing of the data is read but, without an approval, the first rows of each
    file. Raises `FtlintError` with the line for what is not run, or is missing.
    """
    if config.purpose != "train":
        raise FtlintError(f"is no training config but one for {config.purpose}", config.path)
    honoured.refuse_fields(config)
    honoured.refuse_keys(config)
    files = _files(config, approval, settings)
    place = _base(config, approval, settings.root)
    stored = _stored(place.folder)
    method = chosen(config, "method", {"sft": "sft", "dpo": "dpo"}, value(config, "method", "sft"))
    tuning = _tuning(config)
    _refuse_tokens(config, place.folder)
    compute = _compute(config, stored)
    four = bool(config.get("load_in_4bit")) or tuning == "qlora"
    return Plan(
        root=settings.root,
        config=config.path,
        method=method,
        tuning=tuning,
        base_model=config.get("base_model"),
        model_folder=place.folder,
        revision=place.revision,
        output=_output(config, settings.root),
        data=files[0],
        formats=files[1],
        general_share=files[2],
        trust_remote_code=bool(config.get("trust_remote_code")),
        attention=_attention(config),
        chat_template=_template(config, settings.root),
        date=approval.at[:10] if approval else "",
        **_adapter(config),
        **_optimisation(config, max_steps),
        **_batches(config),
        **_evaluation(config, files[0]),
        length=_length(config, place.folder),
        packing=_packing(config, method),
        train_on_inputs=bool(config.get("train_on_inputs")),
        compute=compute,
        model_dtype=_model_dtype(config, stored, compute),
        load_in_4bit=four,
        load_in_8bit=bool(config.get("load_in_8bit")),
        quant_type=value(config, "quant_type", "nf4"),
        quant_compute=value(config, "quant_compute_dtype", compute if four else ""),
        beta=float(value(config, "beta", 0.1)) if method == "dpo" else 0.1,
        loss_type=_loss(config, method),
        tensorboard=_tensorboard(config),
    )


def _files(
    config: TrainingConfig, approval: Approval | None, settings: Settings
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], float | None]:
    """The files of each split, their formats, and the share of general data. The test split stays shut."""
    for name in ("train_data", "eval_data", "general_data"):
        for ref in config.get(name) or ():
            _refuse_part(config, ref)
    if approval is not None:
        locked = approval.data.items()
        data = {str(split): tuple(each.path for each in some) for split, some in locked if split != "test"}
        return data, dict(approval.formats), _share(approval.general_share)
    from ftlint.engine.training_files import training_files

    found = training_files(config, settings)
    data = {split: tuple(each.path for each in some) for split, some in found.splits.items() if some}
    data.pop("test", None)
    return data, _formats(found), _share(found.general_share)


def _formats(files: TrainingFiles) -> dict[str, str]:
    from ftlint.engine.lint import classified, settled_format
    from ftlint.weights.rows import spelled

    found = {}
    for binding in files.bindings:
        known, _ = settled_format(binding, classified(binding)[0])
        if known is not None and binding.split != "test":
            found[binding.path] = spelled(known)
    return found


def _share(share: float | None) -> float | None:
    return share or None


def _refuse_part(config: TrainingConfig, ref: Any) -> None:
    line = ref.range.line if ref.range else None
    if ref.limit is not None or "[" in ref.split:
        instead = "write the rows to train on to a file of their own"
        raise honoured.refusal(config, f"a part of {ref.name}", line, instead)
    if ref.weight not in (None, 1, 1.0):
        instead = "each file is read once; general_share mixes general data"
        raise honoured.refusal(config, f"weight {ref.weight:g} of {ref.name}", line, instead)


def _base(config: TrainingConfig, approval: Approval | None, root: str) -> Place:
    name = config.get("base_model")
    if not isinstance(name, str) or not name:
        raise FtlintError("names no base model (base_model)", config.path)
    pinned = approval.model.revision if approval else ""
    return model_place(name, pinned or value(config, "model_revision", ""), root, config.path)


def _stored(folder: str) -> str:
    """The type that the weights are stored in, as config.json says; "" where it does not."""
    written = _config_json(folder)
    said = written.get("dtype", written.get("torch_dtype"))
    return _TYPES.get(said, "") if isinstance(said, str) else ""


def _config_json(folder: str) -> dict[str, Any]:
    path = os.path.join(folder, "config.json")
    try:
        with open(path, "rb") as stream:
            found = json.load(stream)
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", path) from None
    except ValueError:
        raise FtlintError("not JSON", path) from None
    return found if isinstance(found, dict) else {}


def _tuning(config: TrainingConfig) -> str:
    said = value(config, "tuning", "lora")
    return chosen(config, "tuning", {"lora": "lora", "qlora": "qlora"}, said)


def _refuse_tokens(config: TrainingConfig, folder: str) -> None:
    """A pad or end token of the config's own would be another one than the model's."""
    from ftlint.weights.tokenizer import special_names

    names = special_names(folder)
    asked = {
        config.spelled(name): (name, config.get(name), config.field(name).range)
        for name in ("pad_token", "eos_token")
        if config.get(name) and config.said(name)
    }
    for path, entry in config.tree.walk():
        last = path.rpartition(".")[2]
        if last in ("bos_token", "unk_token") and entry.value.text not in ("", "null", "~"):
            asked[path] = (last, entry.value.text, entry.key.range)
    for key, (name, token, place) in asked.items():
        if token != names.get(name):
            own = f"the tokenizer's own is {names.get(name, 'none')}"
            raise honoured.refusal(config, f"{key}: {token}", place.line if place else None, own)


def _compute(config: TrainingConfig, stored: str) -> str:
    said = config.get("precision")
    if said is None and config.get("bf16"):
        said = "bf16"
    if said is None and config.get("fp16"):
        said = "fp16"
    said = said or stored or "fp32"
    return chosen(config, "precision", {name: name for name in ("bf16", "fp16", "fp32")}, said)


def _model_dtype(config: TrainingConfig, stored: str, compute: str) -> str:
    said = value(config, "model_dtype", stored or compute)
    return chosen(config, "model_dtype", {name: name for name in ("bf16", "fp16", "fp32")}, said)


def _output(config: TrainingConfig, root: str) -> str:
    stem = os.path.splitext(os.path.basename(config.path))[0]
    said = value(config, "output_dir", "") or os.path.join(OUTPUT, stem)
    return os.path.normpath(os.path.join(os.path.abspath(root), os.path.expanduser(said)))


def _attention(config: TrainingConfig) -> str:
    said = value(config, "attention", "")
    return (
        chosen(config, "attention", {name: name for name in sorted(honoured.ATTENTIONS)}, said)
        if said
        else ""
    )


def _template(config: TrainingConfig, root: str) -> str:
    """The template as the tokenizer takes it: a path from the root or the config's folder made absolute."""
    asked: str = value(config, "chat_template", "")
    if asked and "\n" not in asked and "{" not in asked:
        for folder in (root, os.path.dirname(os.path.join(root, config.path))):
            path = os.path.normpath(os.path.join(os.path.abspath(folder), os.path.expanduser(asked)))
            if os.path.isfile(path):
                return path
    return asked


def _adapter(config: TrainingConfig) -> dict[str, Any]:
    rank = value(config, "lora_rank", 16)
    return {
        "rank": rank,
        "alpha": float(value(config, "lora_alpha", 2 * rank)),
        "dropout": float(value(config, "lora_dropout", 0.0)),
        "targets": tuple(value(config, "lora_targets", ("all-linear",))),
        "rslora": bool(config.get("use_rslora")),
        "dora": bool(config.get("use_dora")),
        "modules_to_save": tuple(value(config, "modules_to_save", ())),
    }


def _optimisation(config: TrainingConfig, max_steps: int | None) -> dict[str, Any]:
    schedulers = {name: name for name in sorted(honoured.SCHEDULERS)}
    warmup = value(config, "warmup_steps", 0)
    ratio = value(config, "warmup_ratio", 0.0)
    return {
        "learning_rate": float(value(config, "learning_rate", LEARNING_RATE)),
        "scheduler": chosen(config, "lr_scheduler", schedulers, value(config, "lr_scheduler", "cosine")),
        "min_learning_rate": config.get("min_learning_rate"),
        "warmup_steps": int(warmup) if warmup >= 1 else 0,
        "warmup_ratio": float(warmup if 0 < warmup < 1 else ratio),
        "epochs": float(value(config, "epochs", 1.0)),
        "max_steps": max_steps if max_steps is not None else value(config, "max_steps", 0),
        "optimizer": chosen(
            config, "optimizer", honoured.OPTIMIZERS, str(value(config, "optimizer", "adamw_torch"))
        ),
        "weight_decay": float(value(config, "weight_decay", 0.0)),
        "max_grad_norm": float(value(config, "max_grad_norm", 1.0)),
        "gradient_checkpointing": bool(config.get("gradient_checkpointing")),
        "neftune_alpha": config.get("neftune_alpha"),
        "seed": value(config, "seed", 42),
    }


def _batches(config: TrainingConfig) -> dict[str, Any]:
    """Micro batch, accumulation and devices: the third of them where a global batch size is written."""
    micro, devices = value(config, "micro_batch_size", 1), value(config, "world_size", 1)
    accumulation = value(config, "gradient_accumulation", 1)
    whole = config.get("global_batch_size")
    if whole and config.said("global_batch_size") and not config.said("gradient_accumulation"):
        if whole % (micro * devices):
            line = config.field("global_batch_size").range
            raise FtlintError(
                f"a global batch of {whole} is no multiple of micro batch {micro} x {devices} devices",
                config.path,
                line.line if line else None,
            )
        accumulation = whole // (micro * devices)
    return {"micro_batch": micro, "accumulation": accumulation, "world_size": devices}


def _evaluation(config: TrainingConfig, data: Mapping[str, Any]) -> dict[str, Any]:
    there = bool(data.get("validation") or data.get("general"))
    strategies = {name: name for name in ("no", "steps", "epoch")}
    asked = config.get("eval_strategy") if config.said("eval_strategy") else None
    when = chosen(config, "eval_strategy", strategies, asked or "steps") if there else "no"
    if not there and asked not in (None, "no"):
        line = config.field("eval_strategy").range
        raise FtlintError(
            "evaluation was asked for, and there is no validation or general data on this machine: name some "
            "(validation of the [[dataset]]), or set it to no",
            config.path,
            line.line if line else None,
        )
    saving = config.get("save_strategy") if config.said("save_strategy") else "steps"
    saved = chosen(
        config,
        "save_strategy",
        {"no": "no", "steps": "steps", "epoch": "epoch", "best": "steps"},
        saving or "steps",
    )
    best = str(value(config, "best_metric", "eval_loss")).removeprefix("eval_")
    if config.said("best_metric"):
        chosen(config, "best_metric", {"loss": "eval_loss", "narrow_loss": "eval_narrow_loss"}, best)
    keep = config.get("load_best_model") if config.said("load_best_model") else True
    said = {name: config.get(name) if config.said(name) else None for name in ("eval_steps", "save_steps")}
    logged = honoured.number(config, "logging_steps")
    return {
        "eval_strategy": when,
        "eval_steps": _count(said["eval_steps"]),
        "eval_share": _part(said["eval_steps"]),
        "save_strategy": saved,
        "save_steps": _count(said["save_steps"]),
        "save_share": _part(said["save_steps"]),
        "eval_batch": value(config, "eval_batch_size", 8),
        "log_steps": int(logged) if logged and logged >= 1 else 0,
        "keep_best": bool(keep) and when != "no",
        "early_stopping": value(config, "early_stopping", 0),
    }


def _count(number: Any) -> int:
    return int(number) if number and number >= 1 else 0


def _part(number: Any) -> float:
    return float(number) if number and 0 < number < 1 else 0.0


def _length(config: TrainingConfig, folder: str) -> int:
    """Tokens of an example at most; of a model whose positions end earlier, as many as it has."""
    positions = _config_json(folder).get("max_position_embeddings")
    most = positions if isinstance(positions, int) and positions > 0 else math.inf
    said = config.get("sequence_length")
    if config.said("sequence_length") and said and said > most:
        line = config.field("sequence_length").range
        raise FtlintError(
            f"a sequence length of {said:,} is more than the {most:,} positions of the model",
            config.path,
            line.line if line else None,
        )
    return int(min(said or LENGTH, most))


def _packing(config: TrainingConfig, method: str) -> bool:
    wanted = bool(config.get("packing"))
    place = config.field("packing").range
    if wanted and method == "dpo":
        raise honoured.refusal(
            config, "packing of preferences", place.line if place else None, "each is a pair"
        )
    if wanted and config.get("packing_isolated") is False and config.said("packing_isolated"):
        raise honoured.refusal(
            config,
            "packing whose examples see each other",
            place.line if place else None,
            "ours never do, theirs are kept apart by flash attention only",
        )
    return wanted


def _loss(config: TrainingConfig, method: str) -> str:
    said = config.get("loss_type") if config.said("loss_type") else None
    if method == "sft":
        chosen(config, "loss_type", {"nll": "nll", "chunked_nll": "nll"}, said or "nll")
        return "nll"
    return chosen(config, "loss_type", {name: name for name in sorted(honoured.LOSSES)}, said or "sigmoid")


def _tensorboard(config: TrainingConfig) -> bool:
    if not config.said("loggers"):
        return True
    names = set(config.get("loggers") or ())
    for name in sorted(names - {"tensorboard", "none", "all"}):
        line = config.field("loggers").range
        raise honoured.refusal(
            config,
            f"logging to {name}",
            line.line if line else None,
            "it writes log.jsonl and TensorBoard files",
        )
    return "none" not in names or "tensorboard" in names
