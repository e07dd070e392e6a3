"""`ftlint check --watch`: a real process whose output is waited for on its pipe or its terminal."""

import json
import os
import pty
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

PATIENCE = 60
Write = Callable[[str, Any], Path]


class Watch:
    """A watching process and what it has written."""

    def __init__(self, folder: Path, *arguments: str, terminal: bool = False) -> None:
        self.output = ""
        self.reading, writing = pty.openpty() if terminal else os.pipe()
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "FTLINT_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ftlint", "check", "--watch", *arguments],
            cwd=folder, env={**environment, "COLUMNS": "100"},
            stdin=subprocess.DEVNULL, stdout=writing, stderr=writing,
        )  # fmt: skip
        os.close(writing)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.reading, selectors.EVENT_READ)

    def until(self, words: str) -> str:
        """What is written up to these words, taken out of the output."""
        last = monotonic() + PATIENCE
        while words not in self.output:
            assert self.selector.select(last - monotonic()), (
                f"not written: {words!r}; there is: {self.output}"
            )
            data = os.read(self.reading, 65536)
            assert data, f"ended without {words!r}: {self.output}"
            self.output += data.decode()
        before, _, self.output = self.output.partition(words)
        return before + words

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.reading)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watch]]:
    started: list[Watch] = []

    def start(*arguments: str, terminal: bool = False) -> Watch:
        started.append(Watch(tmp_path, *arguments, terminal=terminal))
        return started[-1]

    yield start
    for each in started:
        each.close()


def row(index: int, role: str = "assistant") -> dict[str, Any]:
    asked = {"role": "user", "content": f"How long does order {index} of last week take?"}
    return {
        "messages": [asked, {"role": role, "content": f"Order {index} takes {index % 9} days and a half."}]
    }


SUMMARY = " rules\n"


def test_data_and_settings_are_checked_again(watch: Callable[..., Watch], write: Write) -> None:
    write("ftlint.toml", 'select = ["CHAT"]\n')
    write("data/train.jsonl", [row(index) for index in range(5)])
    watching = watch()
    told = watching.until(SUMMARY)
    assert "] watching " in told
    assert "files; Ctrl-C ends\n" in told
    assert "clean" in told
    assert "\x1b" not in told

    write("data/train.jsonl", [*map(row, range(5)), row(6, "human")])
    told = watching.until(SUMMARY)
    assert "] changed: data/train.jsonl\n" in told
    assert "CHAT005" in told

    # what cannot be read is said, and the watch goes on
    write("ftlint.toml", "select = [\n")
    told = watching.until("not valid TOML")
    assert "] changed: ftlint.toml\n" in told
    write("ftlint.toml", 'select = ["CHAT"]\nignore = ["CHAT005"]\n')
    assert "clean" in watching.until(SUMMARY)

    # a file that is new, one that is gone
    write("data/more.jsonl", [row(1, "human"), row(2), row(3)])
    assert "] changed: data/more.jsonl\n" in watching.until(SUMMARY)
    (tmp := write("data/more.jsonl", "")).unlink()
    watching.until("data/more.jsonl\n")
    watching.until(SUMMARY)
    assert not tmp.exists()
    assert watching.stop() == 0


def test_a_terminal_is_cleared_before_each_check(watch: Callable[..., Watch], write: Write) -> None:
    file = write("train.jsonl", [row(index) for index in range(5)])
    watching = watch("train.jsonl", "--select", "CHAT", terminal=True)
    assert watching.until("watching").startswith("\x1b[2J")
    watching.until("rules")
    file.write_text(file.read_text() + json.dumps(row(9, "human")) + "\n")
    assert "\x1b[2J" in watching.until("changed: train.jsonl")
    watching.until("CHAT005")
    watching.until("rules")
    assert watching.stop() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "standard input"),
        (["--file-list", "-"], "standard input"),
        (["s3://bucket/train.jsonl"], "stores"),
        (["--output-format", "json"], "full or concise, not json"),
        (["--output-format", "full", "--output-format", "json=a.json"], "not json=a.json"),
        (["--write-suppressions"], "--write-suppressions"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_watched_is_refused(
    ftlint: Callable[..., subprocess.CompletedProcess[str]], arguments: list[str], said: str
) -> None:
    done = ftlint("check", "--watch", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
