"""`--tracked`: files as git's index lists them, whatever else lies on disk."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.bind import bind
from ftlint.model import FtlintError
from ftlint.read.discover import discover
from ftlint.settings import load, override

Write = Callable[[str, Any], Path]

ROWS = '{"messages": []}\n'
DATASET = '[[dataset]]\nname = "lamps"\ntrain = "data/*.jsonl"\n'
POINTER = f"outs:\n- md5: {'22a1a293' * 4}\n  size: 14445097\n  path: kept.jsonl\n"


def git(*arguments: str, cwd: Path | None = None, **more: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "protocol.file.allow=always")
    environment = {**os.environ, **more}
    subprocess.run(["git", *identity, *arguments], cwd=cwd, env=environment, check=True, capture_output=True)


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    """One file that git tracks, one that is new to it, one that it ignores, one that left the index."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    write(".gitignore", "ignored.jsonl\n")
    for name in ("data/tracked.jsonl", "data/left.jsonl", "lone.csv"):
        write(name, ROWS)
    git("add", "-A")
    git("commit", "-q", "-m", "all")
    git("rm", "-q", "--cached", "data/left.jsonl")
    for name in ("data/new.jsonl", "data/ignored.jsonl", "fresh/a.jsonl"):
        write(name, ROWS)


def paths(*given: str, **changes: Any) -> list[str]:
    settings = override(load(given), tracked=True, **changes)
    return [found.path for found in discover(given, settings, settings.root)]


def test_what_is_new_to_git_is_left_out() -> None:
    assert paths() == ["data/tracked.jsonl", "lone.csv"]
    assert paths("data") == ["data/tracked.jsonl"]
    assert paths("fresh") == []
    assert paths(respect_gitignore=False) == ["data/tracked.jsonl", "lone.csv"]
    assert paths("data/new.jsonl") == ["data/new.jsonl"], "what is named is meant"


def test_of_declared_files_ignored_ones_stay(write: Write) -> None:
    write("ftlint.toml", DATASET + 'test = "fresh/*"\n')
    assert paths() == ["data/ignored.jsonl", "data/tracked.jsonl", "lone.csv"]


def test_a_dataset_is_whole_without_what_is_new(write: Write) -> None:
    write("ftlint.toml", DATASET)
    for tracked in (True, False):
        settings = override(load(), tracked=tracked)
        found = [each for each in discover([], settings) if not (each.path.endswith("new.jsonl"))]
        partial = {each.partial for each in bind(found, settings) if each.dataset == "lamps"}
        assert partial == {not tracked}


def test_the_index_that_a_hook_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit PATH` makes one with HEAD and that path in it, and names it as seen from the top."""
    git("read-tree", "HEAD", GIT_INDEX_FILE=".git/next-index")
    git("add", "data/new.jsonl", GIT_INDEX_FILE=".git/next-index")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    assert paths() == ["data/left.jsonl", "data/new.jsonl", "data/tracked.jsonl", "lone.csv"]
    monkeypatch.chdir(tmp_path / "data")
    assert paths() == ["left.jsonl", "new.jsonl", "tracked.jsonl"]


def test_the_index_that_a_hook_is_told_is_not_that_of_a_submodule(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("../inner/inside.jsonl", ROWS)
    inner = tmp_path.parent / "inner"
    git("init", "-q", cwd=inner)
    git("add", "-A", cwd=inner)
    git("commit", "-q", "-m", "inner", cwd=inner)
    git("submodule", "add", "-q", str(inner), "sub")
    write("sub/new.jsonl", ROWS)
    expected = ["data/tracked.jsonl", "lone.csv", "sub/inside.jsonl"]
    assert paths() == expected
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    assert paths() == expected


def test_a_pointer_of_dvc_stands_for_data_that_is_not_there(write: Write) -> None:
    write("data/kept.jsonl.dvc", POINTER)
    write("model.bin.dvc", POINTER)
    write("odd.jsonl.dvc", "wdir: ..\nouts: []\n")
    git("add", "-A", "*.dvc")
    assert "data/kept.jsonl.dvc" in paths()
    assert not {"model.bin.dvc", "odd.jsonl.dvc"} & set(paths())
    write("data/kept.jsonl", ROWS)
    assert "data/kept.jsonl.dvc" not in paths()


def test_where_git_cannot_say_nothing_is_checked(tmp_path: Path, write: Write) -> None:
    outside = write("../elsewhere/a.jsonl", ROWS).parent
    with pytest.raises(FtlintError, match=r"--tracked: .*elsewhere is in no git repository"):
        paths(str(outside))
    (tmp_path / ".git" / "index").write_bytes(b"no index")
    with pytest.raises(FtlintError, match=r"--tracked: git cannot list .*: see git -C .* ls-files"):
        paths()
