"""Edits of Parquet and Arrow files: rows dropped and values set, a few hundred rows at a time."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ftlint.fix.apply import Placed
from ftlint.fix.json_edit import pointer_parts
from ftlint.fix.working import Mended
from ftlint.model import Drop, FtlintError, SetValue, Source

ROWS = 1024
GROUP = 32 << 20
"""Bytes of a row group in memory before it is written; larger groups are cut."""


def mend(source: Source, placed: Sequence[Placed], target: str) -> Mended:
    """Writes the table with the edits applied to `target`.

    Left are edits that a table has no place for: a key renamed or taken out of one row, a value of another
    type. Raises `FtlintError` for a file that cannot be read or written whole.
    """
    import pyarrow

    if source.compression:
        raise FtlintError("a compressed Parquet or Arrow file: unpack it first", source.path)
    table = _Edits(placed)
    try:
        step = _parquet if source.container == "parquet" else _arrow
        step(source, table, target)
    except (pyarrow.ArrowException, NotImplementedError) as error:
        what = str(error).split("\n", maxsplit=1)[0].split(":")[0][:80]
        raise FtlintError(f"cannot be read or written whole: {what}", source.path) from None
    return Mended(table.done, table.left, bool(table.changes))


class _Edits:
    """The edits by row, applied to one batch after the other."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.drops: defaultdict[int, list[Placed]] = defaultdict(list)
        self.sets: defaultdict[int, list[Placed]] = defaultdict(list)
        self.done: list[Placed] = []
        self.left: list[Placed] = []
        self.changes = 0
        several = {item.group for item in placed if not _is_alone(item)}
        for item in placed:
            if item.row is None or item.group in several:
                self.left.append(item)
            elif isinstance(item.edit, Drop):
                self.drops[item.row].append(item)
            else:
                self.sets[item.row].append(item)

    def applied(self, batch: Any, first: int) -> Any:
        """The batch, whose first row is row `first` of the file, after the edits."""
        end = first + batch.num_rows
        new = batch
        for row in sorted(row for row in self.sets if first <= row < end):
            if row in self.drops:
                self.left += self.sets[row]
                continue
            for item in self.sets[row]:
                new = self._set(new, row - first, item)
        dropped = {row for row in self.drops if first <= row < end}
        if dropped:
            import pyarrow

            kept = pyarrow.array([row not in dropped for row in range(first, end)])
            new = new.filter(kept)
            self.changes += len(dropped)
            self.done += [item for row in dropped for item in self.drops[row]]
        return new

    def _set(self, batch: Any, at: int, item: Placed) -> Any:
        import pyarrow

        edit = item.edit
        parts = pointer_parts(edit.pointer) if isinstance(edit, SetValue) else []
        index = batch.schema.get_field_index(parts[0]) if parts else -1
        if index < 0 or not isinstance(edit, SetValue):
            self.left.append(item)
            return batch
        column = batch.column(index)
        value = column[at].as_py()
        new = _with(value, parts[1:], edit.value)
        if new is value:
            self.done.append(item)
            return batch
        try:
            one = pyarrow.array([new], type=column.type)
            if one[0].as_py() != new:
                raise pyarrow.ArrowInvalid("does not fit")
        except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
            self.left.append(item)
            return batch
        pieces = [column.slice(0, at), one, column.slice(at + 1)]
        self.done.append(item)
        self.changes += 1
        return batch.set_column(index, batch.schema.field(index), pyarrow.concat_arrays(pieces))


def _is_alone(item: Placed) -> bool:
    """Whether the edit can be made in a table at all."""
    edit = item.edit
    if isinstance(edit, SetValue):
        return edit.rename is None and not edit.remove and bool(edit.pointer)
    return isinstance(edit, Drop)


def _with(value: Any, parts: Sequence[str], new: Any) -> Any:
    """`value` with what stands at `parts` set to `new`; `value` itself where nothing changes."""
    if not parts:
        return value if value == new and type(value) is type(new) else new
    first, *rest = parts
    if isinstance(value, dict) and first in value:
        inner = _with(value[first], rest, new)
        return value if inner is value[first] else {**value, first: inner}
    if isinstance(value, list) and first.isdecimal() and int(first) < len(value):
        at = int(first)
        inner = _with(value[at], rest, new)
        return value if inner is value[at] else [*value[:at], inner, *value[at + 1 :]]
    return value


def _parquet(source: Source, edits: _Edits, target: str) -> None:
    import pyarrow.parquet as pq

    with contextlib.ExitStack() as stack:
        file = stack.enter_context(pq.ParquetFile(source.file, memory_map=False, pre_buffer=False))
        schema = file.schema_arrow
        writer = stack.enter_context(pq.ParquetWriter(target, schema, **as_written(file)))
        row = 0
        for group in range(file.num_row_groups):
            held: list[Any] = []
            for batch in file.iter_batches(batch_size=ROWS, row_groups=[group], use_threads=False):
                held.append(edits.applied(batch, row))
                row += batch.num_rows
                if sum(each.nbytes for each in held) >= GROUP:
                    write_group(writer, held, schema)
                    held = []
            write_group(writer, held, schema)


def write_group(writer: Any, held: list[Any], schema: Any) -> None:
    """The batches as one row group, none where they hold no row."""
    import pyarrow

    if held:
        table = pyarrow.Table.from_batches(held).replace_schema_metadata(schema.metadata)
        writer.write_table(table, row_group_size=max(1, table.num_rows))


def as_written(file: Any) -> dict[str, Any]:
    """Compression and dictionaries as a Parquet file has them, column by column."""
    metadata = file.metadata
    if not metadata.num_row_groups:
        return {}
    codecs: dict[str, str] = {}
    dictionaries: list[str] = []
    group = metadata.row_group(0)
    for index in range(group.num_columns):
        column = group.column(index)
        codecs[column.path_in_schema] = "NONE" if column.compression == "UNCOMPRESSED" else column.compression
        if any("DICTIONARY" in encoding for encoding in column.encodings):
            dictionaries.append(column.path_in_schema)
    return {"compression": codecs, "use_dictionary": dictionaries or False}


def _arrow(source: Source, edits: _Edits, target: str) -> None:
    import pyarrow

    with contextlib.ExitStack() as stack:
        file = stack.enter_context(pyarrow.memory_map(source.file, "rb"))
        is_file = file.read(6) == b"ARROW1"
        file.seek(0)
        reader = pyarrow.ipc.open_file(file) if is_file else pyarrow.ipc.open_stream(file)
        new = pyarrow.ipc.new_file if is_file else pyarrow.ipc.new_stream
        writer = stack.enter_context(new(target, reader.schema))
        row = 0
        for batch in record_batches(reader, is_file):
            done = edits.applied(batch, row)
            row += batch.num_rows
            writer.write_batch(done.replace_schema_metadata(reader.schema.metadata))


def record_batches(reader: Any, is_file: bool) -> Iterator[Any]:
    """The batches of an Arrow file, which are counted, or of a stream, which are not."""
    if not is_file:
        yield from reader
        return
    for index in range(reader.num_record_batches):
        yield reader.get_batch(index)
