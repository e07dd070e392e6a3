"""Parquet and Arrow files, a few hundred rows at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from ftlint.fix.output import FULL
from ftlint.fix.tables import GROUP, ROWS, as_written, record_batches, write_group
from ftlint.model import FtlintError, Source
from ftlint.prepare.columns import is_binary, redacted
from ftlint.prepare.texts import Redactor
from ftlint.read.files import opened
from ftlint.read.urls import is_remote

Write = Callable[[Any], None]


def redact(source: Source, redactor: Redactor, out: Any, advance: Callable[[int, int], None]) -> list[str]:
    """Writes the file redacted to `out`, or only counts where that is None; what was not looked at.

    Raises `FtlintError` for a file that cannot be read whole, or has texts that cannot be redacted.
    """
    import pyarrow

    if source.compression:
        raise FtlintError("a compressed Parquet or Arrow file: unpack it first", source.path)
    step = _parquet if source.container == "parquet" else _arrow
    try:
        return step(source, redactor, out, advance)
    except (pyarrow.ArrowException, NotImplementedError) as error:
        what = str(error).split("\n", maxsplit=1)[0].split(":")[0][:80]
        raise FtlintError(f"cannot be read or written whole: {what}", source.path) from None
    except OSError as error:
        if error.errno in FULL:
            raise
        raise FtlintError("cannot be read whole: ftlint check says why", source.path) from None
    except FtlintError as error:
        raise FtlintError(error.message, source.path) from None


def _parquet(source: Source, redactor: Redactor, out: Any, advance: Callable[[int, int], None]) -> list[str]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(_file(source), memory_map=False, pre_buffer=False) as file:
        schema = _schema(redactor, file.schema_arrow)
        rows = max(1, file.metadata.num_rows)
        with contextlib.ExitStack() as stack:
            writer = None
            if out is not None:
                writer = stack.enter_context(pq.ParquetWriter(out, schema, **as_written(file)))
            for group in range(file.num_row_groups):
                held: list[Any] = []
                for batch in file.iter_batches(batch_size=ROWS, row_groups=[group], use_threads=False):
                    held.append(redacted(redactor, batch))
                    advance(source.size * batch.num_rows // rows, batch.num_rows)
                    if sum(each.nbytes for each in held) >= GROUP:
                        _write(writer, held, schema)
                        held = []
                _write(writer, held, schema)
    return _binaries(schema)


def _write(writer: Any, held: list[Any], schema: Any) -> None:
    if writer is not None:
        write_group(writer, held, schema)


def _arrow(source: Source, redactor: Redactor, out: Any, advance: Callable[[int, int], None]) -> list[str]:
    import pyarrow

    with contextlib.ExitStack() as stack:
        file = stack.enter_context(_mapped(source))
        is_file = file.read(6) == b"ARROW1"
        file.seek(0)
        reader = pyarrow.ipc.open_file(file) if is_file else pyarrow.ipc.open_stream(file)
        schema = _schema(redactor, reader.schema)
        writer = None
        if out is not None:
            new = pyarrow.ipc.new_file if is_file else pyarrow.ipc.new_stream
            writer = stack.enter_context(new(out, schema))
        for batch in record_batches(reader, is_file):
            parts = [batch.slice(at, ROWS) for at in range(0, batch.num_rows, ROWS)] or [batch]
            done = [redacted(redactor, part) for part in parts]
            advance(batch.nbytes, batch.num_rows)
            if writer is not None:
                whole = batch if all(map(_is, parts, done)) else pyarrow.concat_batches(done)
                writer.write_batch(whole.replace_schema_metadata(schema.metadata))
    return _binaries(schema)


def _is(one: object, other: object) -> bool:
    return one is other


def _file(source: Source) -> Any:
    return opened(source.file, source.size) if is_remote(source.file) else source.file


def _mapped(source: Source) -> Any:
    import pyarrow

    if is_remote(source.file):
        return pyarrow.PythonFile(opened(source.file, source.size), mode="r")
    return pyarrow.memory_map(source.file, "rb")


def _schema(redactor: Redactor, schema: Any) -> Any:
    """The schema with its metadata redacted. A name of a column that holds a value is not ours to change."""
    for index in range(len(schema.names)):
        for text in _names(schema.field(index)):
            redactor.record(text)
            if redactor.text(text):
                raise FtlintError(
                    f"the name of column {index + 1}, or one inside it, holds a value: rename it"
                )
    new: dict[bytes, bytes] = {}
    for key, value in (schema.metadata or {}).items():
        new[key] = value if key == b"ARROW:schema" else redactor.between(value)
    return schema.with_metadata(new or None)


def _names(field: Any) -> Iterator[str]:
    yield field.name
    for value in (field.metadata or {}).values():
        yield value.decode("utf-8", "replace")
    for index in range(field.type.num_fields):
        if hasattr(field.type, "field"):
            yield from _names(field.type.field(index))


def _binaries(schema: Any) -> list[str]:
    count = sum(is_binary(schema.field(index).type) for index in range(len(schema.names)))
    return [f"bytes in {count} column{'s' * (count > 1)} of a table"] if count else []
