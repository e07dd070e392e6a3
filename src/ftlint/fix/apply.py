"""Applies edits to the bytes of a file, in memory."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ftlint.fix.json_edit import NoPlaceError, Splice, splice_of, value_end
from ftlint.fix.rewrite import FORMS, rewritten
from ftlint.model import Drop, Edit, Fix, ReplaceBytes, Rewrite
from ftlint.model.source import Container

BLANK = b" \t"
NEWLINE = b"\r\n"


@dataclass(frozen=True, slots=True)
class Placed:
    """An edit and the bytes [offset, offset + size) of the record it belongs to.

    Edits of one `group` (other than 0) are applied together or not at all.
    """

    edit: Edit
    offset: int = 0
    size: int = 0
    group: int = 0


def place(fix: Fix, offset: int, size: int, group: int = 0) -> list[Placed]:
    """The edits of one fix of the record at [offset, offset + size)."""
    return [Placed(edit, offset, size, group) for edit in fix.edits]


def apply(
    data: bytes, placed: Sequence[Placed], container: Container = "jsonl"
) -> tuple[bytes, list[Placed]]:
    """The edited bytes, and the edits that must wait for the next pass because they overlap with others.

    `data` is the file decompressed: offsets count there.
    Rewriting the whole file comes first, alone, for it moves every place. Then replacing all of its bytes,
    then drops, then all others in the order of their place; what overlaps with an edit already taken is
    left. Left too is what has no place: a pointer that leads nowhere, a record that is not JSON. Edits that
    change nothing are done, not left.
    """
    left: list[Placed] = []
    rewrites = {item.edit for item in placed if isinstance(item.edit, Rewrite)}
    for edit in sorted(rewrites, key=lambda edit: FORMS.index(edit.form)):
        try:
            new = rewritten(data, edit, container)
        except NoPlaceError:
            left += [item for item in placed if item.edit == edit]
            continue
        if new != data:
            return new, [item for item in placed if item.edit != edit]
    taken = _Taken()
    for group in _groups(data, [item for item in placed if not isinstance(item.edit, Rewrite)]):
        try:
            splices = [splice for item in group for splice in _splices(data, item, container)]
        except NoPlaceError:
            left += group
            continue
        if not taken.add(splices):
            left += group
    return taken.spliced(data), left


class _Taken:
    """Splices that do not overlap, in order."""

    def __init__(self) -> None:
        self.ordered: list[Splice] = []

    def add(self, splices: Sequence[Splice]) -> bool:
        """Takes all of them, or none when one overlaps; the same splice twice is one."""
        added: list[Splice] = []
        for splice in splices:
            place = bisect_left(self.ordered, splice)
            if self.ordered[place : place + 1] == [splice]:
                continue
            if any(_overlap(splice, other) for other in self.ordered[max(0, place - 1) : place + 1]):
                for other in added:
                    self.ordered.remove(other)
                return False
            insort(self.ordered, splice)
            added.append(splice)
        return True

    def spliced(self, data: bytes) -> bytes:
        pieces: list[bytes] = []
        at = 0
        for splice in self.ordered:
            pieces += (data[at : splice.start], splice.new)
            at = splice.end
        pieces.append(data[at:])
        return b"".join(pieces)


def _groups(data: bytes, placed: Sequence[Placed]) -> list[list[Placed]]:
    groups: dict[tuple[int, int], list[Placed]] = {}
    for index, item in enumerate(placed):
        key = (item.group, 0) if item.group else (0, index)
        groups.setdefault(key, []).append(item)
    return sorted(groups.values(), key=lambda group: min(_rank(data, item) for item in group))


def _rank(data: bytes, item: Placed) -> tuple[int, int]:
    edit = item.edit
    if isinstance(edit, ReplaceBytes):
        whole = edit.offset == 0 and edit.length >= len(data) > 0
        return (0 if whole else 2, edit.offset)
    return (1 if isinstance(edit, Drop) else 2, item.offset)


def _splices(data: bytes, item: Placed, container: Container) -> Iterator[Splice]:
    edit = item.edit
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
        end = max(item.offset, _back(data, end, NEWLINE))
        if container == "json":
            yield _element(data, item.offset, end)
        elif container == "jsonl":
            yield _line(data, *_whole(data, item.offset, end), comma=True)
        else:
            yield _line(data, item.offset, end, comma=False)
        return
    if container not in ("jsonl", "json"):
        raise NoPlaceError("not a JSON record")
    splice = splice_of(data[item.offset : end], edit)
    if splice is not None:
        yield Splice(item.offset + splice.start, item.offset + splice.end, splice.new)


def _whole(data: bytes, start: int, end: int) -> tuple[int, int]:
    """[start, end) where an object, array or string stands there; else all of the line: it is broken."""
    try:
        if data[start : start + 1] in (b"{", b"[", b'"') and value_end(data[start:end], 0) == end - start:
            return start, end
    except NoPlaceError:
        pass
    newline = data.find(b"\n", end)
    return data.rfind(b"\n", 0, start) + 1, newline if newline >= 0 else len(data)


def _line(data: bytes, start: int, end: int, *, comma: bool) -> Splice:
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


def _element(data: bytes, start: int, end: int) -> Splice:
    """An element of an array with the comma after it, or the one before it where it is the last."""
    space = BLANK + NEWLINE
    after = _ahead(data, end, space)
    if data[after : after + 1] == b",":
        return Splice(start, _ahead(data, after + 1, space), b"")
    before = _back(data, start, space)
    if before and data[before - 1 : before] == b",":
        return Splice(_back(data, before - 1, space), end, b"")
    return Splice(start, end, b"")


def _ahead(data: bytes, at: int, over: bytes) -> int:
    while at < len(data) and data[at] in over:
        at += 1
    return at


def _back(data: bytes, at: int, over: bytes) -> int:
    while at and data[at - 1] in over:
        at -= 1
    return at


def _overlap(one: Splice, other: Splice) -> bool:
    # an insertion at the edge of another edit counts: in which order they come is not ours to choose
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
