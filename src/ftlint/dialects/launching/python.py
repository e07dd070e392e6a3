"""Python code by its syntax tree: command lines in lists and texts, and where its literals stand."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import cached_property

from ftlint.dialects.launching.text import Traced, combined, unknown
from ftlint.read.config_text import Offsets

_LITERAL = re.compile(r"(?:\s|\\\n|#[^\n]*|[()])*([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_PLAIN = re.compile(r"[^\\{}'\"\n]+")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_CODES = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{[^}]*\})")

_RUNNING = frozenset(
    {
        *("system", "popen", "run", "call", "Popen", "check_call", "check_output", "getoutput", "sh", "bash"),
        *(
            "getstatusoutput",
            "shell",
            "execute",
            "exec",
            "submit",
            "run_command",
            "run_cmd",
            "local",
            "spawn",
        ),
        *("execute_command", "system_raw", "create_subprocess_shell", "split"),
    }
)
_DESCRIBING = re.compile(
    r"usage|help|doc|descr|epilog|readme|example|message|msg|prompt|title|text", re.IGNORECASE
)


MOST_SIGNS = 5_000_000
"""Of the texts that are looked at in one piece of code: a name may stand for a long one many times."""


class Code:
    """A piece of Python. Raises `SyntaxError` or `ValueError` for what is none."""

    def __init__(self, source: Traced) -> None:
        self.source = source
        self.offsets = Offsets(source.text)
        self.left = MOST_SIGNS
        self.calls: list[ast.Call] = []
        self._lists: list[ast.List | ast.Tuple] = []
        self._texts: list[ast.expr] = []
        self._values: dict[str, ast.expr | None] = {}
        self._times: dict[str, int] = {}
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source.text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Store):
                    self._times[node.id] = self._times.get(node.id, 0) + 1
            elif isinstance(node, ast.Call):
                self.calls.append(node)
                if _called(node.func) in _RUNNING:
                    self._texts += node.args
            elif isinstance(node, ast.List | ast.Tuple):
                self._lists.append(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                self._assigned(node)
            elif isinstance(node, ast.arg):
                self._times[node.arg] = 2

    def _assigned(self, node: ast.Assign | ast.AnnAssign) -> None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if node.value is None or (isinstance(node, ast.Assign) and len(node.targets) > 1):
            return
        if isinstance(target, ast.Name) and _is_literal(node.value):
            self._values[target.id] = node.value
        if not _DESCRIBING.search(_called(target)):
            self._texts.append(node.value)

    @cached_property
    def lines(self) -> list[int]:
        """Where each line starts, for Python: a lone carriage return ends one, too."""
        return [0, *(found.end() for found in re.finditer("\r\n|\r|\n", self.source.text))]

    def index(self, line: int, column: int) -> int:
        """A place of the syntax tree, whose columns are bytes of UTF-8, in code points."""
        start = self.lines[line - 1]
        return self.offsets.index(self.offsets.byte(start) + column)

    def cut(self, node: ast.expr | ast.keyword) -> Traced:
        """The text of a node."""
        end = self.index(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return self.source.cut(self.index(node.lineno, node.col_offset), end)

    def resolved(self, node: ast.expr) -> ast.expr:
        """The literal that a name stands for, which is set once; else the node itself."""
        if isinstance(node, ast.Name) and self._times.get(node.id) == 1:
            return self._values.get(node.id) or node
        return node

    def text(self, node: ast.expr) -> Traced | None:
        """A string's content with its place, expressions in it as unknown; None for anything else."""
        node = self.resolved(node)
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            literal = self.cut(node)
            self.left -= len(literal.text)
            return content(literal) if self.left >= 0 else unknown(literal)
        return None

    def word(self, node: ast.expr) -> Traced | None:
        """An element of a command's list; None for `*more`."""
        if isinstance(node, ast.Starred):
            return None
        if isinstance(node, ast.Call) and len(node.args) == 1 and getattr(node.func, "id", "") == "str":
            node = node.args[0]
        text = self.text(node)
        if text is not None:
            return text
        known = self.resolved(node)
        if isinstance(known, ast.Constant | ast.UnaryOp) and is_number(known):
            return self.cut(known)
        return unknown(self.cut(node))

    def commands(self) -> Iterator[list[Traced]]:
        """The words of lists that look like a command."""
        for node in self._lists:
            if len(node.elts) >= 3 and self.text(node.elts[0]) is not None:
                words = [self.word(each) for each in node.elts]
                yield [word for word in words if word is not None]

    def scripts(self) -> Iterator[Traced]:
        """Texts that are run, or kept in a variable whose name does not say they are only shown."""
        for each in self._texts:
            if isinstance(each, ast.Constant | ast.JoinedStr):
                text = self.text(each)
                if text is not None and "--" in text.text:
                    yield text


def _called(node: ast.expr) -> str:
    """The last name of `a.b.c`."""
    return getattr(node, "attr", "") or getattr(node, "id", "")


def _is_literal(node: ast.expr | None) -> bool:
    if isinstance(node, ast.List | ast.Tuple):
        return all(_is_literal(each) for each in node.elts)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and is_number(node))


def is_number(node: ast.expr) -> bool:
    """Whether a node is a number as it is written: 2e-4, -1."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub | ast.UAdd) and is_number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def content(literal: Traced) -> Traced | None:
    """What a string literal says, f-strings and adjacent literals included; None for bytes."""
    text, at = literal.text, 0
    parts: list[Traced] = []
    while True:
        found = _LITERAL.match(text, at)
        if found is None:
            return combined(parts)
        prefix, quote = found.group(1).lower(), found.group(2)
        if "b" in prefix:
            return None
        at = _body(literal, found.end(), quote, "r" in prefix, "f" in prefix, parts)


def _body(literal: Traced, at: int, quote: str, raw: bool, formatted: bool, parts: list[Traced]) -> int:
    """Add what stands up to the closing quote; return what follows it."""
    text = literal.text
    while at < len(text) and not text.startswith(quote, at):
        plain = _PLAIN.match(text, at)
        if plain:
            parts.append(literal.cut(at, plain.end()))
            at = plain.end()
        elif text[at] == "\\":
            at = _escape(literal, at, raw, parts)
        elif formatted and text[at] in "{}":
            if text.startswith(text[at] * 2, at):
                parts.append(literal.cut(at, at + 1))
                at += 2
                continue
            end = _expression(text, at)
            parts.append(unknown(literal.cut(at, end)))
            at = end
        else:
            parts.append(literal.cut(at, at + 1))
            at += 1
    return at + len(quote)


def _expression(text: str, at: int) -> int:
    """Past the brace that closes an expression of an f-string."""
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, at):
        depth += 1 if found.group() == "{" else -1
        if depth <= 0:
            return found.end()
    return len(text)


def _escape(literal: Traced, at: int, raw: bool, parts: list[Traced]) -> int:
    text = literal.text
    following = text[at + 1 : at + 2]
    if raw:
        parts.append(literal.cut(at, at + 2))
        return at + 2
    if following == "\n":
        return at + 2
    code = _CODES.match(text, at)
    if code:
        number = code.group(1) or code.group(2) or code.group(3)
        sign = chr(int(number, 16)) if number else chr(int(code.group(4), 8)) if code.group(4) else "?"
        end = code.end()
    else:
        sign, end = _ESCAPES.get(following, following if following in "\\'\"" else f"\\{following}"), at + 2
    here = literal.cut(at, end)
    parts.append(Traced(sign, [here.starts[0]] * len(sign), [here.ends[-1]] * len(sign)))
    return end
