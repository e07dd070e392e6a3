"""The scripts in `hooks/`, run by git itself in `git commit` and `git push`."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hook_repositories import BROKEN, PROGRAMS, ROOT, TRAIN, VALIDATION, Done, Repository, chats, jsonl, sound

HOOKS = ROOT / "hooks"
SCRIPTS = sorted(file for file in HOOKS.iterdir() if not file.suffix)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with sound data, committed, and the hooks of this project."""
    made = Repository(tmp_path / "lamps")
    made.add("data/train.jsonl", TRAIN)
    made.add("data/val.jsonl", VALIDATION)
    made.git("commit", "-q", "-m", "data")
    made.git("config", "core.hooksPath", HOOKS)
    return made


def test_shellcheck_finds_nothing() -> None:
    assert [file.name for file in SCRIPTS] == ["pre-commit", "pre-push", "pre-train"]
    for script in SCRIPTS:
        assert script.stat().st_mode & 0o111, script
        assert script.read_text().startswith("#!/bin/sh\n")
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed: apt-get install shellcheck")
    done = subprocess.run(["shellcheck", *SCRIPTS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def link(hook: Path) -> None:
    hook.symlink_to(HOOKS / hook.name)


def copy(hook: Path) -> None:
    shutil.copy(HOOKS / hook.name, hook)


@pytest.mark.parametrize("install", [link, copy])
def test_a_link_and_a_copy_from_the_first_commit_on(tmp_path: Path, install: Callable[[Path], None]) -> None:
    repository = Repository(tmp_path / "new")
    (repository.folder / ".git" / "hooks").mkdir(exist_ok=True)
    install(repository.folder / ".git" / "hooks" / "pre-commit")
    repository.add("data/größe 1.jsonl", BROKEN)
    done = repository.commit()
    assert done.returncode == 1
    assert "data/größe 1.jsonl · 1 row\n" in done.stdout
    repository.add("data/größe 1.jsonl", TRAIN)
    sound(repository.commit())
    assert repository.commits() == 1
    sound(repository.commit("--allow-empty"))


def test_a_commit_is_judged_as_staged(repository: Repository) -> None:
    file = repository.add("data/train.jsonl", chats(130))
    repository.write("data/train.jsonl", jsonl(chats(130)) + BROKEN)
    repository.write("data/scratch.jsonl", BROKEN)
    sound(repository.commit())
    assert file.read_text().endswith(BROKEN)
    repository.git("add", "data/train.jsonl")
    repository.write("data/train.jsonl", chats(130))
    done = repository.commit()
    assert done.returncode == 1
    assert "FMT024 truncated-row" in done.stdout
    assert "line 131" in done.stdout
    assert "pre-commit: refused: mend what is told and git add it" in done.stdout
    assert "scratch" not in done.stdout
    sound(repository.commit("data/train.jsonl", "--allow-empty"))


def test_a_split_that_is_deleted(repository: Repository) -> None:
    repository.add("ftlint.toml", 'fail-on = "warning"\n')
    sound(repository.commit())
    repository.git("rm", "-q", "data/val.jsonl")
    done = repository.commit()
    assert done.returncode == 1
    assert "SPLIT004 missing-held-out" in done.stdout


def test_a_commit_in_a_further_work_tree(repository: Repository, tmp_path: Path) -> None:
    other = tmp_path / "other"
    repository.git("worktree", "add", "-q", other)
    (other / "data" / "val.jsonl").write_text(BROKEN)
    done = repository.commit("-a", cwd=str(other))
    assert done.returncode == 1
    assert "data/val.jsonl" in done.stdout


def test_without_ftlint_nothing_is_let_through(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for program in ("git", "sh", "cat", "mktemp", "rm"):
        (tmp_path / "bin" / program).symlink_to(str(shutil.which(program)))
    repository.env["PATH"] = str(tmp_path / "bin")
    repository.add("data/train.jsonl", chats(130))
    done = repository.commit()
    assert done.returncode == 1
    assert "ftlint is not on the PATH" in done.stdout
    assert repository.run(HOOKS / "pre-train", "x.yaml").returncode == 2


@pytest.fixture
def pushing(repository: Repository, tmp_path: Path) -> Callable[..., Done]:
    """`git push` to a remote that has the first commit."""
    remote = tmp_path / "remote.git"
    repository.git("init", "-q", "--bare", remote)
    repository.git("remote", "add", "origin", remote)

    def push(*arguments: str) -> Done:
        return repository.run("git", "push", "-q", "origin", *arguments)

    sound(push("main"))
    return push


def record(repository: Repository, name: str, content: object) -> None:
    """A commit that no hook looks at."""
    repository.add(name, content)
    repository.git("commit", "-q", "--no-verify", "-m", name)


def test_what_a_push_adds_is_judged(repository: Repository, pushing: Callable[..., Done]) -> None:
    record(repository, "notes/README.md", "lamps\n")
    sound(pushing("main"))

    record(repository, "data/train.jsonl", jsonl(TRAIN) + BROKEN)
    repository.write("data/train.jsonl", TRAIN)
    done = pushing("main")
    assert done.returncode == 1
    assert "data/train.jsonl" in done.stdout
    assert "pre-push: refused for refs/heads/main" in done.stdout
    assert repository.git("worktree", "list").count("\n") == 1

    repository.write("data/scratch.jsonl", BROKEN)
    repository.git("commit", "-q", "--no-verify", "-a", "--amend", "-m", "mended", "--allow-empty")
    sound(pushing("main"))


def test_new_deleted_and_rewritten_branches(repository: Repository, pushing: Callable[..., Done]) -> None:
    repository.git("switch", "-q", "-c", "more")
    record(repository, "more/train.jsonl", BROKEN)
    done = pushing("more")
    assert "pre-push: refused for refs/heads/more" in done.stdout
    assert "data/" not in done.stdout
    sound(pushing("more", "--no-verify"))

    # what the remote has of it is not told again, and an empty push is nothing
    record(repository, "more/val.jsonl", VALIDATION)
    sound(pushing("more"))
    sound(pushing("more"))
    sound(pushing("--delete", "more"))

    repository.git("switch", "-q", "-C", "more", "main")
    record(repository, "data/val.jsonl", chats(50, 3000))
    sound(pushing("more"))
    repository.git("reset", "-q", "--hard", "main")
    record(repository, "data/val.jsonl", BROKEN)
    repository.git("switch", "-q", "main")
    done = pushing("--force", "more")
    assert "pre-push: refused for refs/heads/more" in done.stdout
    assert "data/val.jsonl" in done.stdout
    repository.git("tag", "-a", "v1", "-m", "data of the first run")
    sound(pushing("v1"))


CONFIG = """\
base_model: Qwen/Qwen3-8B
adapter: lora
datasets:
  - path: data/train.jsonl
    type: chat_template
test_datasets:
  - path: data/val.jsonl
    type: chat_template
sequence_len: 2048
micro_batch_size: 4
gradient_accumulation_steps: 1
num_epochs: 3
learning_rate: 2e-4
"""


def test_a_training_is_gated(repository: Repository) -> None:
    repository.write("lora.yaml", CONFIG)
    gate = HOOKS / "pre-train"
    sound(repository.run(gate, "lora.yaml"))
    repository.write("data/scratch.jsonl", BROKEN)
    done = repository.run(gate, "lora.yaml")
    assert done.returncode == 1
    assert done.stdout.endswith("pre-train: refused: see above\n")
    sound(repository.run(gate, "lora.yaml", "--extend-exclude", "scratch.jsonl"))
    for arguments in ((), ("none.yaml",), ("data/train.jsonl",)):
        done = repository.run(gate, *arguments)
        assert (done.returncode, "pre-train: refused" in done.stdout) == (2, True), done.stdout
    assert repository.run(gate, "lora.yaml", "--select", "NOPE").returncode == 2
    assert repository.run("sh", "-c", f"'{gate}' none.yaml && echo trained").stdout.count("trained") == 0
    assert (PROGRAMS / "ftlint").exists()
