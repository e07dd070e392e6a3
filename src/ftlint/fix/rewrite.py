"""Edits of a whole file: its encoding, its newlines, its layout. No text of a record changes."""

import codecs
import re

from ftlint.fix.json_edit import SPACE, NoPlaceError, entries
from ftlint.model import Rewrite
from ftlint.model.source import Container

FORMS = ("utf-8", "newlines", "array", "blank-lines", "separators")
"""In the order in which they are done: each needs the ones before it."""

_BLANK_LINE = re.compile(rb"(?m)^[ \t\x0b\x0c\r]*(?:\n|\Z)")
_NEWLINE = re.compile(rb"\r\n?")
_NEWLINES = re.compile(rb"[ \t]*[\r\n]\s*")
_PIECES = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|' + _NEWLINES.pattern, re.DOTALL)
_SEPARATORS = {b"\xe2\x80\xa8": b"\\u2028", b"\xe2\x80\xa9": b"\\u2029"}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def rewritten(data: bytes, edit: Rewrite, container: Container) -> bytes:
    """The file after the edit. Raises `NoPlaceError` where that would not be certain to keep every record."""
    if edit.form == "utf-8":
        return _utf8(data, edit.encoding)
    if edit.form == "array":
        return _rows(data)
    if container != "jsonl":
        raise NoPlaceError("only in JSON Lines is every raw newline the end of a row")
    if edit.form == "newlines":
        return _NEWLINE.sub(b"\n", data)
    if edit.form == "blank-lines":
        return _BLANK_LINE.sub(b"", data)
    for character, escape in _SEPARATORS.items():
        data = data.replace(character, escape)
    return data


def _utf8(data: bytes, encoding: str) -> bytes:
    for mark, marked in _MARKS:
        if data.startswith(mark) and marked.startswith(encoding):
            return _decoded(data[len(mark) :], marked)
    for order in ("le", "be"):
        # JSON and CSV start with an ASCII character: the zero bytes around it tell the byte order
        unit = "{".encode(f"{encoding}-{order}")
        zeros = [index for index, byte in enumerate(unit) if not byte]
        if len(data) >= len(unit) and all(data[index] == 0 for index in zeros):
            return _decoded(data, f"{encoding}-{order}")
    raise NoPlaceError("the byte order cannot be told")


def _decoded(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise NoPlaceError(f"not {encoding}: {error.reason}") from None


def _rows(data: bytes) -> bytes:
    start = data.find(b"[")
    members = entries(data, start)
    if data[:start].strip() or not members or SPACE.sub(b"", data[members[-1].end :]).strip(b",]"):
        raise NoPlaceError("something stands beside the array")
    return b"".join(_PIECES.sub(_on_one_line, data[member.start : member.end]) + b"\n" for member in members)


def _on_one_line(piece: re.Match[bytes]) -> bytes:
    if piece.group()[:1] != b'"':
        return b" "
    if _NEWLINES.search(piece.group()):
        raise NoPlaceError("a raw newline stands inside a text")
    return piece.group()
