"""The inventory of personal data: exact numbers, what is apart, and how far laws' identifiers are covered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftlint.detect.pii.kinds import KINDS
from ftlint.engine.bind import bind
from ftlint.engine.coverage import coverage
from ftlint.engine.executors import Executor, Processes, Serial
from ftlint.engine.inventory import inventory, without_indices
from ftlint.facts.identifiers import GDPR, HIPAA, IDENTIFIERS
from ftlint.model.inventory import Covered, Inventory, Kind, Scope, State, Tally
from ftlint.read.discover import discover
from ftlint.report.pii_wording import rate, where
from ftlint.rule import chat
from ftlint.settings import load

ADDRESS = "jo.harrow" + "@" + "tamwick-pottery.com"
OTHER = "mira" + "@" + "quellbrunn-keramik.de"
CARD = "4617 7877 8932" + " 8795"


def taken(folder: Path, files: dict[str, list[dict[str, Any]]], toml: str = "", **options: Any) -> Inventory:
    for name, rows in files.items():
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "ftlint.toml").write_text(toml)
    settings = load([str(folder)])
    bindings = [each for each in bind(discover([str(folder)], settings), settings) if not each.document]
    return inventory(bindings, settings, today="2026-11-22", **options)


def tally(scope: Scope, kind: str) -> Tally:
    return next(each for each in scope.tallies if each.kind == kind)


ROWS = [
    {**chat(f"Write to {ADDRESS} or {OTHER}.", f"To {ADDRESS}, then."), "author": OTHER},
    chat("Nothing here.", "Nothing."),
    chat("Which card?", f"It is {CARD}."),
    chat("Where to?", "Write to help@example.com."),
]


def test_the_numbers(tmp_path: Path) -> None:
    found = taken(tmp_path, {"train.jsonl": ROWS, "val.jsonl": ROWS[1:2] + ROWS[3:]})
    (dataset,) = found.datasets
    assert [split.name for split in dataset.splits] == ["train", "validation"]
    train, validation = dataset.splits
    assert (train.rows, train.looked, train.personal, train.secret) == (4, 4, 2, 0)
    email = tally(train, "email")
    assert (email.code, email.spans, email.rows, email.placeholders, email.accepted) == ("PII001", 4, 1, 1, 0)
    assert email.values is None
    assert [tuple(field) for field in email.fields] == [("/messages/[]/content", 3), ("/author", 1)]
    assert (tally(train, "card").spans, tally(train, "card").rows) == (1, 1)
    assert (validation.rows, validation.personal) == (2, 0)
    spared = tally(validation, "email")
    assert (spared.spans, spared.rows, spared.placeholders) == (0, 0, 1)
    assert tally(dataset.whole, "email").spans == tally(found.total, "email").spans == 4
    assert tally(found.total, "email").placeholders == 2


def test_different_values_are_counted_under_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTLINT_KEY", "0123456789abcdef" * 2)
    found = taken(tmp_path, {"train.jsonl": ROWS, "val.jsonl": [chat("Ask whom?", f"{ADDRESS.upper()}")]})
    (dataset,) = found.datasets
    assert [tally(split, "email").values for split in dataset.splits] == [2, 1]
    assert tally(dataset.whole, "email").values == 2, "the same address in another case is one value"
    assert found.basis.keyed


def test_what_is_accepted_is_counted_apart(tmp_path: Path) -> None:
    marked = {**ROWS[0], "lint": ["pii-email"]}
    plain = taken(tmp_path, {"train.jsonl": [ROWS[0], ROWS[2]]})
    assert tally(plain.total, "email").accepted == 0
    by_row = taken(tmp_path, {"train.jsonl": [marked, ROWS[2]]}, 'ignore-field = "lint"\n')
    assert (tally(by_row.total, "email").spans, tally(by_row.total, "email").accepted) == (0, 4)
    assert tally(by_row.total, "card").spans == 1
    by_path = taken(
        tmp_path, {"train.jsonl": [ROWS[0], ROWS[2]]}, '[per-path-ignores]\n"train.jsonl" = ["PII003"]\n'
    )
    assert (tally(by_path.total, "card").spans, tally(by_path.total, "card").accepted) == (0, 1)
    assert by_path.total.personal == 1


def test_severities_of_the_settings_do_not_make_placeholders(tmp_path: Path) -> None:
    toml = '[rules.pii-email]\nseverity = "info"\n'
    found = tally(taken(tmp_path, {"train.jsonl": ROWS}, toml).total, "email")
    assert (found.spans, found.placeholders) == (4, 1)
    toml = '[rules.pii-email]\nseverity = "error"\n'
    found = tally(taken(tmp_path, {"train.jsonl": ROWS}, toml).total, "email")
    assert (found.spans, found.placeholders) == (4, 1)


@pytest.mark.parametrize("executor", [Serial(), Processes(2)], ids=["serial", "processes"])
def test_any_cut_gives_the_same(tmp_path: Path, executor: Executor) -> None:
    rows = [{**row, "id": number} for number in range(60) for row in ROWS]
    whole = taken(tmp_path, {"train.jsonl": rows})
    cut = taken(tmp_path, {"train.jsonl": rows}, executor=executor, shard_bytes=2000)
    assert cut._replace(seconds=0) == whole._replace(seconds=0)
    assert tally(whole.total, "email").rows == 60


def test_what_runs_is_what_the_settings_select(tmp_path: Path) -> None:
    def states(toml: str) -> dict[str, State]:
        return {kind.name: kind.state for kind in taken(tmp_path, {"train.jsonl": ROWS}, toml).kinds}

    plain = states("")
    assert plain["email"] == plain["card"] == "pattern"
    assert plain["date"] == "off"
    assert plain["national-id"] == plain["postcode"] == "needs-country"
    assert plain["custom"] == "needs-recognizer"
    assert plain["person"] == "needs-model"
    assert list(plain) == list(KINDS)
    chosen = states('select = ["FMT", "pii-date"]\nignore = ["pii-email"]\n[pii]\ncountries = ["in"]\n')
    assert chosen["date"] == chosen["card"] == chosen["national-id"] == "pattern", "a selection adds"
    assert chosen["email"] == chosen["vehicle"] == "off"


def test_indices_and_private_keys_are_left_out_of_fields() -> None:
    assert without_indices("/messages/12/content") == "/messages/[]/content"
    assert without_indices("") == ""
    assert ADDRESS not in without_indices(f"/people/{ADDRESS}/3")
    assert (
        where("/messages/[]/tool_calls/[]/function/arguments") == "messages[].tool_calls[].function.arguments"
    )


@pytest.mark.parametrize(
    ("spans", "rows", "told"),
    [(0, 9, "0"), (3, 0, "0"), (1, 1_000_000, "<0.01"), (25, 100_000, "0.25"), (28, 9_260, "3.0"),
     (130, 10_000, "13"), (2_500, 1_000, "2,500")],
)  # fmt: skip
def test_rates(spans: int, rows: int, told: str) -> None:
    assert rate(spans, rows) == told


def covered(**states: State) -> dict[str, Covered]:
    """Coverage where the named kinds have these states and every other kind is switched off."""
    entities = {"health-id": ("US_MBI",)} if states.pop("us", None) else {}
    kinds = [
        Kind(name, "PII000", states.get(name.replace("-", "_"), "off"), entities.get(name, ("ANY",)))
        for name in KINDS
    ]
    return {f"{each.law} {each.reference} {each.name}": each for each in coverage(kinds)}


def test_coverage_follows_from_the_kinds() -> None:
    nothing = covered()
    assert nothing["HIPAA (F) e-mail addresses"].state == "off"
    assert nothing["HIPAA (Q) full-face photographs"].state == "none"
    assert not any(each.part for each in nothing.values()), "what is not covered is not covered in part"

    some = covered(email="pattern", person="needs-model", location="model", postcode="needs-country")
    email = some["HIPAA (F) e-mail addresses"]
    assert (email.state, email.part) == ("pattern", False)
    assert some["HIPAA (A) names"].state == "needs-model"
    places = some["HIPAA (B) places smaller than a state"]
    assert (places.state, places.part) == ("model", True)
    assert places.ways == [("location", "model"), ("postcode", "needs-country")]
    assert some["GDPR Art. 4(1) online identifier"].part


def test_another_countrys_recognizers_do_not_cover_a_law() -> None:
    plan = "HIPAA (I) health plan beneficiary numbers"
    assert covered(health_id="pattern")[plan].state == "needs-country"
    assert covered(health_id="pattern", us="pattern")[plan].state == "pattern"
    assert covered(health_id="pattern")["GDPR Art. 9(1) data concerning health"].part


def test_the_laws_are_whole() -> None:
    letters = [each.reference for each in IDENTIFIERS if each.law == HIPAA]
    assert letters == [f"({letter})" for letter in "ABCDEFGHIJKLMNOPQR"]
    special = [each for each in IDENTIFIERS if each.law == GDPR and each.reference == "Art. 9(1)"]
    assert len(special) == 8
    named = {way.kind for each in IDENTIFIERS for way in each.ways}
    assert named <= KINDS.keys()
    assert KINDS.keys() - named == {"business-id", "organization"}, "a new kind belongs to some identifier"
    assert all(each.left for each in IDENTIFIERS if each.part or not each.ways)
