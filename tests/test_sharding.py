"""Any number of shards and any executor: the same bytes out."""

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.engine.bind import bind
from ftlint.engine.executors import Executor, Processes, Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.report import FORMATS, style_for
from ftlint.settings import load

TODAY = "2026-11-01"


def report_bytes(root: Path, executor: Executor, shard_bytes: int) -> bytes:
    chosen = load([str(root)], isolated=True)
    chosen = type(chosen)(root=str(root))
    bindings = bind(discover([str(root)], chosen), chosen)
    rules = RuleSet(selected(chosen))
    report = check(bindings, chosen, rules, executor=executor, shard_bytes=shard_bytes, today=TODAY)
    report.seconds = 0.0
    out = io.StringIO()
    FORMATS["json"](report, out, style_for(out, {}))
    return out.getvalue().encode()


def odd_lines(seed: int) -> list[bytes]:
    """Rows of every kind: plain, repeated, conflicting, broken, blank, of other formats."""
    draw = random.Random(seed)
    lines = []
    for number in range(draw.randrange(20, 120)):
        user = draw.choice(
            ["How do I reset the router?", f"Question {number}", "Straße 5", "", "line\u2028sep"]
        )
        answer = draw.choice(
            [f"Answer {number}", "I'm sorry, but as an AI language model I cannot.", "ok", "N/A"]
        )
        roles = draw.choice([("user", "assistant"), ("human", "gpt"), ("user", "user")])
        row: Any = {"messages": [{"role": roles[0], "content": user}, {"role": roles[1], "content": answer}]}
        row = draw.choice([row, row, row, {"prompt": user, "completion": answer}, [1], {"messages": []}])
        line = json.dumps(row, ensure_ascii=draw.random() < 0.5).encode()
        lines.append(
            draw.choice([line] * 12 + [b"", line + b",", line[:-1], line.replace(b'"', b"'"), b"\xff"])
        )
    return lines


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@given(seed=st.integers(0, 10_000), shard_bytes=st.integers(64, 5000))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_shard_count(
    tmp_path_factory: pytest.TempPathFactory, newline: bytes, seed: int, shard_bytes: int
) -> None:
    root = tmp_path_factory.mktemp("sharded")
    (root / "train.jsonl").write_bytes(newline.join(odd_lines(seed)))
    (root / "val.jsonl").write_bytes(newline.join(odd_lines(seed + 1)))
    whole = report_bytes(root, Serial(), 1 << 30)
    assert report_bytes(root, Serial(), shard_bytes) == whole


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_executor(tmp_path: Path, seed: int) -> None:
    (tmp_path / "train.jsonl").write_bytes(b"\n".join(odd_lines(seed) * 3))
    (tmp_path / "test.jsonl").write_bytes(b"\n".join(odd_lines(seed + 7)))
    whole = report_bytes(tmp_path, Serial(), 1 << 30)
    assert len(whole) > 2000
    assert report_bytes(tmp_path, Processes(3), 700) == whole
