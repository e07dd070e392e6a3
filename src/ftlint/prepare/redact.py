"""`ftlint data redact`: a redacted copy of each file, whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.fix.output import packed, replacing
from ftlint.model import FtlintError, Source
from ftlint.prepare.batches import quietly, redacted
from ftlint.prepare.pieces import batches
from ftlint.prepare.pool import in_order
from ftlint.prepare.tally import Tally
from ftlint.prepare.texts import Redactor
from ftlint.read.pieces import Readable

if TYPE_CHECKING:
    from ftlint.detect.sensitive import Finder
    from ftlint.prepare.disguise import Disguise

PARALLEL = 8 << 20
"""Bytes below which starting processes costs more than it saves."""


class Task(NamedTuple):
    """One file to redact. `target` is "" for counting alone; `stream` is what to read in place of the file,
    `out` what to write to in place of the target; `backup` is where the original is kept."""

    source: Source
    target: str = ""
    compression: str = ""
    force: bool = False
    backup: str = ""
    stream: Readable | None = None
    out: Any = None


class Work(NamedTuple):
    """What is looked for, of it the kinds that are wanted (None for all), and what takes their place.

    `has_model` where a model is among what finds it.
    """

    finder: Finder
    disguise: Disguise
    kinds: frozenset[str] | None = None
    number: bool = False
    samples: bool = False
    jobs: int = 1
    has_model: bool = False

    def redactor(self) -> Redactor:
        return Redactor(self.finder, self.disguise, self.kinds, number=self.number, samples=self.samples)


class Done(NamedTuple):
    """What became of one file: counts, and what nobody looked into."""

    tally: Tally
    unseen: Sequence[str] = ()


def redact(task: Task, work: Work, advance: Callable[[int, int], None] = lambda _bytes, _rows: None) -> Done:
    """Redacts one file. Raises `FtlintError` where that cannot be done; then nothing stands at the target."""
    source = task.source
    with quietly(), _sink(task) as out:
        if source.container == "none":
            return Done(Tally())
        if source.container in ("parquet", "arrow"):
            from ftlint.prepare import tables

            redactor = work.redactor()
            unseen = tables.redact(source, redactor, out, advance)
            return Done(redactor.tally, unseen)
        return Done(_rows(task, work, out, advance))


def _rows(task: Task, work: Work, out: Any, advance: Callable[[int, int], None]) -> Tally:
    source, total = task.source, Tally()
    if out is not None and source.encoding != "utf-8" and source.header_offset:
        out.write(_MARKS[source.encoding])
    small = task.stream is None and source.size < PARALLEL
    one, pieces = partial(redacted, work.redactor()), batches(source, task.stream)
    for data, tally in in_order(one, pieces, 1 if small else work.jobs, forks_bare=work.has_model):
        total.add(tally)
        if out is not None:
            out.write(data if source.encoding == "utf-8" else _wide(data, source))
        advance(len(data), tally.rows_read)
    return total


def _wide(data: bytes, source: Source) -> bytes:
    return data.decode("utf-8", "surrogatepass").encode(source.encoding)


_MARKS = {
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@contextlib.contextmanager
def _sink(task: Task) -> Iterator[Any]:
    """What the file is written to, None for nothing."""
    if task.out is not None:
        with packed(task.out, task.compression) as sink:
            yield sink
    elif not task.target:
        yield None
    else:
        like = task.source.file if os.path.exists(task.source.file) else ""
        _make_folder(os.path.dirname(task.target))
        steady = task.target == task.source.file
        with (
            replacing(task.target, like, force=task.force, steady=steady, backup=task.backup) as out,
            packed(out, task.compression) as sink,
        ):
            yield sink


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder or os.curdir, exist_ok=True)
    except OSError as error:
        raise FtlintError(f"cannot make this folder: {error.strerror}", folder) from None
