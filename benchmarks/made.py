"""Seeded chat data of any size, made once and kept in benchmarks/made/ (ignored by git).

python benchmarks/made.py 300 train.jsonl     300 MB of chat rows of about 1.1 KB
"""

import json
import random
import sys
from collections.abc import Iterator
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
    """Endless chat rows of about 1.1 KB; `repeated` is the share that repeats one of the first thousand."""
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
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / name
    size = int(megabytes * 1e6)
    if path.exists() and path.stat().st_size >= size:
        return path
    written = 0
    with path.open("w") as out:
        for row in chat_rows(seed, repeated):
            line = json.dumps(row) + "\n"
            out.write(line)
            written += len(line)
            if written >= size:
                return path
    return path


if __name__ == "__main__":
    print(made(float(sys.argv[1]), sys.argv[2]))
