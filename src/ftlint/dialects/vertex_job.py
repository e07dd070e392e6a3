"""Tuning jobs of Vertex AI: the REST request (`supervisedTuningSpec`), and the arguments of the Gen AI SDK
(`base_model`, `training_dataset`, `config`) as a file.
"""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.jobs import stored
from ftlint.dialects.signs import is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown

_SPECS = {
    "supervisedTuningSpec": "sft",
    "preferenceOptimizationSpec": "dpo",
    "distillationSpec": "distillation",
    "reinforcementTuningSpec": "rft",
}
_METHODS = {
    "supervised_fine_tuning": "sft",
    "preference_tuning": "dpo",
    "distillation": "distillation",
    "reinforcement_tuning": "rft",
}
_SIZES = {"ONE": 1, "TWO": 2, "FOUR": 4, "EIGHT": 8, "SIXTEEN": 16, "THIRTY_TWO": 32}
_SETS = ("gcsUri", "gcs_uri", "vertexDatasetResource", "vertex_dataset_resource")


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def _either(path: str) -> tuple[str, str]:
    """A dotted path in camel case and in snake case: the service takes both."""
    return path, ".".join(_snake(part) for part in path.split("."))


def _spelled(name: str) -> tuple[str, ...]:
    inside = [each for spec in _SPECS for each in _either(f"{spec}.hyperParameters.{name}")]
    mixed = [f"{spec}.hyper_parameters.{_snake(name)}" for spec in _SPECS]
    return (*inside, *mixed, *_either(f"config.{name}")[::-1])


def _dataset(name: str) -> tuple[str, ...]:
    """Where the training or the validation set is named."""
    inside = [each for spec in _SPECS for each in _either(f"{spec}.{name}DatasetUri")]
    return (
        *inside,
        *(f"{root}{_snake(name)}_dataset.{each}" for root in ("", "config.") for each in _SETS),
        *(f"{root}{name}Dataset.{each}" for root in ("", "config.") for each in _SETS),
        f"config.{_snake(name)}_dataset_uri",
    )


def certainty(tree: Node, path: str) -> float:
    if any(is_map(tree, each) for spec in _SPECS for each in _either(spec)):
        return 1.0 if written(tree, ("baseModel", "base_model", "preTunedModel", "sourceModel")) else 0.8
    base = scalar(tree, "base_model") or scalar(tree, "baseModel")
    if not base or not written(tree, ("training_dataset", "trainingDataset")):
        return 0.0
    data = any(
        written(tree, (f"{key}.{each}",)) for key in ("training_dataset", "trainingDataset") for each in _SETS
    )
    return 1.0 if data else 0.9 if is_map(tree, "config") and base.startswith("gemini") else 0.0


def settle(draft: Draft) -> None:
    draft.default("provider", "vertex")
    stored(draft, "train_data", *_dataset("training"))
    stored(draft, "eval_data", *_dataset("validation"))
    for spec, method in _SPECS.items():
        for each in _either(spec):
            if draft.has(each):
                draft.derive("method", method, each)
    kind = draft.text("config.method").removeprefix("tuning_method_")
    if kind:
        draft.put("method", UNKNOWN if is_unknown(kind) else _METHODS.get(kind), "config.method")
    draft.default("method", "sft", "a job without a method is supervised")
    mode = draft.text("config.tuning_mode", "config.tuningMode", *_either("supervisedTuningSpec.tuningMode"))
    if mode:
        tuning = "full" if mode.endswith("full") else "lora" if mode.endswith("peft_adapter") else None
        draft.derive(
            "tuning", tuning, "config.tuning_mode", "config.tuningMode", "supervisedTuningSpec.tuningMode"
        )
    elif draft.knows("lora_rank"):
        draft.derive("tuning", "lora", draft.fields["lora_rank"].key)


def size(loaded: Any) -> Any:
    """An adapter's size: 4, `FOUR`, `ADAPTER_SIZE_FOUR`."""
    if isinstance(loaded, str):
        name = loaded.strip().upper().rpartition("ADAPTER_SIZE_")[2]
        return _SIZES.get(name) or as_number(loaded) or UNKNOWN
    return as_number(loaded)


DIALECT = Dialect(
    name="vertex-job",
    title="Vertex tuning job",
    certainty=certainty,
    keys=(
        Key("base_model", ("baseModel", "base_model", "sourceModel", "source_model")),
        Key("adapter_path", _either("preTunedModel.tunedModelName")),
        Key(
            "teacher_model",
            (*_either("config.baseTeacherModel"), *_either("distillationSpec.baseTeacherModel")),
        ),
        Key("epochs", _spelled("epochCount")),
        Key("learning_rate_multiplier", _spelled("learningRateMultiplier")),
        Key("learning_rate", _spelled("learningRate")),
        Key("global_batch_size", _spelled("batchSize")),
        Key("lora_rank", _spelled("adapterSize"), size),
        Key("beta", _spelled("beta")),
        Key("num_generations", _spelled("samplesPerPrompt")),
        Key("eval_steps", _spelled("evaluateInterval")),
        Key("save_steps", _spelled("checkpointInterval")),
        Key("max_completion_length", _spelled("maxOutputTokens")),
        Key("output_dir", ("outputUri", *_either("config.outputUri")[::-1])),
    ),
    settle=settle,
    casts=True,
    extra={
        "train_data": "supervisedTuningSpec.trainingDatasetUri",
        "eval_data": "supervisedTuningSpec.validationDatasetUri",
    },
)
