"""Edits of a whole file: its encoding, its newlines, its layout. No text of a record changes.

Each is made piece by piece; a piece ends where a line does.
"""

import codecs
import re
from collections.abc import Iterator

from ftlint.fix.json_edit import CLOSING, SPACE, Buffer, NoPlaceError, value_end
from ftlint.model import Rewrite
from ftlint.model.source import Container

FORMS = ("utf-8", "newlines", "array", "blank-lines", "separators")
"""In the order in which they are done: each needs the ones before it."""

PIECE = 1 << 20

_BLANK_LINE = re.compile(rb"(?m)^[ \t\x0b\x0c\r]*(?:\n|\Z)")
_CARRIAGE = re.compile(rb"\r\n?")
_NEWLINES = re.compile(rb"[ \t]*[\r\n]\s*")
_PIECES = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|' + _NEWLINES.pattern, re.DOTALL)
_SEPARATORS = {b"\xe2\x80\xa8": b"\\u2028", b"\xe2\x80\xa9": b"\\u2029"}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def rewritten(data: Buffer, edit: Rewrite, container: Container) -> Iterator[bytes] | None:
    """The file after the edit, None where it changes nothing.

    Raises `NoPlaceError`, before the first piece or at a later one, where the edit would not be certain to
    keep every record.
    """
    if edit.form == "utf-8":
        return _utf8(data, edit.encoding)
    if edit.form == "array":
        _check_array(data)
        return _rows(data)
    if container != "jsonl":
        raise NoPlaceError("only in JSON Lines is every raw newline the end of a row")
    if edit.form == "newlines":
        return _newlines(data) if data.find(b"\r") >= 0 else None
    if edit.form == "blank-lines":
        return _without_blank_lines(data) if _has_blank_line(data) else None
    return _escaped(data) if any(data.find(each) >= 0 for each in _SEPARATORS) else None


def _lines(data: Buffer) -> Iterator[bytes]:
    """The file in pieces of whole lines, however long those are."""
    at = 0
    while at < len(data):
        newline = data.find(b"\n", min(at + PIECE, len(data)))
        end = newline + 1 if newline >= 0 else len(data)
        yield data[at:end]
        at = end


def _newlines(data: Buffer) -> Iterator[bytes]:
    for piece in _lines(data):
        yield _CARRIAGE.sub(b"\n", piece)


def _has_blank_line(data: Buffer) -> bool:
    # the empty match after the last newline is no line
    return any(found.group() for piece in _lines(data) for found in _BLANK_LINE.finditer(piece))


def _without_blank_lines(data: Buffer) -> Iterator[bytes]:
    for piece in _lines(data):
        yield _BLANK_LINE.sub(b"", piece)


def _escaped(data: Buffer) -> Iterator[bytes]:
    (line, escaped_line), (paragraph, escaped_paragraph) = _SEPARATORS.items()
    for piece in _lines(data):
        yield piece.replace(line, escaped_line).replace(paragraph, escaped_paragraph)


def _utf8(data: Buffer, encoding: str) -> Iterator[bytes]:
    for mark, marked in _MARKS:
        if data[: len(mark)] == mark and marked.startswith(encoding):
            return _decoded(data, len(mark), marked)
    for order in ("le", "be"):
        # JSON and CSV start with an ASCII character: the zero bytes around it tell the byte order
        unit = "{".encode(f"{encoding}-{order}")
        zeros = [index for index, byte in enumerate(unit) if not byte]
        if len(data) >= len(unit) and all(data[index] == 0 for index in zeros):
            return _decoded(data, 0, f"{encoding}-{order}")
    raise NoPlaceError("the byte order cannot be told")


def _decoded(data: Buffer, start: int, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for at in range(start, len(data), PIECE):
            yield decoder.decode(data[at : at + PIECE]).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise NoPlaceError(f"not {encoding}: {error.reason}") from None


def _elements(data: Buffer) -> Iterator[tuple[int, int]]:
    """Where each element of the array that the file is starts and ends; the last is where the array ends."""
    at = data.find(b"[")
    if at < 0 or data[:at].strip():
        raise NoPlaceError("something stands before the array")
    close = CLOSING[data[at]]
    at = _skipped(data, at + 1)
    while _byte(data, at) != close:
        end = value_end(data, at)
        yield at, end
        at = _skipped(data, end)
        if _byte(data, at) == ord(","):
            at = _skipped(data, at + 1)
        elif _byte(data, at) != close:
            raise NoPlaceError(f"neither comma nor closing bracket at byte {at}")
    yield at, at


def _check_array(data: Buffer) -> None:
    last = count = 0
    for start, end in _elements(data):
        count += end > start
        last = end
    if not count or data[last + 1 :].strip():
        raise NoPlaceError("something stands beside the array")


def _rows(data: Buffer) -> Iterator[bytes]:
    for start, end in _elements(data):
        if end > start:
            yield _PIECES.sub(_on_one_line, data[start:end]) + b"\n"


def _on_one_line(piece: re.Match[bytes]) -> bytes:
    if piece.group()[:1] != b'"':
        return b" "
    if _NEWLINES.search(piece.group()):
        raise NoPlaceError("a raw newline stands inside a text")
    return piece.group()


def _skipped(data: Buffer, at: int) -> int:
    space = SPACE.match(data, at)
    return space.end() if space else at


def _byte(data: Buffer, at: int) -> int:
    if at >= len(data):
        raise NoPlaceError("the array is not closed")
    return data[at]
