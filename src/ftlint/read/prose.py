"""Plain text: one record per line that holds anything, as {"text": line}."""

from collections.abc import Iterator
from typing import Any

from ftlint.read.block import Block
from ftlint.read.pieces import CHUNK
from ftlint.read.places import decode


def blocks(path: str, stream: Any, offset: int) -> Iterator[Block]:
    tail = b""
    row = line = 0
    while True:
        data = stream.read(CHUNK)
        lines = (tail + data).split(b"\n")
        tail = lines.pop() if data else b""
        block = Block()
        rows, numbers = [], []
        for text in lines:
            line += 1
            if text.strip():
                rows.append(row)
                numbers.append(line)
                block.data.append({"text": decode(text.rstrip(b"\r"))})
                block.offsets.append(offset)
                block.sizes.append(len(text))
                block.raw.append(text)
                row += 1
            offset += len(text) + 1
        block.rows, block.lines = rows, numbers
        block.end_row, block.end_line = row, line
        yield block
        if not data:
            return
