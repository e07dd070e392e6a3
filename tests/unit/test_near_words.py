"""Words and their five-word shingles, against plain Python: the sets of two texts overlap as they should."""

import random
import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.detect.near import words as near_words
from ftlint.detect.near.exact import shingle_sets, similarities
from ftlint.detect.near.folding import SPACELESS
from ftlint.detect.near.shingles import WIDTH, row_shingles, text_shingles
from ftlint.detect.near.words import words_of

ALONE = "".join(f"{chr(low)}-{chr(high)}" for low, high in SPACELESS)
WORD = re.compile(rf"[{ALONE}]|[^\W{ALONE}]+")
"""Right for texts of letters, digits and underscores; marks and symbols have tables of their own."""

PROSE = (
    "The baker's oven - an old one, built in 1912 - holds forty loaves; it's heated with beech, never oak, "
    "and the first batch is done by 5:30. Nobody in the village remembers a winter without its smoke."
)
CURLY = PROSE.replace("baker's", "baker\u2019s")


def hashes(text: str) -> list[int]:
    found: list[int] = words_of([text]).hashes.tolist()
    return found


def sets_of(texts: Sequence[str]) -> list[set[int]]:
    return [set(found.tolist()) for found in shingle_sets(text_shingles(texts))]


def oracle_words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).lower())


def oracle(text: str) -> set[tuple[str, ...]]:
    words = oracle_words(text)
    return {tuple(words[at : at + WIDTH]) for at in range(len(words) - WIDTH + 1)}


def similarity(one: set[Any], other: set[Any]) -> float:
    return len(one & other) / (len(one | other) or 1)


SAME = {
    "case": ("The QUICK Brown", "the quick brown"),
    "punctuation": ("one, two; three: (four) five!", "one two three four five"),
    "curly quote": ("the baker's oven", "the baker\u2019s oven"),
    "dash": ("an oven - an old one", "an oven \u2014 an old one"),
    "ellipsis": ("wait... here", "wait\u2026 here"),
    "white space": ("one two\nthree\tfour", "  one\r\ntwo \u00a0 three\u2003four "),
    "full-width letters": ("ＡＢＣ １２３", "abc 123"),
    "full-width punctuation": ("one\uff0ctwo\uff01", "one, two!"),
    "composed and decomposed": ("café naïve", "cafe\u0301 nai\u0308ve"),
    "upper-case letters beyond ASCII": ("STRAẞE ÉTÉ МИР", "straße été мир"),
    "final sigma": ("ΟΔΟΣ ΦΩΣ", "οδος φως"),
    "soft hyphen": ("loco\u00admotive", "locomotive"),
    "zero-width non-joiner": ("می\u200cخواهم", "میخواهم"),
    "ligature": ("ﬁnd", "find"),
    "byte order mark": ("\ufeffhello there", "hello there"),
    "variation selector": ("❤\ufe0f yes", "❤ yes"),
    "lone surrogate": ("one \ud800 two", "one two"),
}


@pytest.mark.parametrize("which", SAME)
def test_the_same_words(which: str) -> None:
    one, other = SAME[which]
    assert hashes(one) == hashes(other)
    assert len(hashes(one)) > 0


DIFFERENT = {
    "a letter": ("cat", "cut"),
    "order": ("one two", "two one"),
    "joined": ("one two", "onetwo"),
    "underscore": ("snake_case", "snake case"),
    "accent": ("resume", "résumé"),
    "zero byte pads": ("a", "a0"),
    "emoji": ("🐈", "🐕"),
    "emoji newer than the tables": ("\U0001fae8", "\U0001fae9"),
    "signs": ("猫", "犬"),
    "Devanagari vowel": ("कि", "की"),
    "Thai vowel": ("ก\u0e34", "ก\u0e35"),
}


@pytest.mark.parametrize("which", DIFFERENT)
def test_different_words(which: str) -> None:
    one, other = DIFFERENT[which]
    assert hashes(one) != hashes(other)


UNITS = {
    "": 0,
    "   \n\t": 0,
    " .,;:!?\u2014\u2026\u300c\u300d\u3002 ": 0,
    "don't": 2,
    "well-known e-mail": 4,
    "3.14": 2,
    "a_b __init__": 2,
    "春眠不觉晓\uff0c处处闻啼鸟\u3002": 10,
    "東京タワーは高い": 8,
    "한국어 문장은 띄어 쓴다": 4,
    "می\u200cخواهم بروم": 2,
    "नमस\u094dत\u0947 द\u0941निया": 2,
    "สว\u0e31สด\u0e35": 6,
    "Python很好用": 4,
    "🐈": 1,
    "🐈🐕🐈": 3,
    "great🎉job": 3,
    "👨\u200d👩\u200d👧": 3,
    "👍\U0001f3fd": 2,
    "\U0001f1e9\U0001f1ea": 2,
    "❤\ufe0f": 1,
    "\U0001fae8": 1,
    "\U00031350": 1,
    "5\ufe0f\u20e3 stars": 2,
}
"""Text -> how many words it has."""


@pytest.mark.parametrize("text", UNITS)
def test_units(text: str) -> None:
    assert len(hashes(text)) == UNITS[text]


def test_emoji_only_texts_are_compared_with_each_other() -> None:
    cats, dogs = sets_of(["🐈" * 4 + "🐱" * 20, "🐕" * 4 + "🐶" * 20])
    assert len(cats) == len(dogs) == 5
    assert not cats & dogs


def test_one_curly_quote_changes_no_shingle() -> None:
    plain, curly = sets_of([PROSE, CURLY])
    assert plain == curly
    assert len(plain) == len(oracle(PROSE)) > 30


def test_ascii_texts_beside_others_keep_their_words() -> None:
    """A chunk that holds a text beyond ASCII folds its ASCII texts in another way."""
    alone = words_of([PROSE, "One more."])
    mixed = words_of([PROSE, "One more.", "café"])
    count = len(alone.hashes)
    assert mixed.hashes[:count].tolist() == alone.hashes.tolist()
    assert mixed.ends.tolist() == [*alone.ends.tolist(), count + 1]


@given(st.lists(st.text(st.characters(codec="ascii")), max_size=8))
@settings(max_examples=60, deadline=None)
def test_ascii_and_unicode_fold_alike(texts: list[str]) -> None:
    """A word beyond ASCII at the end sends the whole text the other way."""
    for text in texts:
        assert hashes(text + " été")[:-1] == hashes(text)


@pytest.mark.parametrize("size", [8, 9, 15, 16, 17, 24, 63, 64, 65, 200])
def test_every_byte_of_a_long_word_counts(size: int) -> None:
    draw = random.Random(size)
    word = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789_", k=size))
    others = [word[:at] + ("x" if word[at] != "x" else "y") + word[at + 1 :] for at in range(size)]
    others += [word + "a", word[:-1], word[:8] + word, word + word[-8:]]
    found = [hashes(each)[0] for each in [word, *others]]
    assert len(set(found)) == len({word, *others})
    assert hashes(f"({word})") == found[:1]


def test_no_two_of_many_words_share_a_hash() -> None:
    made = [f"{prefix}{number}" for prefix in ("", "a", "item_number_", "x" * 30) for number in range(20_000)]
    found = words_of([" ".join(made)]).hashes
    assert len(np.unique(found)) == len(made)


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_chunks_are_not_seen(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    texts = random_texts(3, 60, beyond_ascii=True)
    whole = words_of(texts)
    monkeypatch.setattr(near_words, "CHUNK", chunk)
    cut = words_of(texts)
    assert cut.ends.tolist() == whole.ends.tolist()
    assert cut.hashes.tolist() == whole.hashes.tolist()


def test_a_text_longer_than_a_chunk() -> None:
    long = " ".join(f"w{number}" for number in range(near_words.CHUNK // 4))
    assert len(long) > near_words.CHUNK
    found = words_of(["before", long, "", "after it", long])
    count = near_words.CHUNK // 4
    assert found.ends.tolist() == [1, 1 + count, 1 + count, 3 + count, 3 + 2 * count]
    assert found.hashes[1 : 1 + count].tolist() == found.hashes[3 + count :].tolist()
    assert found.hashes[1 + count : 3 + count].tolist() == hashes("after it")


@pytest.mark.parametrize("texts", [[], [""], ["", " ", "!"], ["", "one", ""], ["one two three four"]])
def test_texts_without_a_shingle(texts: list[str]) -> None:
    found = text_shingles(texts)
    assert len(found.hashes) == 0
    assert found.ends.tolist() == [0] * len(texts)


def random_texts(seed: int, count: int, *, beyond_ascii: bool = False) -> list[str]:
    """Texts of 0 to 60 words; most are cut and continued from the one before them."""
    draw = random.Random(seed)
    vocabulary = [*"abcd", "the", "of_it", "Word", "x1", "internationalization", "a" * 70]
    if beyond_ascii:
        vocabulary += ["été", "猫", "犬は", "한국", "ＡＢ", "\u201cq\u201d", "straße"]
    marks = [" ", "  ", "\n", ", ", ". ", " - ", "\u2014" if beyond_ascii else ";"]
    texts = []
    words: list[str] = []
    for _ in range(count):
        if draw.random() < 0.25:
            words = draw.choices(vocabulary, k=draw.choice([0, 1, 5, 6, 12, 60]))
        else:
            words = [*words[draw.randrange(3) :], *draw.choices(vocabulary, k=draw.randrange(3))]
        texts.append("".join(word + draw.choice(marks) for word in words))
    return texts


@pytest.mark.parametrize("beyond_ascii", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_shingles_are_the_sets_of_five_words(seed: int, beyond_ascii: bool) -> None:
    texts = random_texts(seed, 60, beyond_ascii=beyond_ascii)
    found, expected = sets_of(texts), [oracle(text) for text in texts]
    assert list(map(len, found)) == list(map(len, expected))
    arrays = dict(enumerate(shingle_sets(text_shingles(texts))))
    pairs = list(combinations(range(len(texts)), 2))
    exact = [similarity(expected[left], expected[right]) for left, right in pairs]
    assert similarities(arrays, pairs) == pytest.approx(exact, abs=1e-12)
    assert sum(0 < value < 1 for value in exact) >= 5


@pytest.mark.parametrize("width", [1, 2, 3, 5, 8, 13])
def test_shingles_of_any_width(width: int) -> None:
    texts = random_texts(9, 50)
    found = text_shingles(texts, width)
    for index, text in enumerate(texts):
        words = oracle_words(text)
        expected = {tuple(words[at : at + width]) for at in range(len(words) - width + 1)}
        assert len(set(found.of(index).tolist())) == len(expected)
        assert len(found.of(index)) == max(0, len(words) - width + 1)


@pytest.mark.parametrize("seed", range(3))
def test_views_of_rows(seed: int) -> None:
    """A row is its prompt followed by its answer; a shingle across the border is in neither view."""
    prompts, targets = random_texts(seed, 40), random_texts(seed + 50, 40)
    rows = row_shingles(prompts, targets)
    alone = {"prompt": text_shingles(prompts), "completion": text_shingles(targets)}
    whole = text_shingles([f"{prompt} {target}" for prompt, target in zip(prompts, targets, strict=True)])
    assert rows.row.hashes.tolist() == whole.hashes.tolist()
    assert rows.row.ends.tolist() == whole.ends.tolist()
    for view, expected in alone.items():
        found = rows.view(view)
        assert found.hashes.tolist() == expected.hashes.tolist()
        assert found.ends.tolist() == expected.ends.tolist()


def test_order_within_a_shingle_counts() -> None:
    orders = ["a b c d e", "b a c d e", "a b d c e", "a b c e d", "e d c b a", "a a b c d"]
    assert all(not one & other for one, other in pairwise(sets_of(orders)))
