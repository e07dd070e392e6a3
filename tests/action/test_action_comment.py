"""The comment under a pull request, against a server that answers as GitHub's API does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from composite import Run, Runner
from github_api import LIMIT, Api, serving
from workflow_commands import annotations
from workspace import Repository, good, pull_request, turn

Act = Callable[..., Run]
PULL = pull_request("0" * 40)
TOKEN = "made-up-token"


@pytest.fixture
def api(runner: Runner, repository: Repository) -> Iterator[Api]:
    repository.write("train.jsonl", [*good(10), turn("Hi", "Hello there, friend.", "usr")])
    repository.write("ftlint.toml", 'select = ["CHAT005"]\n')
    with serving() as api:
        runner.env["GITHUB_API_URL"] = api.url
        yield api


def talk(number: int) -> list[dict[str, object]]:
    return [{"id": index, "body": f"I think <!-- ftlint: ftlint --> {index}"} for index in range(number)]


def test_one_comment_is_written_and_kept_up_to_date(act: Act, api: Api, repository: Repository) -> None:
    api.comments = talk(250)
    assert act(PULL, comment="true").code == 1
    assert len(api.comments) == 251
    body = api.bodies()[-1]
    assert body.startswith("<!-- ftlint: ftlint -->\n")
    assert "CHAT005" in body
    assert [call.rpartition("=")[2] for call in api.calls[:3]] == ["1", "2", "3"]
    repository.write("train.jsonl", good(10))
    done = act(PULL, comment="true")
    assert done.code == 0
    assert len(api.comments) == 251
    assert "CHAT005" not in api.bodies()[-1]
    assert api.bodies()[:250] == [comment["body"] for comment in talk(250)]
    assert api.tokens == {f"Bearer {TOKEN}"}
    assert TOKEN not in done.log


def test_uses_of_the_action_have_a_comment_each(act: Act, runner: Runner, api: Api) -> None:
    for category in ("data", "data two"):
        act(PULL, comment="true", category=category)
    assert runner.again("Comment") == (0, "comment updated\n")
    assert [body.partition("\n")[0] for body in api.bodies()] == [
        "<!-- ftlint: data -->",
        "<!-- ftlint: data two -->",
    ]


def test_nothing_found_and_no_comment_yet(act: Act, api: Api, repository: Repository) -> None:
    repository.write("train.jsonl", good(10))
    assert act(PULL, comment="true").code == 0
    assert api.comments == []


def test_what_could_not_be_checked_is_told(act: Act, api: Api) -> None:
    assert act(PULL, comment="true", args="--no-such-flag").code == 2
    assert "no-such-flag" in api.bodies()[0]


def test_a_long_report_fits(act: Act, runner: Runner, api: Api) -> None:
    act(PULL, comment="true")
    (shown,) = (runner.folder / "temp").rglob("shown.md")
    shown.write_text("### A title\n\n" + "- 👋 `data/train.jsonl:1` one more finding\n" * 5000)
    assert runner.again("Comment")[0] == 0
    assert LIMIT * 0.8 < len(api.bodies()[0].encode("utf-16-le")) // 2 <= LIMIT
    assert "Cut here" in api.bodies()[0]


def test_a_comment_with_the_marker_that_is_somebody_elses(act: Act, api: Api) -> None:
    api.comments = [{"id": 5, "body": "<!-- ftlint: ftlint -->\nmine"}]
    api.locked = {5}
    act(PULL, comment="true")
    assert api.bodies()[0].endswith("mine")
    assert "CHAT005" in api.bodies()[1]


def test_a_refusal_is_a_notice(act: Act, runner: Runner, api: Api) -> None:
    api.refused = {"POST": 403}
    done = act(pull_request("0" * 40, fork=True), comment="true")
    assert done.code == 1
    said = done.log
    for method, status, told in (
        ("POST", 403, "pull-requests: write"),
        ("GET", 403, "pull-requests: write"),
        ("POST", 401, "not valid"),
        ("GET", 404, "pull-requests: write"),
        ("POST", 502, "GitHub answered 502"),
        ("GET", 302, "GitHub answered 302"),
    ):
        last = annotations(said)[-1]
        assert last.name == "notice"
        assert "no comment was written" in last.data
        api.refused = {method: status}
        code, said = runner.again("Comment")
        assert code == 0
        assert told in annotations(said)[-1].data
        assert TOKEN not in said
    runner.env["GITHUB_API_URL"] = "http://127.0.0.1:9"
    code, said = runner.again("Comment")
    assert (code, len(annotations(said))) == (0, 1)
    assert api.comments == []


def test_no_pull_request_no_comment(act: Act, api: Api) -> None:
    done = act(comment="true")
    assert "no pull request" in done.log
    assert api.calls == []
