"""From what a person wrote, in TOML or on the command line, to the value of a settings field."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field
from math import isnan
from typing import Any

from ftlint.model import FtlintError, Severity
from ftlint.read.urls import is_remote, local
from ftlint.settings.keys import keys_of
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
        case _:
            return _nested(field, name, value, fail, move)


def _nested(field: Field[Any], name: str, value: Any, fail: Fail, move: Move) -> Any:
    """The value of a number or a table."""
    match field.metadata["kind"]:
        case "share":
            return _number(name, value, fail, most=1.0)
        case "amount":
            return _number(name, value, fail)
        case "shares":
            table = _table(name, value, fail)
            scores = {key: _number(f"{name}.{key}", item, fail, (key,), 1.0) for key, item in table.items()}
            return tuple(sorted(scores.items()))
        case "pairs":
            table = _table(name, value, fail)
            return tuple(sorted((key, _text(f"{name}.{key}", table[key], fail, (key,))) for key in table))
        case "table":
            return _values(field.metadata["table"], name, _table(name, value, fail), fail, move)
        case "tables":
            return _made(field.metadata["table"], name, value, fail, move)
        case "map":
            table = _table(name, value, fail)
            return {key: _text(f"{name}.{key}", item, fail, (key,)) for key, item in table.items()}
        case _:
            table = _table(name, value, fail)
            return {
                _moved(key, move): _texts(f"{name}.{key!r}", item, fail, (key,))
                for key, item in table.items()
            }


def _values(kind: type, name: str, table: Mapping[str, Any], fail: Fail, move: Move) -> dict[str, Any]:
    """The keys that a table sets, by field."""
    known = keys_of(kind)
    values = {}
    for key, value in table.items():
        if key not in known:
            raise fail((key,), f"unknown key {key!r} in {name}{suggestion(key, known)}")

        def fail_below(keys: tuple[str | int, ...], message: str, key: str = key) -> FtlintError:
            return fail((key, *keys), message)

        values[known[key].name] = convert(known[key], value, fail_below, move)
    return values


def _made(kind: type, name: str, value: Any, fail: Fail, move: Move) -> tuple[Any, ...]:
    """An array of tables. Its first key says which is meant, so each needs it."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
        raise fail((), f"write each {name} as a table of its own, in double brackets")
    first = next(iter(keys_of(kind)))
    made = []
    for index, item in enumerate(value):

        def fail_at(keys: tuple[str | int, ...], message: str, index: int = index) -> FtlintError:
            return fail((index, *keys), message)

        values = _values(kind, name, item, fail_at, move)
        if not values.get(first):
            raise fail_at((), f"this {name} has no {first}")
        made.append(kind(**values))
    return tuple(made)


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


def _number(
    name: str, value: Any, fail: Fail, keys: tuple[str | int, ...] = (), most: float | None = None
) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fail(keys, f"{name} must be a number, not {_called(value)}")
    if value < 0 or (most is not None and value > most) or isnan(value):
        raise fail(
            keys, f"{name} must be {'0 or more' if most is None else f'from 0 to {most:g}'}, not {value}"
        )
    return float(value)


def _count(name: str, value: Any, low: int, fail: Fail) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise fail((), f"{name} must be a whole number, not {_called(value)}")
    if value < low:
        raise fail((), f"{name} must be {low} or more, not {value}")
    return value
