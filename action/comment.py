"""Keeps one comment of the action's own under a pull request, by GitHub's REST API.

A comment is an offer: where the token may not write one, or GitHub does not answer, a notice says so and
the step goes on.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

import event
import summary
from plan import load
from workflow import remark, say

_TIMEOUT = 30
_PAGE = 100
_PAGES = 30
_REFUSED = {401: "the token is not valid", 403: "the token may not write", 404: "the token may not see it"}
_NEED = "give the job permissions: pull-requests: write (a fork's token never has it)"


def run() -> None:
    work, plan = load()
    happened = event.read()
    if happened.number is None:
        return
    marker = f"<!-- ftlint: {plan.inputs.category} -->"
    text = (work / "shown.md").read_text("utf-8", "replace")
    room = summary.COMMENT_CHARS - len(marker) - 1
    body = f"{marker}\n{summary.fit(text, room, _units)}"
    # A first comment that says that all is well is noise; one that stands is brought up to date.
    clean = os.environ.get("FTLINT_FINDINGS") == "0" and os.environ.get("FTLINT_EXIT_CODE") == "0"
    try:
        thread = _Thread(os.environ["GITHUB_REPOSITORY"], happened.number)
        say(thread.keep(marker, body, begin=not clean))
    except HTTPError as error:
        why = _REFUSED.get(error.code, f"GitHub answered {error.code}")
        advice = f". {_NEED}" if error.code in _REFUSED else ""
        remark("notice", f"no comment was written: {why}{advice}")
    except (URLError, TimeoutError, ConnectionError, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        remark("notice", f"no comment was written: {reason}")


def _units(text: str) -> int:
    """The length as GitHub may count it: a character outside the BMP as two."""
    return len(text.encode("utf-16-le", "replace")) // 2


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: the token goes to the API and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class _Thread:
    """The comments of one pull request."""

    def __init__(self, repository: str, number: int) -> None:
        api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
        if not api.startswith(("https://", "http://")):
            raise ValueError("GITHUB_API_URL is no web address")
        self.issues = f"{api.rstrip('/')}/repos/{quote(repository)}/issues"
        self.number = number
        self.opener = build_opener(_Stay)

    def keep(self, marker: str, body: str, *, begin: bool) -> str:
        """Updates the comment that begins with `marker`, or writes it. What was done."""
        for found in self.own(marker):
            try:
                self.call("PATCH", f"/comments/{found['id']}", {"body": body})
            except HTTPError as error:
                # Somebody else's, who copied the marker.
                if error.code not in {403, 404}:
                    raise
            else:
                return "comment updated"
        if not begin:
            return "nothing found and no comment yet: none written"
        self.call("POST", f"/{self.number}/comments", {"body": body})
        return "comment written"

    def own(self, marker: str) -> Iterator[dict[str, Any]]:
        for page in range(1, _PAGES + 1):
            comments = self.call("GET", f"/{self.number}/comments?per_page={_PAGE}&page={page}")
            for comment in comments:
                if re.match(re.escape(marker) + r"(?:\r?\n|$)", comment.get("body") or ""):
                    yield comment
            if len(comments) < _PAGE:
                return

    def call(self, method: str, path: str, data: dict[str, str] | None = None) -> Any:
        request = Request(  # noqa: S310  # the scheme was looked at
            self.issues + path,
            method=method,
            data=None if data is None else json.dumps(data).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "ftlint-action",
                "Content-Type": "application/json",
            },
        )
        request.add_unredirected_header("Authorization", f"Bearer {os.environ.get('FTLINT_TOKEN', '')}")
        with self.opener.open(request, timeout=_TIMEOUT) as answer:
            return json.load(answer)
