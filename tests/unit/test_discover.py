import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftlint.model import FtlintError
from ftlint.read.candidates import is_data_file, is_data_name
from ftlint.read.discover import discover
from ftlint.read.globs import Globs, translate
from ftlint.settings import load, override

Write = Callable[[str, Any], Path]

ROWS = '{"messages": []}\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def git(*arguments: str, cwd: Path | None = None) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)


def paths(*given: str, file_list: str = "", **changes: Any) -> list[str]:
    settings = override(load(given), **changes)
    return [found.path for found in discover(given, settings, settings.root, file_list)]


@pytest.fixture(params=["git", "untracked", "no git program", "no repository"])
def repository(request: pytest.FixtureRequest, write: Write, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same files in a repository as git tells it, as it is found without git, and in no repository."""
    write(".gitignore", "scratch/\n*.tmp.jsonl\n!keep.tmp.jsonl\n")
    write("data/.gitignore", "secret*\n")
    for name in (
        *("train.jsonl", "data/val.jsonl.gz", "data/deep/x.parquet", "a b/ü.csv", "keep.tmp.jsonl"),
        *("scratch/a.jsonl", "b.tmp.jsonl", "data/secret.jsonl", "data/deep/secret.jsonl"),
        *("node_modules/x/data.jsonl", ".hidden/x.jsonl", "pkg.egg-info/x.json", "notes.txt", "code.py"),
    ):
        write(name, ROWS)
    if request.param != "no repository":
        git("init", "-q")
    if request.param == "git":
        git("add", "-A")
        git("commit", "-qm", "all")
    if request.param == "no git program":
        monkeypatch.setenv("PATH", "/nonexistent")
    return str(request.param)


EXPECTED = ["a b/ü.csv", "data/deep/x.parquet", "data/val.jsonl.gz", "keep.tmp.jsonl", "train.jsonl"]


def test_a_folder(repository: str) -> None:
    assert paths() == EXPECTED
    assert paths(".") == EXPECTED
    assert paths("data") == ["data/deep/x.parquet", "data/val.jsonl.gz"]
    assert paths("data", "data/deep", "data/val.jsonl.gz") == ["data/deep/x.parquet", "data/val.jsonl.gz"]


def test_what_is_named_is_taken(repository: str) -> None:
    named = ["b.tmp.jsonl", "notes.txt", "node_modules/x/data.jsonl"]
    assert paths(*named) == sorted(named)
    assert paths(*named, force_exclude=True) == ["b.tmp.jsonl"]
    assert paths("scratch") == ["scratch/a.jsonl"]
    assert paths("*.txt") == ["notes.txt"]
    assert paths("data/**/*.gz") == ["data/val.jsonl.gz"]


def test_ignoring_and_excluding_can_be_set(repository: str) -> None:
    everything = paths(respect_gitignore=False)
    assert set(everything) - set(EXPECTED) == {
        *("scratch/a.jsonl", "b.tmp.jsonl", "data/secret.jsonl", "data/deep/secret.jsonl")
    }
    assert paths(extend_exclude=["data"]) == ["a b/ü.csv", "keep.tmp.jsonl", "train.jsonl"]
    assert paths(extend_exclude=["data/deep/**", "*.csv"]) == [
        *("data/val.jsonl.gz", "keep.tmp.jsonl", "train.jsonl")
    ]


def test_an_excluded_folder_that_is_named_is_looked_into(write: Write) -> None:
    for name in ("build/a.jsonl", "build/venv/b.jsonl", "data/raw/c.jsonl"):
        write(name, ROWS)
    exclude = {"extend_exclude": ["data/raw"]}
    assert paths(**exclude) == []
    assert paths("build", "data/raw", **exclude) == ["build/a.jsonl", "data/raw/c.jsonl"]
    assert paths("build", "data/raw", force_exclude=True, **exclude) == []


def test_declared_files_are_taken_though_ignored(repository: str, write: Write) -> None:
    write(
        "ftlint.toml",
        'extend-exclude = ["scratch/no.jsonl"]\n[[dataset]]\nname = "x"\n'
        'train = ["scratch/*.jsonl", "notes.txt", "none.jsonl"]\n',
    )
    write("scratch/no.jsonl", ROWS)
    assert paths() == sorted([*EXPECTED, "notes.txt", "scratch/a.jsonl"])
    assert paths("data") == ["data/deep/x.parquet", "data/val.jsonl.gz"]


def test_deleted_renamed_and_linked_files(write: Write, tmp_path: Path) -> None:
    git("init", "-q")
    for name in ("gone.jsonl", "real.jsonl"):
        write(name, ROWS)
    git("add", "-A")
    (tmp_path / "gone.jsonl").unlink()
    (tmp_path / "alias.jsonl").symlink_to("real.jsonl")
    (tmp_path / "broken.jsonl").symlink_to("nowhere.jsonl")
    assert paths() == ["real.jsonl"]
    assert paths("alias.jsonl") == ["alias.jsonl"]
    with pytest.raises(FtlintError, match=r"broken.jsonl is a link to nowhere.jsonl, which does not exist"):
        paths("broken.jsonl")


def test_repositories_inside_a_repository(write: Write, tmp_path: Path) -> None:
    write("inner/data.jsonl", ROWS)
    write("inner/.gitignore", "ignored.jsonl\n")
    write("inner/ignored.jsonl", ROWS)
    git("init", "-q", cwd=tmp_path / "inner")
    git("add", "-A", cwd=tmp_path / "inner")
    git("commit", "-qm", "inner", cwd=tmp_path / "inner")
    write("outer/train.jsonl", ROWS)
    git("init", "-q", "outer")
    git("clone", "-q", "inner", "outer/cloned")
    git("submodule", "add", "-q", str(tmp_path / "inner"), "sub", cwd=tmp_path / "outer")
    write("outer/sub/ignored.jsonl", ROWS)
    assert paths("outer") == ["outer/cloned/data.jsonl", "outer/sub/data.jsonl", "outer/train.jsonl"]


def test_file_list(write: Write) -> None:
    write("a.jsonl", ROWS)
    write("d/b.jsonl", ROWS)
    write("list.txt", "a.jsonl\n\nd\n")
    assert paths(file_list="list.txt") == ["a.jsonl", "d/b.jsonl"]
    write("list.nul", b"a.jsonl\0d/b.jsonl\0")
    assert paths(file_list="list.nul") == ["a.jsonl", "d/b.jsonl"]
    write("list.txt", "a.jsonl\nnone.jsonl\n")
    with pytest.raises(FtlintError, match=r"list.txt:2: no such file or folder: none.jsonl"):
        paths(file_list="list.txt")
    with pytest.raises(FtlintError, match=r"cannot read the file list none\.txt"):
        paths(file_list="none.txt")


def test_file_list_from_standard_input(write: Write) -> None:
    write("a.jsonl", ROWS)
    code = (
        "from ftlint.read.discover import discover; from ftlint.settings import load\n"
        "print([found.path for found in discover([], load(), file_list='-')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="a.jsonl\n", capture_output=True, text=True, check=True
    )
    assert done.stdout == "['a.jsonl']\n"


@pytest.mark.parametrize("path", ["none.jsonl", "none/", "*.none"])
def test_a_path_that_does_not_exist_is_named(path: str) -> None:
    with pytest.raises(FtlintError) as raised:
        paths(path)
    assert path in str(raised.value)


def test_how_files_elsewhere_are_called(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("here/ftlint.toml", "")
    file = write("there/a.jsonl", ROWS)
    monkeypatch.chdir(tmp_path / "here")
    settings = load()
    assert [found.path for found in discover(["../there/a.jsonl"], settings)] == ["../there/a.jsonl"]
    assert [found.path for found in discover([str(file)], settings)] == [str(file)]


NAMES = [
    *[
        (name, True)
        for name in ("train.jsonl", "A.NDJSON", "x.json.zst", "x.tsv.gz", "x.arrow", "x.parquet.xz")
    ],
    *[
        (name, False)
        for name in ("package.json", "tsconfig.base.json", "adapter_config.json", "x.txt", "x.py")
    ],
    *[
        (name, False)
        for name in ("tokenizer_config.json", "dataset_info.json", "model.safetensors.index.json")
    ],
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names(name: str, expected: bool) -> None:
    assert is_data_name(name) is expected


CONTENTS: Sequence[tuple[str, bool]] = [
    ('[{"a": 1}]', True),
    ("\ufeff[\n [1]]", True),
    ('{"a": 1}\n{"a": 2}\n', True),
    ('{"messages": [{"role": "user"}]}', True),
    ('{"data": [{"a": 1}]}', True),
    ('{"data": "x", "debug": true}', False),
    ('{"messages": [{"role": "user", ', True),
    ('{"debug": true, ', False),
    ('{"a": {"b": 1},\n "c": 2}', False),
    ("{'instruction': 'x'}", True),
    ('["a", "b"]', False),
    ("[]", False),
    ('// settings\n{"a": 1}', False),
    ('"text"', False),
    ("version https://git-lfs.github.com/spec/v1\n", True),
    ("<!DOCTYPE html>", True),
    ("<<<<<<< HEAD\n", True),
    ("", True),
    ('{"debug": {' + '"key": "value", ' * 9000, False),
    ('{"dialogs": [{"text": "' + "long " * 90000, True),
]


@pytest.mark.parametrize(("content", "expected"), CONTENTS, ids=[repr(text[:30]) for text, _ in CONTENTS])
def test_a_json_file_is_told_by_its_first_bytes(write: Write, content: str, expected: bool) -> None:
    assert is_data_file(str(write("x.json", content)), "x.json") is expected


GLOBS = [
    ("*.jsonl", "a.jsonl", True),
    ("*.jsonl", "d/a.jsonl", False),
    ("**/*.jsonl", "a.jsonl", True),
    ("**/*.jsonl", "d/e/a.jsonl", True),
    ("d/**", "d/e/a.jsonl", True),
    ("d/*", "d/e/a.jsonl", False),
    ("d/[ab]?.{csv,tsv}", "d/b1.tsv", True),
    ("d/[!ab]?.csv", "d/b1.csv", False),
    ("a+b(1).csv", "a+b(1).csv", True),
    ("d/**/x", "d/x", True),
    ("[", "[", True),
]


@pytest.mark.parametrize(("glob", "path", "expected"), GLOBS)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert bool(translate(glob).fullmatch(path)) is expected


def test_excluding_by_name_and_by_path() -> None:
    globs = Globs(["venv", "*.bak", "data/raw/", "./data/*.csv"])
    assert globs
    assert globs.match("x/venv/y.jsonl")
    assert globs.match("x/y.bak")
    assert globs.match("data/raw/deep/x.jsonl")
    assert globs.match("data/x.csv")
    assert not globs.match("other/data/raw/x.jsonl")
    assert not globs.match("venv2/x.jsonl")
    assert not Globs([])


def test_the_audit_log_is_no_data(write: Write) -> None:
    write("train.jsonl", "{}\n")
    write("logs/audit.jsonl", "{}\n")
    write("logs/other.jsonl", "{}\n")
    write("ftlint.toml", '[audit]\nlog = "./logs/audit.jsonl"\n')
    assert paths() == ["logs/other.jsonl", "train.jsonl"]


def test_what_models_answered_is_no_data(write: Write) -> None:
    write("runs/eval/tuned.predictions.jsonl", ROWS)
    write("runs/eval/eval.json", "{}")
    write("data/train.predictions.jsonl", ROWS)
    assert paths() == ["data/train.predictions.jsonl"]
    assert paths("runs/eval/tuned.predictions.jsonl") == ["runs/eval/tuned.predictions.jsonl"]
