"""Metrics of text against a reference: exact match, token F1, ROUGE-L."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)
# scripts that are written without spaces: each sign is a token
_SIGN = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_ALONE = re.compile(f"([{_SIGN}])")
_WORD = re.compile(f"[{_SIGN}][\\u0300-\\u036f\\u0e30-\\u0e4e]*|[^\\W_{_SIGN}]+")


def exact_match(output: str, reference: str, extra: Mapping[str, Any]) -> float:
    """1 where both are the same text (NFC), white space around them aside."""
    return float(_same(output) == _same(reference))


def _same(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def token_f1(output: str, reference: str, extra: Mapping[str, Any]) -> float:
    """F1 of the words both have, as SQuAD 1.1's evaluation counts them (Rajpurkar et al. 2016).

    Lower case, without punctuation and the articles a, an, the. Signs of scripts that are written without
    spaces are words of their own.
    """
    one, other = words(output), words(reference)
    shared = sum((Counter(one) & Counter(other)).values())
    if not one or not other:
        return float(one == other)
    return 2 * shared / (len(one) + len(other))


def words(text: str) -> list[str]:
    """The words of a text as SQuAD normalises it."""
    lower = unicodedata.normalize("NFC", text).lower()
    bare = "".join(char for char in lower if char not in _PUNCTUATION and not _is_punctuation(char))
    return _ALONE.sub(r" \1 ", _ARTICLES.sub(" ", bare)).split()


def _is_punctuation(char: str) -> bool:
    return char > "\x7f" and unicodedata.category(char).startswith("P")


def rouge_l(output: str, reference: str, extra: Mapping[str, Any]) -> float:
    """ROUGE-L: F1 of the longest common subsequence of words (Lin 2004).

    Of text in ASCII it is what the package rouge-score gives without a stemmer; that one drops every letter
    beyond a-z, which here are parts of words.
    """
    one, other = _words(output), _words(reference)
    if not one or not other:
        return 0.0
    return 2 * subsequence(one, other) / (len(one) + len(other))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence, all of `one` at a time in the bits of a number.

    Crochemore et al. 2001, "A fast and practical bit-vector algorithm for the longest common subsequence".
    """
    places: dict[str, int] = {}
    for index, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << index
    whole = (1 << len(one)) - 1
    state = whole
    for word in other:
        matched = state & places.get(word, 0)
        state = ((state + matched) | (state - matched)) & whole
    return len(one) - state.bit_count()
