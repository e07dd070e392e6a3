"""Which regime a config trains in: what decides how high a learning rate may be."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ftlint.detect.model_kinds import writes_text
from ftlint.detect.model_size import billions
from ftlint.model import TrainingConfig

Kind = Literal["sft", "preference", "reinforcement", "pretrain"]


class Regime(NamedTuple):
    """`title` as messages name it (`SFT with LoRA`). `sure` is False where the config does not say its
    method, or may leave it to a script whether an adapter is trained."""

    kind: Kind
    adapter: bool
    title: str
    sure: bool


def regime(config: TrainingConfig) -> Regime | None:
    """The regime of a config that trains a language model; None for what no figures are known for.

    That are methods and adapters of their own scale (classification heads, IA3, prompt tuning, OFT, frozen
    layers), models that do not write text (speech, images, embeddings) or that are trained at other rates
    (T5), and models that start without weights.
    """
    if config.purpose != "train" or _is_other(config.get("base_model")) or _from_scratch(config):
        return None
    tuning, method = config.get("tuning"), config.get("method")
    if tuning not in ("lora", "qlora", "full") or method in UNJUDGED:
        return None
    adapter = tuning != "full"
    kind: Kind = "sft"
    if method == "pretrain":
        kind = "pretrain"
    elif method in NO_PREFERENCE_SCALE or method is None:
        kind = "sft"
    elif config.preference:
        kind = "preference"
    elif config.reinforcement:
        kind = "reinforcement"
    scripted = config.launched or config.dialect in SCRIPTED
    sure = method is not None and (config.said("tuning") or not scripted)
    return Regime(kind, adapter, _title(method, tuning), sure)


UNJUDGED = frozenset({"classification"})
"""Methods that train a fresh head, at rates of their own."""

NO_PREFERENCE_SCALE = frozenset({"sft", "distillation", "reward"})
"""A reward model learns a fresh head on preferences; its rates are those of SFT (TRL: 1e-4)."""

SCRIPTED = frozenset({"trl"})
"""Dialects whose file may leave it to a script whether an adapter is trained."""


def adapter_meant(config: TrainingConfig) -> bool:
    """Whether a config that trains every weight has an adapter's keys: `inert-lora-keys` tells that."""
    keys = ("lora_rank", "lora_alpha", "lora_targets")
    return config.get("tuning") == "full" and config.dialect in SWITCHED and any(map(config.written, keys))


SWITCHED = frozenset({"trl", "alignment-handbook", "axolotl", "llamafactory", "oumi"})
"""Dialects that train an adapter only where a key says so, whatever other keys there are."""


def _is_other(name: object) -> bool:
    return isinstance(name, str) and not writes_text(name)


def _from_scratch(config: TrainingConfig) -> bool:
    """Whether the model starts from random weights, by the keys of oumi and axolotl for it."""
    loaded, anew = config.tree.at("model.load_pretrained_weights"), config.tree.at("reinit_weights")
    return (loaded is not None and loaded.text.lower() == "false") or (
        anew is not None and anew.text.lower() == "true"
    )


def _title(method: str | None, tuning: str) -> str:
    adapter = {"lora": "LoRA", "qlora": "QLoRA"}.get(tuning)
    if method is None:
        return f"{adapter} of unknown method" if adapter else "full fine-tuning of unknown method"
    name = METHOD_TITLES.get(method, method.upper())
    return f"{name} with {adapter}" if adapter else f"full {name}"


METHOD_TITLES = {
    "pretrain": "pretraining",
    "simpo": "SimPO",
    "reward": "reward modelling",
    "online-dpo": "online DPO",
    "rft": "reinforcement fine-tuning",
    "distillation": "distillation",
    "classification": "classification",
}


def model_billions(config: TrainingConfig) -> float | None:
    """The base model's size in billions of parameters, where its name says it."""
    name = config.get("base_model")
    return billions(name) if isinstance(name, str) else None
