"""Seeded chat data of any size, made once and kept in benchmarks/made/ (ignored by git).

python benchmarks/made.py 300 train.jsonl     300 MB of chat rows of about 1.3 KB
"""

import json
import random
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

FOLDER = Path(__file__).parent / "made"

SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ter",
    "pan",
    "ves",
    "dor",
    "rin",
    "sol",
    "tam",
    "bel",
    "cor",
    "fin",
    "gar",
    "hel",
    "jun",
    "lam",
    "mor",
    "nes",
    "pol",
    "qua",
    "ras",
    "sun",
    "tor",
    "ul",
    "vin",
    "wex",
    "yor",
    "zan",
]


def words(draw: random.Random, count: int = 6000) -> list[str]:
    """A vocabulary with the short common words of English at its head."""
    common = [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "you",
        "that",
        "it",
        "he",
        "was",
        "for",
        "on",
        "are",
        "as",
        "with",
        "his",
        "they",
        "at",
        "be",
        "this",
        "have",
        "from",
        "or",
        "one",
        "had",
        "by",
        "word",
        "but",
        "not",
        "what",
        "all",
        "were",
        "we",
        "when",
        "your",
        "can",
        "said",
        "there",
        "use",
        "an",
        "each",
        "which",
        "she",
        "do",
        "how",
        "their",
        "if",
        "will",
        "up",
    ]
    made = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(count)]
    return common * 30 + made


def sentence(draw: random.Random, vocabulary: list[str], end: str = ".") -> str:
    chosen = draw.choices(vocabulary, k=draw.randint(6, 22))
    return chosen[0].capitalize() + " " + " ".join(chosen[1:]) + end


def chat_rows(seed: int = 7, repeated: float = 0.0) -> Iterator[dict[str, object]]:
    """Endless chat rows of about 1.3 KB; `repeated` is the share that repeats one of the first thousand."""
    draw = random.Random(seed)
    vocabulary = words(draw)
    systems = [sentence(draw, vocabulary) for _ in range(3)]
    first: list[dict[str, object]] = []
    while True:
        if first and draw.random() < repeated:
            yield draw.choice(first)
            continue
        question = " ".join(sentence(draw, vocabulary) for _ in range(draw.randint(1, 4)))
        answer = " ".join(sentence(draw, vocabulary) for _ in range(draw.randint(3, 10)))
        row: dict[str, object] = {
            "messages": [
                {"role": "system", "content": systems[0]},
                {"role": "user", "content": question + " " + sentence(draw, vocabulary, "?")},
                {"role": "assistant", "content": answer},
            ]
        }
        if len(first) < 1000:
            first.append(row)
        yield row


def made(megabytes: float, name: str, seed: int = 7, repeated: float = 0.0) -> Path:
    """The file of that size, made unless it stands there."""
    size = int(megabytes * 1e6)
    path = FOLDER / name
    if path.exists() and path.stat().st_size >= size:
        return path
    return _written(path, _until(size, chat_rows(seed, repeated)))


def made_rows(rows: int, seed: int = 7) -> Path:
    """The file of so many chat rows, made unless it stands there."""
    path = FOLDER / f"rows-{rows}.jsonl"
    return path if path.exists() else _written(path, map(_line, islice(chat_rows(seed), rows)))


def _line(row: dict[str, object]) -> str:
    return json.dumps(row) + "\n"


def _until(size: int, rows: Iterator[dict[str, object]]) -> Iterator[str]:
    written = 0
    while written < size:
        line = _line(next(rows))
        written += len(line)
        yield line


def _written(path: Path, lines: Iterable[str]) -> Path:
    """Under another name first, so that a run that is broken off leaves no short file behind."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w") as out:
        out.writelines(lines)
    return part.replace(path)


if __name__ == "__main__":
    print(made(float(sys.argv[1]), sys.argv[2]))
