"""The hooks under the real pre-commit, offline, in `git commit` as a person types it."""

import re
from pathlib import Path

from hook_repositories import BROKEN, TRAIN, VALIDATION, Consumer, Repository, chats, jsonl, sound

ALL = ("ftlint-fix", "ftlint", "ftlint-project")
STRICT = ("--fail-on", "warning")
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d7a2146' * 8}\nsize 12345\n"


def outcomes(said: str) -> list[str]:
    """What became of each hook, in order."""
    return re.findall(r"(Passed|Failed|Skipped)$", said, re.MULTILINE)


def start(repository: Repository, *arguments: str) -> str:
    """A first commit that nothing is wrong with; no hook looks at it unless `arguments` are given."""
    repository.add("data/train.jsonl", TRAIN)
    repository.add("data/val.jsonl", VALIDATION)
    said = sound(repository.commit(*(arguments or ["--no-verify"])))
    assert repository.commits() == 1
    return said


def test_clean_failing_and_fixed(consumer: Consumer) -> None:
    repository = consumer(*ALL)
    assert outcomes(start(repository, "--verbose")) == ["Passed"] * 3

    repository.add("data/train.jsonl", jsonl(TRAIN) + BROKEN)
    done = repository.commit()
    assert done.returncode == 1
    assert outcomes(done.stdout) == ["Passed", "Failed", "Failed"]
    assert "data/train.jsonl" in done.stdout
    assert done.stdout.count("error   FMT024 truncated-row  line 121 ") == 2

    marked = b"\xef\xbb\xbf" + jsonl(chats(121)).encode()
    file = repository.add("data/train.jsonl", marked)
    done = repository.commit()
    assert done.returncode == 1
    assert outcomes(done.stdout)[0] == "Failed"
    assert "files were modified by this hook" in done.stdout
    assert file.read_bytes() == marked[3:]
    assert repository.commits() == 1
    repository.git("add", "data/train.jsonl")
    assert outcomes(sound(repository.commit())) == ["Passed"] * 3


def test_a_passing_hook_hides_warnings(consumer: Consumer) -> None:
    repository = consumer("ftlint")
    repository.add("data/train.jsonl", [*TRAIN, TRAIN[0]])
    assert "DUP" not in sound(repository.commit())
    strict = consumer(("ftlint", STRICT), at="strict")
    strict.add("data/train.jsonl", [*TRAIN, TRAIN[0]])
    done = strict.commit()
    assert done.returncode == 1
    assert "DUP001" in done.stdout


def test_a_split_that_is_deleted(consumer: Consumer) -> None:
    repository = consumer("ftlint", ("ftlint-project", STRICT))
    start(repository)
    repository.git("rm", "-q", "data/val.jsonl")
    done = repository.commit()
    assert outcomes(done.stdout) == ["Skipped", "Failed"]
    assert "SPLIT004 missing-held-out" in done.stdout
    repository.git("reset", "-q", "--hard")
    # gone from what is committed, but not from the disk
    repository.git("rm", "-q", "--cached", "data/val.jsonl")
    done = repository.commit()
    assert outcomes(done.stdout) == ["Skipped", "Failed"]
    assert "SPLIT004 missing-held-out" in done.stdout
    assert repository.commits() == 1


def test_a_split_declared_in_the_settings_that_is_deleted(consumer: Consumer) -> None:
    repository = consumer(("ftlint-project", STRICT))
    repository.add(
        "ftlint.toml",
        '[[dataset]]\nname = "lamps"\ntrain = "data/t*.jsonl"\nvalidation = "data/v*.jsonl"\n',
    )
    start(repository)
    repository.git("rm", "-q", "--cached", "data/val.jsonl")
    done = repository.commit()
    assert outcomes(done.stdout) == ["Failed"]
    assert "SPLIT004 missing-held-out" in done.stdout


def test_what_is_staged_is_judged_and_not_what_lies_on_disk(consumer: Consumer) -> None:
    repository = consumer(*ALL)
    start(repository)
    repository.add("data/train.jsonl", chats(130))
    file = repository.write("data/train.jsonl", jsonl(chats(130)) + BROKEN)
    repository.write("data/scratch.jsonl", BROKEN)
    sound(repository.commit())
    assert file.read_text().endswith(BROKEN), "an edit that was not staged is lost"

    repository.git("add", "data/train.jsonl")
    repository.write("data/train.jsonl", chats(130))
    done = repository.commit()
    assert outcomes(done.stdout) == ["Passed", "Failed", "Failed"]
    assert "scratch.jsonl" not in done.stdout
    assert file.read_text() == jsonl(chats(130))
    assert repository.commits() == 2


def test_a_commit_of_some_paths(consumer: Consumer) -> None:
    repository = consumer(*ALL)
    start(repository)
    repository.add("data/test.jsonl", BROKEN)
    repository.add("data/val.jsonl", BROKEN)
    repository.write("data/train.jsonl", chats(140))
    sound(repository.commit("data/train.jsonl"))
    assert repository.git("show", "--format=", "--name-only").split() == ["data/train.jsonl"]
    assert (repository.folder / "data" / "val.jsonl").read_text() == BROKEN
    done = repository.commit("data/test.jsonl")
    assert outcomes(done.stdout) == ["Passed", "Failed", "Failed"]
    assert "test.jsonl" in done.stdout
    assert "val.jsonl" not in done.stdout


def test_odd_names_links_and_what_is_excluded(consumer: Consumer, tmp_path: Path) -> None:
    repository = consumer(*ALL)
    repository.add("ftlint.toml", 'extend-exclude = ["raw"]\n')
    repository.add("raw/train.jsonl", BROKEN)
    start(repository)
    repository.git("mv", "data", "zwei Körbe [1]")
    repository.git("add", "-A")
    (repository.folder / "gone.jsonl").symlink_to("nowhere.jsonl")
    (repository.folder / "again.jsonl").symlink_to("zwei Körbe [1]/train.jsonl")
    repository.git("add", "gone.jsonl", "again.jsonl")
    assert outcomes(sound(repository.commit())) == ["Passed"] * 3
    repository.add("zwei Körbe [1]/größe 2.jsonl", BROKEN)
    done = repository.commit()
    assert outcomes(done.stdout) == ["Passed", "Failed", "Failed"]
    assert done.stdout.count("\nzwei Körbe [1]/größe 2.jsonl · 1 row\n") == 2


def test_submodules_and_further_work_trees(consumer: Consumer, tmp_path: Path) -> None:
    shared = Repository(tmp_path / "shared")
    shared.add("shared/train.jsonl", chats(60, 500))
    sound(shared.commit())
    repository = consumer("ftlint", "ftlint-project")
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(shared.folder), "sub")
    repository.write("sub/scratch.jsonl", BROKEN)
    start(repository)
    repository.write("sub/shared/train.jsonl", BROKEN)
    repository.add("data/train.jsonl", chats(130))
    done = repository.commit()
    assert outcomes(done.stdout) == ["Passed", "Failed"]
    assert "sub/shared/train.jsonl" in done.stdout
    assert "scratch" not in done.stdout

    other = tmp_path / "other"
    repository.git("worktree", "add", "-q", str(other))
    (other / "data" / "val.jsonl").write_text(BROKEN)
    (other / "data" / "scratch.jsonl").write_text(BROKEN)
    repository.git("-C", other, "add", "data/val.jsonl")
    done = repository.commit(cwd=str(other))
    assert outcomes(done.stdout) == ["Failed", "Failed"]
    assert "data/val.jsonl" in done.stdout
    assert "scratch" not in done.stdout


def test_data_that_is_kept_elsewhere(consumer: Consumer) -> None:
    repository = consumer(*ALL)
    repository.add("data/.gitignore", "/big.jsonl\n")
    repository.add("data/big.jsonl.dvc", f"outs:\n- md5: {'22a1a293' * 4}\n  size: 144\n  path: big.jsonl\n")
    done = repository.commit()
    assert outcomes(done.stdout) == ["Passed", "Passed", "Failed"]
    assert "dvc pull" in done.stdout
    repository.write("data/big.jsonl", chats(70, 700))
    assert outcomes(start(repository, "--verbose")) == ["Passed"] * 3
    repository.add(".gitattributes", "*.jsonl filter=lfs -text\n")
    repository.add("data/test.jsonl", POINTER)
    done = repository.commit()
    assert outcomes(done.stdout) == ["Passed", "Failed", "Failed"]
    assert "git lfs pull" in done.stdout
    assert repository.commits() == 1


def test_four_thousand_files_come_in_more_than_one_call(consumer: Consumer) -> None:
    repository = consumer("ftlint")
    for number in range(4000):
        split = "val" if number % 400 == 0 else "train"
        repository.write(f"data/{split}/shard-{number:05}-of-04000-of-lamps.jsonl", chats(1, number))
    broken = "data/train/shard-00007-of-04000-of-lamps.jsonl"
    repository.write(broken, BROKEN)
    repository.git("add", "-A")
    done = repository.run("pre-commit", "run", "ftlint", "--hook-stage", "manual", "--verbose")
    assert outcomes(done.stdout) == ["Failed"]
    calls = re.findall(r"^(?:clean|1 error in .*) · ([\d,]+) rows, ", done.stdout, re.MULTILINE)
    assert len(calls) == 2
    assert sum(int(rows.replace(",", "")) for rows in calls) == 4000
    assert f"\n{broken} · 1 row\n" in done.stdout
    assert "SPLIT004" not in done.stdout
