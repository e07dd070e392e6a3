"""The hash by which GitHub knows the line of an alert again: `primaryLocationLineHash`.

What is computed is what `github/codeql-action` computes for a SARIF file without it. With any other value it
warns at every result. The hash is of the first 100 UTF-16 units from the start of the line on, blanks left
out and line ends as LF; lines of one hash are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

WINDOW = 100
FACTOR, MASK = 37, (1 << 64) - 1
END = "\uffff" + "\0" * WINDOW
"""Stands after the last character."""

CHUNK = 1 << 20
BINARY = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"BZh", b"PAR1", b"ARROW1")


def line_hashes(file: str, lines: Collection[int]) -> dict[int, str]:
    """The hashes of some lines of a file, by line. None of a file that cannot be read or is no text.

    The file is read twice, up to the last of the lines; what is held are the windows of these lines alone.
    """
    wanted = set(lines)
    try:
        if not wanted or _is_binary(file):
            return {}
        last = max(wanted)
        alike = {window: 0 for line, window in _windows(file, last) if line in wanted}
        found = {}
        for line, window in _windows(file, last):
            if window in alike:
                alike[window] += 1
                if line in wanted:
                    found[line] = f"{_hash(window):x}:{alike[window]}"
    except OSError:
        return {}
    return found


def _is_binary(file: str) -> bool:
    with open(file, "rb") as stream:
        head = stream.read(4096)
    return b"\0" in head or head.startswith(BINARY)


def _windows(file: str, last: int) -> Iterator[tuple[int, bytes]]:
    """Each line up to the last one asked for, and what its hash is of."""
    line, rest, inside, more = 0, "", False, True
    with open(file, encoding="utf-8", errors="replace", newline=None) as stream:
        while more:
            chunk = stream.read(CHUNK)
            more = bool(chunk)
            rest += chunk.replace(" ", "").replace("\t", "") if more else END
            start = 0
            while True:
                if inside:
                    start = rest.find("\n", start) + 1
                    if not start:
                        rest = ""
                        break
                    inside = False
                if start >= len(rest) - WINDOW:
                    rest = rest[start:]
                    break
                line += 1
                yield line, rest[start : start + WINDOW].encode("utf-16-le", "surrogatepass")[: 2 * WINDOW]
                if line >= last:
                    return
                inside = True


def _hash(window: bytes) -> int:
    value = 0
    for at in range(0, len(window), 2):
        value = (value * FACTOR + window[at] + (window[at + 1] << 8)) & MASK
    return value
