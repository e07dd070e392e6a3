"""How many tokens a text has: estimated from its characters, or counted with a tokenizer file.

The estimate weighs a character by script: ASCII 1/4 of a token, two-byte letters (accented Latin, Cyrillic,
Greek, Arabic, Persian) 2/5, wider ones (Chinese, Japanese, Korean, emoji) 13/20. Measured on 2,202 texts of
100 to 20,000 characters from 52 real fine-tuning files against o200k_base, cl100k_base and DeepSeek's
tokenizer: nine in ten ASCII texts lie between -27% and +45% (median +8%; prose is overestimated,
mathematics, code and digits are underestimated, by up to half); Chinese lies between -30% and +30% for
o200k_base and DeepSeek, and at about half the true count for cl100k_base.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ftlint.model import FtlintError, MissingExtraError

PER_TURN = 4
"""Tokens a chat template wraps around one turn (`<|im_start|>`, role, newline, `<|im_end|>`)."""

_WIDE_LEADS = bytes(range(0xE0, 0xF8))


def estimate(text: str) -> int:
    """About how many tokens the text has; at least 1 for a text that is not empty."""
    count = len(text)
    if text.isascii():
        return (count + 3) // 4
    encoded = text.encode("utf-8", "surrogatepass")
    extra = len(encoded) - count
    if extra * 8 < count:  # a few quotation marks or accents: which script they are of does not matter
        return (5 * count + 4 * extra + 19) // 20
    wide = len(encoded) - len(encoded.translate(None, _WIDE_LEADS))
    narrow = max(0, extra - 2 * wide)
    return (5 * count + 3 * narrow + 8 * wide + 19) // 20


@lru_cache(maxsize=4)
def exact(tokenizer_file: str) -> Callable[[str], int]:
    """A counter of tokens after a `tokenizer.json`, special tokens that it would add left out.

    `bytes` counts UTF-8 bytes. Raises `MissingExtraError` without the package, `FtlintError` for a file
    that it cannot read.
    """
    if tokenizer_file == "bytes":
        return lambda text: len(text.encode("utf-8", "surrogatepass"))
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingExtraError("tokens", "counting tokens exactly") from None
    try:
        tokenizer = Tokenizer.from_file(tokenizer_file)
    except Exception as error:  # the package raises bare Exception for every kind of failure
        raise FtlintError(f"not a tokenizer file: {error}", tokenizer_file) from None

    def count(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False).ids)

    return count
