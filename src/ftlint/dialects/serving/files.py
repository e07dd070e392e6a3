"""Where engines are started: shell scripts, Modelfiles, Dockerfiles, compose files and manifests."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from ftlint.dialects.launching.shell import Kind, commands
from ftlint.dialects.launching.text import Traced, whole
from ftlint.dialects.launching.variables import Variables
from ftlint.dialects.serving.commands import Launch, engine_of_image, launch
from ftlint.model.config_tree import NOWHERE, Entry, Node
from ftlint.read.config_text import Offsets

_INSTRUCTION = re.compile(r"^[ \t]*(FROM|ADAPTER|TEMPLATE|PARAMETER)[ \t]+", re.IGNORECASE | re.MULTILINE)
_DOCKER = re.compile(r"^[ \t]*(FROM|CMD|ENTRYPOINT)[ \t]+", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TGI_VARIABLES = {
    "MODEL_ID": "model-id",
    "QUANTIZE": "quantize",
    "DTYPE": "dtype",
    "REVISION": "revision",
    "MAX_TOTAL_TOKENS": "max-total-tokens",
    "LORA_ADAPTERS": "lora-adapters",
    "NUM_SHARD": "num-shard",
}
MOST_CONTAINERS = 200


def script_launches(text: str, path: str) -> Iterator[Launch]:
    """The engines that a script, a Makefile or a service unit starts."""
    name = os.path.basename(path).lower()
    kind: Kind = "make" if name.startswith("makefile") or name.endswith(".mk") else "sh"
    found = commands(whole(text), kind)
    variables = Variables(found)
    for command in found:
        started = launch(variables.expanded(command))
        if started:
            yield started


def docker_launches(text: str) -> Iterator[Launch]:
    """The engine that the image of a Dockerfile starts: its last ENTRYPOINT and CMD together."""
    source = whole(text)
    image, said = "", {}
    for found in _DOCKER.finditer(text):
        word = found[1].upper()
        end = _logical_end(text, found.end())
        if word == "FROM":
            image = text[found.end() : end].partition(" ")[0].strip()
        else:
            said[word] = _docker_words(source.cut(found.end(), end))
    words = [*said.get("ENTRYPOINT", ()), *said.get("CMD", ())]
    if not words:
        return
    started = launch(words) or _by_image(image, words)
    if started:
        yield started


def _docker_words(rest: Traced) -> list[Traced]:
    if rest.text.lstrip().startswith("["):
        return [rest.cut(*found.span(1)) for found in _QUOTED.finditer(rest.text)]
    found = commands(rest)
    return Variables().expanded(found[0]) if found else []


def _logical_end(text: str, start: int) -> int:
    """The end of a line and of those it goes on in."""
    found = re.compile(r"(?<!\\)\r?\n|\Z").search(text, start)
    return found.start() if found else len(text)


def _by_image(image: str, words: Sequence[Traced]) -> Launch | None:
    engine = engine_of_image(image)
    return Launch(engine, words) if engine else None


def modelfile(text: str, offsets: Offsets) -> Node | None:
    """An Ollama Modelfile as a map; None where it has no FROM."""
    entries: dict[str, Entry] = {}
    parameters: dict[str, Entry] = {}
    at = 0
    for found in _INSTRUCTION.finditer(text):
        if found.start() < at:
            continue
        word = found[1].lower()
        start, end, at = _argument(text, found.end())
        key = Node("scalar", offsets.range(*found.span(1)), word, "str")
        if word == "parameter":
            name, _, rest = text[start:end].partition(" ")
            skipped = end - len(rest.lstrip())
            value = Node("scalar", offsets.range(skipped, end), text[skipped:end], "str")
            parameters.setdefault(name, Entry(key, value))
        else:
            entries[word] = Entry(key, Node("scalar", offsets.range(start, end), text[start:end], "str"))
    if "from" not in entries:
        return None
    if parameters:
        node = Node("map", NOWHERE, tag="map", entries=parameters)
        entries["parameter"] = Entry(Node("scalar", NOWHERE, "parameter", "str"), node)
    return Node("map", NOWHERE, tag="map", entries=entries)


def _argument(text: str, start: int) -> tuple[int, int, int]:
    """From where to where an instruction's argument goes without its quotes, and where the next may begin."""
    for quote in ('"""', '"'):
        if text.startswith(quote, start):
            end = text.find(quote, start + len(quote))
            if end >= 0:
                return start + len(quote), end, end + len(quote)
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return start, start + len(text[start:end].rstrip()), end


def container_launches(tree: Node, text: str, offsets: Offsets) -> Iterator[tuple[Launch, dict[str, Entry]]]:
    """The engines that containers of a compose file or a manifest start, and what their environment says."""
    source = whole(text)
    maps = [tree] + [entry.value for _, entry in tree.walk()] + list(_items(tree))
    seen: set[int] = set()
    for node in maps[: MOST_CONTAINERS * 50]:
        if node.kind != "map" or id(node) in seen or "image" not in node.entries:
            continue
        seen.add(id(node))
        words: list[Traced] = []
        for key in ("entrypoint", "command", "args"):
            if key in node.entries:
                words += _words(node.entries[key].value, source, offsets)
        image = node.entries["image"].value.text
        started = launch(words) or _by_image(image, words)
        if started:
            yield started, _environment(node) if started.engine == "tgi" else {}


def _items(tree: Node) -> Iterator[Node]:
    for _, entry in tree.walk():
        yield from entry.value.items


def _words(node: Node, source: Traced, offsets: Offsets) -> list[Traced]:
    """The words of a command: each item of a list is one; a text is split as a shell splits it."""
    if node.kind == "list":
        if len(node.items) == 3 and [item.text for item in node.items[:2]] in _SHELLS:
            return _split(node.items[2], source, offsets)
        if len(node.items) >= 2 and node.items[0].text in _SHELL_NAMES:
            return _split(node.items[-1], source, offsets)
        if len(node.items) == 1 and " " in node.items[0].text:
            return _split(node.items[0], source, offsets)
        return [_inside(item, source, offsets) for item in node.items if item.kind == "scalar"]
    return _split(node, source, offsets) if node.kind == "scalar" else []


_SHELL_NAMES = frozenset({"sh", "bash", "/bin/sh", "/bin/bash"})
_SHELLS = tuple([name, flag] for name in _SHELL_NAMES for flag in ("-c", "-lc"))


def _split(node: Node, source: Traced, offsets: Offsets) -> list[Traced]:
    inside = _inside(node, source, offsets)
    flat = Traced(inside.text.replace("\\\n", "  ").replace("\n", " "), inside.starts, inside.ends)
    words: list[Traced] = []
    for command in commands(flat):
        words = Variables().expanded(command)
        if launch(words) or len(words) > 1:
            break
    return words


def _inside(node: Node, source: Traced, offsets: Offsets) -> Traced:
    """The text of a scalar in the file, without quotes and without the sign of a block."""
    start, end = offsets.index(node.range.start), offsets.index(node.range.end)
    text = source.text[start:end]
    if text[:1] in "|>":
        start += text.find("\n") + 1
    elif len(text) >= 2 and text[0] in "\"'" and text[-1] == text[0]:
        start, end = start + 1, end - 1
    part = source.cut(start, end)
    return part.cut(0, len(part.text.rstrip()))


def _environment(node: Node) -> dict[str, Entry]:
    """What TGI's variables say, by the name of the flag."""
    found: dict[str, Entry] = {}
    for key in ("environment", "env"):
        entry = node.entries.get(key)
        if entry is None:
            continue
        for name, inner in entry.value.entries.items():
            if name in _TGI_VARIABLES:
                found[_TGI_VARIABLES[name]] = inner
        for item in entry.value.items:
            named, value = item.entries.get("name"), item.entries.get("value")
            if named and value and named.value.text in _TGI_VARIABLES:
                found[_TGI_VARIABLES[named.value.text]] = Entry(named.value, value.value)
            left, equals, right = item.text.partition("=")
            if equals and left in _TGI_VARIABLES:
                found[_TGI_VARIABLES[left]] = Entry(item, item._replace(text=right))
    return found
