"""`ftlint check --since REF` in real repositories."""

import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changed_samples import OLD, bad, jsonl, row

Make = Callable[..., Any]


def parquet(rows: list[Any], folder: Path) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(rows), folder / "made.parquet", row_group_size=7)
    return (folder / "made.parquet").read_bytes()


def csv(rows: list[Any]) -> str:
    """Rows of two columns, of which answers span two lines."""
    lines = ["prompt,completion"]
    for each in rows:
        prompt, answer = (message["content"] for message in each["messages"])
        lines.append(f'"{prompt}","{"" if each["messages"][1]["role"] != "assistant" else answer}\nDone."')
    return "\r\n".join(lines) + "\r\n"


ENCODED: dict[str, Callable[[list[Any], Path], bytes]] = {
    "train.jsonl": lambda rows, _: jsonl(rows).encode(),
    "train.json": lambda rows, _: json.dumps(rows, indent=2).encode(),
    "array.json": lambda rows, _: json.dumps(rows).encode(),
    "train.jsonl.gz": lambda rows, _: gzip.compress(jsonl(rows).encode(), mtime=0),
    "train.jsonl.bz2": lambda rows, _: bz2.compress(jsonl(rows).encode()),
    "train.parquet": parquet,
    "utf16.jsonl": lambda rows, _: jsonl(rows).encode("utf-16"),
    "crlf.jsonl": lambda rows, _: jsonl(rows).replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("name", ENCODED)
def test_rows_that_are_new_are_told_in_every_container(name: str, repository: Make, tmp_path: Path) -> None:
    made = repository({name: ENCODED[name](OLD, tmp_path)})
    made.write(name, ENCODED[name]([bad(200), *OLD[::-1], row(21), bad(201)], tmp_path))
    checked = made.check("--since", "main", "--select", "CHAT005")
    assert checked.found() == {(name, 0, "CHAT005"), (name, 24, "CHAT005")}
    assert checked.since["changed_rows"] == 3
    assert checked.since["findings_not_shown"] == 2
    assert checked.code == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "train.jsonl",
            lambda rows: "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in rows),
        ),
        ("train.json", json.dumps),
        ("train.jsonl", lambda rows: jsonl(rows).replace("\n", "\r\n")),
        ("utf16.jsonl", jsonl),
    ],
    ids=["spaces", "indentation", "newlines", "encoding"],
)
def test_layout_is_no_change(before: str, after: Callable[[list[Any]], str], repository: Make) -> None:
    made = repository({before: ENCODED[before](OLD, Path())})
    made.write(before, after(OLD))
    checked = made.check("--since", "main", "--select", "CHAT005")
    assert (checked.code, checked.found()) == (0, set())
    assert checked.since["changed_rows"] == 0


def test_rows_of_a_table_that_span_lines(repository: Make) -> None:
    made = repository({"train.csv": csv(list(map(row, range(20))))})
    made.write("train.csv", csv([row(30), *map(row, range(20)), row(31)]))
    assert made.check("--since", "main").since["changed_rows"] == 2


def test_another_header_changes_every_row(repository: Make) -> None:
    made = repository({"train.csv": csv(list(map(row, range(20))))})
    text = csv(list(map(row, range(20)))).replace("prompt,completion", "question,answer")
    made.write("train.csv", text)
    assert made.check("--since", "main").since["changed_rows"] == 20


def test_what_is_not_committed_counts_too(repository: Make) -> None:
    made = repository({"train.jsonl": OLD})
    made.git("checkout", "-q", "-b", "feature")
    made.write("train.jsonl", [*OLD, bad(200)])
    made.commit()
    made.write("train.jsonl", [*OLD, bad(200), bad(201)])
    made.write("new.jsonl", [bad(300)])
    checked = made.check("--since", "main", "--select", "CHAT005")
    assert checked.found() == {
        (name, line, "CHAT005") for name, line in (("train.jsonl", 22), ("train.jsonl", 23), ("new.jsonl", 0))
    }


def test_the_merge_base_counts_not_the_tip(repository: Make) -> None:
    made = repository({"train.jsonl": OLD})
    made.git("checkout", "-q", "-b", "feature")
    made.write("train.jsonl", [*OLD, bad(200)])
    made.commit()
    made.git("checkout", "-q", "main")
    made.write("train.jsonl", [bad(200)])
    made.commit()
    made.git("checkout", "-q", "feature")
    assert made.check("--since", "main", "--select", "CHAT005").found() == {("train.jsonl", 22, "CHAT005")}


def test_either_row_of_a_pair(repository: Make) -> None:
    made = repository(
        {"train.jsonl": [*map(row, range(40)), row(3)], "val.jsonl": list(map(row, range(60, 80)))}
    )
    made.write("train.jsonl", [row(7), *map(row, range(40)), row(3)])
    made.write("val.jsonl", [*map(row, range(60, 80)), row(12)])
    checked = made.check("--since", "main", "--select", "DUP001,LEAK001")
    assert checked.found() == {("train.jsonl", 8, "DUP001"), ("train.jsonl", 13, "LEAK001")}
    assert checked.since["rises"] == [
        {"code": "DUP001", "name": "exact-duplicate", "dataset": "dataset", "before": 1, "now": 2}
    ]


def test_a_dataset_is_told_where_it_got_worse(repository: Make) -> None:
    made = repository({"train.jsonl": list(map(row, range(60))), "val.jsonl": list(map(row, range(70, 90)))})
    made.git("checkout", "-q", "-b", "feature")
    made.write("train.jsonl", list(map(row, range(61))))
    assert made.check("--since", "main").messages("SPLIT001") == []
    made.write("train.jsonl", list(map(row, range(59))))
    assert made.check("--since", "main").messages("SPLIT001") == [
        "train has 59 examples; 100 or more are advised (main: 60)"
    ]


def test_a_deleted_split_is_news(repository: Make) -> None:
    rows = list(map(row, range(150)))
    made = repository({"train.jsonl": rows[:120], "val.jsonl": rows[120:]})
    assert made.check("--since", "main").found("SPLIT004") == set()
    (made.folder / "val.jsonl").unlink()
    assert made.check("--since", "main").found("SPLIT004") == made.check().found("SPLIT004") != set()


def test_a_fault_of_a_whole_file(repository: Make) -> None:
    made = repository({"train.jsonl": b"\xef\xbb\xbf" + jsonl(OLD).encode(), "other.jsonl": OLD})
    made.write("train.jsonl", b"\xef\xbb\xbf" + jsonl([*OLD, row(50)]).encode())
    made.write("other.jsonl", b"\xef\xbb\xbf" + jsonl([*OLD, row(60)]).encode())
    checked = made.check("--since", "main", "--select", "FMT")
    assert {path for path, _, _ in checked.found()} == {"other.jsonl"}


def test_lines_of_a_config(repository: Make) -> None:
    config = (
        "base_model: meta-llama/Llama-3.1-8B\nadapter: lora\nlearning_rate: {rate}\nnum_epochs: {epochs}\n"
    )
    config += "datasets:\n  - path: train.jsonl\n    type: chat_template\n"
    made = repository(
        {"axolotl.yaml": config.format(rate="0.5", epochs=3), "train.jsonl": list(map(row, range(150)))}
    )
    whole = made.check("--select", "CFG").found("CFG001")
    assert whole
    made.write("axolotl.yaml", config.format(rate="0.5", epochs=2))
    assert made.check("--since", "main", "--select", "CFG").found("CFG001") == set()
    made.write("axolotl.yaml", config.format(rate="0.6", epochs=2))
    assert made.check("--since", "main", "--select", "CFG").found("CFG001") == whole


def test_a_secret_in_code_by_line(repository: Make) -> None:
    secret = "AKIA" + "Q3EGRZ7HQSLZ2KPW"
    made = repository({"run.py": f"key = '{secret}'\n", "train.jsonl": OLD})
    made.write("run.py", f"import os\nkey = '{secret}'\n")
    assert made.check("--since", "main", "--select", "SEC").found() == set()
    made.write(
        "run.py",
        f"import os\nkey = '{secret}'\nother = '{secret[::-1][:4]}AKIA{secret[4:][::-1]}'\nk='{secret}'\n",
    )
    assert {line for _, line, _ in made.check("--since", "main", "--select", "SEC").found()} == {4}


def test_a_project_in_a_folder_of_the_repository(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository({"ml/ftlint.toml": "", "ml/data/train.jsonl": OLD, "other/x.jsonl": OLD})
    made.write("ml/data/train.jsonl", [*OLD, bad(200)])
    made.write("other/x.jsonl", [*OLD, bad(201)])
    monkeypatch.chdir(made.folder / "ml")
    assert made.check("--since", "main", "--select", "CHAT005").found() == {
        ("data/train.jsonl", 22, "CHAT005")
    }
    paths = ("data/train.jsonl", "../other/x.jsonl", "--config", "ftlint.toml")
    checked = made.check(*paths, "--since", "main", "--select", "CHAT005")
    assert {path for path, *_ in checked.found()} == {"data/train.jsonl", "../other/x.jsonl"}


def test_suppressed_findings_stay_suppressed_and_none_is_stale(repository: Make, capsys: Any) -> None:
    made = repository({"train.jsonl": OLD})
    made.check("--select", "CHAT005", "--write-suppressions")
    made.commit()
    made.write("train.jsonl", [*OLD, bad(200)])
    capsys.readouterr()
    assert made.check("--since", "main", "--select", "CHAT005", "--output-format", "full").found() == {
        ("train.jsonl", 22, "CHAT005")
    }
    assert "without a finding" not in capsys.readouterr().out


def test_only_what_changed_is_read_where_rules_look_at_single_rows(repository: Make) -> None:
    made = repository({"a/train.jsonl": OLD, "b/train.jsonl": OLD, "b/val.jsonl": OLD[:20]})
    made.write("a/train.jsonl", [*OLD, bad(200)])
    by_row = made.check("--since", "main", "--select", "CHAT005")
    assert (by_row.since["files"], by_row.since["files_not_read"], by_row.report["summary"]["files"]) == (
        3,
        2,
        1,
    )
    made.git("checkout", "-q", "a/train.jsonl")
    made.write("b/train.jsonl", [*OLD, bad(200)])
    by_dataset = made.check("--since", "main", "--select", "CHAT005,LEAK001")
    assert (by_dataset.since["files_not_read"], by_dataset.found("CHAT005")) == (
        1,
        {("b/train.jsonl", 22, "CHAT005")},
    )


def test_nothing_changed(repository: Make, capsys: Any) -> None:
    made = repository({"train.jsonl": OLD})
    assert made.check("--since", "main", "--output-format", "full").code == 0
    out = capsys.readouterr().out
    assert out.startswith("clean")
    assert "nothing added or changed in 1 file" in out
    assert "no data files" not in out
    made.write("train.jsonl", OLD[:-1])
    assert made.check("--since", "main", "--select", "CHAT", "--output-format", "full").code == 0
    assert "): 1 of 1 file changed, without new rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--since", "nope"], "git knows no commit 'nope'"),
        (["--since", "man"], "did you mean main?"),
        (["--since", "main..HEAD"], "name one commit"),
        (["--since", "main", "--staged"], "give one of them"),
        (["--since", "main", "-"], "not standard input"),
        (["--since", "main", "s3://bucket/x.jsonl"], "lies in a store"),
        (["--since", "main", "--write-suppressions"], "is about all findings"),
        (["--since", "main", "../outside.jsonl"], "in no git repository"),
        (["--since", "main", "train.jsonl", "../outside.jsonl"], "no repository"),
        (["--staged", "--fix"], "fix without --staged"),
        (["--staged", "untracked.jsonl"], "git add it first"),
    ],
)
def test_mistakes_are_told_with_what_to_do(
    arguments: list[str], words: str, repository: Make, capsys: Any
) -> None:
    made = repository({"train.jsonl": OLD})
    made.write("untracked.jsonl", OLD)
    made.write("../outside.jsonl", OLD)
    assert made.check(*arguments).code == 2
    assert words in capsys.readouterr().err


def test_the_report_is_the_same_however_it_is_made(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository(
        {"train.jsonl": [*map(row, range(400)), row(3)], "val.jsonl": list(map(row, range(500, 600)))}
    )
    made.write("train.jsonl", [row(7), *map(row, range(400)), row(3), bad(900), row(520)])
    monkeypatch.setattr("ftlint.cli.check.CACHE_FROM", 0)
    monkeypatch.setattr("ftlint.engine.changed.SHARD_BYTES", 5_000)
    monkeypatch.setattr("ftlint.engine.changed_base.SHARD_BYTES", 5_000)
    reports = []
    whole = made.check("-n").report
    for arguments in (["-n"], ["-n", "--executor", "processes", "--jobs", "2"], [], []):
        report = made.check("--since", "main", *arguments).report
        reports.append({**report, "summary": {**report["summary"], "seconds": 0}})
    assert reports[1:] == reports[:1] * 3
    again = made.check().report
    for report in (whole, again):
        report["summary"].pop("seconds")
    assert again == whole


def test_reports_keep_to_their_schema(repository: Make) -> None:
    from importlib.resources import files

    from jsonschema import Draft202012Validator

    schema = json.loads((files("ftlint.report") / "report.schema.json").read_text())
    made = repository({"train.jsonl": [*OLD, row(3)]})
    made.write("train.jsonl", [*OLD, row(3), row(4), bad(200)])
    lines = made.folder.parent / "report.jsonl"
    checked = made.check("--since", "main", "--output-format", f"jsonl={lines}")
    Draft202012Validator(schema).validate(checked.report)
    line = Draft202012Validator({**schema["$defs"]["line"], "$defs": schema["$defs"]})
    told = [json.loads(each) for each in lines.read_text().splitlines()]
    for each in told:
        line.validate(each)
    assert told[-1]["since"] == checked.since
    assert checked.since["rises"][0]["code"] == "DUP001"


def test_a_list_of_files(repository: Make, tmp_path: Path) -> None:
    made = repository({"a.jsonl": OLD, "b.jsonl": OLD})
    for name in ("a.jsonl", "b.jsonl"):
        made.write(name, [*OLD, bad(200)])
    (tmp_path / "list").write_text("b.jsonl\n")
    (tmp_path / "none").write_text("")
    found = made.check(
        "--since", "main", "--file-list", str(tmp_path / "list"), "--select", "CHAT005"
    ).found()
    assert found == {("b.jsonl", 22, "CHAT005")}
    assert made.check("--since", "main", "--file-list", str(tmp_path / "none")).since["files"] == 0


def test_what_is_mended_is_what_changed(repository: Make) -> None:
    rows = [*map(row, range(20)), row(3), row(4)]
    made = repository({"train.jsonl": rows})
    made.write("train.jsonl", [*rows, row(5)])
    made.check("--since", "main", "--select", "DUP001", "--fix", "--unsafe-fixes")
    assert (made.folder / "train.jsonl").read_text() == jsonl(rows)
