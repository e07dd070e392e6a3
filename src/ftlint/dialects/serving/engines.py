"""Engines that serve models, as dialects: what their flags, config files and Modelfiles say."""

from __future__ import annotations

import re
from typing import Any

from ftlint.detect.model_names import quantised
from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, precision
from ftlint.dialects.signs import written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_flag, as_number

LORA_RANK = 16
"""What vLLM takes at most unless told: `LoRAConfig.max_lora_rank`."""

OLLAMA_CONTEXT = 4096
"""Ollama's context unless told: docs/faq.mdx (2048 in old versions)."""

_WHOLE = re.compile(r"(?<![a-z0-9])(bf16|f16|fp16|f32)(?![a-z0-9])")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kKmM]?)")
_TIMES = {"": 1, "k": 1000, "K": 1024, "m": 10**6, "M": 1 << 20}


def spelled(*names: str) -> tuple[str, ...]:
    """Names as flags have them, with hyphens, and with underscores."""
    return tuple(dict.fromkeys(each for name in names for each in (name, name.replace("-", "_"))))


def length(loaded: Any) -> Any:
    """A number of tokens: `8192`, `8k`, `8K`; 0 and -1 leave it to the model."""
    number = as_number(loaded)
    if number is None and isinstance(loaded, str):
        found = _SIZE.fullmatch(loaded.strip())
        if found is None:
            return UNKNOWN
        number = as_number(float(found[1]) * _TIMES[found[2]])
    return int(number) if number is not None and number > 0 else None


def adapters(loaded: Any) -> Any:
    """The path of the first of the adapters: `name=path`, `path`, or JSON; several are one after another."""
    if isinstance(loaded, list):
        loaded = loaded[0] if loaded else None
    if isinstance(loaded, dict):
        loaded = loaded.get("path") or loaded.get("lora_path")
    if not isinstance(loaded, str) or not loaded.strip():
        return UNKNOWN if loaded is not None else None
    text = loaded.strip()
    if text.startswith("{"):
        found = re.search(r'"(?:lora_)?path"\s*:\s*"([^"]+)"', text)
        return found[1] if found else UNKNOWN
    first = re.split(r"[\s,]+", text)[0]
    return first.partition("=")[2] or first


def of_file(name: str) -> str:
    """The type of unquantised weights that a GGUF's name says."""
    found = _WHOLE.search(name.lower())
    return {"bf16": "bf16", "f16": "fp16", "fp16": "fp16", "f32": "fp32"}[found[1]] if found else ""


def _serves(draft: Draft) -> None:
    draft.purpose = "serve"
    model = draft.get("base_model")
    if not draft.knows("quantization") and isinstance(model, str) and quantised(model):
        draft.follow("quantization", quantised(model), "base_model")


def _apart(draft: Draft, *keys: str) -> None:
    """Base and adapter are served apart where an adapter is named or switched on."""
    asked = draft.flag(*spelled(*keys)) if keys else None
    if draft.knows("adapter_path"):
        draft.follow("merge_adapter", False, "adapter_path")
    elif asked:
        draft.derive("merge_adapter", False, *spelled(*keys))


def _vllm(draft: Draft) -> None:
    _serves(draft)
    _apart(draft, "enable-lora")
    if draft.get("merge_adapter") is False:
        draft.default("lora_rank", LORA_RANK, "vllm/config/lora.py: max_lora_rank", "max-lora-rank")


def _sglang(draft: Draft) -> None:
    _serves(draft)
    _apart(draft, "enable-lora")


def _tgi(draft: Draft) -> None:
    _serves(draft)
    _apart(draft)


def _gguf(draft: Draft) -> None:
    _serves(draft)
    _apart(draft)
    model = draft.get("base_model")
    if isinstance(model, str) and not draft.knows("quantization") and of_file(model):
        draft.follow("model_dtype", of_file(model), "base_model")


def _ollama(draft: Draft) -> None:
    _gguf(draft)
    template = draft.value("template")
    if isinstance(template, str) and template.strip():
        draft.put("chat_template", template, "template")
    draft.default("sequence_length", OLLAMA_CONTEXT, "ollama docs/faq.mdx", "parameter.num_ctx")


_VLLM_ONLY = spelled(
    *("max-model-len", "tensor-parallel-size", "gpu-memory-utilization", "enable-lora", "served-model-name"),
    *("max-lora-rank", "enable-prefix-caching", "max-num-seqs", "kv-cache-dtype", "lora-modules"),
    *("max-num-batched-tokens", "enable-chunked-prefill", "pipeline-parallel-size", "enforce-eager"),
)
_TRAINS = ("learning_rate", "datasets", "dataset", "optimizer", "output_dir", "training", "trainer")


def vllm_config(tree: Node, path: str) -> float:
    """How sure a YAML file is one that `vllm serve --config` takes."""
    only = written(tree, _VLLM_ONLY)
    if written(tree, _TRAINS) or not only:
        return 0.0
    return 0.95 if only >= 2 else 0.9 if written(tree, ("model",)) else 0.0


def _never(tree: Node, path: str) -> float:
    return 0.0


VLLM = Dialect(
    name="vllm",
    title="vLLM",
    certainty=vllm_config,
    keys=(
        Key("base_model", spelled("model", "model-tag")),
        Key("model_revision", ("revision",)),
        Key("trust_remote_code", spelled("trust-remote-code"), as_flag),
        Key("model_dtype", ("dtype",), precision),
        Key("quantization", ("quantization", "q")),
        Key("chat_template", spelled("chat-template")),
        Key("sequence_length", spelled("max-model-len"), length),
        Key("adapter_path", spelled("lora-modules"), adapters),
        Key("lora_rank", spelled("max-lora-rank")),
        Key("world_size", spelled("tensor-parallel-size", "tp")),
    ),
    settle=_vllm,
    package="vllm",
)
SGLANG = Dialect(
    name="sglang",
    title="SGLang",
    certainty=_never,
    keys=(
        Key("base_model", spelled("model-path", "model")),
        Key("model_revision", ("revision",)),
        Key("trust_remote_code", spelled("trust-remote-code"), as_flag),
        Key("model_dtype", ("dtype",), precision),
        Key("quantization", ("quantization",)),
        Key("chat_template", spelled("chat-template")),
        Key("sequence_length", spelled("context-length"), length),
        Key("adapter_path", spelled("lora-paths"), adapters),
        Key("lora_rank", spelled("max-lora-rank")),
        Key("world_size", spelled("tensor-parallel-size", "tp-size", "tp")),
    ),
    settle=_sglang,
    package="sglang",
)
TGI = Dialect(
    name="tgi",
    title="TGI",
    certainty=_never,
    keys=(
        Key("base_model", spelled("model-id")),
        Key("model_revision", ("revision",)),
        Key("trust_remote_code", spelled("trust-remote-code"), as_flag),
        Key("model_dtype", ("dtype",), precision),
        Key("quantization", ("quantize",)),
        Key("sequence_length", spelled("max-total-tokens"), length),
        Key("adapter_path", spelled("lora-adapters"), adapters),
        Key("world_size", spelled("num-shard")),
    ),
    settle=_tgi,
)
LLAMA_CPP = Dialect(
    name="llama.cpp",
    title="llama.cpp",
    certainty=_never,
    keys=(
        Key("base_model", spelled("model", "m", "hf-repo", "hf", "model-url")),
        Key("sequence_length", spelled("ctx-size", "c"), length),
        Key("chat_template", spelled("chat-template-file", "chat-template")),
        Key("adapter_path", spelled("lora"), adapters),
    ),
    settle=_gguf,
)
OLLAMA = Dialect(
    name="ollama",
    title="Ollama",
    certainty=_never,
    keys=(
        Key("base_model", ("from",)),
        Key("adapter_path", ("adapter",)),
        Key("sequence_length", ("parameter.num_ctx",), length),
    ),
    settle=_ollama,
)
DIALECTS = (VLLM,)
"""Whose config files are told by their keys; the other engines are met by the commands that start them."""

ENGINES = {each.name: each for each in (VLLM, SGLANG, TGI, LLAMA_CPP, OLLAMA)}
