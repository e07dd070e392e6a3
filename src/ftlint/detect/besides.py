"""What a record asks besides its texts: tools, pictures, sounds. Rows that differ in it are not the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftlint.model import Batch, Format
from ftlint.model.batch import BESIDES


def besides(format: Format, data: Mapping[str, Any]) -> str:
    """Columns and parts of messages that are no text, as one text; "" where there are none."""
    parts = [data[column] for column in sorted(BESIDES & data.keys()) if data[column]]
    parts += [
        part
        for turn in format.turns(data)
        if isinstance(turn.content, list)
        for part in turn.content
        if isinstance(part, dict) and "text" not in part
    ]
    return repr(parts) if parts else ""


def besides_of(batch: Batch) -> dict[int, str]:
    """The rows of a batch that have any, by index."""
    known: dict[int, str] | None = batch.shared.get("besides")
    if known is None:
        found = ((index, besides(batch.format, batch.data[index])) for index in batch.odd)
        known = {index: text for index, text in found if text}
        batch.shared["besides"] = known
    return known
