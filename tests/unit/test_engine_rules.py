"""Rules that misbehave, and the limits of what the engine remembers."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine import scan
from ftlint.engine.bind import bind
from ftlint.engine.executors import Processes, Serial, executor_for
from ftlint.engine.lint import check
from ftlint.engine.partial import Places
from ftlint.engine.plan import RuleSet
from ftlint.model import Dataset, Fault, Finding, FtlintError, Match, MissingExtraError, Record, Shape
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.rule import Rule, Severity
from ftlint.settings import Settings

Write = Callable[[str, Any], Path]

SECRET = "maria.canary77@mailbox-example.org"


def turn(user: str, answer: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]}


def run(root: Path, *rules: Rule[Any], **more: Any) -> Report:
    settings = Settings(root=str(root))
    found = bind(discover([str(root)], settings), settings)
    return check(found, settings, RuleSet(rules), **{"executor": Serial(), **more})


def broken(subject: type, **fields: Any) -> Rule[Any]:
    """A rule of that subject that raises, with data in what it says."""

    class Broken(Rule[subject]):  # type: ignore[valid-type]
        """Broken."""

        code, name, severity = "XXX001", "broken", Severity.ERROR

        def check(self, subject: Any) -> Iterator[Finding]:
            raise KeyError(f"{SECRET} in {subject!r}"[:500])

    for key, value in fields.items():
        setattr(Broken, key, value)
    made: Rule[Any] = Broken()
    return made


@pytest.mark.parametrize(
    "rule",
    [
        broken(Fault, kinds=("trailing-comma",)),
        broken(Shape),
        broken(Match, pattern="lamp"),
        broken(Record),
        broken(Dataset),
    ],
    ids=["fault", "shape", "match", "record", "dataset"],
)
def test_a_rule_that_raises_is_told_once_and_ends_nothing(
    tmp_path: Path, write: Write, rule: Rule[Any]
) -> None:
    rows = [json.dumps(turn(f"What is lamp {n}?", SECRET)) for n in range(20)]
    write("train.jsonl", "\n".join([*rows, '{"prompt": "a",}', ""]))
    other = next(each for each in selected(Settings()) if each.name == "trailing-comma")
    report = run(tmp_path, rule, other)
    assert len(report.failures) == 1
    failure = report.failures[0]
    assert (failure.code, failure.message.split(" (")[0]) == ("XXX001", "KeyError in the rule")
    assert "test_engine_rules.py:" in failure.message
    assert SECRET not in failure.message
    assert [finding.line for finding, _ in report.findings() if finding.name == "trailing-comma"] == [21]
    assert report.exit_code == 2


def test_a_generator_that_breaks_after_a_finding(tmp_path: Path, write: Write) -> None:
    class Half(Rule[Record]):
        """Half."""

        code, name, severity = "XXX002", "half", Severity.INFO

        def check(self, record: Record) -> Iterator[Finding]:
            yield Finding("one")
            raise RuntimeError

    write("train.jsonl", [turn("Hi", "Hello.")] * 3)
    report = run(tmp_path, Half())
    assert report.exit_code == 2
    assert len(report.failures) == 1


def test_a_missing_extra_is_no_failure(tmp_path: Path, write: Write) -> None:
    class Needy(Rule[Record]):
        """Needy."""

        code, name, severity = "XXX003", "needy", Severity.INFO

        def check(self, record: Record) -> Iterator[Finding]:
            raise MissingExtraError("tokens", "counting tokens")

    write("train.jsonl", [turn("Hi", "Hello.")] * 3)
    report = run(tmp_path, Needy())
    assert (report.failures, report.exit_code) == ([], 0)
    assert [entry.code for entry in report.not_run] == ["XXX003"]


def test_a_pattern_that_is_no_pattern_stops_the_run(tmp_path: Path, write: Write) -> None:
    write("train.jsonl", [turn("Hi", "Hello.")])
    with pytest.raises(FtlintError, match="XXX001 broken: not an RE2 pattern"):
        run(tmp_path, broken(Match, pattern="(?=ahead)"))


def test_shapes_past_the_limit_are_judged_all_the_same(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{**turn("Hi", "Hello."), f"key{n % 40}": n} for n in range(120)]
    rows[77]["messages"][0]["role"] = "usr"
    write("train.jsonl", rows)
    rules = [each for each in selected(Settings()) if each.code.startswith("CHAT")]
    whole = [finding for finding, _ in run(tmp_path, *rules).findings()]
    monkeypatch.setattr(scan, "MOST_SHAPES", 3)
    assert [finding for finding, _ in run(tmp_path, *rules).findings()] == whole
    assert [finding.line for finding in whole if finding.name == "unknown-role"] == [78]


def test_places_of_rows_in_and_out_of_step_with_lines() -> None:
    places = Places()
    places.put_run(0, [0, 10, 20], [9, 9, 9], [1, 2, 3])
    assert places.lines is None
    assert [places.line(row) for row in range(-1, 4)] == [None, 1, 2, 3, None]
    places.put(5, 90, 4, 9)
    assert [places.line(row) for row in range(6)] == [1, 2, 3, None, None, 9]
    assert [places.place(row) for row in (2, 3, 5)] == [(20, 9), None, (90, 4)]
    after = Places()
    after.put_run(0, [100, 110], [5, 5], [1, 2])
    places.merge(after, 7, 12)
    assert [places.line(row) for row in range(5, 10)] == [9, None, 13, 14, None]
    assert places.place(7) == (100, 5)


def test_executors() -> None:
    assert isinstance(executor_for(1, 1 << 40), Serial)
    assert isinstance(executor_for(0, 1 << 10), Serial)
    assert isinstance(executor_for(2, 0), Processes)
    assert list(Processes(3).map(abs, [-3, 2, -1, 5])) == [3, 2, 1, 5]
