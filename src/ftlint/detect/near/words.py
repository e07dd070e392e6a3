"""Texts to word hashes, thousands of texts at a time.

A word is a run of letters, marks, digits and underscores, in lower case. A sign of a script that writes no
spaces between words (Chinese, Japanese, Thai ...) is a word of its own, and so is an emoji. Punctuation and
white space only part words. A word's hash is a function of all its bytes, so equal hashes mean equal words
but for a chance of 2^-64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK = 1 << 18
"""Bytes taken at once: what is computed of them stays in the processor's cache."""

LONG_WORD = 64
"""Bytes from which on a word (a key, a sequence of DNA, minified code) is hashed by itself."""

SPACE = 0x20
PAD = 16
"""Spaces after the last text, so that a window of eight bytes never ends past the buffer."""


def _byte_table() -> bytes:
    kept = {ord("_"), *range(0x30, 0x3A), *range(0x61, 0x7B), *range(0x80, 0x100)}
    lower = {code: code + 0x20 for code in range(0x41, 0x5B)}
    return bytes(lower.get(code, code if code in kept else SPACE) for code in range(256))


_TABLE = _byte_table()
_FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F


class Words(NamedTuple):
    """Word hashes of several texts: those of text i end before `hashes[ends[i]]`."""

    hashes: NDArray[Any]
    ends: NDArray[Any]


def words_of(texts: Sequence[str]) -> Words:
    """The words of each text: `hashes` uint64, `ends` int64, one for each text."""
    import numpy as np

    hashes, ends, words = [], [], 0
    for buffer, stops in _buffers(texts):
        starts, found = _hashed(buffer)
        hashes.append(found)
        ends.append(np.searchsorted(starts, stops) + words)
        words += len(found)
    if not hashes:
        return Words(np.empty(0, np.uint64), np.zeros(len(texts), np.int64))
    return Words(np.concatenate(hashes), np.concatenate(ends))


def _buffers(texts: Sequence[str]) -> Any:
    """Folded bytes of consecutive texts, a chunk at a time, and the offset after each text."""
    begin = 0
    size = 0
    for index, text in enumerate(texts):
        size += len(text)
        if size >= CHUNK:
            yield _folded(texts[begin : index + 1])
            begin, size = index + 1, 0
    if begin < len(texts):
        yield _folded(texts[begin:])


def _folded(texts: Sequence[str]) -> tuple[bytes, NDArray[Any]]:
    import numpy as np

    joined = " ".join(texts)
    if joined.isascii():
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        folded = joined.encode("ascii").translate(_TABLE)
    else:
        from ftlint.detect.near.folding import folded_bytes

        parts = [
            text.encode("ascii").translate(_TABLE) if text.isascii() else folded_bytes(text) for text in texts
        ]
        lengths = np.fromiter(map(len, parts), np.int64, len(parts))
        folded = b" ".join(parts)
    return b"".join((b" ", folded, b" " * PAD)), np.cumsum(lengths + 1)


def _hashed(buffer: bytes) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where each word starts, and its hash: of eight bytes, and of eight more while a word goes on."""
    import numpy as np
    from xxhash import xxh3_64_intdigest

    data = np.frombuffer(buffer, np.uint8)
    blank = data == SPACE
    edges = np.flatnonzero(blank[1:] != blank[:-1])
    starts = edges[0::2] + 1
    lengths = edges[1::2] + 1 - starts
    windows = np.ndarray((len(data) - 7,), "<u8", buffer, strides=(1,))
    masks = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
    first, second, half = np.uint64(_FIRST), np.uint64(_SECOND), np.uint64(32)
    hashes = (windows[starts] & masks[np.minimum(lengths, 8)]) * first
    hashes ^= hashes >> half
    going = np.flatnonzero((lengths > 8) & (lengths <= LONG_WORD))
    done = 8
    while len(going):
        more = windows[starts[going] + done] & masks[np.minimum(lengths[going] - done, 8)]
        mixed = (hashes[going] * second ^ (more + np.uint64(done)) * second) * first
        hashes[going] = mixed ^ (mixed >> half)
        done += 8
        going = going[lengths[going] > done]
    hashes *= second
    hashes ^= hashes >> half
    for index in np.flatnonzero(lengths > LONG_WORD).tolist():
        hashes[index] = xxh3_64_intdigest(buffer[starts[index] : starts[index] + lengths[index]])
    return starts, hashes
