"""Base models that are stored quantised, as their names say."""

from __future__ import annotations

import re

from ftlint.dialects.draft import Draft

_METHOD = re.compile(r"(?<![a-z])(gptq|awq|aqlm|hqq|bnb)(?![a-z])", re.IGNORECASE)
_EIGHT = re.compile(r"(?<!\d)(?:int-?8|8-?bits?|w8a16|w8)(?![a-z\d])", re.IGNORECASE)


def settle_quantized_base(draft: Draft) -> bool:
    """Whether the base model's name says that its weights are of 4 bits or fewer.

    Sets `quantization` from the name where no key of the config says it.
    """
    name = draft.get("base_model")
    found = _METHOD.search(name) if isinstance(name, str) else None
    if found is None:
        return False
    if not draft.knows("quantization"):
        draft.follow("quantization", found[1].lower(), "base_model")
    return not _EIGHT.search(name)
