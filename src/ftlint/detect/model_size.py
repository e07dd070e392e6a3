"""How large a model is, from its name.

| name                                     | total | active |
|------------------------------------------|-------|--------|
| meta-llama/Llama-3.1-8B-Instruct         | 8     | 8      |
| torchtune.models.qwen2.lora_qwen2_1_5b   | 1.5   | 1.5    |
| HuggingFaceTB/SmolLM2-135M               | 0.135 | 0.135  |
| mistralai/Mixtral-8x7B-v0.1              | 46.7  | 12.9   |
| Qwen/Qwen3-30B-A3B                       | 30    | 3      |
| bigscience/bloom-7b1                     | 7.1   | 7.1    |
| gpt-4o-mini                              | unknown        |

Sizes are in billions of parameters, as the name says them; names that say none are in a table of models
whose size is published.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Size(NamedTuple):
    """Billions of parameters: all of them, and those one token passes through (None where not known)."""

    total: float
    active: float | None


def billions(name: str) -> float | None:
    """All parameters of the named model in billions; None where neither the name nor the table says it."""
    found = size(name)
    return found.total if found else None


@lru_cache(maxsize=4096)
def size(name: str) -> Size | None:
    """Total and active parameters of the named model (a hub id, a path, a builder); None if unknown."""
    text = name.strip().lower()
    return _published(_MISLEADING, text) or _said(text) or _published(_SILENT, text)


def _said(text: str) -> Size | None:
    experts = _EXPERTS.search(text)
    if experts:
        return Size(int(experts["count"]) * float(experts["each"]), None)
    short = _BLOOM.search(text)
    if short:
        value = float(f"{short['whole']}.{short['tenth']}")
        return Size(value, value)
    total = _billions(text)
    if total is None:
        millions = _MILLIONS.search(text)
        if millions is None:
            return None
        total = float(millions["number"]) / 1000
    active = _ACTIVE.search(text)
    return Size(total, float(active["number"]) if active else total)


def _billions(text: str) -> float | None:
    for found in _BILLIONS.finditer(text):
        number = found["number"]
        if "_" in number:
            number = number.replace("_", ".") if _is_decimal(text, found) else number.rpartition("_")[2]
        value = float(number)
        if 0 < value <= MOST_BILLIONS:
            return value
    return None


def _is_decimal(text: str, found: re.Match[str]) -> bool:
    """Whether `1_8b` is 1.8: after a hyphen it is (`qwen-1_8b`), in `llama3_1_8b` it is a version and 8."""
    before = text[found.start() - 1 : found.start()]
    return before in ("", "-", "/") or (before == "_" and found["number"] in _DECIMALS)


def _published(table: Table, text: str) -> Size | None:
    for pattern, found in _compiled(table):
        if pattern.search(text):
            return found
    return None


Table = tuple[tuple[str, float, float | None], ...]


@lru_cache(maxsize=2)
def _compiled(table: Table) -> tuple[tuple[re.Pattern[str], Size], ...]:
    return tuple((re.compile(rf"(?<![a-z]){names}"), Size(total, active)) for names, total, active in table)


MOST_BILLIONS = 2_000
"""No published model is larger; a larger number is something else, as a date."""

_FAMILIES = (
    "llama",
    "llama2",
    "llama3",
    "qwen",
    "qwen2",
    "qwen3",
    "gemma",
    "mistral",
    "falcon",
    "opt",
    "mpt",
)
_FAMILY_ENDS = "|".join(f"(?<={family})" for family in _FAMILIES)
_BILLIONS = re.compile(rf"(?:(?<![a-z0-9.])|{_FAMILY_ENDS})(?P<number>\d+(?:[._]\d+)?)b(?![a-z0-9])")
_MILLIONS = re.compile(rf"(?:(?<![a-z0-9.])|{_FAMILY_ENDS})(?P<number>\d{{2,4}})m(?![a-z0-9])")
_BLOOM = re.compile(r"(?<![a-z0-9.])(?P<whole>\d{1,2})b(?P<tenth>\d)(?![a-z0-9])")
_EXPERTS = re.compile(r"(?<![a-z0-9.])(?P<count>\d{1,3})x(?P<each>\d+(?:\.\d+)?)b(?![a-z0-9])")
_ACTIVE = re.compile(r"[-_]a(?P<number>\d+(?:\.\d+)?)b(?![a-z0-9])")
_DECIMALS = frozenset({"0_5", "0_6", "1_5", "1_6", "1_7"})
"""Sizes that builders write with an underscore after another one: `qwen2_1_5b`, `qwen3_0_6b`."""


_MISLEADING: Table = (
    ("mixtral.{0,12}8x7b", 46.7, 12.9),
    ("mixtral.{0,12}8x22b", 140.6, 39.1),
    ("llama[-_.]?4[-_]scout", 109.0, 17.0),
    ("llama[-_.]?4[-_]maverick", 400.0, 17.0),
    ("gemma-3n-e2b", 5.4, 5.4),
    ("gemma-3n-e4b", 7.8, 7.8),
    ("gpt-oss-20b", 20.9, 3.6),
    ("gpt-oss-120b", 116.8, 5.1),
    ("olmoe-1b-7b", 6.9, 1.3),
    (r"qwen1\.5-moe-a2\.7b", 14.3, 2.7),
    ("hunyuan-a13b", 80.0, 13.0),
)
"""Names whose number is something else than the total: experts, the active part. Sizes of the model cards."""

_SILENT: Table = (
    ("deepseek-(?:coder-)?v2-lite", 15.7, 2.4),
    (r"deepseek-(?:coder-)?v2(?!\d)", 236.0, 21.0),
    (r"deepseek-(?:v3|r1)(?!\d|-distill)", 671.0, 37.0),
    ("mistral-large", 123.0, 123.0),
    ("mistral-nemo", 12.2, 12.2),
    ("(?:magistral|devstral)-small", 23.6, 23.6),
    ("mistral-small(?:-3|.*-25)", 23.6, 23.6),
    ("mistral-small.*-2409", 22.2, 22.2),
    ("tinyllama", 1.1, 1.1),
    (r"jamba-(?:v0\.1|1\.5-mini)", 51.6, 12.0),
    ("phi-?3[._-]5-moe", 41.9, 6.6),
    ("phi-?(?:3|3[._]5|4)[-_]mini", 3.8, 3.8),
    ("phi-?3[-_]small", 7.4, 7.4),
    ("phi-?3[-_]medium", 14.0, 14.0),
    ("phi-4-multimodal", 5.6, 5.6),
    (r"phi-?4(?![\d.])", 14.7, 14.7),
    ("phi-1(?:_5)?(?!\\d)", 1.3, 1.3),
    ("phi-?2(?![\\d.])", 2.7, 2.7),
    ("gpt2-xl", 1.5, 1.5),
    ("gpt2-large", 0.774, 0.774),
    ("gpt2-medium", 0.355, 0.355),
    (r"gpt2(?!\d)", 0.124, 0.124),
    ("distilgpt2", 0.082, 0.082),
    ("dbrx", 132.0, 36.0),
    ("grok-1", 314.0, 86.0),
    ("command-r-plus", 104.0, 104.0),
    ("command-r-v01", 35.0, 35.0),
    (r"bloomz?$", 176.0, 176.0),
    (r"starcoder(?!\d)(?:base|plus)?$", 15.5, 15.5),
    ("santacoder", 1.1, 1.1),
    ("kimi-k2", 1000.0, 32.0),
    ("glm-4[.]5-air", 106.0, 12.0),
    ("glm-4[.]5", 355.0, 32.0),
    ("minimax-m2", 230.0, 10.0),
    ("(?:flan-|mt|google/|byt)?t5(?:-v1_1)?-small", 0.06, 0.06),
    ("(?:flan-)?t5(?:-v1_1)?-base", 0.22, 0.22),
    ("(?:flan-)?t5(?:-v1_1)?-large", 0.77, 0.77),
    ("flan-t5-xl(?!x)", 2.85, 2.85),
    ("flan-t5-xxl", 11.3, 11.3),
    ("distilbert", 0.066, 0.066),
    ("bert-base", 0.11, 0.11),
    ("bert-large", 0.34, 0.34),
    ("roberta-base", 0.125, 0.125),
    ("roberta-large", 0.355, 0.355),
)
"""Names without a number, sizes as their model cards or papers give them; the first match counts."""
