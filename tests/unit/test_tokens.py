from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.detect.tokens import estimate, exact, weighed
from ftlint.engine.hashing import content_hashes
from ftlint.formats import by_name
from ftlint.model import Batch, FtlintError
from ftlint.rule import Measure
from ftlint_rules.measures.labels import Labels

ENGLISH = (
    "The parcel was handed to a neighbour on Tuesday; please ask at number twelve before you write to us."
)
CHINESE = "请问我的包裹什么时候能到?快递员说已经放在门口了,但是我没有看到。"
RUSSIAN = "Посылку передали соседу во вторник, спросите, пожалуйста, в двенадцатой квартире."
CODE = "for (int i = 0; i < n; ++i) { sum += a[i] * b[n - 1 - i]; }"
GERMAN = (
    "Das Paket wurde am Dienstag bei den Nachbarn abgegeben; bitte fragen Sie in der Hausnummer zwölf, bevor "
    "Sie uns schreiben."
)
NUMBERS = "In 1998 it sold 1,204,331 units at $19.99 each (12.5% up)."


@pytest.mark.parametrize(
    ("text", "true"),
    [(ENGLISH, 21), (CHINESE, 26), (RUSSIAN, 25), (CODE, 31)],
    ids=["english", "chinese", "russian", "code"],
)
def test_the_estimate_lies_within_its_documented_error(text: str, true: int) -> None:
    """`true` is what o200k_base counts."""
    assert 0.45 * true <= estimate(text) <= 1.76 * true


@pytest.mark.parametrize(
    ("text", "true"),
    [(ENGLISH, 21), (CHINESE, 26), (RUSSIAN, 25), (CODE, 31), (GERMAN, 26), (NUMBERS, 26)],
    ids=["english", "chinese", "russian", "code", "german", "numbers"],
)
def test_weighing_is_closer(text: str, true: int) -> None:
    """`true` is what o200k_base counts; docs/tokens.md has thousands of texts."""
    assert 0.75 * true <= weighed(text) <= 1.28 * true


@given(st.text(max_size=400))
def test_weighing_is_bounded_and_grows(text: str) -> None:
    tokens = weighed(text)
    assert (tokens == 0) == (text == "")
    assert weighed(text * 2) >= tokens


@given(st.text(max_size=400))
def test_the_estimate_is_bounded_and_grows(text: str) -> None:
    tokens = estimate(text)
    assert (tokens == 0) == (text == "")
    assert tokens <= len(text.encode("utf-8", "surrogatepass"))
    assert estimate(text * 2) >= tokens


def test_a_lone_surrogate_is_counted() -> None:
    assert estimate("\ud83d" * 10) > 0


def test_bytes_count_exactly() -> None:
    assert exact("bytes")("naïve") == 6


def test_a_tokenizer_file_counts_exactly(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    file = tmp_path / "tokenizer.json"
    words = {"[UNK]": 0, "a": 1, "b": 2}
    model = {"type": "WordLevel", "vocab": words, "unk_token": "[UNK]"}
    split = {"type": "Whitespace"}
    file.write_text(
        json.dumps({"version": "1.0", "added_tokens": [], "pre_tokenizer": split, "model": model})
    )
    assert exact(str(file))("a b c, a") == 5


def test_what_is_no_tokenizer_file_is_told(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    file = tmp_path / "tokenizer.json"
    file.write_text("{}")
    with pytest.raises(FtlintError, match="not a tokenizer file"):
        exact(str(file))


def batch(rows: Sequence[int], texts: Sequence[tuple[str, str]], format: str = "openai-chat") -> Batch:
    prompts, targets = [text[0] for text in texts], [text[1] for text in texts]
    data: list[Any] = [{"label": target} if target == "spam" else {} for target in targets]
    sizes = [len(target) for target in targets]
    return Batch(by_name(format), rows, data, prompts, targets, [""] * len(data), sizes, content_hashes)


def test_lengths_stand_at_their_rows() -> None:
    lengths = TokenLengths()
    lengths.add(batch([1, 2, 5], [("", "a" * 40), ("", "b" * 80), ("", "c" * 400)]))
    assert list(lengths.tokens) == [0, 18, 28, 0, 0, 108]
    assert list(lengths.over(27)) == [(2, 28), (5, 108)]
    assert not list(lengths.over(108))


def test_the_longer_preferred_answer_counts() -> None:
    lengths = TokenLengths()
    lengths.add(batch([0], [("", "a" * 40 + "\x1f" + "b" * 80)], "trl-preference"))
    assert list(lengths.tokens) == [28]


def test_given_ids_are_counted() -> None:
    lengths = TokenLengths()
    one = batch([0], [("", "")], "tokenised")
    one.data = [{"input_ids": [1, 2, 3]}]
    lengths.add(one)
    assert list(lengths.tokens) == [3]


TEXTS = st.lists(
    st.tuples(st.text(max_size=20), st.one_of(st.text(max_size=60), st.sampled_from(["spam", "ham", ""]))),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize("kind", [TokenLengths, Labels])
@given(texts=TEXTS, cut=st.integers(0, 40))
def test_shards_merge_to_the_whole_and_survive_the_cache(
    kind: type[Measure], texts: list[tuple[str, str]], cut: int
) -> None:
    whole = kind()
    whole.add(batch(range(len(texts)), texts))
    left, right = kind(), kind()
    if texts[:cut]:
        left.add(batch(range(len(texts[:cut])), texts[:cut]))
    if texts[cut:]:
        right.add(batch(range(len(texts[cut:])), texts[cut:]))
    left = kind.from_state(left.state())
    left.merge(kind.from_state(right.state()), len(texts[:cut]))
    assert left.state() == whole.state()


def test_labels_give_up_beyond_their_bound_whatever_the_shards() -> None:
    texts = [("", f"label {n}") for n in range(300)]
    whole, left, right = Labels(), Labels(), Labels()
    whole.add(batch(range(300), texts))
    left.add(batch(range(150), texts[:150]))
    right.add(batch(range(150), texts[150:]))
    left.merge(right, 150)
    assert whole.answers.counts is left.answers.counts is None
    assert whole.classes() is None


def test_a_label_column_goes_before_the_answers() -> None:
    labels = Labels()
    one = batch(range(40), [("", "yes" if n % 2 else "no") for n in range(40)])
    assert not labels.classes()
    labels.add(one)
    found = labels.classes()
    assert found
    assert (found[0], sorted(found[1].values())) == ("", [20, 20])
    one.data = [{"category": n % 4} for n in range(40)]
    columned = Labels()
    columned.add(one)
    found = columned.classes()
    assert found
    assert (found[0], sorted(found[1].values())) == ("category", [10, 10, 10, 10])


def test_state_holds_no_text() -> None:
    labels, lengths = Labels(), TokenLengths()
    for measure in (labels, lengths):
        measure.add(batch(range(2), [("secret question", "secret answer"), ("", "spam")]))
    assert "secret" not in repr(labels.state())
    assert isinstance(lengths.state()["tokens"], array)
