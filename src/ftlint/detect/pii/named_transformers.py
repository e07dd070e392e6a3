"""Names by a transformers token-classification model in a local folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ftlint.detect.pii.named import KIND_OF, Entity
from ftlint.model import FtlintError

PIECE = 6_000
"""Characters that are tokenized at once; within them windows of the model's own length slide."""

STRIDE = 64
"""Tokens that two neighbouring windows share."""

UNBOUNDED = 512
"""Tokens of a window where the tokenizer names no limit."""


class TransformersModel:
    piece = PIECE

    def __init__(self, folder: str) -> None:
        with _offline():
            import torch
            from transformers import AutoModelForTokenClassification, AutoTokenizer

        # Each process has its model, and torch's own threads would all want the same cores.
        torch.set_num_threads(1)
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.model: Any = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise FtlintError(
                f"[pii] model: transformers cannot load {folder!r}: {type(error).__name__}"
            ) from None
        if not self.tokenizer.is_fast:
            raise FtlintError(
                f"[pii] model: the tokenizer in {folder!r} tells no offsets; it needs a tokenizer.json"
            )
        self.model.eval()
        limits = (
            self.tokenizer.model_max_length,
            getattr(self.model.config, "max_position_embeddings", None),
        )
        named = [limit for limit in limits if isinstance(limit, int) and 0 < limit < 1_000_000]
        self.length = min(named, default=UNBOUNDED)

    def entities(self, text: str) -> Iterator[Entity]:
        tokens = self._tokens(text)
        current: Entity | None = None
        for start, end, tag, score in tokens:
            kind, begins = _kind_of(tag)
            # Word pieces and `I-` tags go on with what stands before them.
            joined = current is not None and text[current.end : start].strip() == ""
            if (
                current is not None
                and kind == current.kind
                and joined
                and (not begins or start == current.end)
            ):
                current = current._replace(end=end, score=min(current.score, score))
                continue
            if current is not None:
                yield current
            current = Entity(kind, start, end, score) if kind else None
        if current is not None:
            yield current

    def _tokens(self, text: str) -> list[tuple[int, int, str, float]]:
        """(start, end, tag, probability) of each token, from the window where it stands farthest from
        an edge."""
        import torch

        encoded = self.tokenizer(
            text,
            return_offsets_mapping=True,
            return_overflowing_tokens=True,
            return_special_tokens_mask=True,
            truncation=True,
            max_length=self.length,
            stride=min(STRIDE, self.length // 4),
        )
        wanted = [name for name in self.tokenizer.model_input_names if name in encoded]
        best: dict[tuple[int, int], tuple[int, str, float]] = {}
        for window, places in enumerate(encoded["offset_mapping"]):
            with torch.no_grad():
                inputs = {name: torch.tensor([encoded[name][window]]) for name in wanted}
                scores, tags = self.model(**inputs).logits[0].softmax(-1).max(-1)
            real = [index for index, mark in enumerate(encoded["special_tokens_mask"][window]) if not mark]
            for order, index in enumerate(real):
                start, end = places[index]
                edge = min(order, len(real) - 1 - order)
                if start < end and ((start, end) not in best or edge > best[start, end][0]):
                    tag = self.model.config.id2label[int(tags[index])]
                    best[start, end] = (edge, tag, float(scores[index]))
        return [(start, end, tag, score) for (start, end), (_, tag, score) in sorted(best.items())]


@contextmanager
def _offline() -> Iterator[None]:
    """What is imported meanwhile never asks the hub; local_files_only holds for what was imported before.

    Not longer: data of the same run may lie on the hub.
    """
    before = {name: os.environ.get(name) for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")}
    os.environ.update(dict.fromkeys(before, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _kind_of(tag: str) -> tuple[str, bool]:
    """The kind a tag stands for, "" for none, and whether it begins a name: `B-PER`, `I-LOC`, `S-ORG`,
    `PER`."""
    prefix, dash, label = tag.partition("-")
    if not dash or len(prefix) != 1:
        prefix, label = "", tag
    return KIND_OF.get(label.upper().replace("_", ""), ""), prefix.upper() in {"B", "S", "U"}
