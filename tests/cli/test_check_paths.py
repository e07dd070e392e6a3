"""What `ftlint check` looks at: files, folders, globs, lists, standard input, and what lies in between."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

ROWS = [
    {"messages": [{"role": "usr", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]},
]
TEXT = '{"messages": [{"role": "usr", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]}\n'
FLAGS = ("--isolated", "--select", "unknown-role", "--output-format", "concise")
FOUND = ":1:24: CHAT005 [unknown-role] error messages[0] has role 'usr'"


def paths(done: "CompletedProcess[str]") -> list[str]:
    assert "Traceback" not in done.stderr, done.stderr
    return [line.removesuffix(FOUND) for line in done.stdout.splitlines() if line.endswith(FOUND)]


def test_files_folders_and_globs(ftlint: Run, write: Write, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b/c.jsonl", "b/d/e.jsonl", "b/f.json", "b/notes.md", "b/deep/x/y/z.jsonl"):
        write(name, TEXT)
    everything = ["a.jsonl", "b/c.jsonl", "b/d/e.jsonl", "b/deep/x/y/z.jsonl", "b/f.json"]
    assert paths(ftlint("check", *FLAGS)) == everything
    assert paths(ftlint("check", ".", *FLAGS)) == everything
    assert paths(ftlint("check", tmp_path, *FLAGS)) == everything
    assert paths(ftlint("check", "b/d", "a.jsonl", *FLAGS)) == ["a.jsonl", "b/d/e.jsonl"]
    assert paths(ftlint("check", "b/*.jsonl", *FLAGS)) == ["b/c.jsonl"]
    assert paths(ftlint("check", "b/**/*.jsonl", *FLAGS)) == everything[1:4]
    assert paths(ftlint("check", "a.jsonl", "./a.jsonl", tmp_path / "a.jsonl", "*.jsonl", *FLAGS)) == [
        "a.jsonl"
    ]


def test_standard_input(ftlint: Run, write: Write) -> None:
    assert paths(ftlint("check", "-", *FLAGS, input=TEXT)) == ["<stdin>"]
    named = ftlint("check", "-", "--stdin-filename", "data/train.jsonl", *FLAGS, input=TEXT)
    assert paths(named) == ["data/train.jsonl"]
    write("a.jsonl", TEXT)
    assert paths(ftlint("check", "-", "a.jsonl", *FLAGS, input=TEXT)) == ["<stdin>", "a.jsonl"]
    assert paths(ftlint("check", "-", "-", *FLAGS, input=TEXT)) == ["<stdin>"]
    empty = ftlint("check", "-", "--isolated", "--output-format", "concise", input="")
    assert empty.returncode == 1
    assert empty.stdout.startswith("<stdin>: FMT001 [empty-file] error")
    csv = "prompt,completion\nWhat?,That.\n"
    done = ftlint("check", "-", "--stdin-filename", "my data.csv", *FLAGS, input=csv)
    assert (done.returncode, done.stdout[:13]) == (0, "clean · 1 row")


def test_settings_apply_to_the_name_given_for_standard_input(ftlint: Run, write: Write) -> None:
    write("ftlint.toml", '[per-path-ignores]\n"data/old/*" = ["unknown-role"]\n')
    flags = FLAGS[1:]
    done = ftlint("check", "-", "--stdin-filename", "data/old/train.jsonl", *flags, input=TEXT)
    assert (done.returncode, paths(done)) == (0, [])
    assert ftlint("check", "-", "--stdin-filename", "data/train.jsonl", *flags, input=TEXT).returncode == 1


def test_closed_standard_input_is_told(ftlint: Run) -> None:
    command = f"{sys.executable} -m ftlint check - <&-"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "ftlint: - stands for standard input, which is closed\n"


def test_pipes_are_read_once_and_whole(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("a.jsonl", TEXT * 3)
    command = (
        f"mkfifo pipe; cat a.jsonl > pipe & cat a.jsonl | "
        f"{sys.executable} -m ftlint check pipe /dev/stdin {' '.join(FLAGS)}"
    )
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60
    )
    assert done.returncode == 1
    assert "2 of 2 files · 6 rows" in done.stdout, done.stdout + done.stderr
    assert f"pipe{FOUND}" in done.stdout
    assert f"/dev/stdin{FOUND}" in done.stdout


def test_the_null_device_is_an_empty_file(ftlint: Run) -> None:
    done = ftlint("check", os.devnull, "--isolated", "--output-format", "concise")
    assert done.returncode == 1
    assert "[empty-file]" in done.stdout


def test_a_pipe_in_a_folder_is_not_waited_for(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("a.jsonl", TEXT)
    os.mkfifo(tmp_path / "b.jsonl")
    assert paths(ftlint("check", *FLAGS)) == ["a.jsonl"]


def test_file_lists(ftlint: Run, write: Write) -> None:
    for name in ("a.jsonl", "b c.jsonl", "d/é.jsonl"):
        write(name, TEXT)
    wanted = ["a.jsonl", "b c.jsonl", "d/é.jsonl"]
    write("list.txt", "a.jsonl\nb c.jsonl\r\n\nd\n")
    assert paths(ftlint("check", "--file-list", "list.txt", *FLAGS)) == wanted
    assert paths(ftlint("check", "--file-list", "-", *FLAGS, input="a.jsonl\nd/é.jsonl")) == wanted[::2]
    assert paths(ftlint("check", "--file-list", "-", *FLAGS, input="b c.jsonl\0d/é.jsonl\0")) == wanted[1:]
    assert paths(ftlint("check", "a.jsonl", "--file-list", "-", *FLAGS, input="d")) == wanted[::2]
    write("list.txt", "a.jsonl\ngone.jsonl\n")
    done = ftlint("check", "--file-list", "list.txt", *FLAGS)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ftlint: list.txt:2: no such file or folder: gone.jsonl\n"
    nothing = ftlint("check", "--file-list", "-", *FLAGS, input="")
    assert (nothing.returncode, nothing.stdout.splitlines()[0][:15]) == (0, "nothing checked")


def test_what_git_ignores_is_left_out_unless_it_is_named(ftlint: Run, write: Write, tmp_path: Path) -> None:
    for name in ("a.jsonl", "raw/b.jsonl", "c.tmp.jsonl", "sub/d.jsonl", "sub/e.jsonl"):
        write(name, TEXT)
    write(".gitignore", "raw/\n*.tmp.jsonl\n")
    write("sub/.gitignore", "d.jsonl\n")
    for _ in ("without git", "with git"):
        assert paths(ftlint("check", *FLAGS)) == ["a.jsonl", "sub/e.jsonl"]
        assert paths(ftlint("check", "raw/b.jsonl", *FLAGS)) == ["raw/b.jsonl"]
        assert len(paths(ftlint("check", "--no-respect-gitignore", *FLAGS))) == 5
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "-f", "raw/b.jsonl"], cwd=tmp_path, check=True)
    assert paths(ftlint("check", *FLAGS)) == ["a.jsonl", "raw/b.jsonl", "sub/e.jsonl"]


def test_exclude(ftlint: Run, write: Write) -> None:
    for name in ("a.jsonl", "old/b.jsonl", "node_modules/c.jsonl", ".hidden/d.jsonl"):
        write(name, TEXT)
    assert paths(ftlint("check", *FLAGS)) == ["a.jsonl", "old/b.jsonl"]
    assert paths(ftlint("check", "--extend-exclude", "old", *FLAGS)) == ["a.jsonl"]
    assert paths(ftlint("check", "--exclude", "a.jsonl", *FLAGS)) == ["node_modules/c.jsonl", "old/b.jsonl"]
    assert paths(ftlint("check", "old/b.jsonl", "--exclude", "old", *FLAGS)) == ["old/b.jsonl"]
    assert paths(ftlint("check", "old/b.jsonl", "--exclude", "old", "--force-exclude", *FLAGS)) == []


def test_names_of_every_kind(ftlint: Run, write: Write, tmp_path: Path) -> None:
    """Spaces, other scripts, brackets, line breaks, bytes that are not UTF-8: a line stays one."""
    names = ["dir é ü/my data (1).jsonl", "数据/訓練.jsonl", "a[1].jsonl", "-x.jsonl", "e\u0301.jsonl"]
    for name in names:
        write(name, TEXT)
    assert sorted(paths(ftlint("check", ".", *FLAGS))) == sorted(names)
    for name in ("dir é ü/my data (1).jsonl", "数据/訓練.jsonl", "a[1].jsonl", "./-x.jsonl"):
        assert paths(ftlint("check", name, *FLAGS)) == [name.removeprefix("./")]
    raw = os.fsencode(tmp_path) + b"/raw"
    os.mkdir(raw)
    with open(raw + b"/\xff\x1b[31m\n.jsonl", "w") as odd:
        odd.write(TEXT)
    done = ftlint("check", "raw", *FLAGS)
    assert paths(done) == [r"raw/\xff\x1b[31m\n.jsonl"]
    assert ftlint("check", "raw", "--output-format", "json").returncode == 1


def test_links(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("data/a.jsonl", TEXT)
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "itself.jsonl").symlink_to("itself.jsonl")
    (tmp_path / "folder.jsonl").symlink_to("data")
    (tmp_path / "again.jsonl").symlink_to("data/a.jsonl")
    assert paths(ftlint("check", *FLAGS)) == ["data/a.jsonl"]
    assert paths(ftlint("check", "data/a.jsonl", *FLAGS)) == ["data/a.jsonl"]
    done = ftlint("check", "itself.jsonl", *FLAGS)
    assert (done.returncode, done.stdout) == (2, "")
    assert "itself.jsonl is a link to itself.jsonl" in done.stderr


def test_nothing_to_check_is_said(ftlint: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = ftlint("check", "empty")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("nothing checked: no data files · ")
    assert "hint: no data files found" in done.stdout


def test_a_folder_that_cannot_be_written_is_checked(ftlint: Run, write: Write, tmp_path: Path) -> None:
    """Neither the cache nor the index of rule packages has to be writable."""
    folder = tmp_path / "project"
    row = TEXT.rstrip("\n")
    write("project/train.jsonl", (row + "\n") * (5_000_000 // len(row)))
    home = {"HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none"}
    flags = ("--select", "no-assistant-turn", "--output-format", "json")
    done = ftlint("check", "--cache-dir", "/proc/none/cache", *flags, cwd=folder, env=home)
    assert (done.returncode, done.stderr) == (0, "")
    if os.geteuid() != 0:
        folder.chmod(0o555)
        try:
            done = ftlint("check", *flags, cwd=folder, env=home)
        finally:
            folder.chmod(0o755)
        assert (done.returncode, done.stderr) == (0, "")


def test_show_files(ftlint: Run, write: Write) -> None:
    write("data/train.jsonl", TEXT)
    write("data/val.jsonl", TEXT)
    write("notes/other.jsonl", TEXT)
    done = ftlint("check", "--show-files")
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("  ")]
    assert ["train", "data/train.jsonl"] in lines
    assert ["validation", "data/val.jsonl"] in lines
    assert any(line[-1] == "notes/other.jsonl" for line in lines)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_repository_without_commits_and_a_submodule_file(ftlint: Run, write: Write, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write("a.jsonl", TEXT)
    write("inner/b.jsonl", TEXT)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "inner", check=True)
    found = paths(ftlint("check", *FLAGS))
    assert "a.jsonl" in found
    assert paths(ftlint("check", "inner", *FLAGS)) == ["inner/b.jsonl"]


def test_a_name_for_standard_input_decides_on_settings_and_path_ignores(ftlint: Run, tmp_path: Path) -> None:
    """As editors call it: with the whole path, from wherever they run."""
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "ftlint.toml").write_text('select = ["CHAT"]\n[per-path-ignores]\n"data/old/*" = ["CHAT"]\n')

    for name, path in (("train.jsonl", "data/train.jsonl"), ("old/train.jsonl", "")):
        done = ftlint(
            "check",
            "-",
            "--stdin-filename",
            project / "data" / name,
            "--output-format",
            "concise",
            input=TEXT,
        )
        assert done.stdout.startswith(f"{path}:" if path else "clean"), done.stdout


def test_paths_may_stand_between_flags(ftlint: Callable[..., Any], write: Callable[[str, Any], Path]) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        write(name, [{"prompt": "Hi", "completion": "Hello"}])
    done = ftlint("check", "a.jsonl", "--isolated", "b.jsonl", "--show-files")
    assert "a.jsonl" in done.stdout
    assert "b.jsonl" in done.stdout
