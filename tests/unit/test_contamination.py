"""Contamination by declared benchmarks: what the rule's own examples cannot show."""

import gzip
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.detect.near import coverage
from ftlint.detect.near.coverage import Coverage, Units
from ftlint.engine.bind import bind
from ftlint.engine.cache import Cache
from ftlint.engine.executors import Executor, Processes, Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import FtlintError
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.report import FORMATS, style_for
from ftlint.settings import load, override

Write = Callable[[str, Any], Path]

WORDS = [
    f"{first}{second}"
    for first in ("ba", "ke", "li", "mo", "nu", "ras")
    for second in ("do", "fa", "gi", "x")
]

TABLE = '[[dataset]]\nname = "d"\ntrain = "data/*.jsonl"\nbenchmark = '


def text(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(WORDS, k=words))


def item(number: int, words: int = 40) -> dict[str, str]:
    draw = random.Random(number)
    return {"prompt": f"{text(draw, words)}?", "completion": f"It is {text(draw, words)}."}


def settings_of(root: Path) -> Any:
    return override(load([str(root)]), select=["LEAK005"])


def run(root: Path, **options: Any) -> Report:
    settings = settings_of(root)
    bindings = bind(discover([str(root)], settings), settings)
    return check(bindings, settings, RuleSet(selected(settings)), today="2026-11-01", **options)


def told(report: Report) -> list[tuple[str, int | None, str, tuple[str, int | None, int | None]]]:
    found = [finding for finding, _ in report.findings()]
    assert all(finding.related for finding in found)
    return [(each.path, each.row, each.message, tuple(each.related or ())) for each in found]


def as_json(report: Report) -> str:
    report.seconds = 0.0
    out = io.StringIO()
    FORMATS["json"](report, out, style_for(out, {}))
    return out.getvalue()


def written(kind: str, rows: list[dict[str, Any]], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    if kind == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), file)
    elif kind == "json":
        file.write_text(json.dumps(rows, indent=1))
    elif kind == "csv":
        import csv

        with file.open("w", newline="") as stream:
            table = csv.DictWriter(stream, rows[0])
            table.writeheader()
            table.writerows(rows)
    else:
        file.write_bytes(gzip.compress(lines) if kind == "jsonl.gz" else lines)


@pytest.mark.parametrize(
    ("kind", "line"), [("jsonl", 3), ("jsonl.gz", 3), ("json", 10), ("csv", 4), ("parquet", None)]
)
def test_any_container(tmp_path: Path, write: Write, kind: str, line: int | None) -> None:
    written(kind, [item(n) for n in range(5)], tmp_path / f"bench/items.{kind}")
    write("ftlint.toml", f'{TABLE}"bench/*"\n')
    write("data/train.jsonl", [item(7), item(2), item(8)])
    report = run(tmp_path)
    path = f"bench/items.{kind}"
    assert told(report) == [("data/train.jsonl", 1, f"covers 100% of an item of {path}", (path, 2, line))]
    assert [file.path for file in report.files] == ["data/train.jsonl"], "a benchmark is not checked"
    out = io.StringIO()
    FORMATS["full"](report, out, style_for(out, {}))
    assert f"{path}:{line}" in out.getvalue() if line else f"{path} (row 2)" in out.getvalue()


def test_a_benchmark_that_matches_nothing(
    ftlint: Callable[..., subprocess.CompletedProcess[str]], write: Write
) -> None:
    write("data/train.jsonl", [item(1)])
    write("ftlint.toml", f'{TABLE}[\n  "bench/none.jsonl",\n]\n')
    done = ftlint("check")
    assert done.returncode == 2
    assert done.stderr == "ftlint: ftlint.toml:4: no file matches benchmark = 'bench/none.jsonl'\n"
    assert ftlint("check", "--select", "LEAK", "--ignore", "LEAK005").returncode == 0
    write("ftlint.toml", '# all\nbenchmark = "bench/*.csv"\n')
    done = ftlint("check")
    assert done.returncode == 2
    assert done.stderr == "ftlint: ftlint.toml:2: no file matches benchmark = 'bench/*.csv'\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"prompt": "a b c", "completion": "d"}\n', "ftlint.toml:4: no item of bench/b.jsonl has 8 words"),
        (
            f"{json.dumps(item(1))}\n{json.dumps(item(2))[:-9]}\n",
            "bench/b.jsonl:2: this row of the benchmark",
        ),
        ("", "bench/b.jsonl: this benchmark cannot be read: empty file"),
        (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n",
            "bench/b.jsonl:1: this benchmark cannot be read: not pulled",
        ),
    ],
    ids=["short", "broken row", "empty", "not pulled"],
)
def test_a_benchmark_that_cannot_be_compared(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch, content: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write("data/train.jsonl", [item(1)])
    write("bench/b.jsonl", content)
    write("ftlint.toml", f'{TABLE}"bench/b.jsonl"\n')
    with pytest.raises(FtlintError, match=re.escape(message)):
        run(tmp_path)


def test_a_benchmark_that_is_named_is_checked(
    ftlint: Callable[..., subprocess.CompletedProcess[str]], write: Write
) -> None:
    write("data/train.jsonl", [item(1)])
    write("bench/b.jsonl", [item(2)])
    write("ftlint.toml", f'{TABLE}"bench/b.jsonl"\n')
    asked = ["check", "--show-files", "data/train.jsonl", "bench/b.jsonl"]
    assert "bench/b.jsonl" in ftlint(*asked).stdout
    assert "bench/b.jsonl" not in ftlint(*asked, "--force-exclude").stdout
    assert "bench/b.jsonl" not in ftlint("check", "--show-files").stdout


def test_a_split_that_is_a_benchmark_is_compared_with_the_others(tmp_path: Path, write: Write) -> None:
    write("train.jsonl", [item(1), item(2), item(3)])
    write("val.jsonl", [item(2), item(9)])
    write("test.jsonl", [item(3), item(8)])
    write("bench.jsonl", [item(9)])
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "d"\ntrain = "train.jsonl"\nvalidation = "val.jsonl"\ntest = "test.jsonl"\n'
        'benchmark = ["./val.jsonl", "test.jsonl", "bench.jsonl"]\n',
    )
    report = run(tmp_path)
    assert told(report) == [
        ("train.jsonl", 1, "covers 100% of an item of val.jsonl", ("val.jsonl", 0, 1)),
        ("train.jsonl", 2, "covers 100% of an item of test.jsonl", ("test.jsonl", 0, 1)),
        ("val.jsonl", 1, "covers 100% of an item of bench.jsonl", ("bench.jsonl", 0, 1)),
    ]
    assert [finding.severity.label for finding, _ in report.findings() if finding.severity] == [
        "error",
        "error",
        "warning",
    ]


def test_the_most_covered_item_is_named(tmp_path: Path, write: Write) -> None:
    half = " ".join(item(1)["prompt"].split()[:30])
    write(
        "data/train.jsonl",
        [{"text": f"{half} . {item(2)['prompt']} {item(2)['completion']} {item(3)['prompt']}"}],
    )
    write("bench/a.jsonl", [item(1), item(3)])
    write("bench/b.jsonl", [item(4), item(2), item(2)])
    write("ftlint.toml", f'{TABLE}["bench/b.jsonl", "bench/a.jsonl"]\n')
    assert told(run(tmp_path)) == [
        (
            "data/train.jsonl",
            0,
            "covers 100% of an item of bench/b.jsonl, and 1 more item",
            ("bench/b.jsonl", 1, 2),
        )
    ]
    write("ftlint.toml", f'{TABLE}["bench/b.jsonl", "bench/a.jsonl"]\n[rules.LEAK005]\ncoverage = 0.2\n')
    assert told(run(tmp_path))[0][2] == "covers 100% of an item of bench/b.jsonl, and 2 more items"


def test_fixed_shots_are_left_out(tmp_path: Path, write: Write) -> None:
    """Training rows with the shots of the benchmark's prompts are no copies of its items."""
    shots = text(random.Random(0), 300)
    write("bench/b.jsonl", [{**item(n, 25), "prompt": f"{shots} {item(n, 25)['prompt']}"} for n in range(30)])
    own = [{"prompt": f"{shots} {text(random.Random(n), 30)}", "completion": "Yes."} for n in range(100, 120)]
    write("data/train.jsonl", [*own, item(4, 25)])
    write("ftlint.toml", f'{TABLE}"bench/b.jsonl"\n')
    assert [(row, place) for _, row, _, place in told(run(tmp_path))] == [(20, ("bench/b.jsonl", 4, 5))]


@pytest.fixture
def many(tmp_path: Path, write: Write) -> Path:
    """4 MB of rows, some of them items, some halves of items, broken rows between them."""
    draw = random.Random(4)
    items = [item(n, 20) for n in range(300)]
    write("bench/b.jsonl", items)
    lines = []
    for n in range(20_000):
        row = {"prompt": text(draw, 20), "completion": text(draw, 14)}
        if n % 50 == 0:
            chosen = draw.choice(items)
            row = chosen if draw.random() < 0.5 else {**row, "prompt": chosen["prompt"]}
        lines.append(json.dumps(row) + "\n" if n % 997 else "{broken\n")
    write("data/train.jsonl", "".join(lines))
    write("ftlint.toml", f'{TABLE}"bench/b.jsonl"\n')
    return tmp_path


def test_shards_executors_and_cache_change_nothing(many: Path) -> None:
    whole = run(many, executor=Serial(), shard_bytes=1 << 30)
    assert 350 < len(told(whole)) < 400
    expected = as_json(whole)
    ways: list[tuple[Executor, int]] = [(Serial(), 100_000), (Processes(2), 300_000)]
    for executor, shard_bytes in ways:
        assert as_json(run(many, executor=executor, shard_bytes=shard_bytes)) == expected
    cache = Cache(str(many / ".ftlint_cache"))
    assert as_json(run(many, cache=cache)) == expected
    assert list((many / ".ftlint_cache").rglob("*.bin"))
    assert as_json(run(many, cache=cache)) == expected
    (many / "bench/b.jsonl").write_text("".join(json.dumps(item(n, 20)) + "\n" for n in range(30)))
    assert 20 < len(told(run(many, cache=cache))) < 60, "the cache must know the benchmark's content"


def runs_of(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + 13]) for at in range(len(words) - 12)}


@pytest.mark.parametrize("at_once", [1, 50, 1 << 22])
def test_coverage_is_that_of_sets(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """The vectorised count against Python sets of words, on texts that share much, and twice."""
    monkeypatch.setattr(coverage, "AT_ONCE", at_once)
    draw = random.Random(at_once)
    pieces = [text(draw, draw.randint(3, 30)) for _ in range(25)]

    def made() -> str:
        return " ".join(draw.choices(pieces, k=draw.randint(1, 4)))

    items = list(dict.fromkeys((made(), draw.choice(["", made()])) for _ in range(60)))
    texts = [made() for _ in range(200)]
    units = Units()
    units.begin("b")
    units.add(range(60), range(60), [one for one, _ in items], [other for _, other in items])
    monkeypatch.setattr(coverage, "FEWEST", 1_000)
    found = Coverage(units.benchmark())
    covered = found.covered(texts)
    counted = {
        (index, int(found.rows[unit]), bool(found.prompts[unit])): count
        for index, unit, count in zip(
            covered.texts.tolist(), covered.units.tolist(), covered.runs.tolist(), strict=True
        )
    }
    expected = {}
    for index, one in enumerate(texts):
        held = runs_of(one.split())
        for row, (prompt, answer) in enumerate(items):
            wanted = [(False, f"{prompt} {answer}".split())]
            wanted += [(True, prompt.split())] if answer and len(prompt.split()) >= 20 else []
            for alone, words in wanted:
                runs = runs_of(words)
                count = len(runs & held)
                if 8 <= len(words) < 13:
                    runs, count = {tuple(words)}, int(f" {' '.join(words)} " in f" {one} ")
                if count and 10 * count >= len(runs):
                    expected[index, row, alone] = count
    assert len(expected) > 100
    assert counted == expected
    pairs = list(zip(covered.texts.tolist(), covered.units.tolist(), strict=True))
    assert pairs == sorted(set(pairs))


def test_nothing_is_loaded_without_a_benchmark(tmp_path: Path, write: Write) -> None:
    write("data/train.jsonl", [item(n) for n in range(50)])
    code = (
        "import sys; from ftlint.cli.main import main;"
        "assert main(['check', '--select', 'LEAK004,LEAK005']) == 0;"
        "assert not {'numpy', 'ftlint.engine.benchmarks', 'ftlint.detect.near.coverage'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
