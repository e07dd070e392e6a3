"""The method that a file's name or folder says: `recipes/zephyr/orpo/config.yaml`.

Weak evidence: it only chooses among the methods that the keys of a config leave open.
"""

from __future__ import annotations

import re

WORDS = {
    "sft": "sft",
    "dpo": "dpo",
    "ipo": "ipo",
    "orpo": "orpo",
    "kto": "kto",
    "cpo": "cpo",
    "simpo": "simpo",
    "grpo": "grpo",
    "rloo": "rloo",
    "ppo": "ppo",
    "rm": "reward",
    "reward": "reward",
    "gkd": "distillation",
    "cpt": "pretrain",
    "pretrain": "pretrain",
    "pretraining": "pretrain",
}
SOURCE = "the name of the file or its folder"
_SEPARATORS = re.compile(r"[^a-z]+")


def method_of_name(path: str) -> str:
    """The method named nearest to the end of a path; "" where there is none, or one part names several."""
    for part in reversed(path.lower().replace("__", "/").split("/")):
        named = {WORDS[word] for word in _SEPARATORS.split(part) if word in WORDS}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""
