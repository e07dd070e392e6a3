"""The cache: used when nothing has changed, never otherwise, and never a reason to fail."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint import __version__
from ftlint.engine import cache_store
from ftlint.engine.bind import bind
from ftlint.engine.cache import Cache
from ftlint.engine.cache_store import INDEX
from ftlint.engine.cache_values import DIGEST, MAGIC
from ftlint.engine.executors import Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.report import FORMATS, style_for
from ftlint.settings import Settings, override

Write = Callable[[str, Any], Path]


class Counting(Serial):
    """The serial executor, which says how many shards it was given."""

    def __init__(self) -> None:
        self.shards = 0

    def map(self, work: Any, shards: Any) -> Any:
        self.shards += len(shards)
        return super().map(work, shards)


def run(root: Path, *, cache: bool = True, **changes: Any) -> tuple[int, str]:
    """How many shards were scanned, and the report as text."""
    settings = Settings(root=str(root))
    settings = override(settings, **changes) if changes else settings
    counting = Counting()
    report: Report = check(
        bind(discover([str(root)], settings), settings),
        settings,
        RuleSet(selected(settings)),
        executor=counting,
        shard_bytes=4000,
        cache=Cache(str(root / ".ftlint_cache")) if cache else None,
        today="2026-11-01",
    )
    report.seconds = 0.0
    out = io.StringIO()
    FORMATS["json"](report, out, style_for(out, {}))
    return counting.shards, out.getvalue()


def turn(user: str, answer: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": user}, {"role": "assistant", "content": answer}]}


ROWS = [
    *(turn(f"What is lamp {n}?", f"Lamp {n} shows the link.") for n in range(100)),
    turn("Hi there", "I'm sorry, but as an AI language model I cannot.", "usr"),
    turn("What is lamp 3?", "Lamp 3 shows the link."),
    turn("What is lamp 4?", "Nobody knows about lamp 4."),
    turn("Say it", "la " * 400),
    {"messages": [], "lint": "CHAT"},
]


@pytest.fixture
def root(tmp_path: Path, write: Write) -> Path:
    write("train.jsonl", ROWS)
    write("val.jsonl", [*ROWS[:9], "broken", *ROWS[70:80]])
    write(
        "broken.jsonl", '{"prompt": "a", "completion": "b",}\n\n{"prompt": "a" "b"}\n' + "{'a': None}\n" * 3
    )
    write("table.csv", 'prompt,completion\nWhat?,"That."\nragged\n')
    write("all.json", json.dumps(ROWS[:30], indent=1))
    return tmp_path


def entries(root: Path) -> list[Path]:
    return sorted((root / ".ftlint_cache").rglob("*.bin"))


@pytest.fixture(params=[0, cache_store.SMALL], ids=["files of their own", "the index"])
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Up to which size values stand in the index."""
    monkeypatch.setattr(cache_store, "SMALL", request.param)
    return int(request.param)


def test_a_second_run_scans_nothing_and_says_the_same(root: Path, small: int) -> None:
    bare, without = run(root, cache=False)
    first, written = run(root)
    second, read = run(root)
    assert (first, second) == (bare, 0)
    assert bare > 5
    assert written == read == without
    assert len(json.loads(read)["findings"]) > 10
    assert (len(entries(root)) > 10) is (not small)
    assert (root / ".ftlint_cache/.gitignore").read_text() == "*\n"
    assert all(path.read_bytes().startswith(MAGIC) for path in entries(root))


def test_one_changed_byte_is_seen(root: Path) -> None:
    run(root)
    file = root / "val.jsonl"
    data = file.read_bytes()
    at = data.index(b"Lamp 3 ")
    stat = file.stat()
    file.write_bytes(data[:at] + b"Lamp 8 " + data[at + 7 :])
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    scanned, report = run(root)
    assert 0 < scanned < run(root, cache=False)[0]
    assert report == run(root, cache=False)[1]


def test_a_fresh_checkout_of_the_same_bytes_is_known(root: Path) -> None:
    run(root)
    file = root / "train.jsonl"
    shutil.copy(file, root / "copy")
    file.unlink()
    (root / "copy").rename(file)
    os.utime(file, ns=(1, 1))
    assert run(root)[0] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"ignore": ("QUAL002",)},
        {"select": ("CHAT",)},
        {"extend_select": ("QUAL028",)},
        {"max_length": 100},
        {"target": "openai"},
        {"format": "openai-chat"},
        {"ignore_field": "lint"},
        {"rule_options": {"label-imbalance": {"most": 0.5}}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_steers_a_scan_is_part_of_the_key(root: Path, changes: dict[str, Any]) -> None:
    run(root)
    scanned, report = run(root, **changes)
    assert scanned > 0
    assert report == run(root, cache=False, **changes)[1]
    assert run(root, **changes)[0] == 0


@pytest.mark.parametrize(
    "changes",
    [{"fail_on": "info"}, {"max_per_rule": 0}, {"per_path_ignores": {"*": ("CHAT",)}}, {"jobs": 2}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_only_steers_the_report_is_not(root: Path, changes: dict[str, Any]) -> None:
    run(root)
    scanned, report = run(root, **changes)
    assert scanned == 0
    assert report == run(root, cache=False, **changes)[1]


def broken(data: bytes) -> list[bytes]:
    return [
        b"",
        data[:10],
        data[: len(MAGIC) + DIGEST],
        data[: len(data) // 2],
        data[:-1],
        data + b"x",
        b"\0" * len(data),
        MAGIC + b"[]\n",
        MAGIC,
        b"ftlint-cache-1\n" + data[len(MAGIC) :],
    ]


def test_a_damaged_entry_is_ignored_and_written_anew(root: Path, small: int) -> None:
    _, whole = run(root)
    entry = max(entries(root), key=lambda path: path.stat().st_size)
    data = entry.read_bytes()
    for damaged in broken(data):
        entry.write_bytes(damaged)
        scanned, report = run(root)
        assert scanned > 0, damaged[:40]
        assert report == whole, damaged[:40]
        assert run(root)[0] == 0


def test_a_bit_flipped_anywhere_is_no_crash(root: Path) -> None:
    _, whole = run(root)
    entry = max(entries(root), key=lambda path: path.stat().st_size)
    data = entry.read_bytes()
    for at in range(0, min(len(data), 8000), 61):
        entry.write_bytes(data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :])
        _, report = run(root)
        assert report == whole, at


def test_a_folder_that_cannot_be_written_costs_only_time(root: Path) -> None:
    (root / ".ftlint_cache").write_text("a file where the folder should be")
    first, report = run(root)
    second, again = run(root)
    assert first == second > 0
    assert report == again == run(root, cache=False)[1]


def test_what_broke_or_did_not_run_is_not_kept(root: Path) -> None:
    """Else the next run would not tell it."""
    (root / "pulled-not.jsonl").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    )
    _, first = run(root)
    _, second = run(root)
    assert first == second
    assert "not-pulled" in second


def test_runs_beside_each_other(root: Path) -> None:
    """Processes that read and write one cache at once: each says the same, no entry is left half written."""
    for number in range(4):
        (root / f"more{number}.jsonl").write_bytes((root / "train.jsonl").read_bytes() * 90)
    command = [
        sys.executable, "-m", "ftlint", "check", ".", "--isolated", "--output-format", "json",
        "--today", "2026-11-01", "--jobs", "1",
    ]  # fmt: skip
    started = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    outputs = set()
    for process in started:
        out, complaint = process.communicate(timeout=120)
        assert complaint == ""
        report = json.loads(out)
        report["summary"]["seconds"] = 0
        outputs.add(json.dumps(report))
    assert len(outputs) == 1
    assert (root / ".ftlint_cache" / __version__ / INDEX).exists()
    assert not list((root / ".ftlint_cache").rglob("*.bin.*"))


def test_it_is_used_from_the_command_line_and_cleaned(
    ftlint: Callable[..., Any], write: Write, tmp_path: Path
) -> None:
    rows = [turn(f"What is lamp {n}?", f"Lamp {n} shows the link. " * 30) for n in range(6000)]
    write("train.jsonl", [*rows, turn("Hi there", "Hello.", "usr")])
    first = ftlint("check", "--output-format", "json")
    assert entries(tmp_path)
    second = ftlint("check", "--output-format", "json")
    left, right = json.loads(first.stdout), json.loads(second.stdout)
    left["summary"]["seconds"] = right["summary"]["seconds"] = 0
    assert left == right
    assert second.returncode == 1
    cleaned = ftlint("clean")
    assert cleaned.stdout.startswith("removed .ftlint_cache: ")
    assert not (tmp_path / ".ftlint_cache").exists()
    ftlint("check", "--no-cache")
    assert not (tmp_path / ".ftlint_cache").exists()


def test_another_model_is_another_scan(tmp_path: Path) -> None:
    """Names are found by a model: one trained anew in the same folder may find others."""
    from ftlint.detect.sensitive import Wanted
    from ftlint.engine.steering import rules_identity
    from ftlint.model.privacy import PiiChoices

    def known(**chosen: Any) -> str:
        return rules_identity(RuleSet((), Wanted(frozenset({"person"}), pii=PiiChoices(**chosen))))

    weights = tmp_path / "model" / "ner" / "weights"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"one")
    before = known(model=str(tmp_path / "model"))
    assert known(model=str(tmp_path / "model")) == before
    assert known(model="en_core_web_sm") != before
    weights.write_bytes(b"three")
    assert known(model=str(tmp_path / "model")) != before
