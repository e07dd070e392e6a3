"""Start-up as a ratio to `python -c pass`, in CPU time.

python benchmarks/startup.py
"""

import json
import tempfile
from itertools import islice
from pathlib import Path

from made import chat_rows
from measured import median, python, table

RULES = """
import sys
sys.path.insert(0, sys.argv[1])
from ftlint import registry
registry.entry_points = lambda: [("made", "made_rules")]
assert len(registry.rules()) == 150
"""

RULE = '''
from __future__ import annotations
from collections.abc import Iterator
from typing import Annotated
from ftlint.model import Finding, Shape
from ftlint.rule import Between, Example, Rule, Severity, chat

class Made{number}(Rule[Shape]):
    """A rule made for measuring."""

    code = "MADE{number:03}"
    name = "made-{number}"
    severity = Severity.INFO
    bad = (Example([chat("a", "b")]),)
    good = (Example([chat("a", "b", "c")]),)
    share: Annotated[float, Between(0, 1), "a share"] = 0.5

    def check(self, shape: Shape) -> Iterator[Finding]:
        if len(shape.turns) == 2:
            yield Finding("two turns")
'''


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "train.jsonl").write_text(
            "".join(json.dumps(row) + "\n" for row in islice(chat_rows(), 1000))
        )
        package = root / "made_rules"
        package.mkdir()
        (package / "__init__.py").write_text("")
        for number in range(150):
            (package / f"made{number:03}.py").write_text(RULE.format(number=number))
        base = median(python("-c", "pass"), 15)
        rows = []
        for name, command, limit in (
            ("ftlint --version", python("-m", "ftlint", "--version"), 3),
            ("check of 1,000 clean rows", python("-m", "ftlint", "check", "--isolated", "train.jsonl"), 15),
            ("loading 150 rules", python("-c", RULES, root), 5),
        ):
            done = median(command, 15, cwd=root)
            rows.append((name, f"{done.cpu * 1e3:.0f}", f"{done.cpu / base.cpu:.1f}", limit, done.code))
        print(f"python -c pass: {base.cpu * 1e3:.0f} ms\n")
        table(("what", "CPU ms", "x python", "asked: at most", "exit"), rows)


if __name__ == "__main__":
    main()
