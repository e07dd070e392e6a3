"""`ftlint data diff` in a process of its own: two versions of real files, in every container and from git."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftlint.rule import chat

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]
Row = dict[str, Any]

SCHEMA = Path(__file__).parents[2] / "src/ftlint/report/dataset-diff.schema.json"


def asked(number: int, answer: str = "") -> Row:
    return {
        "prompt": f"Where is parcel {number}, ordered on a Tuesday?",
        "completion": answer or f"With the neighbour at door {number}, ask there before noon.",
    }


OLD = [asked(number) for number in range(20)]
NEW = [
    *OLD[:3],
    asked(3, "With the caretaker."),
    *OLD[4:7],
    *OLD[8:],
    {"prompt": "May I pay by invoice?", "completion": "Yes."},
]


def told(ftlint: Run, *arguments: str | Path, code: int = 0, **options: Any) -> dict[str, Any]:
    from jsonschema import Draft202012Validator

    done = ftlint("data", "diff", *arguments, "--output-format", "json", **options)
    assert done.returncode == code, done.stderr + done.stdout
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    return found


def counts(found: dict[str, Any]) -> dict[str, int]:
    """The rows that are not the same, by what became of them."""
    rows = {name: count for name, count in found["rows"].items() if name not in ("same", "unreadable")}
    return {name: count for name, count in rows.items() if count}


def as_array(rows: Sequence[Row]) -> bytes:
    return json.dumps(rows, indent=1).encode()


def as_lines(rows: Sequence[Row]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def as_csv(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, ["prompt", "completion"])
    table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode()


def as_parquet(rows: Sequence[Row]) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), out, row_group_size=7)
    return out.getvalue()


CONTAINERS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "jsonl": as_lines,
    "json": as_array,
    "csv": as_csv,
    "parquet": as_parquet,
    "jsonl.gz": lambda rows: gzip.compress(as_lines(rows)),
}


@pytest.mark.parametrize("ending", CONTAINERS)
def test_every_container(ftlint: Run, write: Write, ending: str) -> None:
    write(f"old.{ending}", CONTAINERS[ending](OLD))
    write(f"new.{ending}", CONTAINERS[ending](NEW))
    found = told(ftlint, f"old.{ending}", f"new.{ending}", "--no-check")
    assert counts(found) == {"added": 1, "removed": 1, "changed": 1}
    assert found["rows"]["same"] == 18
    assert found["changed"]["matched_by"] == {"prompt": 1}
    (changed,) = found["changed"]["examples"]
    assert changed["old"]["row"] == changed["new"]["row"] == 3
    assert changed["differences"] == [
        {
            "pointer": "/completion",
            "old": "With the neighbour at door 3, ask there before noon.",
            "new": "With the caretaker.",
        }
    ]
    assert [row["row"] for row in found["removed"]["examples"]] == [7]
    assert [row["excerpt"] for row in found["added"]["examples"]] == ["May I pay by invoice?"]
    assert found["rules"] is None


def test_one_container_against_another(ftlint: Run, write: Write) -> None:
    write("train.csv", as_csv(OLD))
    write("train.parquet", as_parquet(NEW))
    found = told(ftlint, "train.csv", "train.parquet")
    assert counts(found) == {"added": 1, "removed": 1, "changed": 1}
    assert found["files"] == [
        {"old": "train.csv", "new": "train.parquet", "old_format": "prompt-completion",
         "new_format": "prompt-completion", "old_rows": 20, "new_rows": 20}
    ]  # fmt: skip


def test_identical_files_do_not_differ(ftlint: Run, write: Write) -> None:
    write("old.jsonl", OLD)
    write("new.jsonl", [dict(reversed(row.items())) for row in OLD])
    found = told(ftlint, "old.jsonl", "new.jsonl", "--exit-code")
    assert found["differs"] is False
    assert counts(found) == {}
    assert all(rule["fresh"] == rule["gone"] == 0 for rule in found["rules"])
    page = ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check").stdout
    assert "rows      no row differs" in page
    assert ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check", "--exit-code").returncode == 0


def test_the_exit_code_tells_on_request(ftlint: Run, write: Write) -> None:
    write("old.jsonl", OLD)
    write("new.jsonl", NEW)
    assert ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check").returncode == 0
    assert ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check", "--exit-code").returncode == 1


def test_rows_are_matched_by_id(ftlint: Run, write: Write) -> None:
    old = [{"id": f"q{number}", **asked(number)} for number in range(12)]
    new = [{**row} for row in old if row["id"] != "q4"]
    new[2] |= asked(900, "This says nothing that stood here before.")  # by content it would be another row
    new[0], new[1] = new[1], new[0]
    new.append({"id": "q99", **asked(99)})
    write("old.jsonl", old)
    write("new.jsonl", new)
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    assert found["id"] == "id"
    assert counts(found) == {"added": 1, "removed": 1, "changed": 1, "reordered": 1}
    assert found["changed"]["matched_by"] == {"id": 1}
    assert found["changed"]["fields"] == [
        {"pointer": "/completion", "rows": 1}, {"pointer": "/prompt", "rows": 1}
    ]  # fmt: skip


def test_ids_that_were_given_anew_are_not_trusted(ftlint: Run, write: Write) -> None:
    write("old.jsonl", [{"id": number, **asked(number)} for number in range(12)])
    write("new.jsonl", [{"id": number - 1, **asked(number)} for number in range(1, 12)])
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    assert found["id"] is None
    assert counts(found) == {"removed": 1, "changed": 11}
    assert found["changed"]["matched_by"] == {"texts": 11}
    assert found["changed"]["fields"] == [{"pointer": "/id", "rows": 11}]
    assert found["notes"] == [
        "id is another one for most rows that say the same: rows are matched by content"
    ]


def test_a_column_of_ids_is_named(ftlint: Run, write: Write) -> None:
    old = [{**asked(number), "metadata": {"key": f"k{number}"}} for number in range(6)]
    new = [{**row, "completion": f"Nobody knows {index}."} for index, row in enumerate(old)]
    write("old.jsonl", old)
    write("new.jsonl", [*new, new[0]])
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check", "--id", "metadata.key")
    assert found["id"] == "metadata.key"
    assert counts(found) == {"changed": 6, "added": 1}
    assert found["notes"] == [
        "1 row bears the metadata.key of an earlier row: such rows are matched in order"
    ]
    done = ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check", "--id", "nothing")
    assert done.returncode == 2
    assert "--id nothing: no row of OLD has a short text or a whole number there" in done.stderr


def test_edited_rows_are_found_by_likeness(ftlint: Run, write: Write) -> None:
    text = "the courier left the parcel with a neighbour in the yard behind number {} on a rainy Tuesday"
    old = [{"text": text.format(number) + f" and wrote note {number * 7}"} for number in range(9)]
    new = [dict(row) for row in old]
    new[5]["text"] = new[5]["text"].replace("rainy", "sunny")
    new[6]["text"] = "nothing of what stood here is left, this is about something else altogether"
    write("old.jsonl", old)
    write("new.jsonl", new)
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    assert counts(found) == {"changed": 1, "added": 1, "removed": 1}
    (changed,) = found["changed"]["examples"]
    assert changed["matched_by"] == "near"
    assert changed["new"] == {"path": "new.jsonl", "row": 5, "line": 6}
    assert 0.5 <= changed["similarity"] < 1


def test_rows_are_sets_with_repeats(ftlint: Run, write: Write) -> None:
    write("old.jsonl", [OLD[0]] * 5 + OLD[:3])
    write("new.jsonl", OLD[:3] + [OLD[0]] * 2 + [OLD[1]])
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    assert {**counts(found), "reordered": 0} == {"added": 1, "removed": 3, "reordered": 0}
    assert found["total"]["old"]["exact_duplicates"]["rows"] == 5
    assert found["total"]["new"]["exact_duplicates"]["rows"] == 3


def test_moved_rows_are_told_loudly(ftlint: Run, write: Write) -> None:
    write("v1/train.jsonl", OLD[:15])
    write("v1/val.jsonl", OLD[15:])
    write("v2/train.jsonl", [*OLD[2:15], OLD[19]])
    write("v2/val.jsonl", [*OLD[15:19], *OLD[:2]])
    found = told(ftlint, "v1", "v2", "--no-check")
    assert counts(found) == {"moved": 3}
    leak, back = found["moved"]
    assert (leak["from"], leak["to"], leak["rows"], leak["leak"]) == ("train", "validation", 2, True)
    assert leak["examples"][0] == {
        "old": {"path": "v1/train.jsonl", "row": 0, "line": 1},
        "new": {"path": "v2/val.jsonl", "row": 4, "line": 5},
    }
    assert (back["from"], back["to"], back["rows"], back["leak"]) == ("validation", "train", 1, False)
    train = found["splits"][0]
    assert (train["moved_in"], train["moved_out"], train["same"]) == (1, 2, 13)
    page = ftlint("data", "diff", "v1", "v2", "--no-check").stdout
    seen = "2 rows moved from train to validation: a model trained on the old data has seen them"
    assert f"  LEAK RISK {seen}" in page
    document = ftlint("data", "diff", "v1", "v2", "--no-check", "--output-format", "markdown").stdout
    assert "> [!WARNING]\n> **Leak risk:** 2 rows moved from `train` to `validation`." in document


def test_rows_in_other_files_and_renamed_files(ftlint: Run, write: Write) -> None:
    write("v1/train-00000-of-00002.jsonl", OLD[:10])
    write("v1/train-00001-of-00002.jsonl", OLD[10:])
    write("v2/train-00000-of-00002.jsonl", OLD[:12])
    write("v2/train-00001-of-00002.jsonl", OLD[12:])
    assert counts(told(ftlint, "v1", "v2", "--no-check")) == {"refiled": 2}
    write("v3/first.jsonl", OLD)
    write("v4/second.jsonl.gz", gzip.compress(as_lines(OLD)))
    found = told(ftlint, "v3/", "v4/*.gz", "--no-check")
    assert counts(found) == {}
    assert (found["files"][0]["old"], found["files"][0]["new"]) == ("v3/first.jsonl", "v4/second.jsonl.gz")


def test_a_conversion_is_told_as_one(ftlint: Run, write: Write) -> None:
    pairs = [(row["prompt"], row["completion"]) for row in OLD]
    old = [{"conversations": [{"from": "human", "value": p}, {"from": "gpt", "value": c}]} for p, c in pairs]
    new = [chat(prompt, answer) for prompt, answer in pairs]
    new[4] = chat(pairs[4][0], "Something else.")
    write("old.jsonl", old)
    write("new.jsonl", new)
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    assert found["converted"] == [{"old_format": "sharegpt", "new_format": "openai-chat", "rows": 19}]
    assert counts(found) == {"changed": 20}
    assert found["changed"]["counted"] == len(found["changed"]["examples"]) == 1
    page = ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check").stdout
    assert "converted 19 rows from sharegpt to openai-chat, the texts as they were" in page


def test_bad_rows_and_empty_files(ftlint: Run, write: Write) -> None:
    lines = as_lines(OLD)
    write("old.jsonl", b"[1]\n" + lines + b'{"prompt": \n')
    write("new.jsonl", lines + b'{"prompt": \n{"other: 2}\n"text"\n')
    write("empty.jsonl", b"")
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check", "--exit-code", code=1)
    assert counts(found) == {}
    assert found["rows"]["unreadable"] == {"added": 2, "removed": 1}
    page = ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check").stdout
    assert "2 added that cannot be read, 1 removed that could not be read, 20 the same" in page
    assert counts(told(ftlint, "empty.jsonl", "old.jsonl")) == {"added": 20}
    assert counts(told(ftlint, "old.jsonl", "empty.jsonl", "--no-check")) == {"removed": 20}
    assert counts(told(ftlint, "empty.jsonl", "empty.jsonl", "--no-check")) == {}


def test_rows_of_no_known_format(ftlint: Run, write: Write) -> None:
    old = [{"foo": number, "bar": f"something odd that has number {number} in it"} for number in range(8)]
    new = [dict(row) for row in old[1:]]
    new[3]["bar"] += " now"
    write("old.jsonl", old)
    write("new.jsonl", new)
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    assert counts(found) == {"removed": 1, "changed": 1}
    assert found["files"][0]["old_format"] is None


def test_what_cannot_be_written_plainly_is_compared(ftlint: Run, write: Write) -> None:
    lines = [
        b'{"prompt": "A \\ud83d half of a pair", "completion": "Yes"}',
        b'{"prompt": "A number", "completion": "Yes", "n": 123456789012345678901234567890}',
        b'{"prompt": "Deep", "completion": "Yes", "n": ' + b"[" * 300 + b"]" * 300 + b"}",
    ]
    write("old.jsonl", b"\n".join(lines))
    write(
        "new.jsonl", b"\n".join([lines[2], lines[0].replace(b"Yes", b"No"), lines[1].replace(b"78", b"87")])
    )
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    assert found["rows"]["same"] == 1
    assert counts(found) == {"changed": 2, "reordered": 1}
    pointers = {each["pointer"] for row in found["changed"]["examples"] for each in row["differences"]}
    assert pointers == {"/completion", "/n"}


def test_findings_new_and_gone(ftlint: Run, write: Write) -> None:
    rows = [chat(f"Question number {number}?", f"The answer is {number} apples.") for number in range(12)]
    write("v1/train.jsonl", [*rows, *rows[:3], chat("Same?", "Same?")])
    write("v1/val.jsonl", [chat(f"And {number}?", f"It is {number} pears.") for number in range(4)])
    write("v2/train.jsonl", [rows[11], *rows, *rows[:5], chat("Same?", "Not the same.")])
    write("v2/val.jsonl", [chat(f"And {number}?", f"It is {number} pears.") for number in range(4)])
    found = told(ftlint, "v1", "v2", "--select", "DUP,QUAL")
    rules = {rule["code"]: rule for rule in found["rules"]}
    copies = rules["DUP001"]
    assert (copies["old"], copies["new"], copies["fresh"], copies["gone"]) == (3, 6, 3, 0)
    assert all(example["path"] == "v2/train.jsonl" for example in copies["examples"])
    page = ftlint("data", "diff", "v1", "v2", "--select", "DUP001").stdout
    assert "DUP001 exact-duplicate  3 → 6: 3 new" in page
    echo = [rule for rule in found["rules"] if rule["new"] < rule["old"]]
    assert [(rule["fresh"], rule["gone"]) for rule in echo] == [(0, 1)] * len(echo)


def test_shifts_are_measured(ftlint: Run, write: Write) -> None:
    old = [
        {"text": f"review number {n}, a thing of beauty", "label": "good" if n % 2 else "bad"}
        for n in range(400)
    ]
    new = [{"text": row["text"] * 6, "label": "good" if n % 10 else "bad"} for n, row in enumerate(old)]
    write("old.jsonl", old)
    write("new.jsonl", new)
    found = told(ftlint, "old.jsonl", "new.jsonl", "--no-check")
    shifts = {shift["of"]: shift for shift in found["total"]["shifts"]}
    assert shifts["lengths"]["ks_d"] == 1.0
    assert shifts["lengths"]["level"] == shifts["labels"]["level"] == "major"
    assert shifts["labels"]["field"] == "label"
    assert shifts["labels"]["values"] == [
        {"name": "good", "old": 200, "new": 360}, {"name": "bad", "old": 200, "new": 40}
    ]  # fmt: skip
    page = ftlint("data", "diff", "old.jsonl", "new.jsonl", "--no-check").stdout
    assert "labels    by label: good 50% → 90% · bad 50% → 10%; PSI 0.87: major shift" in page


def test_standard_input_is_a_side(ftlint: Run, write: Write) -> None:
    write("new.jsonl", NEW)
    found = told(ftlint, "-", "new.jsonl", "--no-check", input=as_lines(OLD).decode())
    assert counts(found) == {"added": 1, "removed": 1, "changed": 1}
    assert found["old"]["name"] == found["removed"]["examples"][0]["path"] == "<stdin>"


def test_half_of_a_text_in_another_split_is_no_leak(ftlint: Run, write: Write) -> None:
    words = [f"word{number}" for number in range(40)]
    alike, half = [*words[:20], "and", *words[21:]], [*words[:28], *map(str, range(12))]
    write("v1/train.jsonl", [{"text": " ".join(words)}, *({"text": row["prompt"]} for row in OLD)])
    write("v1/val.jsonl", [{"text": row["completion"]} for row in OLD[:2]])
    for name, moved in (("v2", half), ("v3", alike)):
        write(f"{name}/train.jsonl", [{"text": row["prompt"]} for row in OLD])
        write(
            f"{name}/val.jsonl",
            [*({"text": row["completion"]} for row in OLD[:2]), {"text": " ".join(moved)}],
        )
    assert counts(told(ftlint, "v1", "v2", "--no-check")) == {"added": 1, "removed": 1}
    found = told(ftlint, "v1", "v3", "--no-check")
    assert counts(found) == {"changed": 1, "moved": 1}
    assert found["moved"][0]["leak"] is True
