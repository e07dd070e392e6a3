"""Text beyond ASCII to the bytes that words are hashed from.

Every character is folded by its Unicode category: letters, marks and digits stay, in lower case and
compatibility form (a full-width letter is its plain one); signs of scripts without word spaces and symbols
such as emoji (those newer than Python's tables, too) get a space on both sides; format characters vanish;
everything else is a space.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPACELESS = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals of Chinese signs
    (0x3005, 0x3007),
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts that write no space between words."""

SPACE, VANISHES, ALONE = 0x20, 0, 1 << 31
FINAL_SIGMA, SIGMA = 0x3C2, 0x3C3
"""A Greek word in capitals does not tell which of the two it ends in."""

_UNKNOWN = 0xFFFFFFFF
_PLANES = 0x110000


def folded_bytes(text: str) -> bytes:
    """UTF-8 of a text with one space or more between words, none within them."""
    import numpy as np

    composed = unicodedata.normalize("NFKC", text)
    codes = np.frombuffer(composed.encode("utf-32-le", "replace"), "<u4")
    table = _table()
    folded = table[codes]
    if (folded == _UNKNOWN).any():
        for code in np.unique(codes[folded == _UNKNOWN]).tolist():
            table[code] = _fold(code)
        folded = table[codes]
    folded = folded[folded != VANISHES]
    alone = folded >= ALONE
    if not alone.any():
        return _utf8(folded)
    parted = alone.copy()
    parted[1:] |= alone[:-1]
    places = np.cumsum(parted + 1) - 1
    spread = np.full(places[-1] + 1, SPACE, "<u4")
    spread[places] = folded & np.uint32(ALONE - 1)
    return _utf8(spread)


def _utf8(codes: NDArray[Any]) -> bytes:
    data: bytes = codes.astype("<u4").tobytes()
    return data.decode("utf-32-le").encode()


@lru_cache(maxsize=1)
def _table() -> NDArray[Any]:
    """What each code point folds to; filled as they are met."""
    import numpy as np

    return np.full(_PLANES, _UNKNOWN, np.uint32)


def _fold(code: int) -> int:
    letter = chr(code)
    category = unicodedata.category(letter)
    if category in ("Cf", "Cs") or 0xFE00 <= code <= 0xFE0F:
        return VANISHES
    if any(low <= code <= high for low, high in SPACELESS) and category[0] in "LMN":
        return code | ALONE
    if category[0] in "LMN" or letter == "_":
        return SIGMA if code == FINAL_SIGMA else ord(letter.lower()[0])
    if category == "So" or (category in ("Sk", "Cn") and code > 0xFFFF):
        return code | ALONE
    return SPACE
