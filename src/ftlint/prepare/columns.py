"""Columns of Arrow tables, nested ones too: the texts in them are redacted, everything else is passed on."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ftlint.model import FtlintError
from ftlint.prepare.batches import hits
from ftlint.prepare.json_text import spliced
from ftlint.prepare.texts import Redactor

Place = Callable[[int], tuple[int, str]]
"""The row and the pointer that an index of a column, or of one inside it, belongs to."""

Changed = dict[int, Counter[tuple[str, str]]]
"""Rows, and how much of each family and kind was redacted in them."""


def redacted(redactor: Redactor, batch: Any) -> Any:
    """A record batch with its texts redacted; the very same one where nothing was found."""
    import pyarrow

    changed: Changed = {}
    arrays = []
    for index, name in enumerate(batch.schema.names):
        place = _column(f"/{name.replace('~', '~0').replace('/', '~1')}")
        arrays.append(_array(redactor, batch.column(index), place, changed, f"column {index + 1}"))
    redactor.tally.rows_read += batch.num_rows
    redactor.tally.rows_changed += len(changed)
    for kinds in changed.values():
        redactor.tally.rows.update(kinds.keys())
    if not changed:
        return batch
    return pyarrow.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _column(pointer: str) -> Place:
    return lambda index: (index, pointer)


def _array(redactor: Redactor, array: Any, place: Place, changed: Changed, name: str) -> Any:
    """An array of any type, redacted. What cannot be gone through and may hold text is refused."""
    import pyarrow
    from pyarrow import types

    kind = array.type
    if types.is_string(kind) or types.is_large_string(kind) or _is_view(kind):
        return _texts(redactor, array, place, changed)
    if types.is_dictionary(kind):
        return _dictionary(redactor, array, place, changed, name)
    if types.is_struct(kind):
        return _struct(redactor, array, place, changed, name)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_map(kind):
        return _list(redactor, array, place, changed, name)
    if types.is_fixed_size_list(kind):
        size = kind.list_size

        def inside(index: int) -> tuple[int, str]:
            row, pointer = place(index // size)
            return row, f"{pointer}/{index % size}"

        values = array.values.slice(array.offset * size, len(array) * size)
        new = _array(redactor, values, inside, changed, name)
        if new is values:
            return array
        return pyarrow.FixedSizeListArray.from_arrays(new, type=kind, mask=array.is_null())
    if isinstance(kind, pyarrow.BaseExtensionType):
        new = _array(redactor, array.storage, place, changed, name)
        return array if new is array.storage else kind.wrap_array(new)
    if holds_text(kind):
        raise FtlintError(
            f"{name} is of type {kind}, whose texts cannot be redacted: convert it to JSON lines"
        )
    return array


def holds_text(kind: Any) -> bool:
    """Whether a type has texts somewhere inside it."""
    from pyarrow import types

    if types.is_string(kind) or types.is_large_string(kind) or _is_view(kind):
        return True
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return holds_text(kind.value_type)
    if types.is_nested(kind):
        return any(holds_text(kind.field(index).type) for index in range(kind.num_fields))
    storage = getattr(kind, "storage_type", None)
    return storage is not None and holds_text(storage)


def is_binary(kind: Any) -> bool:
    """Whether a type has bytes somewhere inside it, which nobody looks into."""
    from pyarrow import types

    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return True
    return types.is_nested(kind) and any(
        is_binary(kind.field(index).type) for index in range(kind.num_fields)
    )


def _is_view(kind: Any) -> bool:
    from pyarrow import types

    is_view: Callable[[Any], bool] | None = getattr(types, "is_string_view", None)
    return is_view is not None and is_view(kind)


def _texts(redactor: Redactor, array: Any, place: Place, changed: Changed) -> Any:
    import pyarrow

    new = dict(_new_values(redactor, array.to_pylist(), place, changed))
    if not new:
        return array
    values = array.to_pylist()
    for index, value in new.items():
        values[index] = value
    return pyarrow.array(values, type=array.type)


def _new_values(
    redactor: Redactor, values: Sequence[str | None], place: Place, changed: Changed
) -> Iterator[tuple[int, str]]:
    for index in _marked(redactor, values):
        value = values[index]
        if value is None:
            continue
        row, pointer = place(index)
        redactor.record(value)
        new = spliced(value, redactor.text(value, pointer))
        seen = redactor.taken()
        if new != value:
            changed.setdefault(row, Counter()).update(seen)
            yield index, new


def _marked(redactor: Redactor, values: Sequence[str | None]) -> Iterator[int]:
    """Indexes of the texts in which something may stand."""
    if not redactor.finder.gate:
        yield from range(len(values))
        return
    views = []
    odd = []
    for index, value in enumerate(values):
        text = (value or "").encode("utf-8", "replace")
        views.append(text)
        if b"\\" in text and text.lstrip()[:1] in (b"{", b"["):
            odd.append(index)
    yield from sorted({*odd, *hits(redactor.search(), views)})


def _dictionary(redactor: Redactor, array: Any, place: Place, changed: Changed, name: str) -> Any:
    """The values in place: their order stays, so that batches go on sharing a dictionary."""
    import pyarrow

    users: dict[int, list[int]] = {}
    for index, code in enumerate(array.indices.to_pylist()):
        if code is not None:
            users.setdefault(code, []).append(index)
    touched: Changed = {}

    def first(code: int) -> tuple[int, str]:
        return code, place(users[code][0])[1] if code in users else place(0)[1]

    new = _array(redactor, array.dictionary, first, touched, name)
    if new is array.dictionary:
        return array
    for code, kinds in touched.items():
        redactor.tally.spans.subtract(kinds)  # a value counts wherever it is used
        for index in users.get(code, ()):
            redactor.tally.spans.update(kinds)
            changed.setdefault(place(index)[0], Counter()).update(kinds)
    return pyarrow.DictionaryArray.from_arrays(array.indices, new, ordered=array.type.ordered)


def _struct(redactor: Redactor, array: Any, place: Place, changed: Changed, name: str) -> Any:
    import pyarrow

    fields = [array.type.field(index) for index in range(array.type.num_fields)]
    old = [array.field(index) for index in range(len(fields))]
    new = []
    for field, child in zip(fields, old, strict=True):
        step = field.name.replace("~", "~0").replace("/", "~1")
        new.append(_array(redactor, child, _step(place, step), changed, name))
    if all(one is other for one, other in zip(old, new, strict=True)):
        return array
    mask = array.is_null() if array.null_count else None
    return pyarrow.StructArray.from_arrays(new, fields=fields, mask=mask)


def _step(place: Place, step: str) -> Place:
    def inside(index: int) -> tuple[int, str]:
        row, pointer = place(index)
        return row, f"{pointer}/{step}"

    return inside


def _list(redactor: Redactor, array: Any, place: Place, changed: Changed, name: str) -> Any:
    """Lists and maps: their values lie in one array, cut by offsets."""
    import pyarrow
    from pyarrow import types

    offsets = array.offsets.to_pylist()
    base = offsets[0] if offsets else 0
    count = (offsets[-1] - base) if offsets else 0
    steps = [offset - base for offset in offsets]

    def inside(index: int) -> tuple[int, str]:
        owner = bisect_right(steps, index) - 1
        row, pointer = place(owner)
        return row, f"{pointer}/{index - steps[owner]}"

    size = pyarrow.int64() if types.is_large_list(array.type) else pyarrow.int32()
    mask = array.is_null() if array.null_count else None
    cut = pyarrow.array(steps, type=size)
    if types.is_map(array.type):
        keys, items = array.keys.slice(base, count), array.items.slice(base, count)
        new_keys = _array(redactor, keys, inside, changed, name)
        new_items = _array(redactor, items, inside, changed, name)
        if new_keys is keys and new_items is items:
            return array
        return pyarrow.MapArray.from_arrays(cut, new_keys, new_items, type=array.type, mask=mask)
    values = array.values.slice(base, count)
    new = _array(redactor, values, inside, changed, name)
    if new is values:
        return array
    kind = pyarrow.LargeListArray if types.is_large_list(array.type) else pyarrow.ListArray
    return kind.from_arrays(cut, new, type=array.type, mask=mask)
