"""What GitHub's runner does with the output of a step: it reads lines, and carries some of them out.

After `ActionCommand.TryParseV2`, `ActionCommand.TryParse` and `ActionCommandManager` of actions/runner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

KNOWN = {
    *("error", "warning", "notice", "debug", "group", "endgroup", "echo", "add-mask", "add-matcher"),
    *("remove-matcher", "set-output", "save-state", "set-env", "add-path", "stop-commands"),
}
# In this order: an escaped percent sign is the last to be undone.
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
KEPT = 10
"""Annotations of a kind that GitHub keeps of a whole composite action."""


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> list[Command]:
    """Every command in a log."""
    return [found for line in re.split(r"\r\n|\r|\n", log) if (found := parsed(line))]


def parsed(line: str) -> Command | None:
    return _with_colons(line) or _with_bracket(line)


def annotations(log: str) -> list[Command]:
    return [found for found in commands(log) if found.name in {"error", "warning", "notice"}]


def kept(log: str) -> list[Command]:
    """The annotations that a person gets to see: the first ten of each kind."""
    seen: dict[str, int] = {}
    shown = []
    for found in annotations(log):
        seen[found.name] = seen.get(found.name, 0) + 1
        if seen[found.name] <= KEPT:
            shown.append(found)
    return shown


def _with_colons(line: str) -> Command | None:
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    head, sign, data = line[2:].partition("::")
    name, _, listed = head.partition(" ")
    if not sign or name.lower() not in KNOWN:
        return None
    pairs = (pair.split("=", 1) for pair in listed.strip().split(",") if pair)
    properties = {pair[0]: _undone(pair[1], PROPERTY) for pair in pairs if len(pair) == 2 and pair[1]}
    return Command(name, properties, _undone(data, DATA))


def _with_bracket(line: str) -> Command | None:
    _, sign, rest = line.partition("##[")
    head, end, data = rest.partition("]")
    name = head.partition(" ")[0]
    return Command(name, {}, data) if sign and end and name.lower() in KNOWN else None


def _undone(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for written, meant in pairs:
        text = text.replace(written, meant)
    return text
