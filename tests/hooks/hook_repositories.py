"""Repositories that hooks run in, and what their commands say."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = Path(sys.executable).parent
Done = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    """That of this process, without what says something of another repository or another run of hooks."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "FTLINT_", "PRE_COMMIT", "PIP_")) and name not in ("CI", "SKIP")
    }
    return {
        **kept,
        "PATH": f"{PROGRAMS}{os.pathsep}{kept.get('PATH', '')}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        **{f"GIT_{role}_{what}": "t@t" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        **more,
    }


def run(*command: str | Path, cwd: Path, **more: str) -> Done:
    """What a command said, both streams together, as a person or a log sees them."""
    return subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=300,
        check=False,
    )


def sound(done: Done) -> str:
    assert done.returncode == 0, done.stdout
    return done.stdout


class Repository:
    """A git repository that a test changes and commits to."""

    def __init__(self, folder: Path, env: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.env = env or {}
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def run(self, *command: str | Path, cwd: str = ".") -> Done:
        return run(*command, cwd=self.folder / cwd, **self.env)

    def git(self, *arguments: str | Path) -> str:
        return sound(self.run("git", *arguments))

    def write(self, name: str, content: Any) -> Path:
        """A file: bytes or text as they are, a list as JSON lines."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = jsonl(content)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def add(self, name: str, content: Any) -> Path:
        file = self.write(name, content)
        self.git("add", "--", name)
        return file

    def commit(self, *arguments: str, cwd: str = ".") -> Done:
        """`git commit`, with whatever hooks say."""
        return self.run("git", "commit", "-m", "change", *arguments, cwd=cwd)

    def commits(self) -> int:
        done = self.run("git", "rev-list", "--count", "HEAD")
        return 0 if done.returncode else int(done.stdout)


def jsonl(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def chats(count: int, start: int = 0) -> list[dict[str, Any]]:
    """Sound rows, no two alike."""
    return [
        {
            "messages": [
                {"role": "user", "content": f"How bright is lamp model {number}?"},
                {"role": "assistant", "content": f"Model {number} gives {number * 7 + 400} lumens."},
            ]
        }
        for number in range(start, start + count)
    ]


TRAIN, VALIDATION = chats(120), chats(40, 1000)

Consumer = Callable[..., Repository]

BROKEN = '{"messages": [{"role": "user", "content": "Hi"}, {"role":\n'
