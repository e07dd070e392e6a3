import json
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.main import main


class Checked:
    """What a run of `ftlint check` reported: the findings as (path, row or line, code), the rest as JSON."""

    def __init__(self, code: int, report: dict[str, Any], said: str) -> None:
        self.code = code
        self.report = report
        self.said = said
        self.since: dict[str, Any] = report.get("since", {})

    def found(self, *codes: str) -> set[tuple[str, int | None, str]]:
        findings = [each for each in self.report["findings"] if not codes or each["code"] in codes]
        return {
            (each["path"], each["line"] if each["row"] is None else each["row"], each["code"])
            for each in findings
        }

    def messages(self, code: str) -> list[str]:
        return [each["message"] for each in self.report["findings"] if each["code"] == code]


class Repository:
    """A git repository in a folder of its own, and ftlint in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *arguments: str, **environment: str) -> str:
        settings = ("-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def write(self, name: str, content: str | bytes | Iterable[Any]) -> Path:
        """Text and bytes as they are, rows as JSON lines."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, str | bytes):
            content = "".join(json.dumps(row) + "\n" for row in content)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def commit(self, message: str = "c") -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def check(self, *arguments: str) -> Checked:
        """Run in this process, in the repository."""
        out = self.folder.parent / "report.json"
        out.unlink(missing_ok=True)
        code = main(["check", *arguments, "--output-format", f"json={out}"])
        return Checked(code, json.loads(out.read_text()) if out.exists() else {}, "")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Repository]:
    """Makes a repository whose first commit holds these files."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "FTLINT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def make(files: dict[str, Any] | None = None, name: str = "repository") -> Repository:
        folder = tmp_path / name
        folder.mkdir()
        made = Repository(folder)
        made.git("init", "-q", "-b", "main")
        for path, content in (files or {}).items():
            made.write(path, content)
        if files:
            made.commit("base")
        monkeypatch.chdir(folder)
        return made

    return make
