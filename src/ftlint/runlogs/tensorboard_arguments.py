"""What an event file says of how a run was started: texts and hyperparameters beside the scalars."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from ftlint.runlogs.protobuf import BYTES, FIXED64, VARINT, MessageError, fields, varint
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tensorboard_event import number

TRAINER: Final = b"args/text_summary"
"""Under it a Hugging Face Trainer writes its arguments, as JSON."""

HPARAMS: Final = b"_hparams_/session_start_info"
"""Under it the hparams plugin writes them; Lightning and `add_hparams` of torch use it."""

Value = bool | float | str


def take_text(into: Recorder, tag: bytes, content: bytes) -> None:
    """Take a text or the hyperparameters of a tag; any other text is left."""
    if tag == TRAINER:
        found = trainer_arguments(content)
    elif tag == HPARAMS:
        try:
            found = dict(hyperparameters(content))
        except MessageError:
            return
    else:
        return
    into.arguments.update(found)
    steps, epochs = _count(found.get("max_steps")), _count(found.get("num_train_epochs"))
    if steps is not None:
        into.planned_steps = int(steps)
    elif epochs is not None:
        into.planned_epochs = epochs


def trainer_arguments(content: bytes) -> dict[str, Any]:
    """The arguments that are plain values, less those that are not set."""
    try:
        arguments = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(arguments, dict):
        return {}
    return {name: value for name, value in arguments.items() if isinstance(value, bool | int | float | str)}


def hyperparameters(content: bytes) -> Iterator[tuple[str, Value]]:
    """Names and values in what the hparams plugin writes; raises `MessageError`."""
    for started in _inner(content, (0, len(content)), 3):
        for entry in _inner(content, started, 1):
            for name in _inner(content, entry, 1):
                for held in _inner(content, entry, 2):
                    for value in _plain(content, held):
                        yield content[slice(*name)].decode(errors="replace"), value


def _inner(data: bytes, span: tuple[int, int], wanted: int) -> Iterator[tuple[int, int]]:
    for field, wire, start, end in fields(data, *span):
        if field == wanted and wire == BYTES:
            yield start, end


def _plain(data: bytes, span: tuple[int, int]) -> Iterator[Value]:
    """The number, text or truth value of a `google.protobuf.Value`."""
    for field, wire, start, end in fields(data, *span):
        if field == 2 and wire == FIXED64:
            yield number(data, (start, end), "<f8")
        elif field == 3 and wire == BYTES:
            yield data[start:end].decode(errors="replace")
        elif field == 4 and wire == VARINT:
            yield varint(data, start, end)[0] != 0


def _count(value: object) -> float | None:
    """A number above zero, None for what says that there is no limit."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf"):
        return float(value)
    return None
