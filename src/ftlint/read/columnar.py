"""Rows of Arrow tables as records: what Parquet and Arrow files share."""

import base64
import datetime
import decimal
import math
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from ftlint.model import Fault, Source
from ftlint.read.block import Block

ROWS = 1024
"""Rows of a block; halved while a block holds more than `BYTES`."""

BYTES = 16 << 20


def blocks(path: str, batches: Iterator[Any], kind: str) -> Iterator[Block]:
    """Blocks of record batches. A record's offset is its index: such files have no lines."""
    row = 0
    try:
        for batch in batches:
            for part in _parts(batch):
                data = [plain(record) for record in part.to_pylist()]
                count = len(data)
                size = max(1, part.nbytes // max(1, count))
                rows = range(row, row + count)
                row += count
                yield Block(rows, data, list(rows), [size] * count, [0] * count, [], [], -1, row, 0)
    except MemoryError:
        raise
    except Exception as error:
        if not _is_arrow(error):
            raise
        what = str(error).split("\n", maxsplit=1)[0].split(":")[0][:80]
        yield Block(faults=[Fault(kind, path, row=None, detail=f"after {row:,} rows: {what}")], end_row=row)


def reread(source: Source, wanted: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """Records by index, as JSON."""
    from ftlint.read import arrow, parquet

    reader = parquet if source.container == "parquet" else arrow
    pending = list(wanted)
    for block in reader.blocks(source):
        while pending and pending[0][0] < block.end_row:
            index = pending.pop(0)[0] - block.rows[0]
            yield orjson.dumps(block.data[index], default=str)
        if not pending:
            return


def plain(value: Any) -> Any:
    """A column's value as JSON has it: bytes as base64, dates as ISO 8601, NaN as null."""
    kind = value.__class__
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if kind is dict:
        return {str(key): plain(item) for key, item in value.items()}
    if kind is list:
        return [plain(item) for item in value]
    if kind is tuple:
        return [plain(item) for item in value]
    if kind is bytes:
        return base64.b64encode(value).decode()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    return str(value)


def _parts(batch: Any) -> Iterator[Any]:
    count = batch.num_rows
    step = ROWS
    while step > 1 and count and batch.nbytes / count * step > BYTES:
        step //= 2
    for start in range(0, count, step):
        yield batch.slice(start, step)


def _is_arrow(error: Exception) -> bool:
    import pyarrow

    return isinstance(error, (pyarrow.ArrowException, OSError, ValueError, OverflowError))
