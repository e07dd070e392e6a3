"""An adapter of PEFT: `adapter_config.json`, which a training writes beside the adapter's weights."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import Dialect, Key
from ftlint.dialects.draft import Draft, words
from ftlint.dialects.signs import scalar, written
from ftlint.model.config_tree import Node

_OWN = (
    "base_model_name_or_path",
    "task_type",
    "inference_mode",
    "target_modules",
    "modules_to_save",
    "peft_version",
)
_LORA = frozenset({"LORA", "ADALORA"})


def certainty(tree: Node, path: str) -> float:
    own = written(tree, _OWN)
    if scalar(tree, "peft_type"):
        return 1.0 if own or path.endswith("adapter_config.json") else 0.8
    return 0.8 if own >= 3 and written(tree, ("r", "lora_alpha")) == 2 else 0.0


def settle(draft: Draft) -> None:
    draft.purpose = "component"
    kind = draft.text("peft_type").upper()
    draft.put("tuning", "lora" if kind in _LORA else "other" if kind else "lora", "peft_type", "r")
    if kind and kind not in _LORA:
        for name in ("lora_rank", "lora_alpha", "lora_dropout"):
            draft.drop(name)


def targets(loaded: Any) -> Any:
    """A list of modules; a text is one name or a pattern."""
    return (loaded,) if isinstance(loaded, str) else words(loaded)


DIALECT = Dialect(
    name="peft-adapter",
    title="PEFT adapter",
    certainty=certainty,
    keys=(
        Key("base_model", ("base_model_name_or_path",)),
        Key("model_revision", ("revision",)),
        Key("lora_rank", ("r",)),
        Key("lora_alpha", ("lora_alpha",)),
        Key("lora_dropout", ("lora_dropout",)),
        Key("lora_targets", ("target_modules",), targets),
        Key("use_rslora", ("use_rslora",)),
        Key("use_dora", ("use_dora",)),
        Key("modules_to_save", ("modules_to_save",), targets),
    ),
    settle=settle,
    casts=False,
    package="peft",
)
