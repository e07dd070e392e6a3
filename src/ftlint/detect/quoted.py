"""Values of configs and messages that quote them: what may be private is hidden, names and our words stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ftlint.detect.mask import MASK, Span, sensitive

_BEFORE_NUMBER = re.compile(r"(?:^|[\s\"'(\[{=,;:])\+?$")


def discreet(value: str) -> str:
    """A value with `‹…›` for keys, passwords, addresses and telephone numbers.

    Unlike `mask` it leaves names of models and files: `Qwen/Qwen3-30B-A3B-Instruct-2507`.
    """
    return _without(value, _private(value))


def _private(value: str) -> Iterator[Span]:
    for start, end in sensitive(value, names=True):
        part = value[start:end]
        if _lettered(part) or (_BEFORE_NUMBER.search(value[:start]) and not value[end : end + 1].isalnum()):
            yield start, end


def _without(text: str, spans: Iterable[Span]) -> str:
    done = 0
    pieces: list[str] = []
    for start, end in spans:
        pieces += [text[done:start], MASK]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def _lettered(part: str) -> bool:
    return any(sign.isalpha() for sign in part)


class Quoted:
    """The values that messages may quote; they are asked for when a message first holds what may be one."""

    def __init__(self, values: Callable[[], Iterable[str]] = tuple) -> None:
        self._source = values
        self._values: list[str] | None = None
        self._joined = ""
        self._known: dict[str, str] = {}

    def hidden(self, message: str) -> str:
        """The message less what may be private.

        Digits, and what only the words before it make a secret, are hidden where they are of a value that
        says so itself: a count in a message looks like a telephone number, too.
        """
        if message not in self._known:
            self._known[message] = _without(message, self._spans(message))
        return self._known[message]

    def _spans(self, message: str) -> Iterator[Span]:
        for start, end in sensitive(message, names=True):
            part = message[start:end]
            if (_lettered(part) and discreet(part) != part) or self._is_hidden_in_a_value(part):
                yield start, end

    def _is_hidden_in_a_value(self, part: str) -> bool:
        if self._values is None:
            self._values = list(dict.fromkeys(self._source()))
            self._joined = "\0".join(self._values)
        return part in self._joined and any(
            part in value and part not in discreet(value) for value in self._values
        )
