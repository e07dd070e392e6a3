"""Near-duplicates of a chat file by rensa or datasketch, as their documentation shows.

python benchmarks/sketched.py rensa|datasketch zip|slices FILE OUT ROWS

Writes the rows flagged, counted from 0, one a line. Prompt and answer are compared, the system prompt is left
out. Word 5-grams are made in plain Python: by `zip`, the cheapest way known, or as a set of `slices`, the way
most often seen.
"""

import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path

import orjson

THRESHOLD, PERMUTATIONS, BANDS = 0.8, 128, 16
WORD = re.compile(r"\w+")


Document = Collection[str]


def by_zip(words: list[str]) -> Document:
    return list(map(" ".join, zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)))


def by_slices(words: list[str]) -> Document:
    return {" ".join(words[start : start + 5]) for start in range(len(words) - 4)}


def grams(file: str, rows: int, way: Callable[[list[str]], Document]) -> Iterator[Document]:
    with open(file, "rb") as stream:
        for row in map(orjson.loads, islice(stream, rows)):
            spoken = [turn["content"] for turn in row["messages"] if turn["role"] != "system"]
            yield way(WORD.findall(" ".join(spoken).lower()))


def rensa(documents: Iterator[Document]) -> Iterable[int]:
    """Rows that share a band with another row; the first of them is flagged, too."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_token_sets(documents, num_perm=PERMUTATIONS, seed=42)
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)
    flags = index.query_duplicate_flags_matrix_one_shot(matrix)
    return (row for row, flag in enumerate(flags) if flag)


def datasketch(documents: Iterator[Document]) -> Iterable[int]:
    """Rows for which the index answers with an earlier row."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    hashes = MinHash.bulk(([gram.encode() for gram in row] for row in documents), num_perm=PERMUTATIONS)
    with index.insertion_session() as session:
        for row, made in enumerate(hashes):
            session.insert(row, made)
    return (row for row, made in enumerate(hashes) if min(index.query(made)) < row)


if __name__ == "__main__":
    tool, way, file, out, rows = sys.argv[1:]
    documents = grams(file, int(rows), {"zip": by_zip, "slices": by_slices}[way])
    flagged = {"rensa": rensa, "datasketch": datasketch}[tool](documents)
    Path(out).write_text("".join(f"{row}\n" for row in flagged))
