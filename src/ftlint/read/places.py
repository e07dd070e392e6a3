"""Places in bytes as people count them, and text of bytes that are mostly UTF-8."""

import re

_UTF8 = re.compile(
    rb"(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+"
)


def position(raw: bytes, start: int, end: int) -> tuple[int, int, int | None]:
    """Lines below the first, column and end column (in code points, from 1) of bytes [start, end)."""
    head = raw.rfind(b"\n", 0, start) + 1
    column = code_points(raw[head:start]) + 1
    stop = raw.find(b"\n", start, end)
    inside = raw[start : end if stop < 0 else stop]
    return raw.count(b"\n", 0, start), column, column + max(1, code_points(inside))


def code_points(raw: bytes) -> int:
    """How many characters the bytes are."""
    return len(raw) if raw.isascii() else len(raw.decode("utf-8", "replace"))


def decode(raw: bytes) -> str:
    """Text of bytes that are mostly UTF-8: what is not is read as Windows-1252, or becomes U+FFFD."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pieces = []
    at = 0
    while at < len(raw):
        match = _UTF8.match(raw, at)
        if match:
            pieces.append(match.group().decode())
            at = match.end()
        else:
            pieces.append(raw[at : at + 1].decode("cp1252", "replace"))
            at += 1
    return "".join(pieces)
