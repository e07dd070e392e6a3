"""Near duplicates among the rows of an evaluation: they are one observation, not several."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

SIMILARITY = 0.8
"""Jaccard similarity of their five-word shingles from which on two rows are one: that of the near-duplicate
rules, and of Lee et al. 2022 (arXiv:2107.06499)."""


def groups(texts: Sequence[str], similarity: float = SIMILARITY) -> list[str]:
    """The group of each text: `g` and the index of its first text, "" for a text that stands alone.

    Texts of equal words are in one group however short they are, for shingles need five.
    """
    import numpy as np

    from ftlint.detect.near.clusters import Clusters
    from ftlint.detect.near.exact import shingle_sets, similarities
    from ftlint.detect.near.nodes import candidates
    from ftlint.detect.near.shingles import text_shingles
    from ftlint.detect.near.signature import signatures
    from ftlint.detect.near.store import Signed

    clusters = Clusters(len(texts))
    firsts: dict[str, int] = {}
    for index, text in enumerate(texts):
        clusters.connect(index, firsts.setdefault(" ".join(text.split()).casefold(), index))
    shingles = text_shingles(texts)
    chosen = np.array([each for each in firsts.values() if shingles.counts[each]], np.int64)
    if len(chosen) > 1:
        signed = Signed([array("B", signatures(shingles).tobytes())], chosen)
        pairs = candidates(signed, similarity)
        left, right = chosen[pairs.left].tolist(), chosen[pairs.right].tolist()
        sets = dict(enumerate(shingle_sets(shingles)))
        alike = similarities(sets, list(zip(left, right, strict=True)))
        for one, other, found in zip(left, right, alike, strict=True):
            if found >= similarity:
                clusters.connect(one, other)
    heads = [clusters.first(index) for index in range(len(texts))]
    sizes = np.bincount(heads, minlength=len(texts)).tolist() if heads else []
    return [f"g{head}" if sizes[head] > 1 else "" for head in heads]
