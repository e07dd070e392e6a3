"""Rows of a file read again as prompt, target and system prompt: by their places, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from ftlint.detect.besides import besides
from ftlint.engine.columns import learning_view, reader
from ftlint.engine.plan import FilePlan
from ftlint.engine.shapes import masked
from ftlint.model import Format, Record
from ftlint.read.block import Block
from ftlint.read.records import blocks, read_again, reread


class Texts(NamedTuple):
    """What rows say, in columns; `besides` is what they ask besides their texts ("" for nothing)."""

    prompts: list[str]
    targets: list[str]
    systems: list[str]
    besides: list[str]

    @classmethod
    def none(cls) -> Texts:
        return cls([], [], [], [])

    def extend(self, other: Texts, step: int = 1) -> None:
        for column, more in zip(self, other, strict=True):
            column.extend(more[::step])


def viewer(home: Format) -> Callable[[dict[str, Any]], tuple[str, str, str, str]]:
    """Prompt, target, system prompt and what is besides of a record, as the scan of such a file sees them."""
    from ftlint.formats import best

    fast = reader(home)

    def view(data: dict[str, Any]) -> tuple[str, str, str, str]:
        row = fast(data) if fast is not None else None
        if row is not None:
            return row[1], row[2], row[3], ""
        prompt, target, system, _ = learning_view(Record(data, best(masked(data), home) or home))
        return prompt, target, system, besides(home, data)

    return view


def texts_of(home: Format, records: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]) -> Texts:
    seen = list(map(viewer(home), records))
    return Texts(*map(list, zip(*seen, strict=True))) if seen else Texts.none()


def texts_at(plan: FilePlan, places: Sequence[tuple[int, int]]) -> Texts:
    """Rows of a plain file of JSON lines by offset and size, in the order of `places`.

    A file without a format is one of texts, as `engine.spilled` writes them.
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    records: list[Any] = [{}] * len(places)
    for index, raw in zip(order, reread(plan.source, [places[at] for at in order]), strict=True):
        records[index] = orjson.loads(raw) if plan.format is None else _decoded(plan, raw)
    if plan.format is None:
        return Texts(*map(list, zip(*records, strict=True)))
    return texts_of(plan.format, records)


def batches(plan: FilePlan) -> Iterator[tuple[Block, Texts]]:
    """All rows of a file, a block at a time, and what they say."""
    assert plan.format is not None
    for block in blocks(plan.source):
        if block.data:
            yield block, texts_of(plan.format, block.data)


def is_plain(plan: FilePlan) -> bool:
    """Whether single rows of the file can be read by their places."""
    return plan.source.splittable and plan.source.delimiter != "\r"


def _decoded(plan: FilePlan, raw: bytes) -> dict[str, Any]:
    try:
        data = orjson.loads(raw)
    except ValueError:
        data = read_again(plan.source, raw)
    return data if isinstance(data, dict) else {}
