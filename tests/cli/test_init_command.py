from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from ftlint.engine.bind import bind
from ftlint.read.discover import discover
from ftlint.settings import load

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

CHAT = [{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}]


def test_what_is_written_means_what_was_found(
    ftlint: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data/train-00000-of-00002.jsonl", "data/train-00001-of-00002.jsonl", "data/val.jsonl"):
        write(name, CHAT)
    write('odd "name".jsonl', CHAT)
    write("empty_train.jsonl", "")
    done = ftlint("init")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("wrote ftlint.toml: 2 datasets, 1 file whose name says no split\n")
    text = (tmp_path / "ftlint.toml").read_text()
    assert 'train = "data/train-*.jsonl"' in text
    assert '# name = "odd \\"name\\""' in text
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert [(each.name, each.format) for each in settings.dataset] == [("data", "openai-chat"), ("empty", "")]
    found = {(each.path, each.split, each.evidence) for each in bind(discover([], settings), settings)}
    assert ("data/train-00001-of-00002.jsonl", "train", "declared") in found
    assert ("data/val.jsonl", "validation", "declared") in found
    assert ('odd "name".jsonl', "train", "lone") in found


def test_every_comment_of_the_starter_is_true(ftlint: Run, write: Write, tmp_path: Path) -> None:
    """Uncommented, the starter still loads, and its rules exist but for the stand-in."""
    write("data/train.jsonl", CHAT)
    write("lone.jsonl", CHAT)
    ftlint("init")
    lines = (tmp_path / "ftlint.toml").read_text().splitlines()
    bare = [line.removeprefix("# ").removeprefix("# ") for line in lines if "=" in line or "[" in line]
    text = "\n".join(line for line in bare if "ftlint settings" not in line).replace("some-rule", "DUP")
    write("ftlint.toml", text.replace('format = "openai-chat"\nformat', "format"))
    done = ftlint("settings", "show")
    assert done.returncode == 0, done.stderr + text


def test_nothing_is_overwritten(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("ftlint.toml", "jobs = 1\n")
    done = ftlint("init")
    assert (done.returncode, done.stderr) == (
        2,
        "ftlint: ftlint.toml: is there already: --force replaces it\n",
    )
    assert (tmp_path / "ftlint.toml").read_text() == "jobs = 1\n"
    assert ftlint("init", "--force").returncode == 0
    assert "No data files were found" in (tmp_path / "ftlint.toml").read_text()


def test_a_table_in_pyproject_is_not_hidden(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.ftlint]\njobs = 1\n")
    done = ftlint("init")
    assert done.returncode == 2
    assert "pyproject.toml: has [tool.ftlint] already" in done.stderr
    assert not (tmp_path / "ftlint.toml").exists()


def test_a_folder_that_is_not_there(ftlint: Run) -> None:
    assert ftlint("init", "none").stderr == "ftlint: no such folder: none\n"


def test_configs_that_train_are_offered_as_trainings(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("data/train.jsonl", CHAT)
    write("configs/lora.yaml", "ftlint: 1\nmethod: sft\ntuning: lora\nlearning_rate: 0.0002\n")
    write("configs/other.yaml", "a: 1\n")
    assert ftlint("init").returncode == 0
    text = (tmp_path / "ftlint.toml").read_text()
    assert '# dataset = "data"\n# config = "configs/lora.yaml"\n' in text
    assert "other.yaml" not in text
