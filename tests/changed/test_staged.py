"""`ftlint check --staged`: what the index holds is judged, whatever lies in the work tree."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changed_samples import bad, row

Make = Callable[..., Any]
OLD = [*map(row, range(20)), bad(100)]
ROWS = ("--staged", "--select", "CHAT005")


def test_unstaged_edits_are_not_judged(repository: Make) -> None:
    made = repository({"train.jsonl": OLD, "other.jsonl": OLD})
    made.write("train.jsonl", [*OLD, bad(200)])
    made.git("add", "train.jsonl")
    made.write("train.jsonl", [bad(300), *map(row, range(5))])
    made.write("other.jsonl", [*OLD, bad(201)])
    made.write("untracked.jsonl", [bad(202)])
    checked = made.check(*ROWS)
    assert checked.found() == {("train.jsonl", 21, "CHAT005")}
    assert checked.since["changed_rows"] == 1
    finding = checked.report["findings"][0]
    assert (finding["line"], finding["column"] > 1) == (22, True)


def test_where_nothing_is_unstaged_the_files_are_read_where_they_lie(repository: Make) -> None:
    made = repository({"train.jsonl": OLD})
    made.write("train.jsonl", [*OLD, bad(200)])
    made.git("add", "-A")
    made.write("untracked.jsonl", [bad(202)])
    assert made.check(*ROWS).found() == {("train.jsonl", 21, "CHAT005")}


def test_the_report_names_the_files_of_the_repository(repository: Make, capsys: Any) -> None:
    made = repository({"data/train.jsonl": OLD, "run.yaml": "a: 1\n"})
    made.write("data/train.jsonl", [*OLD, bad(200)])
    made.git("add", "-A")
    made.write("data/train.jsonl", [row(1)])
    made.check("--staged", "--output-format", "full", str(made.folder / "data"))
    out = capsys.readouterr().out
    assert "data/train.jsonl" in out
    assert "ftlint-git" not in out
    assert '"asistant"' in out


def test_a_first_commit(repository: Make) -> None:
    made = repository()
    made.write("train.jsonl", OLD)
    made.git("add", "-A")
    for change in ("", "{}\n"):
        checked = made.check(*ROWS)
        assert checked.found() == {("train.jsonl", 20, "CHAT005")}
        assert (checked.since["commit"], checked.since["changed_rows"]) == (None, 21)
        made.write("train.jsonl", change)


def test_a_file_deleted_without_git_is_still_staged(repository: Make) -> None:
    rows = list(map(row, range(150)))
    made = repository({"train.jsonl": rows[:120], "val.jsonl": rows[120:]})
    made.write("train.jsonl", [*rows[:120], rows[140]])
    made.git("add", "-A")
    (made.folder / "val.jsonl").unlink()
    assert made.check("--staged", "--select", "LEAK001,SPLIT").found() == {("train.jsonl", 120, "LEAK001")}
    made.git("rm", "-q", "--cached", "val.jsonl")
    assert ("train.jsonl", 120, "LEAK001") not in made.check("--staged").found("LEAK001")


def test_a_commit_of_a_part(repository: Make, tmp_path: Path) -> None:
    """`git commit PATH` runs hooks with an index of its own, named relative to the top."""
    made = repository({"train.jsonl": OLD, "other.jsonl": OLD})
    made.write("train.jsonl", [*OLD, bad(200)])
    made.write("other.jsonl", [*OLD, bad(201)])
    made.git("add", "other.jsonl")
    hook = made.write(
        "../hook",
        f"#!/bin/sh\necho $GIT_INDEX_FILE >{tmp_path}/index\n"
        f"{sys.executable} -m ftlint check {' '.join(ROWS)} --output-format concise >{tmp_path}/said\n",
    )
    hook.chmod(0o755)
    (made.folder / ".git/hooks/pre-commit").symlink_to(hook)
    done = subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "part", "train.jsonl"],
        cwd=made.folder,
        env=dict(os.environ),
        capture_output=True,
        check=False,
    )
    said = (tmp_path / "said").read_text()
    assert "next-index" in (tmp_path / "index").read_text()
    assert done.returncode == 1
    assert "train.jsonl:22" in said
    assert "other.jsonl" not in said


def test_from_a_folder_below_with_an_own_index(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository({"data/train.jsonl": OLD})
    made.write("data/train.jsonl", [*OLD, bad(200)])
    made.git("add", "-A", GIT_INDEX_FILE=str(made.folder / ".git/mine"))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/mine")
    monkeypatch.chdir(made.folder / "data")
    checked = made.check(*ROWS)
    assert len(checked.found()) == 1


def test_a_linked_worktree(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository({"train.jsonl": OLD})
    made.git("worktree", "add", "-q", "../tree")
    tree = made.folder.parent / "tree"
    (tree / "train.jsonl").write_text("".join(json.dumps(each) + "\n" for each in [*OLD, bad(200)]))
    monkeypatch.chdir(tree)
    subprocess.run(["git", "add", "-A"], cwd=tree, check=True)
    (tree / "train.jsonl").write_text("")
    monkeypatch.setenv("GIT_DIR", str(made.folder / ".git/worktrees/tree"))
    assert made.check(*ROWS).found() == {("train.jsonl", 21, "CHAT005")}


def test_a_link_that_git_tracks(repository: Make) -> None:
    made = repository({"data/train.jsonl": OLD})
    (made.folder / "link.jsonl").symlink_to("data/train.jsonl")
    made.commit()
    made.write("data/train.jsonl", [*OLD, bad(200)])
    made.git("add", "-A")
    made.write("data/train.jsonl", [row(0)])
    assert made.check("link.jsonl", *ROWS).found() == {("link.jsonl", 21, "CHAT005")}


def test_newlines_as_a_checkout_has_them(repository: Make) -> None:
    made = repository({".gitattributes": "*.jsonl text eol=crlf\n", "train.jsonl": OLD})
    made.write("train.jsonl", "".join(json.dumps(each) + "\r\n" for each in [*OLD, bad(200)]))
    made.git("add", "-A")
    made.write("train.jsonl", [row(0)])
    assert made.check(*ROWS).found() == {("train.jsonl", 21, "CHAT005")}
    assert made.check("--staged", "--select", "FMT").found() == set()


def test_a_file_that_is_only_intended(repository: Make) -> None:
    made = repository({"train.jsonl": OLD})
    made.write("new.jsonl", [bad(1)])
    made.git("add", "-N", "new.jsonl")
    assert made.check(*ROWS).found() == set()


def test_lfs_content_of_the_index(repository: Make) -> None:
    from hashlib import sha256

    content = "".join(json.dumps(each) + "\n" for each in [*OLD, bad(200)])
    oid = sha256(content.encode()).hexdigest()
    made = repository({"train.jsonl": OLD})
    made.write("train.jsonl", f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 9\n")
    made.git("add", "-A")
    made.write("train.jsonl", [row(0)])
    kept = made.write(f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}", content)
    assert made.check(*ROWS).found() == {("train.jsonl", 21, "CHAT005")}
    kept.unlink()
    assert made.check("--staged", "--select", "FMT").report["findings"] != []


def test_configs_and_ignored_data_beside(repository: Make) -> None:
    """The staged config names data that git ignores: it is there, so it is not missing."""
    config = "base_model: meta-llama/Llama-3.1-8B\nadapter: lora\nlearning_rate: 2e-4\nnum_epochs: {}\n"
    config += "datasets:\n  - path: data/train.jsonl\n    type: chat_template\n"
    made = repository({".gitignore": "data/*.jsonl\n", "data/README": "", "axolotl.yaml": config.format(3)})
    made.write("data/train.jsonl", list(map(row, range(150))))
    made.write("axolotl.yaml", config.format(2))
    made.git("add", "-A")
    whole = made.check("--staged").report
    made.write("axolotl.yaml", "a: b\n")
    moved = made.check("--staged").report
    for report in (whole, moved):
        report["summary"].pop("seconds")
    assert moved == whole
    assert "FIT013" not in {each["code"] for each in moved["findings"]}


def test_a_repository_of_sha256(repository: Make) -> None:
    made = repository()
    subprocess.run(["rm", "-rf", ".git"], cwd=made.folder, check=True)
    made.git("init", "-q", "-b", "main", "--object-format=sha256")
    made.write("train.jsonl", OLD)
    made.git("add", "-A")
    made.write("train.jsonl", [row(0)])
    assert made.check(*ROWS).found() == {("train.jsonl", 20, "CHAT005")}
    made.git("commit", "-q", "-m", "first")
    made.write("train.jsonl", [*OLD, bad(200), row(2)])
    checked = made.check("--since", "HEAD", "--select", "CHAT005,DUP001")
    assert checked.found() == {("train.jsonl", 21, "CHAT005"), ("train.jsonl", 22, "DUP001")}
