"""What set the workflow off, as far as the action has to know."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

_PULL_REQUESTS = ("pull_request", "pull_request_target", "pull_request_review")
_DEPENDABOT = "dependabot[bot]"


class Event(NamedTuple):
    """`number` is of the pull request, None elsewhere. `foreign`: its token can only read."""

    name: str
    number: int | None = None
    base_ref: str = ""
    base_sha: str = ""
    foreign: bool = False


def read() -> Event:
    name = os.environ.get("GITHUB_EVENT_NAME", "")
    path = os.environ.get("GITHUB_EVENT_PATH", "")
    payload: dict[str, Any] = {}
    if path and os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            payload = json.load(file)
    if name in _PULL_REQUESTS and isinstance(payload.get("pull_request"), dict):
        return _pull_request(name, payload["pull_request"])
    group = payload.get("merge_group")
    if name == "merge_group" and isinstance(group, dict):
        ref = str(group.get("base_ref", "")).removeprefix("refs/heads/")
        return Event(name, None, ref, str(group.get("base_sha", "")))
    return Event(name)


def _pull_request(name: str, request: dict[str, Any]) -> Event:
    base, head = request["base"], request["head"]
    # A fork that was deleted since has no repository.
    fork = (head.get("repo") or {}).get("full_name") != (base.get("repo") or {}).get("full_name")
    author = (request.get("user") or {}).get("login")
    bot = _DEPENDABOT in {author, os.environ.get("GITHUB_ACTOR")}
    return Event(
        name,
        int(request["number"]),
        str(base["ref"]),
        str(base["sha"]),
        foreign=name != "pull_request_target" and (fork or bot),
    )
