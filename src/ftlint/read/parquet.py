"""Parquet, one row group and a few hundred rows at a time."""

from collections.abc import Iterator
from typing import Any

from ftlint.model import Fault, Source
from ftlint.read import columnar
from ftlint.read.block import Block
from ftlint.read.files import opened
from ftlint.read.urls import is_remote


def blocks(source: Source) -> Iterator[Block]:
    import pyarrow
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(opened(source.file, source.size) if is_remote(source.file) else source.file)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        what = str(error).split("\n", maxsplit=1)[0][:80]
        yield Block(faults=[Fault("broken-parquet", source.path, detail=what)])
        return
    with file:
        yield from columnar.blocks(source.path, _batches(file), "broken-parquet")


def _batches(file: Any) -> Iterator[Any]:
    for group in range(file.num_row_groups):
        yield from file.iter_batches(batch_size=columnar.ROWS, row_groups=[group], use_threads=False)
