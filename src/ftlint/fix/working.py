"""A file with its edits applied, written beside the original: nothing is changed in place."""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ftlint.fix.apply import Placed, rewrites, splice
from ftlint.fix.csv_edit import Table
from ftlint.fix.json_edit import Buffer, NoPlaceError
from ftlint.fix.output import packed
from ftlint.fix.rewrite import rewritten
from ftlint.model import FtlintError, Rewrite, SetValue, Source
from ftlint.model.source import Container
from ftlint.read.open import open_stream

SCRATCH = ".scratch"


class Mended(NamedTuple):
    """What became of the edits of a file: done, or left for another pass."""

    done: list[Placed]
    left: list[Placed]
    changed: bool


def mend(source: Source, placed: Sequence[Placed], target: str) -> Mended:
    """Writes the file with the edits applied to `target`, compressed as it was.

    Where nothing changes nothing is written. Memory holds the edits, not the file. Raises `FtlintError` for a
    file that cannot be read whole.
    """
    if source.container in ("parquet", "arrow"):
        from ftlint.fix.tables import mend as mend_table

        return mend_table(source, placed, target)
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(_bytes_of(source, _scratch(target)))
        whole, done, left = _rewritten(data, placed, source.container, target, stack)
        if whole is not None:
            _write(_chunks(whole), source.compression, target)
            return Mended(done, left, changed=True)
        rest = [item for item in placed if not isinstance(item.edit, Rewrite)]
        if source.encoding != "utf-8":  # offsets count in the text decoded, not in these bytes
            return Mended(done, left + rest, changed=False)
        spliced = splice(data, rest, source.container, _table(source, rest))
        if spliced.changes:
            _write(spliced.pieces, source.compression, target)
        return Mended(done + spliced.done, left + spliced.left, bool(spliced.changes))


def _table(source: Source, placed: Sequence[Placed]) -> Table | None:
    """The columns of a CSV or TSV file, where a cell is to be set."""
    if source.container not in ("csv", "tsv") or not any(isinstance(each.edit, SetValue) for each in placed):
        return None
    from ftlint.read.csv_rows import TableReader

    stream = open_stream(source, source.header_offset)
    try:
        if source.compression and source.header_offset:
            stream.read(source.header_offset)
        reader = TableReader(source, stream, 0)
        return Table(reader.names(), reader.delimiter)
    finally:
        stream.close()


def _rewritten(
    data: Buffer,
    placed: Sequence[Placed],
    container: Container,
    target: str,
    stack: contextlib.ExitStack,
) -> tuple[Buffer | None, list[Placed], list[Placed]]:
    """The file rewritten as a whole, None where it was not; edits done and edits left.

    After a rewrite all other edits have to be placed anew.
    """
    whole: Buffer | None = None
    done: list[Placed] = []
    lost: list[Placed] = []
    for number, edit in enumerate(rewrites(placed)):
        mine = [item for item in placed if item.edit == edit]
        file = f"{_scratch(target)}{number}"
        try:
            pieces = rewritten(data if whole is None else whole, edit, container)
            if pieces is not None:
                _write(pieces, "", file)
        except NoPlaceError:
            lost += mine
            continue
        done += mine
        if pieces is None:
            continue
        whole = stack.enter_context(_mapped(file))
        stack.callback(_unlinked, file)
        if edit.form == "array":
            container = "jsonl"
    left = [item for item in placed if not isinstance(item.edit, Rewrite)] if whole is not None else []
    return whole, done, lost + left


@contextlib.contextmanager
def _bytes_of(source: Source, scratch: str) -> Iterator[Buffer]:
    """The bytes of a file, decompressed."""
    if not source.compression:
        with _mapped(source.file) as data:
            yield data
        return
    stream = open_stream(source._replace(encoding="utf-8"))
    try:
        _write(iter(lambda: stream.read(1 << 20), b""), "", scratch)
        if stream.fault is not None:
            raise FtlintError(stream.fault.detail, source.path)
    finally:
        stream.close()
    try:
        with _mapped(scratch) as data:
            yield data
    finally:
        _unlinked(scratch)


@contextlib.contextmanager
def _mapped(file: str) -> Iterator[Buffer]:
    """A file's bytes, mapped: what is not looked at takes no memory."""
    with open(file, "rb") as handle:
        if not os.fstat(handle.fileno()).st_size:
            yield b""
            return
        with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def _write(pieces: Iterable[bytes], compression: str, file: str) -> None:
    with open(file, "wb") as out, packed(out, compression) as stream:
        for piece in pieces:
            stream.write(piece)


def _scratch(target: str) -> str:
    """Beside the target's folder: the name of the target may be as long as names can be."""
    return os.path.dirname(target) + SCRATCH


def _chunks(data: Buffer) -> Iterator[bytes]:
    for at in range(0, len(data), 1 << 20):
        yield data[at : at + (1 << 20)]


def _unlinked(file: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(file)
