import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.suppress import (
    FIRST_REASON,
    Entry,
    PathIgnores,
    Suppressions,
    ignored_codes,
    inline,
    load,
    prune,
    save,
    write,
)
from ftlint.model import Finding, FtlintError
from ftlint.model.report import Report

Write = Callable[[str, Any], Path]


class Findings(Report):
    """A report of given findings, (code, path, row, fingerprint) each."""

    def __init__(self, *given: tuple[str, str, int | None, str]) -> None:
        super().__init__(root=".", files=(), groups=())
        self.given = given

    def findings(self) -> Iterator[tuple[Finding, str]]:
        for code, path, row, fingerprint in self.given:
            yield Finding("m", code=code, path=path, row=row), fingerprint


ONE = ("DUP001", "a.jsonl", 3, "f1")
TWO = ("QUAL001", "a.jsonl", None, "f2")


def test_written_read_and_met(tmp_path: Path) -> None:
    file = str(tmp_path / "ftlint-suppressions.json")
    assert len(load(file)) == 0
    assert write(file, Findings(TWO, ONE, ONE)) == 2
    known = load(file)
    assert [entry.code for entry in known.entries] == ["DUP001", "QUAL001"]
    assert known.entries[0] == Entry("a.jsonl", "DUP001", "f1", FIRST_REASON, 3)
    assert known.covers("DUP001", "a.jsonl", "f1")
    assert not known.covers("DUP001", "a.jsonl", "f2")
    assert not known.covers("DUP001", "b.jsonl", "f1")
    assert [entry.code for entry in known.stale({"a.jsonl"})] == ["QUAL001"]
    assert known.stale({"b.jsonl"}) == []
    assert known.stale({"a.jsonl"}, codes={"DUP001"}) == []


def test_the_file_is_stable_and_merges_by_line(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    write(str(one), Findings(ONE, TWO))
    write(str(two), Findings(TWO))
    write(str(two), Findings(ONE))
    assert one.read_bytes() == two.read_bytes()
    data = json.loads(one.read_text())
    assert data["version"] == 1
    assert data["entries"][0] == {
        "code": "DUP001",
        "path": "a.jsonl",
        "fingerprint": "f1",
        "reason": FIRST_REASON,
        "row_hint": 3,
    }
    assert len(one.read_text().splitlines()) == len(data["entries"]) + 5
    save(str(one), [])
    assert json.loads(one.read_text()) == {"version": 1, "entries": []}
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".new"] == []


def test_earlier_reasons_stay(tmp_path: Path) -> None:
    file = str(tmp_path / "s.json")
    write(file, Findings(ONE), reason="agreed with the data team")
    before = Path(file).read_bytes()
    assert write(file, Findings(ONE)) == 0
    assert Path(file).read_bytes() == before
    assert write(file, Findings(ONE, TWO), reason="later") == 1
    assert {entry.code: entry.reason for entry in load(file).entries} == {
        "DUP001": "agreed with the data team",
        "QUAL001": "later",
    }


def test_prune(tmp_path: Path) -> None:
    file = str(tmp_path / "s.json")
    for name in ("a.jsonl", "pulled-not.jsonl.dvc"):
        (tmp_path / name).write_text("{}\n")
    entries = [
        Entry("a.jsonl", "DUP001", "f1"),
        Entry("a.jsonl", "DUP001", "f2"),
        Entry("gone.jsonl", "DUP001", "f3"),
        Entry("pulled-not.jsonl", "DUP001", "f4"),
        Entry("", "SPLIT001", "f5"),
    ]
    save(file, entries)
    assert prune(file, [entries[1]], str(tmp_path)) == 2
    assert [entry.fingerprint for entry in load(file).entries] == ["f5", "f1", "f4"]
    assert prune(file, []) == 0


MISTAKES = [
    ("{", 1, "not valid JSON"),
    ('{"version": 1,\n "entries": [\n<<<<<<< HEAD\n]}', 3, "not valid JSON"),
    ("[]", 1, "is no suppressions file"),
    ('{"version": 2, "entries": []}', 1, "has version 2; this ftlint reads 1"),
    (
        '{"version": 1,\n "entries": [\n  {"code": "A", "path": "b"}\n]}',
        3,
        "an entry needs 'fingerprint' as a text",
    ),
    (
        '{"version": 1, "entries": [\n  {"code": "A", "path": "b", "fingerprint": "c"},\n\n  3\n]}',
        4,
        "an entry must be",
    ),
    (
        '{"version": 1, "entries": [\n  {"code": "A", "path": "b", "fingerprint": "c", "reason": 3}\n]}',
        2,
        "the reason of an entry must be a text",
    ),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES, ids=[message for _, _, message in MISTAKES])
def test_a_mistake_has_a_line(write: Write, text: str, line: int, message: str) -> None:
    file = write("s.json", text)
    with pytest.raises(FtlintError) as raised:
        load(str(file))
    assert message in raised.value.message
    assert raised.value.line == line


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    with pytest.raises(FtlintError, match="cannot be written"):
        save(str(tmp_path / "none" / "s.json"), [])
    (tmp_path / "folder").mkdir()
    with pytest.raises(FtlintError, match="cannot be written"):
        save(str(tmp_path / "folder"), [Entry("a", "b", "c")])
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


INLINE: list[tuple[str, set[str] | None]] = [
    ("lr: 1e-3  # ftlint: ignore[CFG001]", {"CFG001"}),
    (
        "lr: 1e-3  # ftlint: ignore[CFG001, learning-rate-too-high]  swept",
        {"CFG001", "learning-rate-too-high"},
    ),
    ("x = 1 # ftlint: ignore", {"ALL"}),
    ("x = 1 #ftlint:ignore because", {"ALL"}),
    ("// ftlint: ignore[A]", {"A"}),
    ("# ftlint: ignore[]", set()),
    ("# ftlint: ignored", None),
    ("# ftlint: ignore-file", None),
    ("ftlint: ignore[A]", None),
    ("# noqa", None),
]


@pytest.mark.parametrize(("line", "expected"), INLINE)
def test_inline(line: str, expected: set[str] | None) -> None:
    assert inline(line) == expected


FIELDS: list[tuple[dict[str, Any], set[str]]] = [
    ({"skip": "QUAL001, DUP"}, {"QUAL001", "DUP"}),
    ({"skip": ["QUAL001", "DUP LEAK", 3]}, {"QUAL001", "DUP", "LEAK"}),
    ({"skip": True}, {"ALL"}),
    ({"skip": False}, set()),
    ({"skip": None}, set()),
    ({"skip": {"x": 1}}, set()),
    ({}, set()),
]


@pytest.mark.parametrize(("record", "expected"), FIELDS)
def test_a_field_of_the_record(record: dict[str, Any], expected: set[str]) -> None:
    assert ignored_codes(record, "skip") == expected
    assert ignored_codes({"meta": record}, "meta.skip") == expected


def test_a_field_whose_name_has_a_dot() -> None:
    assert ignored_codes({"meta.skip": "A", "meta": {"skip": "B"}}, "meta.skip") == {"A"}
    assert ignored_codes({"meta": 3}, "meta.skip") == set()


def test_per_path_ignores() -> None:
    ignores = PathIgnores({"raw/**": ("QUAL",), "*.csv": ("DUP001", "x"), "tests": ("ALL",)})
    assert ignores.selectors("raw/a.csv") == {"QUAL", "DUP001", "x"}
    assert ignores.selectors("deep/tests/a.jsonl") == {"ALL"}
    assert ignores.selectors("a.jsonl") == frozenset()


def test_suppressions_count() -> None:
    assert len(Suppressions([Entry("a", "b", "c"), Entry("a", "b", "c", "again")])) == 1
