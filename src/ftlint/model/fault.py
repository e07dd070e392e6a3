from typing import NamedTuple


class Fault(NamedTuple):
    """What a reader met and could not take as it stands. Readers name the kind; rules judge it.

    `row` is the record's index, or None for the file as a whole. `offset` and `length` are bytes of the
    decompressed file; `line` and `column` count from 1. `detail` is a short fact for the message (a key's
    name, an encoding, a count), never a value of the data. `recovered` says that the record was read all
    the same and is checked further. `replacement`, where the reader knows it, is what the bytes
    [offset, offset + length) ought to be. `row_span` is the offset and length of a row that could not be
    read, where the fault itself is only a part of it.
    """

    kind: str
    path: str = ""
    row: int | None = None
    offset: int = 0
    length: int = 0
    line: int | None = None
    column: int | None = None
    end_column: int | None = None
    detail: str = ""
    recovered: bool = False
    replacement: bytes | None = None
    times: int = 1
    pointer: str = ""
    row_span: tuple[int, int] | None = None
