"""What is not carried over into another dialect: secrets, which belong in no config."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftlint.dialects.writing.outline import Lost
from ftlint.model.training_config import DataRef, TrainingConfig
from ftlint.read.urls import is_remote, masked

if TYPE_CHECKING:
    from ftlint.detect.secrets import SecretDetector


def without_secrets(config: TrainingConfig) -> tuple[TrainingConfig, list[Lost]]:
    """The config less the fields whose value holds a secret, and these as lost."""
    held = [name for name, field in config.fields.items() if any(map(_is_secret, _texts(field.value)))]
    if not held:
        return config, []
    kept = {name: field for name, field in config.fields.items() if name not in held}
    reason = "its value holds a secret; keep it out of the file"
    return config._replace(fields=kept), [Lost(name, None, reason) for name in held]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, DataRef):
        yield from (value.name, value.split, value.format)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


LEAST = 8
"""No secret of a form is shorter."""


def _is_secret(text: str) -> bool:
    if len(text) < LEAST:
        return False
    if is_remote(text) and masked(text) != text:
        return True
    return bool(_detector().spans(text))


@lru_cache(maxsize=1)
def _detector() -> SecretDetector:
    from ftlint.detect.secrets import detector
    from ftlint.model.privacy import SecretChoices

    return detector(SecretChoices())
