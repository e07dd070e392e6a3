"""Command lines that start an engine: which it is, and its flags as a tree with places."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ftlint.dialects.launching.text import Traced
from ftlint.model.config_tree import NOWHERE, Entry, Node, Range
from ftlint.read.config_text import Offsets

_IMAGES = (
    (re.compile(r"(?:^|/)vllm-openai(?:[-:@]|$)|(?:^|/)vllm(?::|$)"), "vllm"),
    (re.compile(r"text-generation-inference(?:[:@]|$)"), "tgi"),
    (re.compile(r"(?:^|/)sglang(?:[:@]|$)"), "sglang"),
    (re.compile(r"llama\.cpp:\S*server|llama-cpp-server"), "llama.cpp"),
)
_MODULES = {
    "vllm.entrypoints.openai.api_server": "vllm",
    "vllm.entrypoints.api_server": "vllm",
    "sglang.launch_server": "sglang",
}
_PROGRAMS = {"text-generation-launcher": "tgi", "llama-server": "llama.cpp"}
_TALKS = frozenset({"echo", "printf", "pip", "pip3", "grep", "which", "pkill"})
"""Commands that name an engine and start none."""

_FLAG = re.compile(r"--?[A-Za-z][\w-]*")
_NAME = re.compile(r"[A-Za-z_]\w*=")
_LISTS = frozenset({"lora-modules", "lora-paths", "served-model-name", "lora-adapters", "lora"})


class Launch(NamedTuple):
    """An engine and the words that it is given."""

    engine: str
    words: Sequence[Traced]


def launch(words: Sequence[Traced]) -> Launch | None:
    """The engine that a command starts; None where it starts none."""
    texts = [word.text for word in words]
    if not texts or os.path.basename(texts[0]) in _TALKS:
        return None
    for index, text in enumerate(texts):
        program = os.path.basename(text)
        after = texts[index + 1] if index + 1 < len(texts) else ""
        if program in _PROGRAMS:
            return Launch(_PROGRAMS[program], words[index + 1 :])
        if program in ("vllm", "sglang") and after == "serve":
            return Launch(program, words[index + 2 :])
        if text == "-m" and after in _MODULES:
            return Launch(_MODULES[after], words[index + 2 :])
    for index, text in enumerate(texts):
        engine = engine_of_image(text)
        if engine and "run" in texts[:index]:
            return Launch(engine, words[index + 1 :])
    return None


def engine_of_image(image: str) -> str:
    """The engine that a container image holds, "" for none."""
    return next((engine for pattern, engine in _IMAGES if pattern.search(image)), "")


def flags(words: Sequence[Traced], offsets: Offsets) -> Node:
    """Flags and their values as a map; what stands before the first flag is the model."""
    entries: dict[str, Entry] = {}
    for name, flag, values in _flags(words):
        value = _value(name, flag, values, offsets)
        entries[name] = Entry(Node("scalar", _range(flag, offsets), flag.text, "str"), value)
    places = [entry.key.range for entry in entries.values() if entry.key.range != NOWHERE]
    return Node("map", places[0] if places else NOWHERE, tag="map", entries=entries)


def _flags(words: Sequence[Traced]) -> Iterator[tuple[str, Traced, list[Traced]]]:
    index = 0
    if words and not words[0].text.startswith("-") and not _NAME.match(words[0].text):
        yield "model", words[0], [words[0]]
        index = 1
    while index < len(words):
        word = words[index]
        found = _FLAG.match(word.text)
        index += 1
        if found is None:
            continue
        name = found.group().lstrip("-").replace("_", "-")
        if word.text[found.end() : found.end() + 1] == "=":
            yield name, word.cut(0, found.end()), [word.cut(found.end() + 1)]
            continue
        values: list[Traced] = []
        while index < len(words) and not _is_flag(words[index].text):
            values.append(words[index])
            index += 1
        yield name, word, values


def _is_flag(text: str) -> bool:
    return bool(_FLAG.match(text))


def _value(name: str, flag: Traced, values: Sequence[Traced], offsets: Offsets) -> Node:
    if not values:
        return Node("scalar", _range(flag, offsets), "true", "bool")
    nodes = tuple(Node("scalar", _range(value, offsets), value.text, "str") for value in values)
    if name in _LISTS and len(nodes) > 1:
        first, last = nodes[0].range, nodes[-1].range
        whole = Range(first.line, first.column, last.end_line, last.end_column, first.start, last.end)
        return Node("list", whole, tag="list", items=nodes)
    return nodes[0]


def _range(word: Traced, offsets: Offsets) -> Range:
    found = word.range(offsets)
    if found is None and word.text:
        found = offsets.range(word.starts[0], word.ends[0])
    return found or NOWHERE
