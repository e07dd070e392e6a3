"""The data of the story, as it came from the shop: orders with faults in them, and general questions.

The rows are those of the tests that train (tests/training/pretrained.py): sentences of an order, each with
the JSON object it stands for.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "training"))

import pretrained

Row = dict[str, Any]

KEY = "ghp_" + "k7Tq2Zw9Xv4Bn6Mc8Lp1Rs3Yd5Gh0Jf2Ka4".rjust(36, "Q")


def write(folder: Path) -> None:
    """Write train.jsonl (with faults), val.jsonl, test.jsonl and general.jsonl."""
    folder.mkdir(parents=True)
    rows = pretrained.unique(pretrained.orders(2600, 1))
    random.Random(1).shuffle(rows)
    test, val, train = rows[:150], rows[150:230], rows[230:1330]
    _write(folder / "val.jsonl", val)
    _write(folder / "test.jsonl", test)
    _write(folder / "general.jsonl", pretrained.unique(pretrained.general(1500, 2))[:400])
    _write(folder / "train.jsonl", _faulty(train, test))
    broken = folder / "train.jsonl"
    broken.write_text(broken.read_text() + '{"messages": [{"role": "user", "content": "Kai wants 4 of\n')


def _faulty(rows: list[Row], test: list[Row]) -> list[Row]:
    """Rows that came twice, rows of the test split, an address and a key that slipped in."""
    again, leaked = rows[20:32], test[:8]
    private = [
        pretrained.chat(
            "Mia wants 3 of the vase, write to mia.brandt@lumen-lamps.net.", '{"item":"vase","count":3}'
        ),
        pretrained.chat("Oto wants 2 of the drum, call +49 30 901820 first.", '{"item":"drum","count":2}'),
        pretrained.chat(f"Bo wants 5 of the lamp. token {KEY}", '{"item":"lamp","count":5}'),
    ]
    return [*rows[:100], *again, *rows[100:250], *leaked, *rows[250:], *private]


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
