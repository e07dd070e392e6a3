"""What `since` resolves to, in the checkouts that actions/checkout makes: real git, real shallow clones."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from composite import ROOT, Run, Runner
from workflow_commands import annotations
from workspace import FTLINT, Repository, good, pull_request, turn

Act = Callable[..., Run]
FAULT = turn("Hi", "Hello there, friend.", "usr")


class Forge(NamedTuple):
    """A bare origin: `main` went on after `more` left it at `left`; `merge` is what GitHub would build."""

    origin: Path
    left: str
    main: str
    more: str
    merge: str


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("forge")
    work = Repository(folder / "work")
    work.git("init", "-q")
    rows: list[Any] = [*good(30), FAULT]
    work.write("train.jsonl", rows)
    work.write("ftlint.toml", 'select = ["CHAT005"]\n')
    left = work.commit()
    work.git("checkout", "-q", "-b", "more")
    for number in range(3):
        rows.append(turn(f"Hello {number}?", "Hello there, friend.", "usr"))
        work.write("train.jsonl", rows)
        more = work.commit()
    work.git("checkout", "-q", "main")
    for number in range(3):
        work.write(f"other-{number}.jsonl", [*good(3), FAULT])
        main = work.commit()
    work.git("merge", "-q", "--no-ff", "-m", "merged", "more")
    merge = work.git("rev-parse", "HEAD")
    work.git("reset", "-q", "--hard", main)
    work.git("update-ref", "refs/pull/7/merge", merge)
    work.git("update-ref", "refs/pull/7/head", more)
    work.git("tag", "v1", left)
    origin = folder / "origin.git"
    work.git("clone", "-q", "--mirror", str(work.folder), str(origin))
    return Forge(origin, left, main, more, merge)


@pytest.fixture
def checkout(forge: Forge, repository: Repository) -> Callable[..., None]:
    """Fetches one commit as actions/checkout does, `depth` 0 for all of history."""

    def take(commit: str, ref: str, depth: int = 1) -> None:
        repository.git("remote", "add", "origin", forge.origin.as_uri())
        if depth:
            repository.git("fetch", "-q", "--no-tags", f"--depth={depth}", "origin", f"+{commit}:{ref}")
        else:
            repository.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*", f"+{commit}:{ref}")
        repository.git("checkout", "-q", "--force", ref)

    return take


def resolved(done: Run) -> str:
    found = re.search(r"^since ([0-9a-f]{40}): ", done.log, re.MULTILINE)
    return found[1] if found else ""


@pytest.fixture
def resolve(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The resolving alone, in this process."""
    monkeypatch.syspath_prepend(ROOT / "action")
    since, event = import_module("since"), import_module("event")

    def find(asked: str, happened: tuple[str, Any] = ("push", {})) -> str:
        path = repository.folder.parent / "event.json"
        path.write_text(json.dumps(happened[1]))
        monkeypatch.setenv("GITHUB_EVENT_NAME", happened[0])
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))
        clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        commit: str = since.resolve(asked, event.read(), repository.folder, since.trusting(clean))
        return commit

    return find


def found(done: Run) -> list[tuple[str, int]]:
    assert done.outputs["report-json"], done.log
    report = json.loads(Path(done.outputs["report-json"]).read_text())
    return [(each["path"], each["line"]) for each in report["findings"]]


@pytest.mark.parametrize("depth", [1, 0])
def test_a_pull_request_reports_its_own_rows(
    act: Act, runner: Runner, forge: Forge, checkout: Callable[..., None], depth: int
) -> None:
    checkout(forge.merge, "refs/remotes/pull/7/merge", depth)
    runner.env["GITHUB_SHA"] = forge.merge
    done = act(pull_request(forge.main), since="auto")
    assert resolved(done) == forge.main
    assert found(done) == [("train.jsonl", 32), ("train.jsonl", 33), ("train.jsonl", 34)]
    assert done.code == 1


def test_a_base_that_went_on_while_the_run_waited(
    resolve: Callable[..., str], forge: Forge, checkout: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout(forge.merge, "refs/remotes/pull/7/merge")
    monkeypatch.setenv("GITHUB_SHA", forge.merge)
    # The event tells of an older tip of main than the merge was made on.
    assert resolve("auto", pull_request(forge.left)) == forge.main


def test_the_head_of_a_pull_request_is_followed_down_to_where_it_left(
    resolve: Callable[..., str], forge: Forge, checkout: Callable[..., None]
) -> None:
    checkout(forge.more, "refs/remotes/pull/7/head")
    assert resolve("auto", pull_request(forge.main)) == forge.left


@pytest.mark.parametrize("asked", ["main", "v1", "left"])
def test_a_ref(resolve: Callable[..., str], forge: Forge, checkout: Callable[..., None], asked: str) -> None:
    checkout(forge.more, "refs/remotes/origin/more")
    assert resolve(forge.left if asked == "left" else asked) == forge.left


def test_a_merge_group(resolve: Callable[..., str], forge: Forge, checkout: Callable[..., None]) -> None:
    checkout(forge.merge, "refs/remotes/origin/queue")
    event = ("merge_group", {"merge_group": {"base_sha": forge.main, "base_ref": "refs/heads/main"}})
    assert resolve("auto", event) == forge.main


@pytest.mark.parametrize("asked", ["auto", "0" * 40])
def test_elsewhere_every_row_is_checked(
    resolve: Callable[..., str],
    forge: Forge,
    checkout: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    asked: str,
) -> None:
    checkout(forge.more, "refs/remotes/origin/more")
    assert resolve(asked) == ""
    assert "every row is checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    "asked", ["no-such-branch", "--upload-pack=touch hacked", "f" * 40, "a..b", "$(touch hacked)"]
)
def test_a_commit_that_is_nowhere_is_told(
    resolve: Callable[..., str],
    forge: Forge,
    checkout: Callable[..., None],
    repository: Repository,
    asked: str,
) -> None:
    checkout(forge.more, "refs/remotes/origin/more")
    with pytest.raises(Exception, match=re.escape(asked)):
        resolve(asked)
    assert not list(repository.folder.rglob("hacked"))


def test_a_history_that_cannot_be_fetched_is_told(
    act: Act, forge: Forge, checkout: Callable[..., None], repository: Repository
) -> None:
    checkout(forge.more, "refs/remotes/origin/more")
    repository.git("remote", "set-url", "origin", str(repository.folder / "gone.git"))
    done = act(pull_request(forge.main), since="auto")
    assert (done.code, done.outputs["exit-code"]) == (2, "2")
    (marked,) = annotations(done.log)
    assert marked.name == "error"
    assert "set fetch-depth: 0 on actions/checkout" in marked.data


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/train.jsonl").write_text(json.dumps(FAULT) + "\n")
    runner = Runner(tmp_path / "runner", tmp_path / "work", {"GIT_CEILING_DIRECTORIES": str(tmp_path)})
    done = runner.run({"executable": str(FTLINT), "since": "main"})
    assert done.code == 2
    assert "in no git repository" in annotations(done.log)[0].data


def test_a_workspace_of_another_user(
    act: Act, forge: Forge, checkout: Callable[..., None], repository: Repository
) -> None:
    """As in the container of a job, where git trusts no folder of the runner's user."""
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    checkout(forge.merge, "refs/remotes/pull/7/merge", 0)
    for path in (repository.folder, *repository.folder.rglob("*")):
        os.chown(path, 12_345, 12_345, follow_symlinks=False)
    done = act(pull_request(forge.main), since="auto")
    assert resolved(done) == forge.main
    assert found(done) == [("train.jsonl", 32), ("train.jsonl", 33), ("train.jsonl", 34)]
