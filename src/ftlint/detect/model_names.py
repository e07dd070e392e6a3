"""Names of models: a hub id, a path, a quantised copy, a GGUF file; and the revisions they are pinned to.

`same_model` asks for the same weights, for baselines and licences. `relation` is for serving, where a
quantised copy or a chat variant will do.
"""

from __future__ import annotations

import re
from typing import Literal

from ftlint.detect.model_size import billions
from ftlint.facts.models import architecture

MIRRORS = frozenset(
    {
        *("unsloth", "nousresearch", "mlx-community", "modelscope", "llm-research", "ai-modelscope"),
        "mistral-community",
    }
)
"""Owners who publish other people's weights again under the same name."""

_COPY = re.compile(r"-(?:unsloth-)?(?:bnb-)?(?:4|8)-?bit$|-(?:gptq|awq|gguf|fp8|bf16|fp16)$")
_HEX = re.compile(r"[0-9a-f]{7,64}")
_HUB_ID = re.compile(r"\w[\w.-]*/[\w.-]+")
_ENDINGS = re.compile(
    r"(?:[-_.](?:hf|gguf|awq|g?ptq|gptq(?:-int\d)?|fp8(?:-dynamic)?|int[48]|w4a16|w8a8|bf16|f?p?16|unsloth|"
    r"(?:unsloth-)?bnb-[48]bit|dynamic|quantized|(?:ud-)?i?q\d(?:_[a-z0-9]+)*))+$"
)
_KINDS = re.compile(r"[-_.](?:instruct|it|chat|base|pt|sft|dpo)(?:-v?[\d.]+)?(?=$|[-_.])")
_QUANTISED = re.compile(
    r"(?<![a-z0-9])(awq|gptq|fp8|int4|int8|w4a16|w8a8|nvfp4|mxfp4|bnb-4bit|exl2|"
    r"(?:ud-)?i?q[1-8](?:_[a-z0-9]+)*)(?![a-z0-9])"
)
_PREFIXES = ("meta-", "hf-", "unsloth-")

Relation = Literal["same", "variant", "other", "unknown"]


def is_hub_id(name: str) -> bool:
    """Whether a name has the form `owner/model`, and of no path."""
    return bool(_HUB_ID.fullmatch(name)) and not name.endswith((".bin", ".safetensors", ".gguf", ".pt"))


def is_path(name: str) -> bool:
    """Whether a name is a folder or file of some machine."""
    return name.startswith(("/", "./", "../", "~")) or name.count("/") > 1 or "\\" in name


def owner_and_name(model: str) -> tuple[str, str]:
    """Owner ("" for none, or a path) and name of a model in lower case, less marks of quantisation and the
    folder `original` that Meta's weights lie in."""
    plain = model.strip().rstrip("/").lower().removesuffix("/original")
    owner, _, name = plain.rpartition("/")
    return (owner if is_hub_id(plain) else ""), _COPY.sub("", name)


def same_model(one: str, other: str) -> bool | None:
    """Whether two names are of the same weights; None where one is a path that does not say."""
    if one.strip().rstrip("/").lower() == other.strip().rstrip("/").lower():
        return True
    (owner, name), (other_owner, other_name) = owner_and_name(one), owner_and_name(other)
    if owner and other_owner:
        alike = owner == other_owner or bool({owner, other_owner} & MIRRORS)
        return name == other_name and alike
    if name == other_name:
        return True
    return None if is_path(one) or is_path(other) else False


def is_commit(revision: str) -> bool:
    """Whether a revision is a commit hash, not a branch or tag, which can move."""
    return bool(_HEX.fullmatch(revision.strip().lower()))


def same_revision(one: str, other: str) -> bool | None:
    """Whether two revisions are one commit; None where one is a branch, a tag or not given."""
    one, other = one.strip().lower(), other.strip().lower()
    if not (is_commit(one) and is_commit(other)):
        return True if one and one == other else None
    return one.startswith(other) or other.startswith(one)


def plain_model(name: str) -> str:
    """The model that a name means, without owner, folder, tag, file ending and quantisation."""
    text = name.strip().lower().rstrip("/")
    text = text.rpartition("/")[2] or text
    text = re.sub(r"\.gguf$", "", text)
    text = text.partition(":")[0]
    while (shorter := _ENDINGS.sub("", text)) != text:
        text = shorter
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    return text


def quantised(name: str) -> str:
    """What a model's or a file's name says of its quantisation, "" where it says nothing."""
    found = _QUANTISED.search(name.lower())
    return found[1].removeprefix("ud-") if found else ""


def relation(one: str, other: str) -> Relation:
    """How two models relate: the same, a `variant` of one shape (base and instruct), other, unknown."""
    first, second = plain_model(one), plain_model(other)
    if not first or not second:
        return "unknown"
    if first == second:
        return "same"
    shapes = architecture(one), architecture(other)
    if shapes[0] is not None and shapes[1] is not None:
        if shapes[0].name != shapes[1].name:
            return "other"
        return "variant" if _family(first) == _family(second) else "unknown"
    sizes = billions(one), billions(other)
    if sizes[0] and sizes[1] and not 0.8 < sizes[0] / sizes[1] < 1.25:
        return "other"
    return "unknown"


def _family(plain: str) -> str:
    return _KINDS.sub("", plain)
