"""However files, settings or rules change: what the cache makes of it is what a run without one finds."""

import gzip
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine import cache_records, prior
from ftlint.engine.bind import bind
from ftlint.engine.cache import Cache
from ftlint.engine.executors import Executor, Processes, Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.engine.steering import files_of, releases, rules_identity
from ftlint.read.candidates import is_data_file
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.report import FORMATS, style_for
from ftlint.settings import DatasetSettings, Settings

NOUNS = ("lamp", "river", "harbour", "violin", "orchard", "glacier", "engine", "lantern", "market", "signal")
OLD = -(1 << 62)
"""In place of `COARSE`: times are trusted however young they are."""

opened: list[str] = []
hooked: list[bool] = []


def hook(event: str, arguments: tuple[Any, ...]) -> None:
    if hooked and event == "open" and isinstance(arguments[0], str):
        opened.append(os.path.basename(arguments[0]))


sys.addaudithook(hook)


def words(number: int, count: int = 60) -> str:
    return " ".join(f"{NOUNS[(number * 7 + at * at) % 10]}{(number * at) % 97}" for at in range(count))


def row(number: int, answer: str = "") -> dict[str, Any]:
    asked = {"role": "user", "content": f"Tell me of {words(number, 30)}"}
    return {"messages": [asked, {"role": "assistant", "content": answer or words(number)}]}


def lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in rows)


def parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out)
    return out.getvalue()


def table(numbers: range) -> bytes:
    return b"prompt,completion\n" + b"".join(f'"{words(n, 30)}","{words(n)}"\n'.encode() for n in numbers)


FILES: dict[str, Callable[[range], bytes]] = {
    "train-a.jsonl": lambda numbers: lines([row(n) for n in numbers]) + b"{broken\n",
    "train-b.jsonl.gz": lambda numbers: gzip.compress(lines([row(n) for n in numbers]), mtime=0),
    "train-c.parquet": lambda numbers: parquet([row(n) for n in numbers]),
    "train-d.json": lambda numbers: json.dumps([row(n) for n in numbers], indent=1).encode(),
    "val-e.jsonl": lambda numbers: lines([row(n) for n in numbers]).decode().encode("utf-16"),
    "other.csv": table,
}
SETTINGS = (
    DatasetSettings("chat", train=("train-*",), validation=("val-*",)),
    DatasetSettings("rest", train=("other.csv",)),
)


@pytest.fixture(params=["by their times", "by their content"])
def trusting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether files as young as those of a test are known by their times."""
    if request.param == "by their times":
        monkeypatch.setattr(cache_records, "COARSE", OLD)
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All containers, with copies and near-copies within and across the splits; datasets count as large."""
    monkeypatch.setattr(prior, "SMALL", 1)
    for at, (name, write) in enumerate(FILES.items()):
        (tmp_path / name).write_bytes(write(range(at * 16, at * 16 + 20)))
    near = row(3, words(3).replace("lamp", "bulb", 1))
    with (tmp_path / "train-a.jsonl").open("ab") as out:
        out.write(lines([near, row(3), row(210)]))
    (tmp_path / "notes.py").write_text("token = 1\n")
    return tmp_path


def report(
    root: Path,
    cache: Cache | None,
    executor: Executor | None = None,
    rules: RuleSet | None = None,
    **changes: Any,
) -> str:
    settings = replace(Settings(root=str(root), dataset=SETTINGS), **changes)
    rules = rules or RuleSet(selected(settings))
    is_data = is_data_file if cache is None else cache.is_data
    found = check(
        bind(discover([str(root)], settings, documents="all", is_data=is_data), settings),
        settings,
        rules,
        executor=executor or Serial(),
        cache=cache,
        today="2026-11-01",
    )
    found.seconds = 0.0
    out = io.StringIO()
    FORMATS["json"](found, out, style_for(out, {}))
    return out.getvalue()


def fresh(root: Path) -> Cache:
    return Cache(str(root / ".ftlint_cache"))


def alike(root: Path, **changes: Any) -> str:
    """What a run with the cache says, held against one without."""
    warm = report(root, fresh(root), **changes)
    assert warm == report(root, None, **changes)
    return warm


def touched(root: Path) -> None:
    for name in FILES:
        os.utime(root / name, ns=(1, 1))


def rewritten(root: Path) -> None:
    """Other bytes of the same length, the same inode, and the time put back."""
    file = root / "train-a.jsonl"
    before = file.stat()
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"user"', b'"usxr"', 1))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def replaced(root: Path) -> None:
    """Another file of the same size and time in its place."""
    file = root / "train-c.parquet"
    before = file.stat()
    (root / "new").write_bytes(
        parquet([row(n, "I cannot help") for n in range(20)]).ljust(before.st_size, b"\0")
    )
    os.utime(root / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
    (root / "new").replace(file)


def swapped(root: Path) -> None:
    first, second = root / "train-a.jsonl", root / "val-e.jsonl"
    first.rename(root / "aside")
    second.rename(first)
    (root / "aside").rename(second)


def grown(root: Path) -> None:
    with (root / "train-a.jsonl").open("ab") as out:
        out.write(lines([row(77), row(3, words(3).replace("river", "brook", 1))]))


def deleted(root: Path) -> None:
    (root / "val-e.jsonl").unlink()


def renamed(root: Path) -> None:
    (root / "train-b.jsonl.gz").rename(root / "train-z.jsonl.gz")


def added(root: Path) -> None:
    (root / "train-0.jsonl").write_bytes(lines([row(n) for n in range(500, 520)]))


def linked(root: Path) -> None:
    (root / "train-d.json").rename(root / "kept.txt")
    (root / "train-d.json").symlink_to(root / "train-b.jsonl.gz")


def leaking(root: Path) -> None:
    (root / "notes.py").write_text("key = 'AKIA" + "QYLPMN5HHHFPZAM2'\n")


def emptied(root: Path) -> None:
    (root / "other.csv").write_bytes(b"")


def bent(root: Path) -> None:
    """Data that becomes a config, of the same size."""
    size = (root / "train-d.json").stat().st_size
    (root / "train-d.json").write_bytes(b'{"learning_rate": 1e-4}'.ljust(size))


CHANGES = [
    touched,
    rewritten,
    replaced,
    swapped,
    grown,
    deleted,
    renamed,
    added,
    linked,
    leaking,
    emptied,
    bent,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_changed_is_seen(root: Path, change: Callable[[Path], None], trusting: str) -> None:
    first = report(root, fresh(root))
    change(root)
    after = alike(root)
    assert (after == first) is (change is touched)
    assert report(root, fresh(root)) == after


def test_a_change_within_the_same_tick_of_the_clock(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size, inode and times say that nothing happened: of young files only the content is believed."""
    young = 1 << 62
    monkeypatch.setattr(cache_records, "_stamp", lambda file: [os.path.getsize(file), young, young, 1])
    first = alike(root)
    rewritten(root)
    assert alike(root) != first


def test_a_file_that_changes_while_it_is_scanned_is_not_kept(root: Path) -> None:
    class Late(Serial):
        def map(self, work: Any, shards: Any) -> Any:
            yield from super().map(work, shards)
            rewritten(root)

    report(root, fresh(root), Late())
    alike(root)


@pytest.mark.parametrize(
    "changes",
    [
        {"ignore": ("QUAL002",)},
        {"extend_select": ("QUAL028", "DUP004")},
        {"max_length": 100},
        {"target": "openai"},
        {"ignore_field": "lint"},
        {"rule_options": {"near-duplicate": {"similarity": 0.7}}},
        {"dataset": SETTINGS[:1]},
        {"dataset": ()},
        {"dataset": (replace(SETTINGS[0], benchmark=("other.csv",)),)},
    ],
    ids=str,
)
def test_settings(root: Path, changes: dict[str, Any]) -> None:
    first = report(root, fresh(root))
    after = alike(root, **changes)
    assert report(root, fresh(root), **changes) == after
    assert report(root, fresh(root)) == first


def test_executors(root: Path) -> None:
    """Whoever scans and compares: the same entries, from which each makes the same report."""
    whole = report(root, None)
    for executor in (Processes(2), Serial()):
        assert report(root, fresh(root), executor) == whole
        grown(root)
        whole = report(root, None)
        assert report(root, fresh(root), executor) == whole


def checked(root: Path) -> set[str]:
    """The data files that a run with the cache opens; its findings are not shown."""
    settings = Settings(root=str(root), dataset=SETTINGS)
    cache = fresh(root)
    opened.clear()
    hooked.append(True)
    try:
        found = bind(discover([str(root)], settings, documents="all", is_data=cache.is_data), settings)
        check(found, settings, RuleSet(selected(settings)), executor=Serial(), cache=cache)
    finally:
        hooked.clear()
    return set(opened) & {*FILES}


def test_unchanged_files_stay_closed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with copies and near-copies among their rows: what comparing them said is remembered."""
    monkeypatch.setattr(cache_records, "COARSE", OLD)
    report(root, fresh(root))
    assert checked(root) == set()
    (root / "other.csv").write_bytes(table(range(700, 760)))
    assert checked(root) == {"other.csv"}


def test_pairs_of_a_changed_dataset_are_remembered(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another split changes: its dataset is compared anew, and only what is new is read for it."""
    monkeypatch.setattr(cache_records, "COARSE", OLD)
    report(root, fresh(root))
    (root / "val-e.jsonl").write_bytes(lines([row(n) for n in range(900, 940)]))
    assert checked(root) == {"val-e.jsonl"}
    alike(root)


def test_a_plugin_that_was_edited_is_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only a file beside the rule changed."""
    package = tmp_path / "mended_rules"
    package.mkdir()
    (package / "words.txt").write_text("one")
    (package / "__init__.py").write_text(
        "from ftlint.model import Record\nfrom ftlint.rule import Rule\n\n\n"
        "class Own(Rule[Record]):\n    code = 'X001'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    from mended_rules import Own  # type: ignore[import-not-found]

    before = rules_identity(RuleSet([Own()]))
    assert rules_identity(RuleSet([Own()])) == before
    (package / "words.txt").write_text("three")
    assert rules_identity(RuleSet([Own()])) != before


def test_what_decides_is_known_by_its_release(tmp_path: Path) -> None:
    (tmp_path / "presidio_analyzer-2.2.360.dist-info").mkdir()
    (tmp_path / "rich-14.0.dist-info").mkdir()
    assert releases([str(tmp_path), str(tmp_path / "missing")]) == {"presidio_analyzer-2.2.360.dist-info"}


def test_the_facts_of_ftlint_are_part_of_it() -> None:
    import ftlint

    assert any(name.endswith("targets.toml") for name, _, _ in files_of(str(Path(ftlint.__file__).parent)))
