"""Near-duplicates through the engine: recall, exact similarities, and the same findings in every way."""

import csv
import gzip
import io
import json
import random
import re
import stat
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from test_passages import english

from ftlint.engine import memory, prior, verifying
from ftlint.engine.bind import bind
from ftlint.engine.executors import Executor, Processes, Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import Finding
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import load, override

Row = dict[str, str]
Told = dict[tuple[str, int], tuple[str, int, float]]
"""Path and row -> path and row of the other, and their similarity as the message says it."""

SIMILARITY = re.compile(r"similarity ([01]\.\d\d) to")
NEAR = ("DUP004", "LEAK002", "LEAK003")


def findings(
    root: Path, *, shard_bytes: int = 1 << 30, executor: Executor | None = None, **changes: Any
) -> list[Finding]:
    settings = override(load([str(root)]), **{"select": NEAR, **changes})
    bindings = bind(discover([str(root)], settings), settings)
    report = check(
        bindings,
        settings,
        RuleSet(selected(settings)),
        executor=executor or Serial(),
        shard_bytes=shard_bytes,
    )
    assert not report.failures
    return [finding for finding, _ in report.findings()]


def told(found: Sequence[Finding], code: str = "DUP004") -> Told:
    rows: Told = {}
    for finding in found:
        if finding.code == code:
            assert finding.row is not None
            assert finding.related is not None
            assert finding.related.row is not None
            said = SIMILARITY.search(finding.message)
            related = finding.related
            rows[finding.path, finding.row] = related.path, related.row, float(said[1]) if said else 0.0
    return rows


def grams(row: Row) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", f"{row['prompt']} {row['completion']}".lower())
    return set(zip(words, words[1:], words[2:], words[3:], words[4:], strict=False))


def jaccard(one: Row, other: Row) -> float:
    first, second = grams(one), grams(other)
    return len(first & second) / len(first | second)


def changed(draw: random.Random, row: Row, words: int) -> Row:
    """With so many words of the completion replaced."""
    found = row["completion"].split(" ")
    for at in draw.sample(range(len(found)), words):
        found[at] = f"changed{draw.randrange(1_000)}"
    return {**row, "completion": " ".join(found)}


def planted(seed: int, count: int) -> list[Row]:
    """Rows of about 100 words; every third is like one before it, by 0 to 2 words, or in case alone."""
    draw = random.Random(seed)
    rows: list[Row] = []
    for _ in range(count):
        if len(rows) > 5 and draw.random() < 1 / 3:
            rows.append(changed(draw, draw.choice(rows), draw.randint(0, 2)))
            if draw.random() < 0.2:
                rows[-1] = {**rows[-1], "completion": rows[-1]["completion"].upper() + "!"}
        else:
            rows.append({"prompt": english(draw, draw.randint(5, 40)), "completion": english(draw, 70)})
    return rows


def lines(rows: Sequence[Row]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def table(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["prompt", "completion"])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def parquet(rows: Sequence[Row]) -> bytes:
    arrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    arrow.parquet.write_table(arrow.Table.from_pylist(list(rows)), out, row_group_size=37)
    return out.getvalue()


CONTAINERS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "train.jsonl": lines,
    "train.jsonl.gz": lambda rows: gzip.compress(lines(rows)),
    "train.json": lambda rows: json.dumps(list(rows), indent=1).encode(),
    "train.csv": table,
    "train.parquet": parquet,
}


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether rows are sketched while they are read, or when some may be alike."""
    if request.param == "large":
        monkeypatch.setattr(prior, "SMALL", 0)
    return str(request.param)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("container", CONTAINERS)
def test_containers(container: str, size: str, data: Path) -> None:
    rows = planted(1, 300)
    (data / container).write_bytes(CONTAINERS[container](rows))
    found = told(findings(data))
    sets = list(map(grams, rows))
    exact = [
        (left, right)
        for right in range(len(rows))
        for left in range(right)
        if len(sets[left] & sets[right]) >= 0.8 * len(sets[left] | sets[right]) and rows[left] != rows[right]
    ]
    copies = {at for at, row in enumerate(rows) if row in rows[:at]}
    assert {row for _, row in found} == {right for _, right in exact} - copies
    assert len(found) > 50
    for (path, row), (other_path, other, similarity) in found.items():
        assert path == other_path
        assert path.endswith(container)
        assert other < row or other in {right for _, right in exact}
        assert similarity == int(100 * jaccard(rows[row], rows[other]) + 1e-9) / 100 >= 0.8
    (data / container).unlink()
    (data / "train.jsonl").write_bytes(lines(rows))
    assert bare(told(findings(data))) == bare(found)


def bare(found: Told) -> list[tuple[int, int, float]]:
    return [(row, other, similarity) for (_, row), (_, other, similarity) in found.items()]


@pytest.mark.parametrize("shard_bytes", [700, 5_000, 40_000])
@pytest.mark.parametrize("executor", [Serial(), Processes(3)])
def test_shards_and_executors(size: str, data: Path, shard_bytes: int, executor: Executor) -> None:
    draw = random.Random(9)
    rows = planted(1, 150)
    (data / "train.jsonl").write_bytes(lines(rows))
    (data / "validation.jsonl").write_bytes(lines([changed(draw, row, 1) for row in rows[::7]]))
    (data / "test.jsonl").write_bytes(lines([changed(draw, row, 1) for row in rows[::11]]))
    whole = findings(data)
    assert {finding.code for finding in whole} >= {"DUP004", "LEAK002"}
    assert findings(data, shard_bytes=shard_bytes, executor=executor) == whole


def test_small_and_large_say_the_same(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "train.jsonl").write_bytes(lines(planted(5, 300)))
    (data / "validation.json").write_bytes(json.dumps(planted(5, 60)[30:]).encode())
    small = findings(data)
    monkeypatch.setattr(prior, "SMALL", 0)
    assert findings(data) == small
    assert len(small) > 60


def test_signatures_past_the_budget_go_to_a_private_folder(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prior, "SMALL", 0)
    for name in ("train", "test"):
        (data / f"{name}.jsonl").write_bytes(lines(planted(6, 200)))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    held = findings(data, shard_bytes=3_000)
    seen: list[tuple[int, int]] = []
    hold = memory.Memory.hold

    def watched(self: memory.Memory, *arguments: Any) -> None:
        hold(self, *arguments)
        if self.folder is not None:
            seen.append((stat.S_IMODE(self.folder.stat().st_mode), len(list(self.folder.iterdir()))))

    monkeypatch.setattr(memory.Memory, "hold", watched)
    for budget in ("1", "5KB"):
        seen.clear()
        assert findings(data, shard_bytes=3_000, memory=budget) == held
        assert {mode for mode, _ in seen} == {0o700}
        assert seen[-1][1] >= 2, "a file for the signatures of each file, and for those of each measure"
        assert list(temporary.iterdir()) == []
    assert len(held) > 60


def test_copies_of_rows_lie_in_a_private_folder(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (data / "train.json").write_bytes(json.dumps(planted(6, 50)).encode())
    seen: list[list[int]] = []
    spilled = verifying.spilled

    def watched(*arguments: Any) -> Any:
        found = spilled(*arguments)
        folder = arguments[-1]
        seen.append([stat.S_IMODE(each.stat().st_mode) for each in (folder, *folder.iterdir())])
        return found

    monkeypatch.setattr(verifying, "spilled", watched)
    assert told(findings(data))
    assert seen == [[0o700, 0o600]]
    assert list(temporary.iterdir()) == []


ODD = {
    "blank": b"",
    "white space": b"   ",
    "not JSON": b"{not json at all",
    "no object": b"[1, 2]",
    "cut off": b'{"prompt": "one", "completion',
    "comma behind": b'{"prompt": "short", "completion": "row"},',
    "not a number": b'{"prompt": "short", "completion": "row", "score": NaN}',
    "no UTF-8": b'{"prompt": "caf\xe9", "completion": "row"}',
    "lone surrogate": b'{"prompt": "\\ud800", "completion": "row"}',
    "key twice": b'{"prompt": "a", "prompt": "short", "completion": "row"}',
}


@pytest.mark.parametrize("odd", [*ODD, "all"])
@pytest.mark.parametrize("shard_bytes", [900, 1 << 30])
def test_odd_rows_between(odd: str, shard_bytes: int, size: str, data: Path) -> None:
    """Rows that cannot be read have no place among what is compared, but they count."""
    draw = random.Random(odd)
    rows = [{"prompt": english(draw, 20), "completion": english(draw, 60)} for _ in range(12)]
    rows += [changed(draw, rows[2], 1), changed(draw, rows[9], 1)]
    found: list[bytes] = []
    number: list[int] = []
    count = 0
    for row in rows:
        for name in [odd] if odd != "all" else draw.sample(sorted(ODD), 4):
            found.append(ODD[name])
            count += name not in ("blank", "white space")
        number.append(count)
        found.append(json.dumps(row).encode())
        count += 1
    if "comma" in odd:
        found = [line + b"," if line.endswith(b'"}') else line for line in found]
    (data / "train.jsonl").write_bytes(b"\n".join(found))
    similarities = [int(100 * jaccard(rows[one], rows[two])) / 100 for one, two in ((2, 12), (9, 13))]
    expected = [(number[12], number[2], similarities[0]), (number[13], number[9], similarities[1])]
    assert bare(told(findings(data, shard_bytes=shard_bytes))) == expected


def test_files_of_one_split_and_several_splits(size: str, data: Path) -> None:
    draw = random.Random(8)
    base = [{"prompt": english(draw, 20), "completion": english(draw, 60)} for _ in range(6)]

    def near(at: int) -> Row:
        return changed(draw, base[at], 1)

    (data / "train-1.jsonl").write_bytes(lines([base[0], base[1], base[2]]))
    (data / "train-2.jsonl").write_bytes(lines([base[3], near(1)]))
    (data / "validation.jsonl").write_bytes(lines([base[4], near(3), base[2]]))
    (data / "test.jsonl").write_bytes(lines([near(4), base[5], near(0)]))
    (data / "ftlint.toml").write_text(
        '[[dataset]]\nname = "d"\ntrain = ["train-1.jsonl", "train-2.jsonl"]\n'
        'validation = "validation.jsonl"\ntest = "test.jsonl"\n'
    )
    found = findings(data)
    names = [
        (each.code, Path(each.path).name, each.row, Path(each.related.path).name, each.related.row)
        for each in found
        if each.related
    ]
    assert sorted(names) == [
        ("DUP004", "train-2.jsonl", 1, "train-1.jsonl", 1),
        ("LEAK002", "test.jsonl", 0, "validation.jsonl", 0),
        ("LEAK002", "test.jsonl", 2, "train-1.jsonl", 0),
        ("LEAK002", "validation.jsonl", 1, "train-2.jsonl", 0),
    ]


def test_clusters_name_their_first_row(size: str, data: Path) -> None:
    """A chain in which each row is like the one before it alone."""
    draw = random.Random(3)
    rows = [{"prompt": english(draw, 10), "completion": english(draw, 150)}]
    for step in range(6):
        words = rows[-1]["completion"].split(" ")
        words[20 * step : 20 * step + 10] = [f"step{step}{number}" for number in range(10)]
        rows.append({**rows[0], "completion": " ".join(words)})
    assert jaccard(rows[0], rows[1]) >= 0.8 > jaccard(rows[0], rows[2])
    other = {"prompt": english(draw, 10), "completion": english(draw, 90)}
    (data / "train.jsonl").write_bytes(lines([other, *rows]))
    found = findings(data)
    assert bare(told(found)) == [
        (at + 1, at, int(100 * jaccard(rows[at - 1], rows[at])) / 100) for at in range(1, 7)
    ]
    assert all("record 2 of train.jsonl stands for 7 such rows" in each.message for each in found[1:])
    assert "stands for" not in found[0].message


def test_equal_after_folding(size: str, data: Path) -> None:
    draw = random.Random(4)
    row = {"prompt": english(draw, 30), "completion": english(draw, 60)}
    louder = {key: value.upper().replace(" ", "\u00a0 ") for key, value in row.items()}
    (data / "train.jsonl").write_bytes(lines([row, louder, row, {"prompt": "Hi", "completion": "Ho"}]))
    assert bare(told(findings(data))) == [(1, 0, 1.0)], "row 2 is an exact copy"


def test_values_never_show(size: str, data: Path) -> None:
    secrets = ["jane.roe@example.org", "AKIAIOSFODNN7EXAMPLE"]
    draw = random.Random(5)
    row = {"prompt": f"{english(draw, 30)} {secrets[0]}", "completion": f"{english(draw, 60)} {secrets[1]}"}
    (data / "train.jsonl").write_bytes(lines([row, changed(draw, row, 1)]))
    (data / "test.jsonl").write_bytes(lines([changed(draw, row, 1), {**row, "completion": "Something else"}]))
    found = findings(data)
    assert [each.code for each in found] == ["LEAK002", "LEAK003", "DUP004"]
    assert not any(secret in repr(found) for secret in secrets)
