from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]


def test_the_cache_is_removed(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write(".ftlint_cache/0/a.bin", "x" * 1_500_000)
    assert ftlint("clean").stdout == "removed .ftlint_cache: 1 files, 1.5 MB\n"
    assert not (tmp_path / ".ftlint_cache").exists()
    assert ftlint("clean").stdout == "nothing to clean: there is no .ftlint_cache\n"


def test_another_folder_is_removed_only_when_it_is_a_cache(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("data/train.jsonl", "{}\n")
    write("ftlint.toml", 'cache-dir = "data"')
    done = ftlint("clean")
    assert done.returncode == 2
    assert "holds train.jsonl, so it is left alone" in done.stderr
    assert (tmp_path / "data/train.jsonl").exists()
    write("mine/0/a.bin", b"ftlint-cache-1\nrest")
    write("mine/.gitignore", "*\n")
    assert ftlint("clean", "--cache-dir", "mine").returncode == 0
    assert not (tmp_path / "mine").exists()


def test_a_link_is_left_alone(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("data/train.jsonl", "{}\n")
    (tmp_path / ".ftlint_cache").symlink_to("data")
    assert ftlint("clean").returncode == 2
    assert (tmp_path / "data/train.jsonl").exists()
