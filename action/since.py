"""Finds the commit that changed rows are told from: the merge base, fetched where the checkout is shallow."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from event import Event
from workflow import ActionError, say

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DEEPER = (50, 500, 5000)
_HOW = "set fetch-depth: 0 on actions/checkout, or leave out since"


def resolve(asked: str, event: Event, folder: Path, env: Mapping[str, str]) -> str:
    """The commit to pass to `--since`; "" where every row is to be checked.

    `asked` is a ref, or `auto`: what a pull request or a merge group is to be merged into, elsewhere nothing.
    Raises `ActionError` where the commit cannot be had.
    """
    repository = _Repository(folder, env)
    if asked == "auto" and not event.base_sha:
        say(f"since: auto is for pull requests; on {event.name or 'this event'} every row is checked")
        return ""
    if asked and not asked.strip("0"):
        say("since: there was no commit before this one; every row is checked")
        return ""
    if asked != "auto":
        return repository.merge_base(repository.commit(asked))
    base = repository.merged_into(event)
    return base or repository.merge_base(repository.commit(event.base_sha, event.base_ref))


def trusting(env: Mapping[str, str]) -> dict[str, str]:
    """The environment in which git reads a workspace that another user owns, as in a job's container."""
    count = int(env.get("GIT_CONFIG_COUNT") or 0)
    return {
        **env,
        "GIT_CONFIG_COUNT": str(count + 1),
        f"GIT_CONFIG_KEY_{count}": "safe.directory",
        f"GIT_CONFIG_VALUE_{count}": "*",
        "GIT_TERMINAL_PROMPT": "0",
    }


class _Repository:
    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.folder, self.env = folder, env
        if self.git("rev-parse", "--git-dir") is None:
            raise ActionError(f"since: {folder} is in no git repository (does actions/checkout run before?)")

    def git(self, *arguments: str) -> str | None:
        """What git prints; None where it fails."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode and arguments[0] == "fetch":
            say(done.stderr)
        return done.stdout.strip() if done.returncode == 0 else None

    @property
    def shallow(self) -> bool:
        return self.git("rev-parse", "--is-shallow-repository") == "true"

    def known(self, name: str) -> str | None:
        return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}") or None

    def fetch(self, what: str, *flags: str) -> bool:
        return self.git("fetch", "--quiet", "--no-tags", *flags, "origin", what) is not None

    def commit(self, name: str, branch: str = "") -> str:
        """The commit that `name` stands for here or at origin; `branch` is where to look for it next."""
        if name.startswith("-"):
            raise ActionError(f"since: {name!r} is no ref")
        for known in (name, f"origin/{name}"):
            if found := self.known(known):
                return found
        depth = ("--depth=1",) if self.shallow else ()
        for wanted in filter(None, (name, branch)):
            sound = self.git("check-ref-format", "--allow-onelevel", wanted) is not None
            if sound and self.fetch(wanted, *depth):
                found = self.known(name if _COMMIT.fullmatch(name) else "FETCH_HEAD")
                if found:
                    return found
        raise ActionError(f"since: no commit {name!r} here or at origin: {_HOW}")

    def merged_into(self, event: Event) -> str:
        """What GitHub's own merge of a pull request was made on, "" where another commit is checked out.

        A merge that was checked out without history still names its parents.
        """
        if event.name != "pull_request" or self.known("HEAD") != os.environ.get("GITHUB_SHA"):
            return ""
        raw = (self.git("cat-file", "commit", "HEAD") or "").partition("\n\n")[0].splitlines()
        parents = [line.removeprefix("parent ") for line in raw if line.startswith("parent ")]
        if len(parents) != 2:
            return ""
        if self.git("merge-base", parents[0], "HEAD") is None:
            self.fetch(os.environ["GITHUB_SHA"], "--deepen=1")
        return parents[0] if self.git("merge-base", parents[0], "HEAD") == parents[0] else ""

    def merge_base(self, commit: str) -> str:
        for depth in (0, *_DEEPER, None):
            if depth != 0:
                if not self.shallow:
                    break
                more = "--unshallow" if depth is None else f"--deepen={depth}"
                if not self.fetch(commit, more):
                    break
            if found := self.git("merge-base", commit, "HEAD"):
                return found.splitlines()[0]
        raise ActionError(f"since: no common ancestor of {commit[:12]} and HEAD in this checkout: {_HOW}")
