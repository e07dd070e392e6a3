"""What kind of network a model is, by its name: whether it writes text, and whether it is a transformer."""

from __future__ import annotations

import re

_OTHER = (
    r"[a-z]*t5|mt0|bart|pegasus|marian|m2m100|nllb|whisper|wav2vec|hubert|clip|siglip|vit|dinov2|resnet|detr|"
    r"stable-?diffusion|sdxl|flux|[a-z]*bert|[a-z]*roberta|electra|deberta|mpnet|minilm|bge|gte|e5|"
    r"[a-z-]*embed[a-z]*|[a-z-]*rerank(?:er)?|tts|musicgen|bark|esm2?|segformer"
)
"""Encoders, encoder-decoders, models of speech and images."""

_STATE_SPACE = "[a-z-]*mamba|rwkv|jamba"


def writes_text(name: str) -> bool:
    """Whether nothing in a model's name says that it encodes, translates, speaks, listens or sees."""
    return not _named(_OTHER, name)


def is_decoder(name: str) -> bool:
    """Whether nothing in its name says that it is no decoder-only transformer."""
    return writes_text(name) and not _named(_STATE_SPACE, name)


def _named(kinds: str, name: str) -> bool:
    return re.search(rf"(?:^|[/_-])(?:{kinds})(?=$|[/_.\d-])", name.lower()) is not None
