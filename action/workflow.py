"""Speaks with the runner: outputs, remarks, and a log in which nothing foreign is taken for a command.

What the runner takes for one: a line that begins with `::` once white space is stripped, and `##[` anywhere
in a line; `\\r` ends a line as `\\n` does.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from secrets import token_hex

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_KEPT = 40
# The runner cuts the message of an annotation there.
_LONGEST = 4096


class ActionError(Exception):
    """What a person has to mend: the step ends with exit code 2."""


def guarded(line: str) -> str:
    """The line with nothing in it that the runner would carry out."""
    line = line.replace("##[", "##\\x5b")
    before, sign, after = line.partition("::")
    bare = _COLOUR.sub("", before)
    if sign and not any(char.isprintable() and not char.isspace() for char in bare):
        return f"{before}\\x3a:{after}"
    return line


def say(text: str) -> None:
    """Text for the log."""
    for line in text.splitlines():
        print(guarded(line), flush=True)


def remark(kind: str, text: str) -> None:
    """An annotation of the action's own: `error` or `notice`."""
    text = text[: _LONGEST - 1].replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{kind} title=ftlint::{text}", flush=True)


def set_outputs(values: Mapping[str, str]) -> None:
    """What later steps read; no value can pass for another, for its end is not to be guessed."""
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        for name, value in values.items():
            end = f"end-{token_hex(16)}"
            file.write(f"{name}<<{end}\n{value}\n{end}\n")


def relay(argv: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> tuple[int, list[str]]:
    """Runs a program and passes its output on to the log, guarded. Its exit code and last lines."""
    last: deque[str] = deque(maxlen=_KEPT)
    with subprocess.Popen(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line.rstrip("\n"))
            say(line)
    return process.returncode, list(last)
