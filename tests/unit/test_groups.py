"""Leakage of declared groups: what the rule's own examples cannot show."""

import io
import json
import random
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.detect import spread
from ftlint.engine.bind import bind
from ftlint.engine.cache import Cache
from ftlint.engine.executors import Processes, Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.report import FORMATS, style_for
from ftlint.settings import load, override
from ftlint_rules.measures.groups import Groups, canonical, value_at

Write = Callable[[str, Any], Path]

TABLE = '[[dataset]]\nname = "d"\ntrain = "train*.jsonl"\nvalidation = "val.jsonl"\ntest = "test.*"\ngroup = '


def run(root: Path, **options: Any) -> Report:
    settings = override(load([str(root)]), select=["LEAK004"])
    bindings = bind(discover([str(root)], settings), settings)
    return check(bindings, settings, RuleSet(selected(settings)), today="2026-11-01", **options)


def told(report: Report) -> list[tuple[Any, ...]]:
    return [
        (
            each.path,
            each.row,
            each.message,
            each.related and each.related.path,
            each.related and each.related.row,
        )
        for each, _ in report.findings()
    ]


def as_json(report: Report) -> str:
    report.seconds = 0.0
    out = io.StringIO()
    FORMATS["json"](report, out, style_for(out, {}))
    return out.getvalue()


def row(text: str, **keys: Any) -> dict[str, Any]:
    return {"prompt": text, "completion": f"About {text}.", **keys}


def test_each_row_once_against_train_then_validation(tmp_path: Path, write: Write) -> None:
    write("train-1.jsonl", [row("a", talk=1), row("b", talk=2)])
    write("train-2.jsonl", [row("c", talk=2), row("d", talk=2), row("e")])
    write("val.jsonl", [row("f", talk=2), row("g", talk=5), row("h", talk=6)])
    write("test.jsonl", [row("i", talk=5), row("j", talk=2), row("k", talk=1), row("l"), row("m", talk=9)])
    write("ftlint.toml", f'{TABLE}"talk"\n')
    report = run(tmp_path)
    assert told(report) == [
        ("test.jsonl", 0, "its talk also has 1 row in val.jsonl", "val.jsonl", 1),
        ("test.jsonl", 1, "its talk also has 3 rows in the train split", "train-1.jsonl", 1),
        ("test.jsonl", 2, "its talk also has 1 row in the train split", "train-1.jsonl", 0),
        ("val.jsonl", 0, "its talk also has 3 rows in the train split", "train-1.jsonl", 1),
    ]
    assert {each.help for each, _ in report.findings()} == {
        "split by talk: all rows of one into the same split"
    }


def test_values_are_never_shown(tmp_path: Path, write: Write) -> None:
    write("train.jsonl", [row("a", user="jane@example.org")])
    write("test.jsonl", [row("b", user="jane@example.org")])
    write("ftlint.toml", f'{TABLE}"user"\n')
    report = run(tmp_path)
    assert len(told(report)) == 1
    assert "jane" not in json.dumps([finding.message for finding, _ in report.findings()])


def test_other_containers_write_identifiers_otherwise(tmp_path: Path, write: Write) -> None:
    write("train.jsonl", [row("a", talk=12), row("b", talk=13.0), row("c", talk="x"), row("d", talk=None)])
    write("test.csv", "prompt,completion,talk\ne,f,12\ng,h,13\ni,j,y\nk,l,\n")
    write("ftlint.toml", f'{TABLE}"talk"\n')
    assert [(where, number) for where, number, *_ in told(run(tmp_path))] == [
        ("test.csv", 0),
        ("test.csv", 1),
    ]


def test_the_default_for_all_datasets(tmp_path: Path, write: Write) -> None:
    write("train.jsonl", [row("a", talk=1)])
    write("test.jsonl", [row("b", talk=1)])
    write("ftlint.toml", 'group = "talk"\n')
    assert [where for where, *_ in told(run(tmp_path))] == ["test.jsonl"]
    write(
        "ftlint.toml", 'group = "talk"\n[[dataset]]\nname = "d"\ntrain = "train.jsonl"\ntest = "test.jsonl"\n'
    )
    assert [where for where, *_ in told(run(tmp_path))] == ["test.jsonl"]


def test_a_column_that_is_not_there(tmp_path: Path, write: Write) -> None:
    write("train.jsonl", [row("a", talk=1)])
    write("val.jsonl", [row("b", talk=None)])
    write("test.jsonl", [row("c", user=4)])
    write("ftlint.toml", f'{TABLE}["talk", "user"]\n')
    report = run(tmp_path)
    assert [(where, message) for where, _, message, *_ in told(report)] == [
        ("test.jsonl", "no row has talk, which the settings declare as group"),
        ("train.jsonl", "no row has user, which the settings declare as group"),
        ("val.jsonl", "no row has talk or user, which the settings declare as group"),
    ]
    assert {each.severity.label for each, _ in report.findings() if each.severity} == {"warning"}


def grouped_rows(seed: int, count: int, users: int) -> str:
    draw = random.Random(seed)
    lines = []
    for number in range(count):
        made = row(f"{seed} {number}", meta={"user": draw.randrange(users)}, talk=draw.choice([None, number]))
        lines.append(json.dumps(made) if draw.random() < 0.98 else '{"broken')
    return "\n".join(lines) + "\n"


def test_shards_size_executors_and_cache_change_nothing(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("train.jsonl", grouped_rows(1, 3_000, 9_000))
    write("val.jsonl", grouped_rows(2, 400, 9_000))
    write("test.jsonl", grouped_rows(3, 500, 9_000))
    write("ftlint.toml", f'{TABLE}["meta.user", "talk"]\n')
    whole = run(tmp_path, executor=Serial(), shard_bytes=1 << 30)
    assert 200 < len(told(whole)) < 900
    expected = as_json(whole)
    assert as_json(run(tmp_path, executor=Serial(), shard_bytes=9_000)) == expected
    assert as_json(run(tmp_path, executor=Processes(2), shard_bytes=50_000)) == expected
    cache = Cache(str(tmp_path / ".ftlint_cache"))
    assert as_json(run(tmp_path, cache=cache)) == expected
    assert as_json(run(tmp_path, cache=cache)) == expected
    monkeypatch.setattr(spread, "LARGE", 100)
    assert as_json(run(tmp_path)) == expected
    monkeypatch.undo()
    write("ftlint.toml", f'{TABLE}"talk"\n')
    assert len(told(run(tmp_path, cache=cache))) != len(told(whole)), "the cache must know the group"


@pytest.mark.parametrize("seed", range(20))
def test_sorted_columns_find_what_a_dictionary_finds(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    draw = random.Random(seed)
    high = draw.choice([3, 20, 1 << 63])
    keys = array("Q", [draw.randrange(high) for _ in range(draw.randrange(60))])
    others = array("Q", [draw.randrange(high) for _ in range(draw.randrange(60))] + list(keys[:2]))
    small = list(spread.spread(keys, others, 0))
    monkeypatch.setattr(spread, "LARGE", 7)
    assert list(spread.spread(keys, others, 0)) == small
    assert small == [
        (at, others.index(key), others.count(key)) for at, key in enumerate(keys) if key and key in others
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, "12"), (12.0, "12"), ("12", "12"), (1.5, "1.5"), (True, "true"), (None, ""), ("", ""),
        (float("nan"), ""), ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'), (-0.0, "0"), (10**30, str(10**30)),
    ],
)  # fmt: skip
def test_canonical(value: Any, expected: str) -> None:
    assert canonical(value) == expected


def test_value_at() -> None:
    record = {"a": {"b": {"c": 1}}, "a.b": 2, "d": [3]}
    assert value_at(record, "a.b", ["a", "b"]) == 2
    assert value_at(record, "a.b.c", ["a", "b", "c"]) == 1
    assert value_at(record, "d.e", ["d", "e"]) is None


def test_nothing_is_held_without_a_group(tmp_path: Path, write: Write) -> None:
    write("train.jsonl", [row("a", talk=1)])
    measure = Groups()
    assert not measure.columns
    assert not len(measure)
    write("test.jsonl", [row("b", talk=1)])
    assert told(run(tmp_path)) == []
