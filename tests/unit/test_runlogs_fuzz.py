"""Damaged logs of the JSON family are read as far as they go: never an exception, always steps in order."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from json_logs import state

from ftlint.model import FtlintError, RunLog
from ftlint.rule import history
from ftlint.runlogs.detect import READERS
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.runs import Run, reader_of, run_files

ROWS = history([2.0, 1.9, 1.8, 1.7], [1.9, 1.8], eval_every=20, grad_norm=[1.0, 1.1])
EVENTS = [
    {
        "object": "fine_tuning.job.event",
        "created_at": 9,
        "message": "Step 2/9: training loss=1",
        "data": None,
    },
    {"object": "fine_tuning.job.event", "id": "a", "data": {"step": 1, "train_loss": 2.0, "total_steps": 9}},
]
FILES = {
    "trainer_state.json": json.dumps(state(ROWS)),
    "log_history.json": json.dumps(ROWS, indent=1),
    "trainer_log.jsonl": "".join(
        json.dumps({"current_steps": each, "total_steps": 9, "loss": 2.0, "elapsed_time": "0:00:09"}) + "\n"
        for each in range(9)
    ),
    "metrics.jsonl": "".join(json.dumps({"step": each, "train": {"loss": 2.0}}) + "\n" for each in range(9)),
    "history.json": json.dumps({"history": {"loss": [2.0, 1.0], "val_loss": [2.0, 1.5]}}),
    "all_results.json": json.dumps({"epoch": 1.0, "train_loss": 2.0, "eval_samples": 9, "eval_runtime": 3.0}),
    "events.json": json.dumps({"object": "list", "data": EVENTS}),
    "events.jsonl": "".join(json.dumps(each) + "\n" for each in EVENTS),
}
NAMES = sorted(FILES)
JSON_KINDS = (
    "trainer-state",
    "all-results",
    "llamafactory",
    "json",
    "jsonl",
    "openai-events",
    "fireworks-metrics",
)
VALUES: some.SearchStrategy[Any] = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=9),
    lambda inner: (
        some.lists(inner, max_size=4)
        | some.dictionaries(
            some.sampled_from(
                ["step", "loss", "epoch", "data", "metrics", "log_history", "object", "eval_loss", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def in_order(log: RunLog) -> None:
    for series in log.series.values():
        assert len(series.steps) == len(series.values)
        assert all(before < after for before, after in pairwise(series.steps))


def read(file: Path) -> None:
    for found in run_files([str(file)]):
        try:
            log = Run(found).read()
        except FtlintError:
            continue
        in_order(log)


@given(
    name=some.sampled_from(NAMES),
    edits=some.lists(
        some.tuples(some.floats(0, 1), some.integers(0, 30), some.binary(max_size=6)), max_size=4
    ),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_bytes(folder: Path, name: str, edits: list[tuple[float, int, bytes]]) -> None:
    data = FILES[name].encode()
    for where, length, put in edits:
        at = int(where * len(data))
        data = data[:at] + put + data[at + length :]
    file = folder / name
    file.write_bytes(data)
    read(file)


@given(kind=some.sampled_from(JSON_KINDS), content=VALUES, by_line=some.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_for_any_reader(folder: Path, kind: str, content: Any, by_line: bool) -> None:
    file = folder / "any.json"
    rows = content if isinstance(content, list) and by_line else [content]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    into = Recorder(str(file), kind)
    reader = reader_of(kind, str(file), {})
    reader.more(into)
    in_order(into.log())
    assert not reader.more(into)
    assert kind in READERS
