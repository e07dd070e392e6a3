"""Arguments of a command as a tree of nodes: `--learning_rate 2e-4`, `--lora=false`, `optimizer.lr=1e-4`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ftlint.dialects.launching.text import Traced
from ftlint.model.config_tree import NOWHERE, Entry, Node
from ftlint.read.config_text import Offsets

_FLAG = re.compile(r"(-{1,2})([A-Za-z][\w.-]*)")
_PAIR = re.compile(r"[+~]{0,2}([A-Za-z_][\w.]*)=")
_NEGATIVE = frozenset({"no_cuda", "no_eval", "no_launcher", "no_mask", "no_shuffle"})
"""Switches whose name begins so, and that deny no other."""
_REST = re.compile(r"\$(?:[@*]|\{[@*][^}]*\})")


class Argument(NamedTuple):
    """An argument as it is written: its name without dashes, and its values; none for a bare switch."""

    name: Traced
    values: tuple[Traced, ...]

    @property
    def key(self) -> str:
        """The name as Python spells it."""
        return self.name.text.replace("-", "_")

    @property
    def value(self) -> Traced | None:
        return self.values[0] if self.values else None


class Arguments(NamedTuple):
    """What follows a command: arguments by name, and the words before, between and after them."""

    named: tuple[Argument, ...]
    plain: tuple[Traced, ...]

    def get(self, *keys: str) -> Traced | None:
        """The value of the last of these arguments."""
        for argument in reversed(self.named):
            if argument.key in keys:
                return argument.value
        return None


def arguments(words: Sequence[Traced], switches: Iterable[str] = (), single: bool = False) -> Arguments:
    """The arguments among words.

    `switches` take no value: the word behind one is a word of its own. With `single` the others take one.
    """
    named: list[Argument] = []
    plain: list[Traced] = []
    bare = frozenset(switches)
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if _REST.fullmatch(word.text):
            continue
        flag = _FLAG.match(word.text)
        if flag is None:
            pair = _PAIR.match(word.text)
            if pair is not None:
                named.append(Argument(word.cut(*pair.span(1)), (word.cut(pair.end()),)))
            else:
                plain.append(word)
            continue
        name = word.cut(*flag.span(2))
        if word.text[flag.end() : flag.end() + 1] == "=":
            named.append(Argument(name, (word.cut(flag.end() + 1),)))
            continue
        if flag.end() != len(word.text):
            continue
        most = 0 if name.text.replace("-", "_") in bare else 1 if single else len(words)
        values: list[Traced] = []
        while at < len(words) and len(values) < most and not _begins(words[at].text):
            # After a value a variable may stand for arguments of its own: --output_dir out $MORE
            if not values or not words[at].text.startswith("$"):
                values.append(words[at])
            at += 1
        named.append(Argument(name, tuple(values)))
    return Arguments(tuple(named), tuple(plain))


def _begins(word: str) -> bool:
    """Whether a word begins another argument; `-1` and `-5e-3` are values."""
    return bool(_FLAG.match(word) or _REST.fullmatch(word))


class Branch(dict[str, "Branch | Entry"]):
    """A map in the making."""

    def put(self, path: str, entry: Entry) -> None:
        """Set what a dotted path stands for; a value gives way to a map."""
        *above, last = path.split(".")
        branch = self
        for part in above:
            below = branch.get(part)
            if not isinstance(below, Branch):
                below = branch[part] = Branch()
            branch = below
        branch[last] = entry

    def node(self) -> Node:
        entries = {}
        for name, below in self.items():
            if isinstance(below, Entry):
                entries[name] = below
                continue
            node = below.node()
            first = next(iter(node.entries.values()), None)
            at = first.key.range if first else NOWHERE
            entries[name] = Entry(Node("scalar", at, name, "str"), node._replace(range=at))
        first = next(iter(entries.values()), None)
        return Node("map", first.key.range if first else NOWHERE, tag="map", entries=entries)


def planted(branch: Branch, argument: Argument, path: str, offsets: Offsets) -> None:
    """Put an argument into a tree under a dotted path."""
    at = argument.name.range(offsets) or NOWHERE
    key = Node("scalar", at, argument.name.text, "str")
    values = argument.values
    if not values:
        above, dot, last = path.rpartition(".")
        denied = last.startswith("no_") and last not in _NEGATIVE
        name = f"{above}{dot}{last.removeprefix('no_')}" if denied else path
        branch.put(name, Entry(key, Node("scalar", at, "", "false" if denied else "true")))
        return
    nodes = tuple(_scalar(value, at_name=key, offsets=offsets) for value in values)
    if len(nodes) == 1:
        branch.put(path, Entry(key, nodes[0]))
    else:
        whole = nodes[0].range
        end = nodes[-1].range
        if end.start >= whole.start:
            whole = whole._replace(end_line=end.end_line, end_column=end.end_column, end=end.end)
        branch.put(path, Entry(key, Node("list", whole, tag="seq", items=nodes)))


def _scalar(value: Traced, at_name: Node, offsets: Offsets) -> Node:
    """A value; where it is put together of several places it stands at its name."""
    at = value.range(offsets)
    if at is None:
        return Node("scalar", at_name.range, value.text, "str", quoted=True)
    return Node("scalar", at, value.text, "str")
