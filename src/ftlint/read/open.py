"""Byte streams over plain, compressed and re-encoded files. Bad archives end a stream early."""

import bz2
import codecs
import lzma
import zlib
from collections.abc import Callable
from typing import Any

from ftlint.model import Fault, Source
from ftlint.read.files import opened, ranged
from ftlint.read.urls import is_remote

PIECE = 1 << 18
"""Compressed bytes read at once."""

ZSTD_PIECE = 1 << 12
"""zstandard's incremental decoder takes no output limit: 4 KiB in can give 128 MiB at the very worst."""

FREE_BYTES = 1 << 30
LARGEST_RATIO = 200
"""A compressed file may hold 1 GiB, or 200 times its own size where that is more; real rows shrink 3 to 20
times. What comes after is not read."""


MOST_SALVAGED = 64 << 20


def limit_for(size: int) -> int:
    """The largest number of decompressed bytes read from a compressed file of `size` bytes."""
    return max(FREE_BYTES, LARGEST_RATIO * size)


class Plain:
    """The bytes [start, end) of an uncompressed file."""

    fault: Fault | None = None

    def __init__(self, file: str, start: int, end: int | None, size: int = 0) -> None:
        self._handle: Any
        if is_remote(file):
            self._handle = ranged(file, size, end)
        else:
            self._handle = open(file, "rb", buffering=0)  # noqa: SIM115 - closed by the reader
        self._handle.seek(start)
        self._left = -1 if end is None else max(0, end - start)

    def read(self, size: int) -> bytes:
        if self._left >= 0:
            size = min(size, self._left)
            self._left -= size
        data: bytes = self._handle.read(size)
        while data and len(data) < size:
            more = self._handle.read(size - len(data))
            if not more:
                break
            data += more
        return data

    def close(self) -> None:
        self._handle.close()


class Unpacked:
    """The decompressed bytes of a gzip, bzip2, xz or zstd file of any number of members.

    After the last byte `fault` says whether the archive was cut short, damaged, or too large to read on.
    """

    def __init__(self, source: Source) -> None:
        self.fault: Fault | None = None
        self._source = source
        self._handle = opened(source.file, source.size)
        self._decoder: Any = None
        self._pending = b""
        self._ready = bytearray()
        self._given = 0
        self._limit = limit_for(source.size)
        self._done = False
        self._members = 0

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and not self._done:
            self._fill(size - len(self._ready))
        data = bytes(self._ready[:size])
        del self._ready[:size]
        self._given += len(data)
        if self._given > self._limit:
            data = data[: len(data) - (self._given - self._limit)]
            self._stop(
                "decompression-bomb", f"more than {self._limit // (1 << 20):,} MiB from {_size(self._source)}"
            )
            self._ready.clear()
        return data

    def _fill(self, wanted: int) -> None:
        piece = ZSTD_PIECE if self._source.compression == "zstd" else PIECE
        starved = self._decoder is None or getattr(self._decoder, "needs_input", True)
        if not self._pending and starved:
            self._pending = self._handle.read(piece)
            if not self._pending:
                if self._decoder is not None or not self._members:
                    self._stop("truncated-archive", f"the {self._source.compression} data ends too early")
                self._done = True
                return
        if self._decoder is None:
            if self._members and not self._pending.strip(b"\0"):
                self._pending = b""
                return
            self._decoder = _DECODERS[self._source.compression]()
        before = self._decoder.copy() if self._source.compression == "gzip" else None
        data = self._pending
        try:
            self._ready += self._decode(wanted)
        except Exception as error:
            if not isinstance(error, (OSError, EOFError, zlib.error, lzma.LZMAError)) and not _is_zstd(error):
                raise
            what = "ends with bytes that are no archive" if self._members else "is damaged"
            if before is not None:
                self._ready += _salvaged(before, data)
            self._stop("truncated-archive", f"the {self._source.compression} data {what}")
            return
        if self._decoder.eof:
            self._pending = self._decoder.unused_data
            self._decoder = None
            self._members += 1

    def _decode(self, wanted: int) -> bytes:
        data, self._pending = self._pending, b""
        if self._source.compression == "gzip":
            out: bytes = self._decoder.decompress(data, wanted)
            self._pending = self._decoder.unconsumed_tail
            return out
        if self._source.compression == "zstd":
            return bytes(self._decoder.decompress(data))
        return bytes(self._decoder.decompress(data, wanted))

    def _stop(self, kind: str, detail: str) -> None:
        self._done = True
        if self.fault is None:
            self.fault = Fault(kind, self._source.path, offset=self._given, detail=detail)

    def close(self) -> None:
        self._handle.close()


class Recoded:
    """A UTF-16 or UTF-32 stream as UTF-8; units that decode to nothing become U+FFFD."""

    def __init__(self, inner: "Stream", encoding: str, skip: int) -> None:
        self._inner = inner
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._done = False
        if skip:
            inner.read(skip)

    @property
    def fault(self) -> Fault | None:
        return self._inner.fault

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and not self._done:
            data = self._inner.read(size)
            self._done = not data
            self._ready += self._decoder.decode(data, final=self._done).encode()
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def close(self) -> None:
        self._inner.close()


Stream = Plain | Unpacked | Recoded


def open_stream(source: Source, start: int = 0, end: int | None = None) -> Stream:
    """The file's records as UTF-8 bytes, decompressed. A range only for uncompressed UTF-8 files."""
    if source.compression:
        stream: Stream = Unpacked(source)
    else:
        stream = Plain(source.file, start, end, source.size)
    if source.encoding != "utf-8":
        return Recoded(stream, source.encoding, source.header_offset)
    return stream


def _gzip() -> Any:
    return zlib.decompressobj(wbits=31)


def _salvaged(decoder: Any, data: bytes) -> bytes:
    """What stands before the damage: zlib gives nothing of the piece in which it meets it."""
    found = bytearray()
    for at in range(len(data)):
        if len(found) > MOST_SALVAGED:
            break
        try:
            found += decoder.decompress(data[at : at + 1])
        except zlib.error:
            break
    return bytes(found)


def _zstd() -> Any:
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()


def _is_zstd(error: Exception) -> bool:
    return type(error).__module__.startswith("zstandard") or type(error).__name__ == "ZstdError"


_DECODERS: dict[str, Callable[[], Any]] = {
    "gzip": _gzip,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
    "zstd": _zstd,
}


def _size(source: Source) -> str:
    return f"{source.size:,} bytes"
