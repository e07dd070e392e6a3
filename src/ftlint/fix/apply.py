"""Applies edits to the bytes of a file, at hand or mapped into memory."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ftlint.fix import csv_edit
from ftlint.fix.json_edit import Buffer, Members, NoPlaceError, Splice, splice_of, value_end
from ftlint.fix.rewrite import FORMS, rewritten
from ftlint.model import Drop, Edit, Fix, ReplaceBytes, Rewrite, SetValue
from ftlint.model.source import Container

BLANK = b" \t"
NEWLINE = b"\r\n"
SPACE = BLANK + NEWLINE


@dataclass(frozen=True, slots=True)
class Placed:
    """An edit and the bytes [offset, offset + size) of the record it belongs to.

    Edits of one `group` (other than 0) are applied together or not at all. `row` is the record's number, for
    containers whose records have no bytes of their own.
    """

    edit: Edit
    offset: int = 0
    size: int = 0
    group: int = 0
    row: int | None = None


class Spliced(NamedTuple):
    """What edits of records make of a file: its bytes piece by piece, the edits that are done (by what they
    changed, or because it stood so already), and those that must wait."""

    pieces: Iterator[bytes]
    done: list[Placed]
    left: list[Placed]
    changes: int


def place(fix: Fix, offset: int, size: int, group: int = 0, row: int | None = None) -> list[Placed]:
    """The edits of one fix of the record at [offset, offset + size)."""
    return [Placed(edit, offset, size, group, row) for edit in fix.edits]


def apply(
    data: bytes, placed: Sequence[Placed], container: Container = "jsonl"
) -> tuple[bytes, list[Placed]]:
    """The edited bytes, and the edits that must wait for the next pass because they overlap with others.

    `data` is the file decompressed: offsets count there. Rewriting the whole file comes first, alone, for it
    moves every place.
    """
    left: list[Placed] = []
    for edit in rewrites(placed):
        mine = [item for item in placed if item.edit == edit]
        try:
            pieces = rewritten(data, edit, container)
            new = None if pieces is None else b"".join(pieces)
        except NoPlaceError:
            left += mine
            continue
        if new is not None:
            return new, [item for item in placed if item.edit != edit]
    spliced = splice(data, [item for item in placed if not isinstance(item.edit, Rewrite)], container)
    return b"".join(spliced.pieces), left + spliced.left


def rewrites(placed: Sequence[Placed]) -> list[Rewrite]:
    """The ways in which a whole file is to be rewritten, in the order in which that is done."""
    found = {item.edit for item in placed if isinstance(item.edit, Rewrite)}
    return sorted(found, key=lambda edit: FORMS.index(edit.form))


def splice(
    data: Buffer,
    placed: Sequence[Placed],
    container: Container = "jsonl",
    table: csv_edit.Table | None = None,
) -> Spliced:
    """Edits of records and of spans of bytes, applied.

    Replacing all of the bytes comes first, then drops, then all others in the order of their place; what
    overlaps with an edit already taken is left. Left too is what has no place: a pointer that leads nowhere,
    a record that is not JSON. Edits that change nothing are done, not left.
    """
    done: list[Placed] = []
    left: list[Placed] = []
    taken = _Taken()
    reading = _Reading(data)
    for group in _groups(data, placed):
        try:
            splices = _together(reading, group, container, table)
        except NoPlaceError:
            left += group
            continue
        if taken.add(splices):
            done += group
        else:
            left += group
    return Spliced(taken.spliced(data), done, left, len(taken.all))


class _Reading:
    """A file and what is known of the record in it that was edited last: edits come record by record."""

    def __init__(self, data: Buffer) -> None:
        self.data = data
        self.place = (-1, -1)
        self.raw = b""
        self.members: Members = {}

    def record(self, start: int, end: int) -> tuple[bytes, Members]:
        if self.place != (start, end):
            self.place, self.raw, self.members = (start, end), self.data[start:end], {}
        return self.raw, self.members


def _together(
    reading: _Reading, group: Sequence[Placed], container: Container, table: csv_edit.Table | None
) -> list[Splice]:
    """The splices of edits that go together; one for all where neighbours that share a comma are removed."""
    splices = [splice for item in group for splice in _splices(reading, item, container, table)]
    if len(splices) < 2 or not _all_removed(group):
        return splices
    ordered = sorted(splices)
    if not any(_overlap(one, other) for one, other in pairwise(ordered)):
        return splices
    place, size = group[0].offset, group[0].size
    old = new = reading.data[place : place + size]
    head = tail = len(old)
    for item in group:  # in the order in which the rule gives them: of an array, from its end
        assert isinstance(item.edit, SetValue)
        one = splice_of(new, item.edit)
        if one is not None:
            head, tail = min(head, one.start), min(tail, len(new) - one.end)
            new = new[: one.start] + one.new + new[one.end :]
    return [Splice(place + head, place + len(old) - tail, new[head : len(new) - tail])]


def _all_removed(group: Sequence[Placed]) -> bool:
    """Whether all of them take out members of one record."""
    first = group[0]
    return all(
        isinstance(item.edit, SetValue) and item.edit.remove and item.offset == first.offset for item in group
    )


class _Taken:
    """Splices that do not overlap, by the pages of the file that they touch: each page holds few."""

    def __init__(self) -> None:
        self.pages: defaultdict[int, list[Splice]] = defaultdict(list)
        self.all: list[Splice] = []

    def add(self, splices: Sequence[Splice]) -> bool:
        """Takes all of them, or none when one overlaps; the same splice twice is one."""
        added: list[Splice] = []
        for splice in splices:
            pages = [self.pages[page] for page in _touched(splice)]
            places = [bisect_left(page, splice) for page in pages]
            if pages[0][places[0] : places[0] + 1] == [splice]:
                continue
            if any(
                _overlap(splice, other)
                for page, place in zip(pages, places, strict=True)
                for other in page[max(0, place - 1) : place + 1]
            ):
                for other in added:
                    for number in _touched(other):
                        self.pages[number].remove(other)
                return False
            for page, place in zip(pages, places, strict=True):
                page.insert(place, splice)
            added.append(splice)
        self.all += added
        return True

    def spliced(self, data: Buffer) -> Iterator[bytes]:
        at = 0
        for splice in sorted(self.all):
            yield from _pieces(data, at, splice.start)
            yield splice.new
            at = splice.end
        yield from _pieces(data, at, len(data))


PIECE = 1 << 20
PAGE = 16
"""Bits of a place within its page."""


def _touched(splice: Splice) -> range:
    return range(splice.start >> PAGE, (splice.end >> PAGE) + 1)


def _pieces(data: Buffer, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, PIECE):
        yield data[at : min(at + PIECE, end)]


def _groups(data: Buffer, placed: Sequence[Placed]) -> list[list[Placed]]:
    groups: dict[tuple[int, int], list[Placed]] = {}
    for index, item in enumerate(placed):
        key = (item.group, 0) if item.group else (0, index)
        groups.setdefault(key, []).append(item)
    return sorted(groups.values(), key=lambda group: min(_rank(data, item) for item in group))


def _rank(data: Buffer, item: Placed) -> tuple[int, int]:
    edit = item.edit
    if isinstance(edit, ReplaceBytes):
        whole = edit.offset == 0 and edit.length >= len(data) > 0
        return (0 if whole else 2, edit.offset)
    return (1 if isinstance(edit, Drop) else 2, item.offset)


def _splices(
    reading: _Reading, item: Placed, container: Container, table: csv_edit.Table | None
) -> Iterator[Splice]:
    data, edit = reading.data, item.edit
    if isinstance(edit, ReplaceBytes):
        if edit.offset < 0 or edit.offset + edit.length > len(data):
            raise NoPlaceError("outside the file")
        yield Splice(edit.offset, edit.offset + edit.length, edit.replacement)
        return
    if container in ("parquet", "arrow", "none"):
        raise NoPlaceError("no record of this container stands in bytes of its own")
    end = item.offset + item.size
    if end > len(data):
        raise NoPlaceError("outside the file")
    if isinstance(edit, Rewrite):
        return
    if isinstance(edit, Drop):
        yield _dropped(data, item.offset, max(item.offset, _back(data, end, NEWLINE)), container)
        return
    if table is not None:
        splice = csv_edit.splice_of(data[item.offset : end], edit, table)
    elif container in ("jsonl", "json"):
        raw, members = reading.record(item.offset, end)
        splice = splice_of(raw, edit, members)
    else:
        raise NoPlaceError("not a JSON record")
    if splice is not None:
        yield Splice(item.offset + splice.start, item.offset + splice.end, splice.new)


def _dropped(data: Buffer, start: int, end: int, container: Container) -> Splice:
    if container == "json":
        return _element(data, start, end)
    if container == "jsonl":
        return _line(data, *_whole(data, start, end), comma=True)
    return _line(data, start, end, comma=False)


def _whole(data: Buffer, start: int, end: int) -> tuple[int, int]:
    """[start, end) where an object, array or string stands there; else all of the line: it is broken."""
    try:
        if data[start : start + 1] in (b"{", b"[", b'"') and value_end(data[start:end], 0) == end - start:
            return start, end
    except NoPlaceError:
        pass
    newline = data.find(b"\n", end)
    return data.rfind(b"\n", 0, start) + 1, newline if newline >= 0 else len(data)


def _line(data: Buffer, start: int, end: int, *, comma: bool) -> Splice:
    """A record with its newline; only the record where it shares the line with another."""
    first, last = _back(data, start, BLANK), _ahead(data, end, BLANK)
    if comma and data[last : last + 1] == b",":
        last = _ahead(data, last + 1, BLANK)
    opens = first == 0 or data[first - 1] in NEWLINE
    closes = last >= len(data) or data[last] in NEWLINE
    if opens and closes:
        ending = 2 if data[last : last + 2] == b"\r\n" else 1
        return Splice(first, min(last + ending, len(data)), b"")
    return Splice(first, last, b"") if closes else Splice(start, last, b"")


def _element(data: Buffer, start: int, end: int) -> Splice:
    """An element of an array with the comma after it, or the one before it where it is the last."""
    if not _is_json(data[start:end]) and not _stands_alone(data, start, end):
        raise NoPlaceError("where the broken element ends is not certain")
    after = _ahead(data, end, SPACE)
    if data[after : after + 1] == b",":
        return Splice(start, _ahead(data, after + 1, SPACE), b"")
    before = _back(data, start, SPACE)
    if before and data[before - 1 : before] == b",":
        return Splice(_back(data, before - 1, SPACE), end, b"")
    return Splice(start, end, b"")


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _stands_alone(data: Buffer, start: int, end: int) -> bool:
    """Whether a broken element is between two line breaks, with none inside after which another may begin.

    Its own brackets and quotes say nothing: one that is missing takes the elements behind it along.
    """
    before, after = _back(data, start, SPACE), _ahead(data, end, SPACE)
    gap = data[before:start]
    if b"\n" not in gap and data[after : after + 1] == b",":
        gap = data[after + 1 : _ahead(data, after + 1, SPACE)]
    if b"\n" not in gap or data[after : after + 1] not in (b",", b"]"):
        return False
    indent = len(gap) - gap.rindex(b"\n") - 1
    other = rb"\n[ \t]{0,%d}[\[{]|\n[ \t]{0,%d}\]" % (indent, max(0, indent - 1))
    return not re.search(other, data[start:end])


def _ahead(data: Buffer, at: int, over: bytes) -> int:
    while at < len(data) and data[at] in over:
        at += 1
    return at


def _back(data: Buffer, at: int, over: bytes) -> int:
    while at and data[at - 1] in over:
        at -= 1
    return at


def _overlap(one: Splice, other: Splice) -> bool:
    # an insertion at the edge of another edit counts: in which order they come is not ours to choose
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
