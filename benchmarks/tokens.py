"""Error of weighed and of estimated tokens against real tokenizers, by row and by file.

python benchmarks/tokens.py ../shared/corpus/datasets qwen3=PATH/tokenizer.json llama3=PATH/tokenizer.json
"""

import random
import sys
from collections.abc import Callable, Iterator

from measured import table

from ftlint.detect.tokens import estimate, exact, weighed
from ftlint.engine.bind import bind
from ftlint.engine.lint import planned
from ftlint.engine.plan import RuleSet
from ftlint.engine.scan import Scan
from ftlint.read.discover import discover
from ftlint.read.records import blocks
from ftlint.settings import load

ROWS = 120
"""Rows taken of each file, so that all files weigh the same."""
LEAST = 40
"""Characters; of shorter rows a token more or less is everything."""

Row = tuple[str, list[str]]


def main(folder: str, named: list[str]) -> None:
    rows = list(sampled(folder))
    files = {file for file, _ in rows}
    print(f"{len(rows):,} rows of {len(files)} files\n")
    lines = []
    for name, _, path in (each.partition("=") for each in named):
        true = [total(exact(path), pieces) for _, pieces in rows]
        for how, count in (("weighed", weighed), ("estimated", estimate)):
            found = [total(count, pieces) for _, pieces in rows]
            errors = sorted(mine / theirs - 1 for mine, theirs in zip(found, true, strict=True))
            whole = []
            for file in files:
                mine = sum(count for (of, _), count in zip(rows, found, strict=True) if of == file)
                theirs = sum(count for (of, _), count in zip(rows, true, strict=True) if of == file)
                whole.append(mine / theirs - 1)
            within = sum(abs(error) <= 0.25 for error in errors) / len(errors)
            low, middle, high = (errors[int(share * len(errors))] for share in (0.05, 0.5, 0.95))
            spread = f"{min(whole):+.0%} to {max(whole):+.0%}"
            lines.append(
                (name, how, f"{low:+.0%}", f"{middle:+.0%}", f"{high:+.0%}", f"{within:.0%}", spread)
            )
    table(("tokenizer", "way", "5%", "median", "95%", "within 25%", "files"), lines)


def total(count: Callable[[str], int], pieces: list[str]) -> int:
    return max(1, sum(map(count, pieces)))


def sampled(folder: str) -> Iterator[Row]:
    """Some rows of each file whose format is known: its path, and the pieces of its text."""
    settings = load([folder], isolated=True)
    plans, _ = planned(bind(discover([folder], settings), settings), settings, RuleSet([]), 1 << 40)
    chosen = random.Random(7)
    for plan in plans:
        if plan.format is None or plan.format.kind == "tokenised":
            continue
        scan = Scan(plan, RuleSet([]))
        found: list[list[str]] = []
        for block in blocks(plan.source, 0, None):
            if len(block.data):
                _, batch, _ = scan.columns(block, plan.format)
                texts = zip(batch.prompts, batch.targets, strict=True)
                found += [
                    [each for each in (*prompt.split("\x1f"), *target.split("\x1f")) if each]
                    for prompt, target in texts
                ]
        long = [pieces for pieces in found if sum(map(len, pieces)) >= LEAST]
        for pieces in chosen.sample(long, min(len(long), ROWS)):
            yield plan.path, pieces


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
