"""The action's own steps, run as GitHub runs them, with a real ftlint on a real repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from composite import Run, Runner
from workflow_commands import annotations, commands
from workspace import FTLINT, Repository, good, pull_request, turn

Act = Callable[..., Run]


def faulty(repository: Repository) -> None:
    repository.write("data/train.jsonl", [*good(120), turn("Hi", "Hello there, friend.", "usr"), good(4)[3]])
    repository.commit()


def test_findings_fail_the_step_when_all_is_written(act: Act, repository: Repository) -> None:
    faulty(repository)
    done = act()
    assert done.code == 1
    report = json.loads(Path(done.outputs["report-json"]).read_text())
    summary = report["summary"]
    assert done.outputs["errors"] == str(summary["errors"]) == "1"
    assert done.outputs["findings"] == str(len(report["findings"]))
    assert done.outputs["exit-code"] == "1"
    assert done.outputs["version"]
    assert json.loads(Path(done.outputs["report-sarif"]).read_text())["version"] == "2.1.0"
    assert Path(done.outputs["report-markdown"]).read_text().strip() == done.summary.strip()
    assert "CHAT005" in done.summary
    marked = annotations(done.log)[0]
    assert (marked.name, marked.properties["file"], marked.properties["line"]) == (
        "error",
        "data/train.jsonl",
        "121",
    )
    # The human report is in the log, once.
    assert done.log.count("messages[0] has role 'usr'") == 2
    assert "data/train.jsonl · openai-chat · 122 rows" in done.log


def test_clean(act: Act, runner: Runner, repository: Repository) -> None:
    repository.write("data/train.jsonl", good(40))
    repository.write("data/val.jsonl", good(40, "lamp"))
    (runner.folder / "bin").mkdir()
    (runner.folder / "bin/ftlint").symlink_to(FTLINT)
    runner.env["PATH"] = f"{runner.folder}/bin:{runner.env['PATH']}"
    done = act(args="--select CHAT,FMT", executable="ftlint")
    assert (done.code, done.outputs["exit-code"], done.outputs["findings"]) == (0, "0", "0")
    assert not annotations(done.log)
    assert done.summary
    # Nothing is kept of a few rows: what is not there cannot be saved.
    assert [step.action.partition("@")[0] for step in done.used] == ["actions/cache/restore"]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"args": "--no-such-flag"}, "no-such-flag"),
        ({"config": "none.toml"}, "none.toml"),
        ({"fail-on": "always"}, "always"),
    ],
)
def test_what_cannot_be_checked_is_told(
    act: Act, repository: Repository, inputs: dict[str, str], told: str
) -> None:
    faulty(repository)
    done = act(**inputs)
    assert (done.code, done.outputs["exit-code"]) == (2, "2")
    marked = annotations(done.log)
    assert [found.name for found in marked] == ["error"]
    assert told in marked[0].data
    assert "could not check" in done.summary
    assert told in done.summary


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"summary": "yes"}, "input summary: true or false, not 'yes'"),
        ({"args": "--select 'CHAT"}, "input args: No closing quotation"),
        ({"working-directory": "none"}, "no folder 'none'"),
        ({"category": "a --> b"}, "input category"),
        ({"version": "0.1.0; curl"}, "input version"),
        ({"extras": "pii,../x"}, "input extras: '../x'"),
        ({"python": "python2.7"}, "no Python 3.11"),
        ({"executable": "bin/none"}, "input executable"),
    ],
)
def test_a_wrong_input_is_told_before_anything_runs(
    runner: Runner, repository: Repository, inputs: dict[str, str], told: str
) -> None:
    faulty(repository)
    done = runner.run(inputs)
    assert (done.code, done.outputs["exit-code"], done.outputs["findings"]) == (2, "2", "")
    assert told in annotations(done.log)[0].data
    assert done.used_of("actions/cache/save") == []


def test_inputs_are_words_and_never_a_script(act: Act, repository: Repository, tmp_path: Path) -> None:
    names = [
        "a b.jsonl",
        "it's.jsonl",
        'say "hi".jsonl',
        "$(touch hacked).jsonl",
        "`touch hacked`.jsonl",
        "-n.jsonl",
    ]
    for name in names:
        repository.write(f"data set/{name}", [turn("Hi", "Hello there, friend.", "usr")])
    paths = "\n".join(
        [
            "'data set/a b.jsonl' \"data set/it's.jsonl\"",
            "'data set/say \"hi\".jsonl'",
            "'data set/$(touch hacked).jsonl'",
            "'data set/`touch hacked`.jsonl' 'data set/-n.jsonl'",
        ]
    )
    done = act(paths=paths, args="--select CHAT005; touch hacked && exit 0")
    assert done.code == 2, "what follows a semicolon is one more path"
    done = act(paths=paths, args="--select CHAT005", fail_on="error")
    found = json.loads(Path(done.outputs["report-json"]).read_text())["findings"]
    assert sorted(each["path"] for each in found) == sorted(f"data set/{name}" for name in names)
    assert not list(tmp_path.rglob("hacked"))


def test_a_path_that_looks_like_a_flag_is_a_path(act: Act, repository: Repository) -> None:
    repository.write("--exit-zero", [turn("Hi", "Hello there, friend.", "usr")])
    done = act(paths="--exit-zero", args="--select CHAT005")
    assert (done.code, done.outputs["errors"]) == (1, "1")


def test_a_folder_of_the_workspace(act: Act, repository: Repository) -> None:
    repository.write("sets/one/train.jsonl", [turn("Hi", "Hello there, friend.", "usr")])
    repository.write("elsewhere.jsonl", [turn("Hi", "Hello there, friend.", "usr")])
    repository.write("sets/one/ftlint.toml", 'select = ["CHAT005"]\n')
    done = act(working_directory="sets/one")
    assert done.outputs["findings"] == "1"
    assert annotations(done.log)[0].properties["file"] == "sets/one/train.jsonl"


def test_what_is_switched_off_is_not_written(act: Act, repository: Repository) -> None:
    faulty(repository)
    done = act(annotations="false", summary="false", cache="false", args="--exit-zero")
    assert done.code == 0
    assert done.outputs["errors"] == "1"
    assert not commands(done.log)
    assert done.summary == ""
    assert done.used == []


def test_caches(act: Act, runner: Runner, repository: Repository) -> None:
    faulty(repository)
    (repository.folder / "data/val.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in good(30_000, "lamp"))
    )
    done = act(args="--select CHAT005")
    (restored,) = done.used_of("actions/cache/restore")
    (saved,) = done.used_of("actions/cache/save")
    assert restored["path"] == saved["path"]
    assert Path(saved["path"]).is_dir()
    assert saved["key"].startswith(restored["restore-keys"])
    assert saved["key"] != restored["key"]
    # What was restored as it is now is not saved again; what changed is.
    runner.used["known"] = {"cache-matched-key": saved["key"]}
    assert act(args="--select CHAT005").used_of("actions/cache/save") == []
    # Another checkout of the same: other times, other inodes.
    (repository.folder / "data/val.jsonl").unlink()
    repository.write("data/val.jsonl", good(30_000, "lamp"))
    assert act(args="--select CHAT005").used_of("actions/cache/save") == []
    repository.write("data/val.jsonl", good(30_001, "lamp"))
    assert len(act(args="--select CHAT005").used_of("actions/cache/save")) == 1


def test_code_scanning(act: Act, repository: Repository) -> None:
    repository.write("train.jsonl", [turn("Hi", "Hello there, friend.", "usr")])
    repository.write("ftlint.toml", 'select = ["CHAT005"]\n')
    upload = "github/codeql-action/upload-sarif"
    own = act(pull_request("0" * 40), sarif="true", category="data two")
    assert own.used_of(upload) == [{"sarif_file": own.outputs["report-sarif"], "category": "data two"}]
    assert [found.name for found in annotations(own.log)] == ["error"]
    for event in (pull_request("0" * 40, fork=True), pull_request("0" * 40, author="dependabot[bot]")):
        done = act(event, sarif="true")
        assert done.used_of(upload) == []
        assert done.code == 1
        assert "the token can only read" in annotations(done.log)[-1].data
