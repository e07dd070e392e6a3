"""The files of the cache: whole or as if not there, shared with other runs, and no larger than is wanted."""

import os
import time
from pathlib import Path

import pytest

from ftlint import __version__
from ftlint.engine import cache_store
from ftlint.engine.cache_store import INDEX, SMALL, Store, make_room

LARGE = b"x" * (SMALL + 1)


def store(folder: Path, day: int = 0) -> Store:
    made = Store(str(folder))
    made.today += day
    return made


def saved(folder: Path, day: int = 0, **values: bytes) -> None:
    writing = store(folder, day)
    for name, value in values.items():
        writing.put(name, value)
    writing.save()


def test_values_and_records_come_back(tmp_path: Path) -> None:
    writing = store(tmp_path)
    writing.put("small", b"\0\xff")
    writing.put("large", LARGE)
    writing.records["file"] = {"stamp": [1, 2], "sure": True, "content": "c"}
    writing.touch("file")
    writing.save()
    reading = store(tmp_path)
    assert (reading.get("small"), reading.get("large"), reading.get("other")) == (b"\0\xff", LARGE, None)
    assert reading.records["file"]["content"] == "c"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        ".gitignore",
        INDEX,
        "large.bin",
    ]


def test_a_run_that_finds_all_as_it_was_writes_nothing(tmp_path: Path) -> None:
    saved(tmp_path, small=b"1", large=LARGE)
    index = tmp_path / __version__ / INDEX
    before = index.stat().st_ino
    reading = store(tmp_path)
    reading.get("small")
    reading.get("large")
    reading.save()
    assert index.stat().st_ino == before


def test_what_another_run_wrote_meanwhile_stays(tmp_path: Path) -> None:
    saved(tmp_path, old=b"0")
    first, second = store(tmp_path), store(tmp_path)
    assert (first.get("old"), second.get("old")) == (b"0", b"0")
    first.put("mine", b"1")
    first.records["one"] = {"content": "1"}
    first.touch("one")
    first.save()
    second.put("theirs", b"2")
    second.save()
    both = store(tmp_path)
    assert [both.get(name) for name in ("old", "mine", "theirs")] == [b"0", b"1", b"2"]
    assert "one" in both.records


@pytest.mark.parametrize("damage", [b"", b"ftlint-cache-5\n", b"{}", b"\0" * 4096])
def test_a_damaged_index_is_none(tmp_path: Path, damage: bytes) -> None:
    saved(tmp_path, small=b"1")
    (tmp_path / __version__ / INDEX).write_bytes(damage)
    assert store(tmp_path).get("small") is None
    saved(tmp_path, small=b"2")
    assert store(tmp_path).get("small") == b"2"


def test_what_nobody_asks_for_is_dropped(tmp_path: Path) -> None:
    saved(tmp_path, asked=b"1", left=b"2")
    later = store(tmp_path, cache_store.DAYS)
    assert later.get("asked") == b"1"
    later.save()
    last = store(tmp_path, cache_store.DAYS + 1)
    last.put("new", b"3")
    last.save()
    reading = store(tmp_path, cache_store.DAYS + 1)
    assert [reading.get(name) for name in ("asked", "left", "new")] == [b"1", None, b"3"]


def test_room_is_made_for_what_is_used(tmp_path: Path) -> None:
    """The oldest of any version go first; never what this run used, and never an index."""
    for age, name in enumerate(["0.0.1/aa/a.bin", f"{__version__}/bb/b.bin", f"{__version__}/cc/c.bin"]):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_bytes(bytes(100))
        os.utime(file, (1_000_000_000 + age, 1_000_000_000 + age))
    index = tmp_path / __version__ / INDEX
    index.write_bytes(bytes(100))
    make_room(tmp_path, {tmp_path / __version__ / "bb/b.bin"}, 400)
    assert len(list(tmp_path.rglob("*.bin"))) == 4
    make_room(tmp_path, {tmp_path / __version__ / "bb/b.bin"}, 300)
    assert not (tmp_path / "0.0.1/aa/a.bin").exists()
    make_room(tmp_path, {tmp_path / __version__ / "bb/b.bin"}, 0)
    assert sorted(path.name for path in tmp_path.rglob("*.bin")) == ["b.bin", INDEX]


def test_what_a_killed_run_left_is_swept_up(tmp_path: Path) -> None:
    saved(tmp_path, large=LARGE)
    left = tmp_path / __version__ / "la" / "large.bin.4711"
    left.write_bytes(b"half")
    beside = tmp_path / __version__ / "la" / "other.bin.4712"
    beside.write_bytes(b"of a run that is still writing")
    os.utime(left, (time.time() - 2 * cache_store.STALE,) * 2)
    saved(tmp_path, other=LARGE)
    assert not left.exists()
    assert beside.exists()
