"""From what a person wrote, in TOML or on the command line, to the value of a settings field."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field
from typing import Any

from ftlint.model import FtlintError, Severity
from ftlint.read.urls import is_remote, local
from ftlint.settings.nearest import suggestion
from ftlint.settings.size import size_of

Fail = Callable[[tuple[str | int, ...], str], FtlintError]
Move = Callable[[str], str]
"""Takes a path or glob from the folder it was written in to the settings root."""


def convert(field: Field[Any], value: Any, fail: Fail, move: Move) -> Any:
    """The value for a settings field. `fail(keys below the field, message)` builds the error to raise."""
    kind, name = field.metadata["kind"], field.name.replace("_", "-")
    match kind:
        case "text":
            return _text(name, value, fail)
        case "path":
            return move(_text(name, value, fail))
        case "globs":
            return tuple(move(item) for item in _texts(name, value, fail))
        case "patterns":
            return tuple(_moved(item, move) for item in _texts(name, value, fail))
        case "codes" | "words":
            return _words(name, value, fail)
        case "flag":
            if not isinstance(value, bool):
                raise fail((), f"{name} must be true or false, not {_called(value)}")
            return value
        case "count":
            return _count(name, value, field.metadata["low"], fail)
        case "choice" | "size":
            return _checked(name, _text(name, value, fail), field.metadata["choices"], fail)
        case "severity":
            return severity(name, value, fail)
        case "map":
            table = _table(name, value, fail)
            return {key: _text(f"{name}.{key}", item, fail, (key,)) for key, item in table.items()}
        case _:
            table = _table(name, value, fail)
            return {
                _moved(key, move): _texts(f"{name}.{key!r}", item, fail, (key,))
                for key, item in table.items()
            }


def severity(name: str, value: Any, fail: Fail, keys: tuple[str | int, ...] = ()) -> Severity:
    labels = [level.label for level in reversed(Severity)]
    if not isinstance(value, str):
        raise fail(keys, f"{name} must be one of {', '.join(labels)}, not {_called(value)}")
    if value.lower() not in labels:
        near = suggestion(value, labels) or f": one of {', '.join(labels)}"
        raise fail(keys, f"{name} cannot be {value!r}{near}")
    return Severity.parse(value)


def mover(source: str, root: str) -> Move:
    """Paths and globs written in the folder `source`, as seen from `root`."""
    up = os.path.relpath(source, root)

    def move(path: str) -> str:
        path = local(path)
        if is_remote(path):
            return path
        if path.startswith("~"):
            return os.path.expanduser(path)
        if not path or os.path.isabs(path):
            return path
        return os.path.normpath(f"{up}/{path}")

    return move


def _moved(pattern: str, move: Move) -> str:
    """A pattern without a slash matches a name in any folder, so it means the same everywhere."""
    pattern = pattern.rstrip("/")
    return move(pattern) if "/" in pattern else pattern


def _called(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "a table" if isinstance(value, Mapping) else f"a {type(value).__name__}")


def _text(name: str, value: Any, fail: Fail, keys: tuple[str | int, ...] = ()) -> str:
    if not isinstance(value, str):
        raise fail(keys, f"{name} must be a text, not {_called(value)}")
    return value


def _texts(name: str, value: Any, fail: Fail, keys: tuple[str | int, ...] = ()) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple):
        raise fail(keys, f"{name} must be a text or a list of texts, not {_called(value)}")
    return tuple(
        _text(f"item {index + 1} of {name}", item, fail, (*keys, index)) for index, item in enumerate(value)
    )


def _words(name: str, value: Any, fail: Fail) -> tuple[str, ...]:
    words = _texts(name, value, fail)
    if not all(words):
        raise fail((), f"{name} holds an empty text: name something, or leave it out")
    return words


def _table(name: str, value: Any, fail: Fail) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise fail((), f"{name} must be a table, not {_called(value)}")
    return value


def _checked(name: str, word: str, choices: tuple[str, ...], fail: Fail) -> str:
    """One of the choices; where there are none, an amount of memory."""
    if choices and word not in choices:
        near = suggestion(word, choices) or f": one of {', '.join(choices)}"
        raise fail((), f"{name} cannot be {word!r}{near}")
    if not choices and not size_of(word):
        raise fail((), f"{name} must be an amount of memory such as 800MB or 2GiB, not {word!r}")
    return word


def _count(name: str, value: Any, low: int, fail: Fail) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise fail((), f"{name} must be a whole number, not {_called(value)}")
    if value < low:
        raise fail((), f"{name} must be {low} or more, not {value}")
    return value
