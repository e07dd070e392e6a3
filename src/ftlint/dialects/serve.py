"""Launch files of engines that serve models: vLLM, SGLang, TGI, Ollama and llama.cpp.

Each becomes a config whose purpose is `serve`: its fields keep their places, and `Serving` is made of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from ftlint.dialects.serving.commands import Launch, flags
from ftlint.dialects.serving.engines import ENGINES, OLLAMA
from ftlint.dialects.serving.files import container_launches, docker_launches, modelfile, script_launches
from ftlint.model.config_tree import Entry, Node, Range
from ftlint.model.serving import Serving
from ftlint.model.training_config import TrainingConfig
from ftlint.read.config_text import Offsets, Written

_OTHER = (".py", ".ipynb", ".ps1")


def served(data: bytes, path: str, versions: Mapping[str, tuple[str, str]] = {}) -> list[TrainingConfig]:
    """A config for each engine that a script, a Dockerfile or a Modelfile starts."""
    name = os.path.basename(path).lower()
    mark = len(b"\xef\xbb\xbf") if data.startswith(b"\xef\xbb\xbf") else 0
    try:
        text = data[mark:].decode()
    except UnicodeDecodeError:
        return []
    offsets = Offsets(text, mark)
    if name.startswith("modelfile"):
        tree = modelfile(text, offsets)
        return [_config(OLLAMA.name, tree, path, versions)] if tree else []
    if name.endswith(_OTHER):
        return []
    found = docker_launches(text) if name.startswith("dockerfile") else script_launches(text, path)
    return [_launched(each, path, offsets, versions) for each in found if each.words]


def composed(
    data: bytes, tree: Node, path: str, versions: Mapping[str, tuple[str, str]] = {}
) -> list[TrainingConfig]:
    """A config for each container of a compose file or a manifest that starts an engine."""
    mark = len(b"\xef\xbb\xbf") if data.startswith(b"\xef\xbb\xbf") else 0
    text = data[mark:].decode("utf-8", "replace")
    offsets = Offsets(text, mark)
    return [
        _launched(started, path, offsets, versions, environment)
        for started, environment in container_launches(tree, text, offsets)
    ]


def _launched(
    started: Launch,
    path: str,
    offsets: Offsets,
    versions: Mapping[str, tuple[str, str]],
    more: Mapping[str, Entry] = {},
) -> TrainingConfig:
    tree = flags(started.words, offsets)
    if more:
        tree = tree._replace(entries={**more, **tree.entries})
    return _config(started.engine, tree, path, versions)


def _config(engine: str, tree: Node, path: str, versions: Mapping[str, tuple[str, str]]) -> TrainingConfig:
    from ftlint.dialects.detect import drafted

    dialect = ENGINES[engine]
    version, version_from = versions.get(dialect.package, ("", ""))
    return drafted(dialect, tree, path, Written(tree, "flags"), 1.0, version, version_from)


def serving_of(config: TrainingConfig) -> Serving:
    """How a launch file serves its model."""
    get = config.get
    places = dict(_places(config))
    return Serving(
        engine=config.dialect,
        path=config.path,
        model=get("base_model") or "",
        dtype=get("model_dtype") or "",
        quantization=str(get("quantization") or "").lower(),
        chat_template=str(get("chat_template") or ""),
        merged=get("merge_adapter"),
        adapter=get("adapter_path") or "",
        max_length=get("sequence_length"),
        lora_rank=get("lora_rank"),
        gpus=get("world_size"),
        places=places,
    )


_FIELDS = {
    "base_model": "model",
    "model_dtype": "dtype",
    "quantization": "quantization",
    "chat_template": "chat_template",
    "merge_adapter": "merged",
    "adapter_path": "adapter",
    "sequence_length": "max_length",
    "lora_rank": "lora_rank",
    "world_size": "gpus",
}


def _places(config: TrainingConfig) -> Iterator[tuple[str, Range]]:
    for field, name in _FIELDS.items():
        known = config.field(field)
        if known.written and known.range is not None:
            yield name, known.range
