"""Training configs among the files beside the data: which files are some, and what they say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

from ftlint.engine.plan import FilePlan
from ftlint.model import FtlintError, TrainingConfig
from ftlint.model.config_tree import NOWHERE, Node
from ftlint.read.documents import CONFIGS, is_launcher_name
from ftlint.read.files import opened
from ftlint.read.urls import is_remote

MOST_BYTES = 1 << 20
"""No config is larger."""


_HINT = re.compile(
    rb"learning_?rate|\blr\b|lora|model_name|base_?model|_component_|checkpoint_dir|per_device|micro_batch|"
    rb"num_train_epochs|n_epochs|epochCount|epoch_count|training_file|train_dataset|dataset_mixer|finetun|"
    rb"zero_optimization|train_micro_batch|distributed_type|peft_type|hyperparameters|trainer_type|"
    rb"chat_template|vllm|sglang|max_seq|cutoff_len|sequence_len|ftlint:|tuned_model|training_dataset|"
    rb"model_id_or_path|sft_type|tuner_type|train_type|rlhf_type|tensor_parallel|max_model_len",
    re.IGNORECASE,
)
_LAUNCH = re.compile(
    rb"accelerate\s+launch|torchrun|torch\.distributed|deepspeed|llamafactory-cli|\btrl\s+(?:sft|dpo|grpo|kto|rloo|"
    rb"reward)|axolotl|\btune\s+run|\bswift\s+(?:sft|rlhf|pt)|megatron\s+(?:sft|rlhf|pt)|\boumi\s+train|litgpt\s+|"
    rb"mlx_lm|autotrain\s+|--learning_rate|--model_name_or_path|vllm|sglang|text-generation-launcher|ludwig\s+train"
)
_CONFIG_KEYS = re.compile(
    rb"^\s*[\"']?(?:learning_rate|lora_r|lora_rank|lora_alpha|base_model|model_name_or_path|micro_batch_size|"
    rb"per_device_train_batch_size|num_train_epochs|gradient_accumulation_steps|sequence_len|cutoff_len|"
    rb"finetuning_type|lr_scheduler_type|lr_scheduler|num_epochs|output_dir|optimizer|adapter|val_set_size)[\"']?\s*:",
    re.MULTILINE,
)
LEAST_KEYS = 3
"""Keys of trainings that a file which cannot be parsed must hold to be told of."""


def read_configs(plans: Sequence[FilePlan], versions: Mapping[str, tuple[str, str]]) -> list[TrainingConfig]:
    """Every training config among the documents, launch lines included, in the order of the plans."""
    found: list[TrainingConfig] = []
    for plan in plans:
        if plan.document and plan.source.encoding == "utf-8" and not is_remote(plan.source.file):
            found += configs_of(plan.source.file, plan.path, versions)
    return found


def configs_of(
    file: str, path: str, versions: Mapping[str, tuple[str, str]] = {}, dialect: str = ""
) -> list[TrainingConfig]:
    """The configs of one file: one, or one for each launch line. Raises `FtlintError` if unreadable."""
    name = os.path.basename(path).lower()
    is_config = name.endswith(CONFIGS)
    if not (is_config or dialect or is_launcher_name(name)):
        return []
    try:
        with opened(file) as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", path) from None
    if len(data) > MOST_BYTES:
        return []
    if is_config or dialect:
        return _config(data, path, versions, dialect) if dialect or _HINT.search(data) else []
    if not _LAUNCH.search(data) and name != "modelfile":
        return []
    from ftlint.dialects.launch import launched

    return [_noted(config, data) for config in launched(data, path, versions)]


def _config(
    data: bytes, path: str, versions: Mapping[str, tuple[str, str]], dialect: str
) -> list[TrainingConfig]:
    from ftlint.dialects.detect import read_config
    from ftlint.read.config_text import parse

    written = parse(data, path)
    if written is None:
        return []
    if written.tree is None:
        keys = set(_CONFIG_KEYS.findall(data))
        if written.broken is None or len(keys) < LEAST_KEYS or b"{%" in data:
            return []
        nothing = Node("map", NOWHERE, tag="map")
        return [_noted(TrainingConfig(path, "", 0.0, "other", {}, nothing, broken=written.broken), data)]
    config = read_config(written, path, versions, dialect)
    return [_noted(config, data)] if config is not None else []


def _noted(config: TrainingConfig, data: bytes) -> TrainingConfig:
    """The config with the rules that comments in it ignore, by line."""
    if b"ftlint" not in data:
        return config
    from ftlint.engine.suppress import inline

    lines = data.decode("utf-8", "replace").split("\n")
    ignored = {number: inline(line) for number, line in enumerate(lines, 1) if "ftlint" in line}
    kept = {number: frozenset(rules) for number, rules in ignored.items() if rules is not None}
    return config._replace(ignored=kept)


def ignores(configs: Iterable[TrainingConfig]) -> dict[tuple[str, int], frozenset[str]]:
    """What comments ignore, by path and line."""
    return {(config.path, line): rules for config in configs for line, rules in config.ignored.items()}
