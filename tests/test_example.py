"""The example project: ftlint finds what its README says, no more and no less."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "examples" / "support-bot"
ROW = re.compile(r"\| (\S+) \| (\d+|-) \| `([a-z0-9-]+)` \| (error|warning|info) \|")

Run = Callable[..., subprocess.CompletedProcess[str]]
Place = tuple[str, int | None, str, str]


def told() -> list[Place]:
    """The table of the README: path, line, rule, severity."""
    text = (EXAMPLE / "README.md").read_text()
    return [
        (path, None if line == "-" else int(line), name, severity)
        for path, line, name, severity in ROW.findall(text)
    ]


def test_what_is_found_is_what_the_readme_tells(ftlint: Run) -> None:
    done = ftlint("check", EXAMPLE, "--output-format", "json", "--no-cache")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    found = [(each["path"], each["line"], each["name"], each["severity"]) for each in report["findings"]]
    assert report["errors"] == []
    assert sorted(found, key=str) == sorted(told(), key=str)


def test_each_fault_is_explained() -> None:
    explained = (EXAMPLE / "README.md").read_text().partition("## Why each one matters")[2]
    assert explained
    for path, line, name, _ in told():
        assert f"`{name}`" in explained
        assert line is None or re.search(rf"\*\*Lines? (\d+ and )?{line}\b", explained), (path, line)
