"""The lines of a file and of its fixed copy, to be held against each other."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.read.classify import classify
from ftlint.read.open import Stream, open_stream


def version(file: str, path: str) -> Iterator[bytes] | None:
    """The lines of a file, decompressed and decoded, each with its end; None for a table without lines."""
    source, _ = classify(file, path)
    if source.container in ("parquet", "arrow"):
        return None
    return _lines(open_stream(source))


def _lines(stream: Stream) -> Iterator[bytes]:
    held = b""
    try:
        while piece := stream.read(1 << 20):
            *whole, held = (held + piece).split(b"\n")
            for line in whole:
                yield line + b"\n"
    finally:
        stream.close()
    if held:
        yield held
