"""What git does beside commits: renames, modes, LFS, submodules, conflicts, and where it is not."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changed_samples import OLD, bad, jsonl, row

Make = Callable[..., Any]


def test_a_renamed_file_keeps_its_rows(repository: Make) -> None:
    made = repository({"data/a.jsonl": OLD})
    made.git("mv", "data/a.jsonl", "data/b ü\t.jsonl")
    made.write("data/b ü\t.jsonl", [*OLD, bad(200)])
    checked = made.check("--since", "main", "--select", "CHAT005")
    assert [line for _, line, _ in checked.found()] == [22]


def test_changed_settings_of_git_change_nothing(repository: Make) -> None:
    made = repository({"train.jsonl": OLD, ".gitattributes": "*.jsonl -diff\n"})
    for key, value in (
        ("diff.noprefix", "true"),
        ("diff.external", "false"),
        ("color.ui", "always"),
        ("core.quotepath", "true"),
        ("core.bigFileThreshold", "1k"),
        ("diff.renames", "false"),
        ("diff.relative", "true"),
        ("core.autocrlf", "true"),
    ):
        made.git("config", key, value)
    made.write("train.jsonl", [*OLD, bad(200)])
    assert made.check("--since", "main", "--select", "CHAT005").found() == {("train.jsonl", 22, "CHAT005")}


def test_a_mode_alone_is_no_change(repository: Make) -> None:
    made = repository({"train.jsonl": OLD})
    (made.folder / "train.jsonl").chmod(0o755)
    checked = made.check("--since", "main", "--select", "CHAT005")
    assert (checked.found(), checked.since["changed_rows"]) == (set(), 0)


def test_ignored_files_count_as_unchanged_and_that_is_said(repository: Make) -> None:
    made = repository({"train.jsonl": OLD, ".gitignore": "data/\n"})
    made.write("data/big.jsonl", [bad(1)])
    made.write("train.jsonl", [*OLD, bad(200)])
    checked = made.check("train.jsonl", "data/big.jsonl", "--since", "main", "--select", "CHAT005")
    assert checked.found() == {("train.jsonl", 22, "CHAT005")}
    checked = made.check("train.jsonl", "data/big.jsonl", "--since", "main", "--select", "CHAT005,DUP001")
    assert checked.found() == {("train.jsonl", 22, "CHAT005")}


def test_data_that_dvc_keeps_changes_with_its_pointer(repository: Make) -> None:
    made = repository(
        {".gitignore": "train.jsonl\n", "train.jsonl.dvc": "outs:\n- md5: 1\n  path: train.jsonl\n"}
    )
    made.write("train.jsonl", [bad(1)])
    assert made.check("train.jsonl", "--since", "main", "--select", "CHAT005").found() == set()
    made.write("train.jsonl.dvc", "outs:\n- md5: 2\n  path: train.jsonl\n")
    assert made.check("train.jsonl", "--since", "main", "--select", "CHAT005").found() != set()


def pointer(content: bytes) -> tuple[str, str]:
    from hashlib import sha256

    oid = sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n", oid


def test_lfs(repository: Make) -> None:
    text, oid = pointer(jsonl(OLD).encode())
    made = repository({"train.jsonl": text})
    made.write("train.jsonl", [*OLD, bad(200)])
    checked = made.check("--since", "main", "--select", "CHAT005")
    assert len(checked.found()) == 3
    assert checked.since["notes"] == [
        "train.jsonl: git lfs has not fetched what it was, so all rows count as changed: git lfs fetch --all"
    ]
    kept = made.folder / ".git/lfs/objects" / oid[:2] / oid[2:4] / oid
    kept.parent.mkdir(parents=True)
    kept.write_text(jsonl(OLD))
    checked = made.check("--since", "main", "--select", "CHAT005")
    assert checked.found() == {("train.jsonl", 22, "CHAT005")}
    assert checked.since["notes"] == []


def test_no_repository_no_commit_bare_shallow(
    repository: Make, tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    made = repository()
    made.write("train.jsonl", OLD)
    assert made.check("--since", "main").code == 2
    assert "no commit yet" in capsys.readouterr().err
    for number in range(3):
        made.write("train.jsonl", [*OLD, row(60 + number)])
        made.commit()
    made.git("branch", "old", "main~2")
    made.git("clone", "-q", "--depth", "1", f"file://{made.folder}", str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    assert made.check("--since", "old").code == 2
    assert "fetch-depth: 0" in capsys.readouterr().err
    made.git("clone", "-q", "--bare", str(made.folder), str(tmp_path / "bare"))
    monkeypatch.chdir(tmp_path / "bare")
    assert made.check("--since", "main").code == 2
    assert "bare repository" in capsys.readouterr().err
    shutil.rmtree(made.folder / ".git")
    monkeypatch.chdir(made.folder)
    assert made.check("--since", "main").code == 2
    assert "in no git repository" in capsys.readouterr().err
    monkeypatch.setenv("PATH", "")
    assert made.check("--since", "main").code == 2
    assert "git cannot be run" in capsys.readouterr().err


def test_a_submodule_is_another_repository(repository: Make) -> None:
    inner = repository({"train.jsonl": OLD}, name="inner")
    made = repository({"train.jsonl": OLD})
    made.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.folder), "sub")
    made.commit()
    made.write("sub/train.jsonl", [*OLD, bad(200)])
    made.write("train.jsonl", [*OLD, bad(201)])
    checked = made.check("--since", "HEAD", "--select", "CHAT005,DUP001")
    assert checked.found() == {("train.jsonl", 22, "CHAT005")}
    assert made.check("sub", "--since", "HEAD", "--select", "CHAT005").found() == {
        ("sub/train.jsonl", 22, "CHAT005")
    }
    assert made.check("sub", "train.jsonl", "--since", "HEAD").code == 2


def test_files_in_conflict(repository: Make) -> None:
    made = repository({"train.jsonl": OLD})
    made.git("checkout", "-q", "-b", "other")
    made.write("train.jsonl", [*OLD, bad(200)])
    made.commit()
    made.git("checkout", "-q", "main")
    made.write("train.jsonl", [*OLD, bad(201)])
    made.commit()
    with pytest.raises(Exception, match="merge"):
        made.git("merge", "other")
    checked = made.check("--since", "HEAD", "--select", "CHAT005")
    assert checked.found() == {("train.jsonl", 23, "CHAT005")}
    assert made.check("--staged", "--select", "CHAT005").code == 2
