"""Signatures to verified clusters, each step against brute force."""

import random
from array import array
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.detect.near import bands
from ftlint.detect.near.bands import AT_ONCE, SMALL_RUN, agreement, band_pairs, split_pairs
from ftlint.detect.near.exact import shingle_sets, similarities
from ftlint.detect.near.links import Edge, Links, Pair, linked
from ftlint.detect.near.nodes import Candidates, candidates, nodes_of
from ftlint.detect.near.shingles import Shingles, text_shingles
from ftlint.detect.near.signature import BANDS, PLACES, likely, signatures
from ftlint.detect.near.store import Filed, Signed
from ftlint.engine.executors import Serial
from ftlint.engine.shuffled import shuffled


def made_of(sets: Sequence[Any]) -> Shingles:
    return Shingles(np.concatenate(sets), np.cumsum([len(each) for each in sets]))


def pairs_of(count: int, size: int, shared: int, seed: int) -> Shingles:
    """`count` pairs of sets of `size` hashes, `shared` of them in both: sets 2i and 2i + 1."""
    draw = np.random.default_rng(seed)
    sets = []
    for _ in range(count):
        hashes = draw.integers(0, 1 << 64, 2 * size - shared, dtype=np.uint64)
        sets += [hashes[:size], hashes[size - shared :]]
    return made_of(sets)


def in_memory(matrix: Any) -> Signed:
    return Signed([array("B", matrix.tobytes())], np.arange(len(matrix)))


def packed(pairs: Any) -> list[Pair]:
    return list(zip(*(side.tolist() for side in split_pairs(pairs)), strict=True))


@pytest.mark.parametrize("size", [16, 17, 20, 30, 48, 100, 191, 192, 193, 600])
@pytest.mark.parametrize("jaccard", [0.0, 0.5, 0.8, 0.9, 1.0])
def test_agreement_estimates_the_similarity(size: int, jaccard: float) -> None:
    """Mean of 400 pairs within four standard errors, and single pairs spread no wider than a MinHash."""
    count = 400
    shared = round(2 * size * jaccard / (1 + jaccard))
    exact = shared / (2 * size - shared)
    signed = in_memory(signatures(pairs_of(count, size, shared, size)))
    agreed = agreement(signed, np.arange(0, 2 * count, 2), np.arange(1, 2 * count, 2)) / PLACES
    expected = exact + (1 - exact) / 256
    spread = (expected * (1 - expected) / PLACES) ** 0.5
    assert abs(agreed.mean() - expected) <= 4 * spread / count**0.5 + 0.01
    assert agreed.std() <= 1.15 * spread + 0.003


@pytest.mark.parametrize("size", [16, 40, 150, 600])
def test_bands_find_what_is_alike(size: int) -> None:
    """Of pairs at 0.8 the docs say 99.8% are found; at 0.2 hardly any is looked at."""
    shared = -(-2 * size * 8 // 18)
    alike, apart = (
        in_memory(signatures(pairs_of(2_000, size, some, size))) for some in (shared, 2 * size // 6)
    )
    wanted = {(2 * at, 2 * at + 1) for at in range(2_000)}
    left, right = candidates(alike, 0.8)
    assert len(wanted.intersection(zip(left.tolist(), right.tolist(), strict=True))) >= 0.995 * 2_000
    assert len(candidates(apart, 0.8).left) < 0.02 * 2_000


def test_signatures_depend_on_the_set_alone() -> None:
    one = pairs_of(1, 100, 100, 1)
    shuffled_twice = np.random.default_rng(2).permutation(np.concatenate([one.hashes[:100]] * 2))
    found = signatures(made_of([one.hashes[:100], one.hashes[100:], shuffled_twice[:0]]))
    assert found[0].tolist() == found[1].tolist()
    assert found[2].tolist() == [255] * PLACES
    assert signatures(made_of([one.hashes[:0]])).shape == (1, PLACES)


def runs(draw: Any, sizes: Sequence[int]) -> tuple[Any, Any]:
    """Keys and signatures of texts in runs of one key each; within a run they agree more or less."""
    keys, rows = [], []
    for number, size in enumerate(sizes):
        base = draw.integers(0, 256, PLACES, dtype=np.uint8)
        made = np.tile(base, (size, 1))
        for row in made:
            changed = draw.choice(PLACES, draw.integers(0, 30), replace=False)
            row[changed] = draw.integers(0, 256, len(changed), dtype=np.uint8)
        keys += [(number * 2_654_435_761) % (1 << 32)] * size
        rows.append(made)
    order = draw.permutation(len(keys))
    return np.array(keys, np.uint32)[order], np.concatenate(rows)[order]


def all_pairs(keys: Any, matrix: Any, least: int) -> set[Pair]:
    return {
        (left, right)
        for left, right in combinations(range(len(keys)), 2)
        if keys[left] == keys[right] and int((matrix[left] == matrix[right]).sum()) >= least
    }


@pytest.mark.parametrize("seed", range(3))
def test_short_runs_are_compared_wholly(seed: int) -> None:
    draw = np.random.default_rng(seed)
    keys, matrix = runs(draw, [1, 1, 2, 3, 2, 7, SMALL_RUN - 1, SMALL_RUN, 1, *[SMALL_RUN // 2] * 6])
    found = band_pairs(keys, in_memory(matrix), 28)
    expected = all_pairs(keys, matrix, 28)
    assert packed(found) == sorted(expected)
    assert len(expected) > 50


@pytest.mark.parametrize("seed", range(3))
def test_long_runs_keep_their_clusters(seed: int) -> None:
    """Of long runs not all pairs are told, none is wrong, and few texts lose all their partners."""
    draw = np.random.default_rng(seed)
    keys, matrix = runs(draw, [SMALL_RUN + 1, 100, 400, 5])
    found = packed(band_pairs(keys, in_memory(matrix), 28))
    expected = all_pairs(keys, matrix, 28)
    assert found == sorted(set(found))
    assert expected.issuperset(found)
    assert len(found) < len(expected)
    partnered = {text for pair in expected for text in pair}
    assert len({text for pair in found for text in pair}) >= 0.88 * len(partnered)


def test_a_long_run_of_equal_texts_is_one_star() -> None:
    matrix = np.tile(np.arange(PLACES, dtype=np.uint8), (5_000, 1))
    found = packed(band_pairs(np.zeros(5_000, np.uint32), in_memory(matrix), 28))
    assert len(found) < 10_000
    assert {(0, other) for other in range(1, 5_000)} <= set(found)


@pytest.mark.parametrize("at_once", [1, 7, 50, 333, 10_000])
def test_parts_of_keys_find_the_same(at_once: int) -> None:
    draw = np.random.default_rng(5)
    keys, matrix = runs(draw, [3, 40, 1, 2, 2, 90, 12, *[2] * 40, *[1] * 60])
    keys[keys == keys[0]] = 0xFFFFFFFF
    signed = in_memory(matrix)
    assert band_pairs(keys, signed, 28, at_once).tolist() == band_pairs(keys, signed, 28).tolist()


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare(count: int) -> None:
    signed = in_memory(np.zeros((count, PLACES), np.uint8))
    assert len(candidates(signed, 0.8).left) == 0
    assert len(Signed([], np.empty(0, np.int64)).keys(0)) == 0


def test_many_pairs_are_compared_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, matrix = runs(np.random.default_rng(6), [30, 30, 30, 100])
    whole = band_pairs(keys, in_memory(matrix), 28)
    monkeypatch.setattr(bands, "AT_ONCE", 13)
    assert band_pairs(keys, in_memory(matrix), 28).tolist() == whole.tolist()
    assert AT_ONCE > 13


@pytest.mark.parametrize("cut", [[], [10], [0, 1, 200, 399], [133, 133, 266]])
@pytest.mark.parametrize("filed", ["none", "all", "some"])
def test_memory_files_and_pieces_are_the_same(tmp_path: Path, filed: str, cut: list[int]) -> None:
    draw = np.random.default_rng(7)
    _, matrix = runs(draw, [20, 50, 130, 200])
    chosen = np.sort(draw.choice(len(matrix), 300, replace=False))
    pieces: list[array[int] | Filed] = []
    for number, (begin, end) in enumerate(zip([0, *cut], [*cut, len(matrix)], strict=True)):
        piece = array("B", matrix[begin:end].tobytes())
        if filed == "all" or (filed == "some" and number % 2):
            file = Filed(str(tmp_path / str(number)), tmp_path)
            file.extend(piece[: len(piece) // 96 * 48])
            file.extend(piece[len(piece) // 96 * 48 :])
            pieces.append(file)
        else:
            pieces.append(piece)
    signed, whole = Signed(pieces, chosen), Signed([array("B", matrix.tobytes())], chosen)
    some = draw.integers(0, 300, 1_000)
    assert len(signed) == 300
    assert (signed.rows(some) == matrix[chosen][some]).all()
    for band in range(BANDS):
        keys = np.ascontiguousarray(matrix[chosen]).view("<u4")[:, band]
        assert signed.keys(band).tolist() == whole.keys(band).tolist() == keys.tolist()
    for one, other in zip(candidates(signed, 0.8), candidates(whole, 0.8), strict=True):
        assert one.tolist() == other.tolist()


@pytest.mark.parametrize("rows_a_reader", [50, 1 << 24])
def test_shuffled_pairs_are_the_same(monkeypatch: pytest.MonkeyPatch, rows_a_reader: int) -> None:
    monkeypatch.setattr("ftlint.engine.shuffled.ROWS_A_PIECE", 70)
    monkeypatch.setattr("ftlint.engine.shuffled.ROWS_A_READER", rows_a_reader)
    draw = np.random.default_rng(8)
    _, matrix = runs(draw, [20, 50, 130, 200])
    signed = Signed([array("B", matrix.tobytes())], np.arange(3, 390))
    here, there = candidates(signed, 0.8), shuffled(signed, 0.8, Serial())
    assert here.left.tolist() == there.left.tolist()
    assert here.right.tolist() == there.right.tolist()
    assert len(here.left) > 100


def test_likely_leaves_hardly_a_pair_out() -> None:
    assert [likely(each) for each in (0.7, 0.8, 0.9, 1.0)] == [22, 28, 35, 48]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=40))
@settings(max_examples=80, deadline=None)
def test_nodes_are_rows_of_one_content_and_split(rows: list[tuple[int, int]]) -> None:
    contents = np.array([content for content, _ in rows], np.uint64)
    splits = np.array([split for _, split in rows], np.int64)
    nodes = nodes_of(contents, splits)
    expected: dict[tuple[int, int], list[int]] = {}
    for position, row in enumerate(rows):
        if row[0]:
            expected.setdefault(row, []).append(position)
    members = np.split(nodes.members, nodes.ends[:-1]) if len(nodes) else []
    assert [some.tolist() for some in members] == list(expected.values())
    assert list(zip(nodes.contents.tolist(), nodes.splits.tolist(), strict=True)) == list(expected)
    assert nodes.firsts.tolist() == [some[0] for some in expected.values()]
    assert nodes.sizes.tolist() == [len(some) for some in expected.values()]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[int], dict[Pair, float]]:
    """The split of each node (0, 1, 2), and the similarity of some pairs."""
    splits = draw(st.lists(st.integers(0, 2), min_size=2, max_size=14))
    every = list(combinations(range(len(splits)), 2))
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=40))
    return splits, {pair: draw(st.sampled_from([0.3, 0.79, 0.8, 0.9, 1.0])) for pair in chosen}


HELD = [(1, 0), (2, 0), (2, 1)]


def listed(pairs: Sequence[Pair]) -> Candidates:
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    return Candidates(columns[:, 0], columns[:, 1])


def components(nodes: int, pairs: Sequence[Pair]) -> list[int]:
    """The first node of the component of each node."""
    first = list(range(nodes))
    for _ in range(nodes):
        for left, right in pairs:
            first[left] = first[right] = min(first[left], first[right])
    return first


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_links_are_the_components_and_twins(graph: tuple[list[int], dict[Pair, float]]) -> None:
    splits, exact = graph
    asked: list[Pair] = []

    def verify(pairs: Sequence[Pair]) -> list[float]:
        asked.extend(pairs)
        return [exact[pair] for pair in pairs]

    links = linked(listed(list(exact)), splits, HELD, 0.8, verify)
    alike = {pair for pair, similarity in exact.items() if similarity >= 0.8}
    inside = [pair for pair in alike if splits[pair[0]] == splits[pair[1]]]
    assert [links.clusters.first(node) for node in range(len(splits))] == components(len(splits), inside)
    wanted = {
        (node, splits[other])
        for pair in alike
        for node, other in (pair, pair[::-1])
        if (splits[node], splits[other]) in HELD
    }
    assert links.twins.keys() == wanted
    assert len(asked) == len(set(asked))
    for edge in [*links.edges, *links.twins.values()]:
        assert edge.similarity == exact[edge.left, edge.right] >= 0.8
    for (node, split), edge in links.twins.items():
        other = edge.right if edge.left == node else edge.left
        assert node in (edge.left, edge.right)
        assert splits[other] == split


def test_a_cluster_of_copies_is_verified_once_a_node() -> None:
    asked: list[Pair] = []

    def verify(pairs: Sequence[Pair]) -> list[float]:
        asked.extend(pairs)
        return [1.0] * len(pairs)

    pairs = list(combinations(range(200), 2))
    links: Links = linked(listed(pairs), [0] * 200, [], 0.8, verify)
    assert len(asked) == len(links.edges) == 199


@pytest.mark.parametrize(
    "sets", [([], []), ([1], []), ([1, 2], [1, 2]), ([1, 2, 3], [3, 4]), ([5, 5, 5], [5])]
)
def test_exact_similarity(sets: tuple[list[int], list[int]]) -> None:
    one, other = (np.array(each, np.uint64) for each in sets)
    found = shingle_sets(made_of([one, other]))
    union = set(sets[0]) | set(sets[1])
    expected = len(set(sets[0]) & set(sets[1])) / len(union) if union else 0.0
    assert similarities(dict(enumerate(found)), [(0, 1), (1, 0)]) == [expected, expected]


def test_datasketch_agrees() -> None:
    """MinHash of 1,000 pairs is close to our exact similarity, and the signature's estimate is no worse."""
    import datasketch

    draw = random.Random(11)
    vocabulary = [f"w{number}" for number in range(3_000)]
    texts = []
    for _ in range(1_000):
        words = draw.choices(vocabulary, k=draw.randint(20, 60))
        texts.append(" ".join(words))
        for at in draw.sample(range(len(words)), draw.randrange(4)):
            words[at] = draw.choice(vocabulary)
        texts.append(" ".join(words))
    pairs = [(at, at + 1) for at in range(0, 2_000, 2)]
    shingles = text_shingles(texts)
    exact = np.array(similarities(dict(enumerate(shingle_sets(shingles))), pairs))
    estimated = []
    for pair in pairs:
        hashes = []
        for text in (texts[at].split() for at in pair):
            hashes.append(datasketch.MinHash(128))
            hashes[-1].update_batch([" ".join(text[at : at + 5]).encode() for at in range(len(text) - 4)])
        estimated.append(hashes[0].jaccard(hashes[1]))
    errors = np.abs(np.array(estimated) - exact)
    assert errors.mean() < 0.035
    assert errors.max() < 0.25
    assert exact.std() > 0.1
    matrix = in_memory(signatures(shingles))
    ours = agreement(matrix, np.arange(0, 2_000, 2), np.arange(1, 2_000, 2)) / PLACES
    assert np.abs(ours - exact).mean() < 0.055


def test_the_best_twin_is_kept() -> None:
    links = Links([1, 0, 0, 0], HELD)
    for other, similarity in ((1, 0.85), (2, 0.95), (3, 0.9)):
        links.add(Edge(0, other, similarity))
    assert links.twins == {(0, 0): Edge(0, 2, 0.95)}
