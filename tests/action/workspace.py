"""A repository to act on, its rows, and what set the workflow off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

FTLINT = Path(sys.executable).with_name("ftlint")


class Repository:
    """A working tree with real git, far from the settings of whoever runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str) -> str:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        who = {
            f"GIT_{role}_{what}": f"{what.lower()}@test"
            for role in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        done = subprocess.run(
            ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder,
            env={**clean, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, content: Any) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(row) + "\n" for row in content)
        path.write_text(content)

    def commit(self, message: str = "more") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")


def turn(question: str, answer: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": question}, {"role": "assistant", "content": answer}]}


def good(count: int, word: str = "router") -> list[Any]:
    return [
        turn(f"How do I reset {word} {n}?", f"Hold button {n} of {word} {n} for ten seconds.")
        for n in range(count)
    ]


def pull_request(
    base: str, *, fork: bool = False, author: str = "octocat", number: int = 7
) -> tuple[str, Any]:
    head = "stranger/data" if fork else "octo/data"
    return "pull_request", {
        "pull_request": {
            "number": number,
            "user": {"login": author},
            "base": {"ref": "main", "sha": base, "repo": {"full_name": "octo/data"}},
            "head": {"ref": "more", "repo": {"full_name": head}},
        }
    }
