"""How many times the floor a check costs: read + C parse + extract text of the same file, one process.

python benchmarks/floor.py [MEGABYTES]
"""

import sys
from pathlib import Path

from made import made
from measured import median, python, run, table

FLOOR = """
import sys, orjson
total = rows = 0
with open(sys.argv[1], "rb") as stream:
    rest = b""
    while chunk := stream.read(4 << 20):
        lines = (rest + chunk).split(b"\\n")
        rest = lines.pop()
        for row in map(orjson.loads, lines):
            total += len("\\x1f".join([message["content"] for message in row["messages"]]))
            rows += 1
print(rows, total)
"""


def main() -> None:
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 300
    path = made(megabytes, f"chat-{megabytes:g}.jsonl")
    rows = int(run(python("-c", FLOOR, path)).output.split()[0])
    floor = median(python("-c", FLOOR, path), runs=3)
    check = python("-m", "ftlint", "check", "--isolated", "--no-cache", "--exit-zero", path.name)
    serial = median([*check, "--jobs", "1"], runs=3, cwd=path.parent)
    two = median([*check, "--jobs", "2"], runs=3, cwd=path.parent)
    print(f"{rows:,} rows, {Path(path).stat().st_size / 1e6:,.0f} MB\n")
    line = []
    for name, measured in (("floor", floor), ("check, serial", serial), ("check, 2 processes", two)):
        line.append(
            (
                name,
                f"{measured.cpu:.2f}",
                f"{measured.wall:.2f}",
                f"{measured.cpu / rows * 1e6:.1f}",
                f"{measured.cpu / floor.cpu:.2f}",
                f"{rows / measured.wall:,.0f}",
                f"{measured.peak_mb:,.0f}",
            )
        )
    table(("what", "CPU s", "wall s", "us a row", "x floor", "rows/s", "peak MB"), line)
    print(f"\ntwo processes are {serial.wall / two.wall:.2f}x as fast as one; 600 MB + 64 bytes a row is "
          f"{600 + rows * 64 / 1e6:,.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
