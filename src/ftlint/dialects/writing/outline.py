"""A config of another dialect in the making."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ftlint.model.training_config import TrainingConfig


class Lost(NamedTuple):
    """A field that the other dialect cannot say, or not in a file: what it is, and why."""

    field: str
    value: Any
    reason: str


class Put(NamedTuple):
    """A field that becomes one key. `render` makes the value; without it the canonical value is written."""

    field: str
    key: str
    render: Callable[[Any], Any] | None = None


class NoCounterpartError(ValueError):
    """The value cannot be said in the other dialect; the message says why."""


class Outline:
    """What is written so far, by dotted key, and what could not be."""

    def __init__(self, config: TrainingConfig) -> None:
        self.config = config
        self.data: dict[str, Any] = {}
        self.done: set[str] = set()
        self.said: set[str] = set()
        self.lost: list[Lost] = []
        self.notes: list[str] = []

    def has(self, field: str) -> bool:
        return self.config.has(field)

    def get(self, field: str) -> Any:
        return self.config.get(field)

    def set(self, key: str, value: Any, *fields: str) -> None:
        """Write a value at a dotted key; None writes nothing. `fields` are what it says."""
        self.done.update(fields)
        if value is None:
            return
        self.said.update(field for field in fields if self.has(field))
        *above, last = key.split(".")
        into = self.data
        for part in above:
            into = into.setdefault(part, {})
        into[last] = plain(value)

    def skip(self, *fields: str) -> None:
        """These fields say nothing beside what is written."""
        self.done.update(fields)

    def lose(self, field: str, reason: str) -> None:
        """A field that is not written, and why; one that says nothing is passed over."""
        if field not in self.done and self.has(field):
            self.lost.append(Lost(field, self.get(field), reason))
        self.done.add(field)

    def note(self, text: str) -> None:
        """What a person has to do beside."""
        self.notes.append(text)

    def put(self, puts: Iterable[Put]) -> None:
        for each in puts:
            if each.field in self.done or not self.has(each.field):
                continue
            value = self.get(each.field)
            try:
                self.set(each.key, each.render(value) if each.render else value, each.field)
            except NoCounterpartError as error:
                self.lose(each.field, str(error))


def plain(value: Any) -> Any:
    """A value as YAML writes it: lists for tuples."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


ADAPTER = (
    *("lora_rank", "lora_alpha", "lora_dropout", "lora_targets"),
    *("use_rslora", "use_dora", "modules_to_save"),
)
"""What says nothing where no adapter is trained."""


def bitsandbytes(out: Outline) -> None:
    """Of the ways to quantise a base only bitsandbytes is a switch; others are a property of the model."""
    if out.get("quantization") in ("bnb", None):
        out.skip("quantization")
    else:
        out.lose("quantization", "the base has to be quantised already")


def warmup(out: Outline) -> None:
    """Steps win over a share; below 1, steps are a share."""
    steps = out.get("warmup_steps")
    if steps and steps < 1:
        out.set("warmup_ratio", steps, "warmup_steps", "warmup_ratio")
        out.said.discard("warmup_steps")
    elif steps:
        out.skip("warmup_ratio")


Compose = Callable[[Outline], None]


class Target(NamedTuple):
    """A dialect that can be written: what follows from several fields first, then the single keys."""

    name: str
    compose: Compose
    puts: tuple[Put, ...]
    order: tuple[str, ...] = ()
    """Keys that come first in the file, in this order."""
