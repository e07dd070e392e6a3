"""`ftlint data diff` against git revisions, in real repositories."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.main import main
from ftlint.rule import chat

Run = Callable[..., subprocess.CompletedProcess[str]]

ROWS = [chat(f"Question number {number}?", f"The answer is {number} apples.") for number in range(12)]


def git(folder: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@localhost"}
    who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@localhost", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**environment, **who},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def put(file: Path, rows: list[Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three commits: main with data, then a branch off its first commit; the work tree is ahead of that."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    put(root / "data/train.jsonl", ROWS[:8])
    put(root / "data/val.jsonl", ROWS[8:])
    (root / "data/config.json").write_text("{}")
    (root / "ftlint.toml").write_text(
        '[[dataset]]\nname = "qa"\ntrain = "data/train*"\nvalidation = "data/val*"\n'
    )
    git(root, "add", "-A")
    git(root, "commit", "-qm", "data")
    git(root, "branch", "pull-request")
    put(root / "data/train.jsonl", ROWS[:7])
    git(root, "commit", "-qam", "main went on")
    git(root, "checkout", "-q", "pull-request")
    put(root / "data/train.jsonl", ROWS[1:8])
    put(root / "data/val.jsonl", [*ROWS[8:], ROWS[0]])
    git(root, "commit", "-qam", "moves a row")
    put(root / "data/train_extra.jsonl", [chat("A new one?", "A new file, even.")])
    return root


def told(ftlint: Run, cwd: Path, *arguments: str) -> dict[str, Any]:
    done = ftlint("data", "diff", *arguments, "--output-format", "json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rows(found: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in found["rows"].items() if name != "unreadable" and count}


def test_since_where_a_branch_began(ftlint: Run, repository: Path) -> None:
    found = told(ftlint, repository, "--since", "main")
    assert rows(found) == {"same": 12, "added": 1, "moved": 1}
    assert found["old"] | {"bytes": 0} == {
        "name": "main", "commit": git(repository, "rev-parse", "--short", "main~1").strip(),
        "files": 2, "rows": 12, "records": 12, "bytes": 0,
    }  # fmt: skip
    assert [(move["from"], move["to"], move["leak"]) for move in found["moved"]] == [
        ("train", "validation", True)
    ]
    assert found["moved"][0]["examples"][0]["old"]["path"] == "data/train.jsonl"
    assert {file["old"]: file["new"] for file in found["files"]} == {
        None: "data/train_extra.jsonl",
        "data/train.jsonl": "data/train.jsonl",
        "data/val.jsonl": "data/val.jsonl",
    }
    # both sides are bound as the settings say, so no rule finds anything on one of them alone
    fresh = {
        rule["code"]: (rule["fresh"], rule["gone"])
        for rule in found["rules"]
        if rule["fresh"] or rule["gone"]
    }
    assert fresh == {}


def test_since_from_a_folder_below_and_for_one_file(ftlint: Run, repository: Path) -> None:
    found = told(ftlint, repository / "data", "--since", "main", "--no-check", "train.jsonl")
    assert rows(found) == {"same": 7, "removed": 1}
    assert found["removed"]["examples"][0]["path"] == "data/train.jsonl"
    added = told(ftlint, repository, "--since", "main", "--no-check", "data/train_extra.jsonl")
    assert rows(added) == {"added": 1}
    (repository / "data/val.jsonl").unlink()
    removed = told(ftlint, repository, "--since", "main", "--no-check", "data/val.jsonl")
    assert rows(removed) == {"removed": 4}


def test_revisions_of_paths(ftlint: Run, repository: Path) -> None:
    assert rows(told(ftlint, repository, "main:data", "main~1:data", "--no-check")) == {
        "same": 11,
        "added": 1,
    }
    assert rows(told(ftlint, repository, "main:data/train.jsonl", "data/train.jsonl", "--no-check")) == {
        "same": 6, "added": 1, "removed": 1,
    }  # fmt: skip
    below = told(ftlint, repository / "data", "HEAD:./train.jsonl", "train.jsonl", "--no-check")
    assert rows(below) == {"same": 7}
    globbed = told(ftlint, repository, "HEAD:data/*.jsonl", "data", "--no-check")
    assert rows(globbed) == {"same": 12, "added": 1}
    assert len(told(ftlint, repository, "HEAD:", "HEAD~1:", "--no-check")["files"]) == 2


def test_what_is_staged(ftlint: Run, repository: Path) -> None:
    git(repository, "add", "-A")
    put(repository / "data/train_extra.jsonl", [])
    found = told(ftlint, repository, "HEAD:data", ":data", "--no-check")
    assert rows(found) == {"same": 12, "added": 1}
    assert found["new"]["commit"] is None


def test_a_file_wins_over_a_revision(ftlint: Run, repository: Path) -> None:
    put(repository / "main:data.jsonl", ROWS[:2])
    assert rows(told(ftlint, repository, "main:data.jsonl", "data/train.jsonl", "--no-check")) == {
        "same": 1, "removed": 1, "added": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mian:data", "data"], "no file and no revision 'mian'"),
        (["main:none", "data"], "no data files at none in main ("),
        (["--since", "mian", "data"], "git knows no commit 'mian': did you mean main?"),
        (["--since", "main", "none"], "none: no such file or folder, neither here nor in main ("),
        (["main:../x", "data"], "../x: lies outside the repository"),
        (["main:link.jsonl", "data"], "link.jsonl: is a link in main ("),
        (["--output-format=json", "data"], "compares two: ftlint data diff OLD NEW"),
    ],
)
def test_mistakes(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], message: str,
) -> None:  # fmt: skip
    git(repository, "checkout", "-q", "main")
    (repository / "link.jsonl").symlink_to("data/train.jsonl")
    git(repository, "add", "link.jsonl")
    git(repository, "commit", "-qm", "link")
    monkeypatch.chdir(repository)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    assert main(["data", "diff", "--no-check", *arguments]) == 2
    done = capsys.readouterr()
    assert message in done.err
    assert done.out == ""


def test_nothing_is_left_behind(ftlint: Run, repository: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = ftlint("data", "diff", "--since", "main", cwd=repository, env={"TMPDIR": str(temporary)})
    assert done.returncode == 0
    assert list(temporary.iterdir()) == []
    assert git(repository, "status", "--porcelain") == "?? data/train_extra.jsonl\n"


def test_no_history_in_common(ftlint: Run, repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-qm", "alone")
    done = ftlint("data", "diff", "--since", "main", cwd=repository)
    assert done.returncode == 2
    assert "main and HEAD have no commit in common" in done.stderr
