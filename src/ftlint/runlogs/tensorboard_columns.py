"""The records of a window as columns: those of one layout are read at once.

Records of one length are put below each other. The first of them tells where time, step, tag and value
stand; all whose other bytes are the same are read from those columns, and the next layout is taken from the
first that is left. What has no fellows is read by itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ftlint.runlogs.protobuf import MessageError, Span
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tensorboard_arguments import take_text
from ftlint.runlogs.tensorboard_bulk import Bytes, Places, checksums, checksums_of
from ftlint.runlogs.tensorboard_damage import Damage
from ftlint.runlogs.tensorboard_event import SIZES, Event, event, owned, scalars
from ftlint.runlogs.tensorboard_event import step_of as step_in
from ftlint.runlogs.tensorboard_event import time_of as time_in
from ftlint.runlogs.tensorboard_frames import HEADER, OVERHEAD

Floats = NDArray[np.float64]

FEW: Final = 8
"""Fewer records of one length are read one by one."""

LAYOUTS: Final = 24
"""Of so many layouts of one length the records are read at once, the others one by one."""

MISSES: Final = 4
"""After so many records without a layout of scalars the others of their length are read one by one, too."""

MANY_RESTARTS: Final = 64
"""Above, resumes of a window are told as one."""


class Points(NamedTuple):
    """Values of one name: the record each stands in, its step, value and time."""

    record: Places
    step: Floats
    value: Floats
    time: Floats

    def chosen(self, places: Places) -> Points:
        return Points(self.record[places], self.step[places], self.value[places], self.time[places])


class Window:
    """Reads the records of some bytes of a file."""

    def __init__(self, data: bytes, base: int, damage: Damage, plugins: dict[str, str]) -> None:
        self.data = data
        self.base = base
        self.damage = damage
        self.plugins = plugins
        self._bytes: Bytes = np.frombuffer(data, dtype=np.uint8)
        self._columns: dict[str, list[Points]] = {}
        self._single: dict[str, list[tuple[int, float, float, float]]] = {}
        self._restarts: list[tuple[int, float]] = []

    def take(self, starts: Sequence[int], end: int, into: Recorder) -> None:
        """Take the records that start at some places; the last ends at `end`."""
        places = np.array(starts, dtype=np.int64)
        lengths = np.diff(places, append=end) - OVERHEAD
        order = np.argsort(lengths, kind="stable")
        cuts = np.flatnonzero(np.diff(lengths[order])) + 1
        groups = sorted(np.split(order, cuts), key=lambda group: int(group[0]))
        alone = [record for group in groups if len(group) < FEW for record in group.tolist()]
        self._alone(alone, starts, lengths, into)
        for group in groups:
            if len(group) >= FEW:
                self._group(group, places[group], int(lengths[group[0]]), into)
        self._put(into)

    def _alone(self, records: list[int], starts: Sequence[int], lengths: Places, into: Recorder) -> None:
        """Read the records that have no fellows of their length."""
        if not records:
            return
        spans = [(starts[record] + HEADER, int(lengths[record])) for record in sorted(records)]
        sums = checksums_of([self._bytes[at : at + length] for at, length in spans])
        for record, (at, length), known in zip(sorted(records), spans, sums.tolist(), strict=True):
            if int.from_bytes(self.data[at + length : at + length + 4], "little") == known:
                self._single_one(record, at - HEADER, self.data[at : at + length], into)
            else:
                self.damage.checksum(self.base + at - HEADER)

    def _single_one(self, record: int, start: int, body: bytes, into: Recorder) -> None:
        try:
            found = event(body)
        except MessageError:
            self.damage.no_event(self.base + start)
            return
        step = step_in(body, found)
        if found.starts:
            self._restarts.append((record, step))
        for tag, value in scalars(body, found, self.plugins):
            self._single.setdefault(into.name(tag), []).append((record, step, value, time_in(body, found)))
        for tag_at, content in found.texts:
            take_text(into, body[slice(*tag_at)], body[slice(*content)])

    def _group(self, records: Places, starts: Places, length: int, into: Recorder) -> None:
        """Read the records of one length."""
        rows = sliding_window_view(self._bytes, length + OVERHEAD)[starts]
        bodies = rows[:, HEADER : HEADER + length]
        stored = np.ascontiguousarray(rows[:, HEADER + length :]).view("<u4")[:, 0]
        whole = checksums(bodies) == stored
        if not whole.all():
            self.damage.checksum(*(starts[~whole] + self.base).tolist())
            records, starts, bodies = records[whole], starts[whole], bodies[whole]
        misses = 0
        for _ in range(LAYOUTS):
            if len(records) < FEW or misses == MISSES:
                break
            first = bodies[0].tobytes()
            layout = _layout(first)
            if layout is None:
                misses += 1
                alike = np.zeros(len(records), dtype=bool)
                alike[0] = True
                self._single_one(int(records[0]), int(starts[0]), first, into)
            else:
                found, mask = layout
                alike = ~((bodies ^ bodies[0]) & mask).any(axis=1)
                if alike.all():
                    self._alike(records, bodies, found, into)
                    return
                self._alike(records[alike], bodies[alike], found, into)
            records, starts, bodies = records[~alike], starts[~alike], bodies[~alike]
        for record, start, body in zip(records.tolist(), starts.tolist(), bodies, strict=True):
            self._single_one(record, start, body.tobytes(), into)

    def _alike(self, records: Places, bodies: Bytes, found: Event, into: Recorder) -> None:
        """Take the values of records of one layout."""
        count = len(records)
        steps = numbers(bodies, found.step, "varint-int64") if found.step[1] else np.zeros(count)
        times = numbers(bodies, found.time, "<f8") if found.time[1] else np.zeros(count)
        for slot in found.slots:
            values = numbers(bodies, slot.value, slot.code)
            for chosen in _alike_rows(bodies[:, slice(*slot.tag)]):
                tag = bodies[chosen[0], slice(*slot.tag)].tobytes().decode(errors="replace")
                if owned(tag, slot, self.plugins):
                    points = Points(records[chosen], steps[chosen], values[chosen], times[chosen])
                    self._columns.setdefault(into.name(tag), []).append(points)

    def _put(self, into: Recorder) -> None:
        """Hand on the values, those of one name in the order of their records."""
        for name, single in self._single.items():
            rows = np.array(single, dtype=np.float64)
            records = rows[:, 0].astype(np.int64)
            self._columns.setdefault(name, []).append(Points(records, rows[:, 1], rows[:, 2], rows[:, 3]))
        found = {name: _in_order(parts) for name, parts in self._columns.items()}
        restarts = sorted(self._restarts)
        if len(restarts) > MANY_RESTARTS:
            found = {name: _surviving(points, restarts) for name, points in found.items()}
            restarts = [(-1, min(step for _, step in restarts))]
        after = -1
        for record, step in restarts:
            for name, points in found.items():
                _bulk(into, name, points, after, record)
            into.restart(step)
            after = record
        for name, points in found.items():
            _bulk(into, name, points, after, len(self.data))


def numbers(rows: Bytes, where: Span, code: str) -> Floats:
    """The numbers that stand at a place of each row."""
    columns = rows[:, slice(*where)]
    if code in SIZES:
        return _fixed(np.ascontiguousarray(columns), code)
    value = np.zeros(len(rows), dtype=np.uint64)
    for place in range(columns.shape[1]):
        value |= (columns[:, place] & 0x7F).astype(np.uint64) << np.uint64(7 * place)
    match code:
        case "varint-int32":
            return value.astype(np.uint32).view(np.int32).astype(np.float64)
        case "varint-int64":
            return value.view(np.int64).astype(np.float64)
        case "varint-uint32":
            return value.astype(np.uint32).astype(np.float64)
        case "varint-bool":
            return np.minimum(value, np.uint64(1)).astype(np.float64)
        case "varint-half":
            return value.astype(np.uint16).view(np.float16).astype(np.float64)
        case "varint-bfloat16":
            return _bfloat(value.astype(np.uint16))
        case _:
            return value.astype(np.float64)


def _fixed(columns: Bytes, code: str) -> Floats:
    if code == "bfloat16":
        return _bfloat(columns.view("<u2")[:, 0])
    known: Floats = columns.view(code)[:, 0].astype(np.float64)
    return known


def _bfloat(halves: NDArray[np.uint16]) -> Floats:
    return (halves.astype(np.uint32) << np.uint32(16)).view(np.float32).astype(np.float64)


def _layout(body: bytes) -> tuple[Event, Bytes] | None:
    """The places in a record that holds nothing but scalars, and which bits of its bytes are its layout."""
    try:
        found = event(body)
    except MessageError:
        return None
    if not found.slots or found.texts or found.starts:
        return None
    mask = np.full(len(body), 0xFF, dtype=np.uint8)
    mask[slice(*found.time)] = 0
    mask[slice(*found.step)] = 0x80
    for slot in found.slots:
        mask[slice(*slot.tag)] = 0
        mask[slice(*slot.value)] = 0 if slot.code in SIZES else 0x80
    return found, mask


def _alike_rows(rows: Bytes) -> Iterator[Places]:
    """The rows that are the same, by their places, ascending."""
    if (rows == rows[0]).all():
        yield np.arange(len(rows))
        return
    whole = np.ascontiguousarray(rows).view(f"V{rows.shape[1]}")[:, 0]
    _, kinds = np.unique(whole, return_inverse=True)
    order = np.argsort(kinds, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1)


def _in_order(parts: list[Points]) -> Points:
    if len(parts) == 1:
        return parts[0]
    records = np.concatenate([part.record for part in parts])
    joined = Points(
        records,
        np.concatenate([part.step for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.time for part in parts]),
    )
    return joined.chosen(np.argsort(records, kind="stable"))


def _surviving(points: Points, restarts: list[tuple[int, float]]) -> Points:
    """The values that no later one of some restarts, in their order, takes back."""
    steps = np.array([step for _, step in restarts])
    lowest = np.append(np.minimum.accumulate(steps[::-1])[::-1], np.inf)
    following = np.searchsorted([record for record, _ in restarts], points.record, side="right")
    return points.chosen(np.flatnonzero(points.step < lowest[following]))


def _bulk(into: Recorder, name: str, points: Points, after: int, before: int) -> None:
    """Hand on the values of the records between two."""
    first, last = np.searchsorted(points.record, (after, before), side="left")
    if first < last:
        part = (array("d", column[first:last].tobytes()) for column in points[1:])
        into.bulk(name, *part)
