"""Images inside a record, whatever the format writes them as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftlint.model import Record

KINDS = frozenset({"image", "image_url", "input_image"})


def images(record: Record) -> Iterator[tuple[str, str]]:
    """JSON pointer and address (URL, data URL or path, "" where it is none of these) of every image."""
    for turn in record.turns:
        if isinstance(turn.content, list):
            for index, part in enumerate(turn.content):
                if isinstance(part, dict) and _is_image(part):
                    yield f"{_content_pointer(turn.pointer, turn.data)}/{index}", _address(part)
    listed = record.data.get("images")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        yield f"/images/{index}", item if isinstance(item, str) else ""


def _content_pointer(pointer: str, data: Any) -> str:
    return next((f"{pointer}/{key}" for key in ("content", "parts", "value") if key in data), pointer)


def _is_image(part: dict[str, Any]) -> bool:
    kind = part.get("type")
    if (isinstance(kind, str) and kind in KINDS) or "image" in part or "image_url" in part:
        return True
    media = part.get("fileData") or part.get("inlineData")
    mime = media.get("mimeType") if isinstance(media, dict) else None
    return isinstance(mime, str) and mime.startswith("image/")


def _address(part: dict[str, Any]) -> str:
    value = part.get("image_url", part.get("image"))
    if isinstance(value, dict):
        value = value.get("url")
    return value if isinstance(value, str) else ""
