"""One record of an event file: where in it the time, the step and the scalars stand.

Protocol buffers are read by hand, so that the places found in one record serve for all that are laid out
like it (`tensorboard_columns`). Messages: event.proto, summary.proto and tensor.proto of TensorFlow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from struct import Struct, unpack_from
from typing import Final, NamedTuple

from ftlint.runlogs.protobuf import BYTES, FIXED32, FIXED64, VARINT, Field, Span, fields, varint

NOWHERE: Final[Span] = 0, 0


class Slot(NamedTuple):
    """A scalar of a record: where its tag and its value stand, and how the value is written."""

    tag: Span
    value: Span
    code: str
    """A numpy type, or `varint` and how many bits of it count."""

    plugin: str | None = None
    """Whose the tag is, where this record says it."""


class Event(NamedTuple):
    """What one record holds."""

    time: Span = NOWHERE
    step: Span = NOWHERE
    slots: tuple[Slot, ...] = ()
    texts: tuple[tuple[Span, Span], ...] = ()
    """Tag and content of each text and of the hyperparameters."""

    starts: bool = False
    """Whether a run starts or goes on here: what stands at or after its step counts no more."""


VALUES: Final[Mapping[int, tuple[str, int, str]]] = {
    1: ("<f4", 5, "<f4"),
    2: ("<f8", 6, "<f8"),
    3: ("<i4", 7, "varint-int32"),
    4: ("|u1", 7, "varint-int32"),
    5: ("<i2", 7, "varint-int32"),
    6: ("|i1", 7, "varint-int32"),
    9: ("<i8", 10, "varint-int64"),
    10: ("|u1", 11, "varint-bool"),
    14: ("bfloat16", 13, "varint-bfloat16"),
    17: ("<u2", 7, "varint-int32"),
    19: ("<f2", 13, "varint-half"),
    22: ("<u4", 16, "varint-uint32"),
    23: ("<u8", 17, "varint-uint64"),
}
"""By data type: how its bytes are in `tensor_content`, the field of its single values, how they are there."""

STRING = 7

TENSOR = 8
OTHERS: Final = frozenset({3, 4, 5, 6, TENSOR})
"""What a value of a summary can be beside a plain number; the last one written counts."""

SIZES: Final[Mapping[str, int]] = {
    "<f4": 4,
    "<f8": 8,
    "<f2": 2,
    "bfloat16": 2,
    "<i4": 4,
    "<i2": 2,
    "|i1": 1,
    "<i8": 8,
    "|u1": 1,
    "<u2": 2,
    "<u4": 4,
    "<u8": 8,
}

_UNPACK: Final[Mapping[str, Struct]] = {
    code: Struct(letter)
    for code, letter in {
        "<f4": "<f",
        "<f8": "<d",
        "<f2": "<e",
        "<i4": "<i",
        "<i2": "<h",
        "|i1": "<b",
        "<i8": "<q",
        "|u1": "<B",
        "<u2": "<H",
        "<u4": "<I",
        "<u8": "<Q",
    }.items()
}


def event(data: bytes) -> Event:
    """The places in a record; raises `MessageError`."""
    time = step = NOWHERE
    slots: list[Slot] = []
    texts: list[tuple[Span, Span]] = []
    starts = False
    for number, wire, start, end in fields(data, 0, len(data)):
        if number == 1 and wire == FIXED64:
            time = start, end
        elif number == 2 and wire == VARINT:
            step = start, end
        elif number == 5 and wire == BYTES:
            for inner, kind, first, last in fields(data, start, end):
                if inner == 1 and kind == BYTES:
                    _value(data, first, last, slots, texts)
        elif number == 7 and wire == BYTES:
            starts = any(
                inner == 1 and kind == VARINT and varint(data, first, last)[0] == 1
                for inner, kind, first, last in fields(data, start, end)
            )
    return Event(time, step, tuple(slots), tuple(texts), starts)


def _value(data: bytes, at: int, end: int, slots: list[Slot], texts: list[tuple[Span, Span]]) -> None:
    """One value of a summary: a plain scalar, a tensor of one number, a text; anything else is left."""
    tag = node = NOWHERE
    held: Field | None = None
    plugin: str | None = None
    content: Span | None = None
    scalar = False
    for number, wire, start, end_ in fields(data, at, end):
        if number == 1 and wire == BYTES:
            tag = start, end_
        elif number == 7 and wire == BYTES:
            node = start, end_
        elif number == 9 and wire == BYTES:
            plugin, content, scalar = _metadata(data, start, end_)
        elif (number == 2 and wire == FIXED32) or (number in OTHERS and wire == BYTES):
            held = number, wire, start, end_
    if plugin == "hparams" and content is not None:
        texts.append((tag, content))
        return
    if held is None:
        return
    number, wire, start, end_ = held
    if number == 2:
        slots.append(Slot(tag, (start, end_), "<f4", "scalars"))
    elif number == TENSOR:
        found = _tensor(data, start, end_)
        if found is None:
            return
        where, code = found
        if code == "text":
            texts.append((tag, where))
        else:
            named = tag if tag[1] > tag[0] else node
            slots.append(Slot(named, where, code, "scalars" if scalar else plugin))


def _metadata(data: bytes, at: int, end: int) -> tuple[str, Span | None, bool]:
    """The plugin of a value, its content, and whether it is said to be a scalar."""
    plugin, content, scalar = "", None, False
    for number, wire, start, end_ in fields(data, at, end):
        if number == 1 and wire == BYTES:
            for inner, kind, first, last in fields(data, start, end_):
                if inner == 1 and kind == BYTES:
                    plugin = data[first:last].decode(errors="replace")
                elif inner == 2 and kind == BYTES:
                    content = first, last
        elif number == 4 and wire == VARINT:
            scalar = varint(data, start, end_)[0] == 1
    return plugin, content, scalar


def _tensor(data: bytes, at: int, end: int) -> tuple[Span, str] | None:
    """Where the single number of a tensor stands and how it is written; None where it holds none or more."""
    kind = 0
    size = 1
    content = NOWHERE
    held: list[Field] = []
    for field in fields(data, at, end):
        number, wire, start, end_ = field
        if number == 1 and wire == VARINT:
            kind = varint(data, start, end_)[0]
        elif number == 2 and wire == BYTES:
            size = _elements(data, start, end_)
        elif number == 4 and wire == BYTES:
            content = start, end_
        elif number >= 5 and end_ > start:
            held.append(field)
    if size != 1:
        return None
    if kind == STRING:
        strings = [(start, end_) for number, wire, start, end_ in held if number == 8 and wire == BYTES]
        return (strings[0], "text") if len(strings) == 1 else None
    known = VALUES.get(kind)
    if known is None:
        return None
    stored, of_values, code = known
    if content[1] > content[0]:
        return (content, stored) if content[1] - content[0] == SIZES[stored] else None
    held = [field for field in held if field[0] == of_values]
    if len(held) != 1:
        return None
    _, wire, start, end_ = held[0]
    if code in SIZES:
        single = end_ - start == SIZES[code]
    else:
        single = wire in (VARINT, BYTES) and varint(data, start, end_)[1] == end_
    return ((start, end_), code) if single else None


def _elements(data: bytes, at: int, end: int) -> int:
    """How many elements a shape has, 0 where that is unknown."""
    size = 1
    for number, wire, start, end_ in fields(data, at, end):
        if number == 2 and wire == BYTES:
            extent = 0
            for inner, kind, first, last in fields(data, start, end_):
                if inner == 1 and kind == VARINT:
                    extent = varint(data, first, last)[0]
            size = min(size * extent, 1 << 62)
        elif number == 3 and wire == VARINT and varint(data, start, end_)[0]:
            return 0
    return size


def number(data: bytes, where: Span, code: str) -> float:
    """The number at a place."""
    start, end = where
    known = _UNPACK.get(code)
    if known is not None:
        return float(known.unpack_from(data, start)[0])
    if code == "bfloat16":
        return float(unpack_from("<f", b"\0\0" + data[start:end])[0])
    value = varint(data, start, end)[0]
    match code:
        case "varint-int32":
            value &= 0xFFFFFFFF
            return float(value - (value >> 31 << 32))
        case "varint-int64":
            return float(value - (value >> 63 << 64))
        case "varint-uint32":
            return float(value & 0xFFFFFFFF)
        case "varint-bool":
            return float(value != 0)
        case "varint-half":
            return float(unpack_from("<e", (value & 0xFFFF).to_bytes(2, "little"))[0])
        case "varint-bfloat16":
            return float(unpack_from("<f", b"\0\0" + (value & 0xFFFF).to_bytes(2, "little"))[0])
        case _:
            return float(value)


def time_of(data: bytes, found: Event) -> float:
    return float(unpack_from("<d", data, found.time[0])[0]) if found.time[1] else 0.0


def step_of(data: bytes, found: Event) -> float:
    return number(data, found.step, "varint-int64") if found.step[1] else 0.0


def scalars(data: bytes, found: Event, plugins: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Tags and values of a record. `plugins` remembers whose a tag is: writers say it once."""
    for slot in found.slots:
        tag = data[slice(*slot.tag)].decode(errors="replace")
        if owned(tag, slot, plugins):
            yield tag, number(data, slot.value, slot.code)


def owned(tag: str, slot: Slot, plugins: dict[str, str]) -> bool:
    """Whether a tag is one of scalars."""
    plugin = plugins.get(tag, "") if slot.plugin is None else slot.plugin
    plugins.setdefault(tag, plugin)
    return plugin in ("", "scalars")
