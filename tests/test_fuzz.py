"""Anything in: no exception out, no rule that breaks, and the same bytes each time.

`FTLINT_FUZZ_ROWS` says how many mutated rows are tried; `make test-fuzz` tries 200,000.
"""

import io
import json
import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.engine.bind import bind
from ftlint.engine.executors import Serial
from ftlint.engine.fixes import placed_fixes
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.facts.targets import names as target_names
from ftlint.fix.apply import apply
from ftlint.formats import FORMATS as RECORD_FORMATS
from ftlint.model import FtlintError
from ftlint.model.report import Report
from ftlint.read.classify import classify
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.report import FORMATS, style_for
from ftlint.settings import Settings, load, override
from mutations import SEEDS, WORDS, file_like

ROWS = int(os.environ.get("FTLINT_FUZZ_ROWS", "3000"))
ROWS_A_FILE = 100
TODAY = "2026-11-01"


@cache
def rule_set() -> RuleSet:
    """Every rule there is, those that are off by default too."""
    return RuleSet(selected(override(load([], isolated=True), select=("ALL",))))


def report_of(root: Path, shard_bytes: int = 1 << 30, **chosen: Any) -> Report:
    known = Settings(root=str(root), ignore_field="skip")
    known = override(known, **chosen) if chosen else known
    bindings = bind(discover([str(root)], known), known)
    return check(bindings, known, rule_set(), executor=Serial(), shard_bytes=shard_bytes, today=TODAY)


def rendered(report: Report, name: str = "json") -> str:
    report.seconds = 0.0
    out = io.StringIO()
    FORMATS[name](report, out, style_for(out, {}))
    return out.getvalue()


def hold(root: Path, where: str, shard_bytes: int, **chosen: Any) -> int:
    """Check everything under `root` and hold what must be true of any input; how many findings there are."""
    first = report_of(root, **chosen)
    broken = [
        f"{failure.code} {failure.path}:{failure.line}: {failure.message}" for failure in first.failures
    ]
    assert not broken, f"{where}: {broken}"
    whole = rendered(first)
    found = json.loads(whole)["findings"]
    for finding in found:
        assert finding["message"].strip(), f"{where}: {finding}"
        assert finding["line"] is None or finding["line"] >= 1, f"{where}: {finding}"
        assert finding["column"] is None or finding["column"] >= 1, f"{where}: {finding}"
    for name in ("full", "github"):
        rendered(first, name).encode()
    again = report_of(root, shard_bytes, **chosen)
    assert rendered(again) == whole, f"{where}: not the same bytes with shards of {shard_bytes} bytes"
    mended(root, first)
    return len(found)


def mended(root: Path, report: Report) -> None:
    """Every fix of a report can be applied in memory."""
    edits = placed_fixes(report)
    for path, placed in edits.items():
        source, _ = classify(str(root / path), path)
        if not source.compression:
            apply((root / path).read_bytes(), placed, source.container)


# -- any bytes, any JSON ------------------------------------------------------------------------------------

STRINGS = st.sampled_from(
    [
        "", " ", "text", "user", "assistant", "system", "tool", "human", "gpt", "model",
        "function", "<image>",
        "I'm sorry, but as an AI language model I cannot", "{{name}}", "```python\nx", "<|im_end|>", "â€™",
        "\u200b", "\u202e", "\ufffd", "N/A", "object", "data:image/png;base64,AAAA", "https://example.com/a.png",
        "{\"a\": 1}", "[1", "<think>", "\\n", "&amp;", "=1+1", "Human: a\n\nAssistant: b", "ALL", "😀",
    ]
)  # fmt: skip
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, -1, 2**63, 2**64, 10**400, 1e308, -0.0])
SCALARS = st.none() | st.booleans() | NUMBERS | STRINGS | st.text(max_size=8)
KEYS = st.sampled_from(WORDS) | st.text(max_size=3)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
LINES = (
    TREES.map(lambda row: json.dumps(row).encode())
    | st.dictionaries(st.sampled_from(WORDS), TREES, max_size=5).map(lambda row: json.dumps(row).encode())
    | st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
NAMES = st.sampled_from(
    [
        "a.jsonl",
        "train.jsonl",
        "a.json",
        "a.csv",
        "a.tsv",
        "a.parquet",
        "a.jsonl.gz",
        "a.arrow",
        "a.jsonl.zst",
    ]
)
OPTIONS = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(
    lines=st.lists(LINES, max_size=6),
    newline=st.sampled_from([b"\n", b"\r\n", b"\r", b"", b",\n"]),
    name=NAMES,
    ends=st.sampled_from(
        [(b"", b""), (b"[", b"]"), (b"\xef\xbb\xbf", b""), (b"", b"\n"), (b"\xff\xfe", b"")]
    ),
    shard_bytes=st.integers(16, 400),
)
@OPTIONS
def test_any_file(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[bytes],
    newline: bytes,
    name: str,
    ends: tuple[bytes, bytes],
    shard_bytes: int,
) -> None:
    root = tmp_path_factory.mktemp("any")
    (root / name).write_bytes(ends[0] + newline.join(lines) + ends[1])
    hold(root, name, shard_bytes)


@given(
    known=st.sampled_from(sorted(RECORD_FORMATS)),
    target=st.sampled_from(["", *target_names()]),
    rows=st.lists(st.dictionaries(st.sampled_from(WORDS), TREES, max_size=6), min_size=1, max_size=4),
    skip=st.sampled_from([None, True, "ALL", "CHAT", ["DUP001", 3], {"a": 1}, 7]),
)
@OPTIONS
def test_any_json_as_any_format(
    tmp_path_factory: pytest.TempPathFactory, known: str, target: str, rows: list[Any], skip: Any
) -> None:
    root = tmp_path_factory.mktemp("format")
    rows = [{**row, "skip": skip} for row in rows] if skip else rows
    (root / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    chosen = {"format": known, "max_length": 8, **({"target": target} if target else {})}
    hold(root, f"{known} for {target or 'no target'}", 50, **chosen)


# -- rows that look real, and what goes wrong with them -----------------------------------------------------
def batches() -> list[int]:
    return list(range(max(1, ROWS // ROWS_A_FILE)))


def test_the_seeds_are_what_they_are_called(tmp_path: Path) -> None:
    for name, row in SEEDS.items():
        (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for _ in range(9)))
        assert report_of(tmp_path).files[0].format == name.split()[0]


def test_mutated_rows(tmp_path_factory: pytest.TempPathFactory) -> None:
    names = sorted(SEEDS)
    targets = target_names()
    counted = 0
    wrong: list[str] = []
    for number in batches():
        draw = random.Random(number)
        name = names[number % len(names)]
        ending, data = file_like(SEEDS[name], ROWS_A_FILE, draw)
        root = tmp_path_factory.mktemp("mutated")
        file = root / f"train{ending}"
        file.write_bytes(data)
        chosen: dict[str, Any] = {}
        if draw.random() < 0.4:
            chosen = {"format": name.split()[0], "target": draw.choice(targets), "max_length": 20}
        where = f"seed {number}, {name}{ending} {chosen}"
        try:
            counted += hold(root, where, draw.randrange(200, 20_000), **chosen)
        except AssertionError as error:
            wrong.append(str(error)[:1500])
        except FtlintError as error:
            wrong.append(f"{where}: {error}")
        except Exception as error:  # the seed is what a person needs to see it again
            wrong.append(f"{where}: {type(error).__name__}: {error}")
        file.unlink()
    assert not wrong, f"{len(wrong)} of {len(batches())} files:\n" + "\n".join(wrong[:20])
    assert counted > len(batches())
