"""The part of GitHub's expressions that action.yml uses. A name that nothing has set is an error here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<op>==|!=|&&|\|\||[!(),])|(?P<name>[\w.*-]+))")
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


def filled(text: str, contexts: Mapping[str, Any]) -> str:
    """`text` with every `${{ ... }}` worked out."""
    return EXPRESSION.sub(lambda match: shown(evaluated(match[1], contexts)), text)


def holds(condition: str, contexts: Mapping[str, Any], failed: bool) -> bool:
    """Whether a step with `if: condition` runs; without a word about it, not after a failure."""
    bare = condition.strip().removeprefix("${{").removesuffix("}}")
    speaks = re.search(r"\b(always|failure|cancelled|success)\(", bare)
    functions: dict[str, Callable[[], bool]] = {
        "always": lambda: True,
        "success": lambda: not failed,
        "failure": lambda: failed,
        "cancelled": lambda: False,
    }
    said = bool(evaluated(bare or "success()", {**contexts, **functions}))
    return said and (bool(speaks) or not failed)


def shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluated(text: str, contexts: Mapping[str, Any]) -> Any:
    tokens = []
    position = 0
    while position < len(text.rstrip()):
        match = TOKEN.match(text, position)
        if not match:
            raise SyntaxError(f"no expression: {text[position:]!r}")
        tokens.append(match)
        position = match.end()
    parser = _Parser(tokens, contexts)
    value = parser.either()
    if parser.left:
        raise SyntaxError(f"more than an expression: {text!r}")
    return value


class _Parser:
    def __init__(self, tokens: list[re.Match[str]], contexts: Mapping[str, Any]) -> None:
        self.left, self.contexts = tokens, contexts

    def taken(self, *signs: str) -> str:
        if self.left and self.left[0]["op"] in signs:
            return self.left.pop(0)["op"]
        return ""

    def either(self) -> Any:
        value = self.both()
        while self.taken("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.equal()
        while self.taken("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self) -> Any:
        value = self.single()
        while sign := self.taken("==", "!="):
            # GitHub compares texts without regard to case.
            same = shown(value).lower() == shown(self.single()).lower()
            value = same == (sign == "==")
        return value

    def single(self) -> Any:
        if self.taken("!"):
            return not self.single()
        if self.taken("("):
            value = self.either()
            assert self.taken(")")
            return value
        token = self.left.pop(0)
        if token["text"] is not None:
            return token["text"][1:-1].replace("''", "'")
        if self.taken("("):
            assert self.taken(")"), "functions with arguments are not known here"
            return self.contexts[token["name"]]()
        value: Any = self.contexts
        for part in token["name"].split("."):
            value = value[part]
        return value
