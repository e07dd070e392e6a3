"""How many parameters an adapter trains."""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.facts.models import Architecture

_NAMES = {
    **dict.fromkeys(("q_proj", "query", "wq", "q"), "q"),
    **dict.fromkeys(("k_proj", "key", "wk", "k"), "k"),
    **dict.fromkeys(("v_proj", "value", "wv", "v"), "v"),
    **dict.fromkeys(("o_proj", "out_proj", "output_proj", "wo", "attention.dense", "projection"), "o"),
    **dict.fromkeys(("gate_proj", "w1"), "gate"),
    **dict.fromkeys(("up_proj", "w3", "fc1", "dense_h_to_4h", "c_fc"), "up"),
    **dict.fromkeys(("down_proj", "w2", "fc2", "dense_4h_to_h"), "down"),
    **dict.fromkeys(("qkv_proj", "query_key_value", "wqkv", "c_attn", "qkv"), "qkv"),
    **dict.fromkeys(("gate_up_proj",), "gateup"),
    "mlp": "mlp",
    **dict.fromkeys(("output", "lm_head", "embed_out", "head"), "head"),
}
_ALL = frozenset({"all-linear", "all", "all_linear"})
_PARTS = {"qkv": ("qkv",), "gateup": ("gateup",), "mlp": ("gate", "up", "down")}
PEFT_DEFAULT = ("q", "v")
"""What PEFT adapts in a decoder where the config names no modules."""


def adapter_parameters(model: Architecture, rank: int, targets: Iterable[str]) -> int:
    """Parameters of a LoRA of this rank. Names nobody knows are left out; experts count once, not each."""
    known = tuple(str(target).lower() for target in targets)
    if any(name in _ALL for name in known):
        parts: tuple[str, ...] = ("q", "k", "v", "o", "up", "down") + (() if model.plain else ("gate",))
    elif known:
        parts = tuple(part for name in known for part in _PARTS.get(_short(name), (_short(name),)))
    else:
        parts = PEFT_DEFAULT
    sizes = _sizes(model)
    inner = sum(sizes[part] for part in set(parts) if part in sizes)
    head = model.hidden + model.vocab if "head" in parts else 0
    return rank * (model.layers * inner + head)


def saved_parameters(model: Architecture, modules: Iterable[str]) -> int:
    """Parameters of the modules trained in full beside the adapter, as far as they are large ones."""
    known = " ".join(str(module).lower() for module in modules)
    count = 0
    if any(
        name in known for name in ("embed_tokens", "wte", "embed_in", "word_embeddings", "tok_embeddings")
    ):
        count += 1
    if any(name in known for name in ("lm_head", "embed_out")):
        count += 1
    return count * model.vocab * model.hidden


def _short(name: str) -> str:
    return _NAMES.get(name) or _NAMES.get(name.rpartition(".")[2], "")


def _sizes(model: Architecture) -> dict[str, int]:
    """Width in plus width out of each linear layer of a block."""
    hidden, ffn = model.hidden, model.ffn
    return {
        "q": hidden + model.attention_width,
        "k": hidden + model.kv_width,
        "v": hidden + model.kv_width,
        "o": model.attention_width + hidden,
        "gate": 0 if model.plain else hidden + ffn,
        "up": hidden + ffn,
        "down": ffn + hidden,
        "qkv": hidden + model.attention_width + 2 * model.kv_width,
        "gateup": hidden + 2 * ffn,
    }
