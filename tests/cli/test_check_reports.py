"""Reports for other programs (SARIF, JUnit, GitLab, Markdown) of a project in a folder of a repository."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest

Run = Callable[..., "CompletedProcess[str]"]

FIXTURES = Path(__file__).parents[1] / "fixtures"
FORMATS = ("sarif", "junit", "gitlab", "markdown", "json")
EVIL = "::error::x @octocat <img src=x onerror=alert(1)> [a](https://evil.example) | `b` ##[error]y"
EMAIL = "@".join(("olga.planted", "mailbox-sample.de"))
ODD = "wé ird`|#%[1](x)\n.jsonl"
BROKEN = b"no\xff.jsonl"


def turn(user: str, answer: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": user}, {"role": "assistant", "content": answer}]}


def lines(*rows: Any) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


class Project:
    """A checked project: its folder, the folder of its settings, the reports."""

    def __init__(self, top: Path) -> None:
        self.top, self.root = top, top / "ml"
        data = self.root / "data"
        data.mkdir(parents=True)
        good = [turn(f"How do I reset router {n}?", f"Hold button {n} for ten seconds.") for n in range(40)]
        hostile = turn("Tell me.", f"As an AI language model I cannot. {EVIL}", "human")
        private = turn(f"Write to {EMAIL}", "No.", EVIL)
        trailing = lines(turn("Is it on?", "Yes, it is."))[:-2] + b",}\n"
        (data / "train.jsonl").write_bytes(lines(*good, good[3], hostile, private) + trailing)
        (data / "val.jsonl").write_bytes(
            b"\xef\xbb\xbf" + lines(*good[:2], turn("Hi?", "sort\x07\u202eof", "x"))
        )
        (data / ODD).write_bytes(lines(turn("Hi?", "Hello there.", "usr"), turn("Ho?", "Good.", "usr")))
        (data / os.fsdecode(BROKEN)).write_bytes(b'{"prompt": "\xff\x00", "completion": "x"}\n\n')
        _table(data / "table.parquet")
        (self.root / "lora.yaml").write_text(
            "model_name_or_path: Qwen/Qwen2.5-0.5B\nstage: sft\nfinetuning_type: lora\nlora_rank: 8\n"
            "dataset: x\nlearning_rate: 5.0e-2\noutput_dir: out\nnum_train_epochs: 1.0\n"
        )
        (self.root / "ftlint.toml").write_text(
            'select = ["FMT", "CHAT", "DUP", "LEAK", "QUAL", "SPLIT", "CFG", "PII001"]\n'
        )
        env = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "FTLINT_"))}
        self.env = {**env, "FTLINT_RULE_URL": "https://example.org/rules/{code}.md"}
        subprocess.run(["git", "init", "-q", str(top)], check=True, env=env)
        self.done, self.out = self.reports()
        self.found = json.loads(self.out["json"])["findings"]
        entries = [
            {**{key: each[key] for key in ("code", "path", "fingerprint")}, "reason": "known\nof old"}
            for each in self.found
            if each["code"] == "QUAL002"
        ]
        accepted = json.dumps({"version": 1, "entries": entries})
        (self.root / "ftlint-suppressions.json").write_text(accepted)
        _, self.later = self.reports("--show-suppressed")

    def reports(self, *arguments: str) -> "tuple[CompletedProcess[str], dict[str, str]]":
        chosen = [f"--output-format={name}=../{name}.out" for name in FORMATS]
        done = self.check(*chosen, "--output-format", "concise", *arguments)
        return done, {name: (self.top / f"{name}.out").read_text("utf-8") for name in FORMATS}

    def check(self, *arguments: str) -> "CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "ftlint", "check", "--today", "2026-11-01", *arguments],
            cwd=self.root, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip


def _table(file: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    rows = [{"prompt": f"Which is {n}?", "completion": "" if n == 2 else f"It is {n}."} for n in range(4)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), file)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("reports"))


def test_the_project_has_what_is_to_be_shown(project: Project) -> None:
    assert project.done.returncode == 1, project.done.stderr
    codes = {each["code"] for each in project.found}
    assert {"CHAT005", "FMT026", "CFG001", "DUP001", "LEAK001", "PII001"} <= codes, codes
    assert any(each["path"].endswith(".parquet") and each["row"] is not None for each in project.found)
    assert any(each["line"] is None and each["row"] is None for each in project.found)
    assert any(each["path"] == "data/no\\xff.jsonl" for each in project.found)


def run_of(text: str) -> dict[str, Any]:
    from jsonschema import Draft4Validator

    document = json.loads(text)
    schema = json.loads((FIXTURES / "sarif-schema-2.1.0.json").read_text())
    Draft4Validator(schema).validate(document)
    run: dict[str, Any] = document["runs"][0]
    return run


def test_sarif(project: Project) -> None:
    run = run_of(project.out["sarif"])
    assert len(run["results"]) == len(project.found)
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    top = os.fsencode(project.top)
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        file = unquote_to_bytes(place["artifactLocation"]["uri"])
        assert file.startswith(b"ml/")
        # A name that is no UTF-8 is told as text.
        assert os.path.isfile(os.path.join(top, file)) or file == b"ml/data/no\\xff.jsonl"
        assert place["region"]["startLine"] == place["region"]["endLine"]
        if file.endswith(b".parquet"):
            assert place["region"]["startLine"] == 1
    known = [result["partialFingerprints"]["ftlint/v1"] for result in run["results"]]
    assert sorted(known) == sorted(each["fingerprint"] for each in project.found)
    leak = next(result for result in run["results"] if result["ruleId"] == "LEAK001")
    assert leak["message"]["text"].startswith("same prompt and answer as [data/val.jsonl:1](1). Help: ")
    assert leak["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "ml/data/val.jsonl"
    assert "](https://evil" not in json.dumps(run["results"])


def test_the_fixes_of_sarif_mend(project: Project) -> None:
    """Whoever applies the bytes gets rows that are found sound."""
    results = run_of(project.out["sarif"])["results"]
    wanted = {"CHAT005", "DUP001", "LEAK001", "FMT026"}
    fixes = [result["fixes"][0] for result in results if result["ruleId"] in wanted and "fixes" in result]
    changes = [change for fix in fixes for change in fix["artifactChanges"]]
    train = [each for each in changes if each["artifactLocation"]["uri"] == "ml/data/train.jsonl"]
    spots = {
        (each["deletedRegion"]["byteOffset"], each["deletedRegion"]["byteLength"]): each
        for change in train
        for each in change["replacements"]
    }
    data = (project.root / "data" / "train.jsonl").read_bytes()
    for (offset, length), each in sorted(spots.items(), reverse=True):
        new = each.get("insertedContent", {}).get("text", "").encode()
        data = data[:offset] + new + data[offset + length :]
    rows = [json.loads(line) for line in data.splitlines()]
    assert len(rows) == 44 - 1 - 2  # the repeat, and what val.jsonl has, too
    assert {row["messages"][0]["role"] for row in rows} == {"user", EVIL}


def test_what_is_accepted_is_marked(project: Project) -> None:
    first, later = run_of(project.out["sarif"]), run_of(project.later["sarif"])
    assert later["properties"]["suppressed"] == 1
    *rest, accepted = later["results"]
    known = [result["partialFingerprints"] for result in first["results"] if result["ruleId"] == "QUAL002"]
    assert [accepted["partialFingerprints"]] == known
    assert accepted["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "known\\nof old"}
    ]
    assert len(rest) == len(first["results"]) - 1
    assert not any("suppressions" in result for result in rest)


def test_a_second_run_says_the_same_of_the_rest(project: Project) -> None:
    first, later = (json.loads(each["gitlab"]) for each in (project.out, project.later))
    assert later == [entry for entry in first if entry["check_name"] != "QUAL002"]


def test_junit(project: Project) -> None:
    import xmlschema

    text = project.out["junit"]
    xmlschema.XMLSchema(str(FIXTURES / "junit-10.xsd")).validate(text)
    root = ElementTree.fromstring(text.encode())
    suites = {suite.attrib["name"]: suite for suite in root.iter("testsuite")}
    assert {"ml/data/train.jsonl", "ml/data/table.parquet", "ml/data/no\\xff.jsonl", "ml/lora.yaml"} <= set(
        suites
    )
    errors = {(each["path"], each["code"]) for each in project.found if each["severity"] == "error"}
    assert int(root.attrib["failures"]) == len(errors) == len(list(root.iter("failure")))


def test_gitlab(project: Project) -> None:
    from jsonschema import Draft202012Validator

    found = json.loads(project.out["gitlab"])
    schema = Draft202012Validator(json.loads((FIXTURES / "codeclimate.json").read_text()))
    for entry in found:
        schema.validate(entry)
    assert len({entry["fingerprint"] for entry in found}) == len(found)
    told = [entry for entry in found if entry["check_name"] not in {"not-run", "could-not-check"}]
    assert len(told) == len(project.found)
    assert {f"ml/data/{ODD}", "ml/lora.yaml"} <= {entry["location"]["path"] for entry in told}


def test_markdown(project: Project) -> None:
    import cmarkgfm
    from cmarkgfm.cmark import Options

    text = project.out["markdown"]
    shown = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    assert "<img" not in shown
    assert 'href="https://evil' not in shown
    assert '<a href="https://example.org/rules/CHAT005.md">CHAT005</a>' in shown
    assert text.startswith("### ❌ ftlint: ")


def test_no_report_holds_what_is_private_or_speaks_to_a_runner(project: Project) -> None:
    for name in FORMATS:
        text = project.out[name]
        assert EMAIL not in text
        assert str(project.top) not in text, name
        if name != "json":
            assert "##[" not in text
        assert not [line for line in text.splitlines() if line.lstrip().startswith(("::", "##["))]
        assert "\x07" not in text
        assert "\u202e" not in text


def test_bytes_are_told_of_plain_lines_alone(ftlint: Run, tmp_path: Path) -> None:
    """A row goes with the end of its line; of arrays and compressed files nobody could apply them."""
    rows = [turn("Is it on?", "Yes."), turn("Is it off?", "No."), turn("Is it on?", "Yes.")]
    plain = b"".join(json.dumps(row).encode() + b"\r\n" for row in rows)
    (tmp_path / "a.jsonl").write_bytes(plain)
    (tmp_path / "b.jsonl").write_bytes(plain.replace(b"\r\n", b"\n").rstrip())
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "d.json").write_text(json.dumps(rows))
    done = ftlint("check", "--isolated", "--select", "DUP001", "--output-format", "sarif")
    results = run_of(done.stdout)["results"]
    assert len(results) == 4
    fixed = {}
    for result in results:
        for change in result.get("fixes", [{"artifactChanges": []}])[0]["artifactChanges"]:
            (replaced,) = change["replacements"]
            region, file = replaced["deletedRegion"], tmp_path / change["artifactLocation"]["uri"]
            data = file.read_bytes()
            end = region["byteOffset"] + region["byteLength"]
            fixed[file.name] = data[: region["byteOffset"]] + data[end:]
    two = [json.dumps(row).encode() for row in rows[:2]]
    assert fixed == {"a.jsonl": b"".join(row + b"\r\n" for row in two), "b.jsonl": b"\n".join(two) + b"\n"}


def test_an_empty_project_has_every_report(ftlint: Run, tmp_path: Path) -> None:
    chosen = [f"--output-format={name}={name}.out" for name in FORMATS]
    done = ftlint("check", "--isolated", *chosen)
    assert (done.returncode, done.stderr) == (0, "")
    assert run_of((tmp_path / "sarif.out").read_text())["results"] == []
    assert json.loads((tmp_path / "gitlab.out").read_text()) == []
    assert ElementTree.fromstring((tmp_path / "junit.out").read_text()).attrib["tests"] == "0"
    assert "nothing checked" in (tmp_path / "markdown.out").read_text()
