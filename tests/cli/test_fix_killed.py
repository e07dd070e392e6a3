"""A fix that is killed at any moment leaves each file as it was or as it is to be, and can be run again."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killed_fixes.py")
RULES = "FMT,CHAT005,DUP001,QUAL006,CFG001"
KILLS = 50


def lines(first: int, role: str = "assistant") -> bytes:
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"What follows {number}?"},
                {"role": role, "content": f"{number + 1} follows {number}, whatever else there is."},
            ]
        }
        for number in range(first, first + 30)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("faulty")
    (root / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + lines(0, "bot") + b'{"broken": \r\n' + lines(900))
    (root / "b.jsonl.gz").write_bytes(gzip.compress(lines(300) + lines(300) + b"\n", mtime=0))
    rows = [json.loads(line) for line in lines(600).splitlines()]
    (root / "c.jsonl").write_text(json.dumps(rows, indent=1), encoding="utf-16")
    (root / "d.yaml").write_text("ftlint: 1\nmethod: sft\ntuning: lora\nlearning_rate: 0.02\n")
    (root / "sound.jsonl").write_bytes(lines(1200))
    return root


def contents(folder: Path) -> dict[str, bytes]:
    found = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    steps = found.pop(".steps", None)
    return found if steps is None else {**found, "steps": b""}


def test_killed_at_any_moment(folder: Path, tmp_path: Path) -> None:
    def run(scratch: str, source: Path, *steps: int) -> Path:
        place = tmp_path / scratch
        place.mkdir()
        command = [sys.executable, str(SCRIPT), str(source), str(place), RULES, *map(str, steps)]
        subprocess.run(command, check=True, timeout=300)
        return place

    whole = run("whole", folder, 0) / "0"
    taken = int((whole / ".steps").read_text())
    before, after = contents(folder), contents(whole)
    assert all(before[name] != after[name] for name in before if name != "sound.jsonl")
    steps = sorted(random.Random(6).sample(range(1, taken), KILLS))
    place = run("killed", folder, *steps)
    for step in steps:
        found = contents(place / str(step))
        assert "steps" not in found, f"step {step} of {taken} killed nobody"
        names = {name for name in found if not name.endswith(".ftlint-tmp")}
        assert names == set(before), f"killed at step {step}"
        for name in names:
            assert found[name] in (before[name], after[name]), f"{name}, killed at step {step}"
    again = run("again", place / str(steps[-1]), 0) / "0"
    assert contents(again) == after
    assert sorted(each.name for each in (again / ".ftlint").iterdir()) == [".gitignore", "changes.jsonl"]
