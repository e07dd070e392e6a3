from dataclasses import dataclass, field
from typing import Any

from ftlint.model import Fault


@dataclass(slots=True)
class Block:
    """Some thousand consecutive records as a reader hands them on, and what it stumbled over on the way.

    Columns have one entry per record that could be read: `rows` index of the record relative to the start
    of the shard (a broken record consumes an index and is absent here), `data` the decoded record (always
    a dict), `offsets` absolute byte offsets in the decompressed file, `sizes` bytes, `lines` 1-based line
    numbers relative to the shard's first line. `end_row` and `end_line` count rows and lines of the shard
    up to the end of this block.

    `key_marks` counts the keys written in the bytes of this block's sound records, nested ones included, or
    is -1 where that could not be counted cheaply: a mismatch with the decoded key count means that keys
    were written twice. `raw` are the bytes of each record
    (empty where the container has none).
    """

    rows: list[int] | range = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    lines: list[int] | range = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    key_marks: int = -1
    end_row: int = 0
    end_line: int = 0

    def add(self, row: int, value: dict[str, Any], offset: int, raw: bytes, line: int) -> None:
        """One more record, from a reader that goes row by row: its `rows` and `lines` are lists."""
        self.rows.append(row)  # type: ignore[union-attr] # no range here
        self.data.append(value)
        self.offsets.append(offset)
        self.sizes.append(len(raw))
        self.lines.append(line)  # type: ignore[union-attr] # no range here
        self.raw.append(raw)
