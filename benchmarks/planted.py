"""Chat data with planted near-duplicates of known Jaccard, streamed, made once, kept in benchmarks/made/.

python benchmarks/planted.py [ROWS]     500,000 rows of about 1.1 KB and the truth beside them

Of the rows 6% are edited copies of an earlier row, their word 5-gram Jaccard spread evenly over 0.4 to 1;
2% are exact copies; 0.5% differ from their source in case, punctuation and white space alone. Words are
drawn as often as their rank says (Zipf), so that unrelated rows share next to no 5-gram. A smaller corpus
is the head of a larger one of the same seed.
"""

import csv
import json
import random
import re
import sys
from collections import deque
from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

from made import FOLDER, words

ROWS = 500_000
EDITED, EXACT, NORM = 0.06, 0.02, 0.005
NEAR = 20_000
"""Rows back that most copies reach at most; the others may reach to the first row."""

FAR = 0.3
"""Share of copies whose source is drawn from all earlier rows."""

EDITS = ("substitution", "insertion", "deletion", "block")
COSTS = {"substitution": (5, 5), "insertion": (4, 5), "deletion": (5, 4)}
"""5-grams that one edit away from the ends takes away, and those it brings."""

WORD = re.compile(r"\w+")


class Source(NamedTuple):
    row: int
    question: str
    answer: str


class Pair(NamedTuple):
    """Two rows, counted from 0, and the exact Jaccard of their word 5-grams (prompt and answer)."""

    earlier: int
    later: int
    jaccard: float
    kind: str


class Planted(NamedTuple):
    data: Path
    truth: Path

    @property
    def parts(self) -> list[Path]:
        """What the two are called while they are written."""
        return [path.with_name(path.name + ".part") for path in self]

    def pairs(self, rows: int | None = None) -> list[Pair]:
        """Those of the first so many rows, in the order of the later row."""
        with self.truth.open(newline="") as stream:
            found = [
                Pair(int(line["earlier"]), int(line["later"]), float(line["jaccard"]), line["kind"])
                for line in csv.DictReader(stream)
            ]
        return [pair for pair in found if rows is None or pair.later < rows]


def shingles(text: str) -> set[tuple[str, ...]]:
    found = WORD.findall(text.lower())
    return set(zip(found, found[1:], found[2:], found[3:], found[4:], strict=False))


def jaccard(one: str, other: str) -> float:
    first, second = shingles(one), shingles(other)
    return len(first & second) / len(first | second)


class Writer:
    """Draws sentences: as in prose, the shorter a word, the more often it stands."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.vocabulary = sorted(dict.fromkeys(words(self.draw, 50_000)), key=len)
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.vocabulary))))

    def words(self, count: int) -> list[str]:
        return self.draw.choices(self.vocabulary, cum_weights=self.weights, k=count)

    def other(self, token: str) -> str:
        """A word that is not this one."""
        while (word := self.words(1)[0]) == token.lower().rstrip(".?"):
            continue
        return word

    def sentence(self, end: str = ".") -> str:
        return " ".join(self.words(self.draw.randint(6, 22))).capitalize() + end

    def sentences(self, least: int, most: int) -> str:
        return " ".join(self.sentence() for _ in range(self.draw.randint(least, most)))

    def fresh(self, row: int) -> Source:
        question = self.sentences(1, 4) + " " + self.sentence("?")
        return Source(row, question, self.sentences(3, 10))

    def edited(self, source: Source, kind: str, target: float) -> tuple[str, str]:
        """Question and answer with as many edits as bring the Jaccard near the target."""
        question = source.question.split()
        tokens = [*question, *source.answer.split()]
        pieces = [[token] for token in tokens]
        grams = len(tokens) - 4
        if kind == "block":
            lost = max(1, round(grams * (1 - target) / (1 + target)))
            if lost > 4:
                length = lost - 4
                start = self.draw.randint(5, max(5, len(tokens) - length - 5))
                pieces[start : start + length] = [[word] for word in self.words(length)]
        else:
            taken, brought = COSTS[kind]
            edits = grams * (1 - target) / (taken + brought * target)
            for place in self._places(int(edits), len(tokens)):
                pieces[place] = self._edit(kind, tokens[place])
            lost = min(4, max(round(edits % 1 * 5), edits < 1))
        if lost in range(1, 5):
            place = self.draw.choice((lost - 1, -lost))
            pieces[place] = [self.other(tokens[place])]
        cut = len(question)
        return _joined(pieces[:cut]), _joined(pieces[cut:])

    def _places(self, edits: int, tokens: int) -> Iterator[int]:
        """Places five words apart or more, away from both ends."""
        step = (tokens - 10) / max(1, edits)
        for number in range(edits):
            yield 5 + int(number * step) + self.draw.randrange(max(1, int(step) - 4))

    def _edit(self, kind: str, token: str) -> list[str]:
        if kind == "deletion":
            return []
        return [self.other(token)] if kind == "substitution" else [*self.words(1), token]

    def respelt(self, text: str) -> str:
        """The same words in other case, with other punctuation or other white space."""
        draw = self.draw
        ways = draw.sample(("case", "punctuation", "space"), k=draw.randint(1, 3))
        if "case" in ways:
            text = draw.choice((str.upper, str.lower, str.title))(text)
        if "punctuation" in ways:
            text = text.replace(". ", draw.choice((" - ", "; ", "! "))).rstrip(".?") + draw.choice(("", "!!"))
        if "space" in ways:
            text = text.replace(" ", draw.choice(("  ", "\n", " \t")))
        return text


def _joined(pieces: list[list[str]]) -> str:
    return " ".join(word for piece in pieces for word in piece)


def rows(seed: int = 7) -> Iterator[tuple[dict[str, object], Pair | None]]:
    """Endless chat rows; with a copy comes the pair it makes. Copies are never copied again."""
    writer = Writer(seed)
    draw = writer.draw
    system = writer.sentence()
    recent: deque[Source] = deque(maxlen=NEAR)
    any_time: list[Source] = []
    row = originals = 0
    while True:
        chance = draw.random()
        pair = None
        if chance >= EDITED + EXACT + NORM or originals < 100:
            made = writer.fresh(row)
            recent.append(made)
            originals += 1
            if len(any_time) < NEAR:
                any_time.append(made)
            elif (place := draw.randrange(originals)) < NEAR:
                any_time[place] = made
        else:
            source = draw.choice(any_time if draw.random() < FAR else recent)
            made, kind = _copy(writer, source, row, chance)
            likeness = jaccard(f"{source.question} {source.answer}", f"{made.question} {made.answer}")
            pair = Pair(source.row, row, likeness, kind)
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": made.question},
            {"role": "assistant", "content": made.answer},
        ]
        yield {"messages": messages}, pair
        row += 1


def _copy(writer: Writer, source: Source, row: int, chance: float) -> tuple[Source, str]:
    if chance < EDITED:
        kind = writer.draw.choice(EDITS)
        return Source(row, *writer.edited(source, kind, writer.draw.uniform(0.4, 1))), kind
    if chance < EDITED + EXACT:
        return source._replace(row=row), "exact"
    return Source(row, writer.respelt(source.question), writer.respelt(source.answer)), "norm"


def place(count: int, seed: int = 7) -> Planted:
    return Planted(FOLDER / f"planted-{seed}-{count}.jsonl", FOLDER / f"planted-{seed}-{count}.csv")


def planted(count: int = ROWS, seed: int = 7) -> Planted:
    """The corpus of so many rows and its truth, made unless they stand there."""
    made = place(count, seed)
    if made.data.exists() and made.truth.exists():
        return made
    FOLDER.mkdir(exist_ok=True)
    parts = made.parts
    with parts[0].open("w") as data, parts[1].open("w", newline="") as truth:
        told = csv.writer(truth)
        told.writerow(Pair._fields)
        for row, pair in islice(rows(seed), count):
            data.write(json.dumps(row) + "\n")
            if pair is not None:
                told.writerow(pair._replace(jaccard=round(pair.jaccard, 6)))
    for part, path in zip(parts, made, strict=True):
        part.replace(path)
    return made


if __name__ == "__main__":
    print(*planted(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS), sep="\n")
