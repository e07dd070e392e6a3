"""A gate for a recognizer's regular expression: an RE2 pattern that matches wherever the expression does.

The expression is read once from left to right. What RE2 does not know or reads more narrowly than
Presidio's `regex` becomes something wider: look-arounds and anchors fall away, a back reference is
anything, a class of characters takes in what lies outside ASCII. Where that cannot be said for sure
there is no gate, and every text is looked at.
"""

from __future__ import annotations

import re

from ftlint.detect.pii.gates import DIGITS

_FOREIGN = r"\x{80}-\x{10ffff}"
_WIDE = {"d": DIGITS, "w": rf"0-9A-Za-z_{_FOREIGN}", "s": rf"\s\x{{b}}\x{{1c}}-\x{{1f}}{_FOREIGN}"}
_NARROW = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\s"}
# `regex` folds these to i as well, RE2 does not.
_DOTLESS = r"\x{130}\x{131}"
_ANY = "(?s:.)"
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?")
_LOOK = re.compile(r"\(\?<?[=!]")
_OPEN = re.compile(r"\((?:\?:|\?P?<[A-Za-z_]\w*>)?")
_PLAIN_ESCAPE = re.compile(r"\\(?:[^\w\x80-\U0010ffff]|[nrtfv]|x[0-9A-Fa-f]{2})")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


class _UnsureError(Exception):
    pass


def loosened(pattern: str, *, ignore_case: bool = True) -> str:
    """The gate of one expression, "" if there is none."""
    try:
        wide = _walk(pattern, ignore_case)
    except _UnsureError:
        return ""
    import re2

    options = re2.Options()
    options.log_errors = False
    wide = f"(?i:{wide})" if ignore_case else f"(?:{wide})"
    try:
        compiled = re2.compile(wide, options)
    except re2.error:
        return ""
    return "" if compiled.search("") else wide


def gate(patterns: list[str], *, ignore_case: bool = True) -> str:
    """The gate of several expressions, "" if one of them has none."""
    gates = [loosened(pattern, ignore_case=ignore_case) for pattern in patterns]
    return "|".join(gates) if gates and all(gates) else ""


def _walk(pattern: str, ignore_case: bool) -> str:
    pieces: list[str] = []
    at = 0
    while at < len(pattern):
        piece, at = _piece(pattern, at, ignore_case)
        quantifier = _QUANTIFIER.match(pattern, at)
        if quantifier is not None:
            at = quantifier.end()
            # A possessive quantifier matches less than its greedy one.
            greedy = quantifier[0].removesuffix("+") or "+"
            piece += greedy if piece else ""
        pieces.append(piece)
    return "".join(pieces)


def _piece(pattern: str, at: int, ignore_case: bool) -> tuple[str, int]:
    """What stands at this place, made wide, and where the next begins."""
    character = pattern[at]
    if character == "\\":
        return _escape(pattern, at)
    if character == "[":
        return _class(pattern, at, ignore_case)
    if _LOOK.match(pattern, at):
        return "", _behind_group(pattern, at)
    if character == "(":
        opened = _OPEN.match(pattern, at)
        if opened is None or (pattern.startswith("(?", at) and opened[0] == "("):
            raise _UnsureError
        return "(?:", opened.end()
    if character in "^$":
        return "", at + 1
    if character == ".":
        return _ANY, at + 1
    if ignore_case and character in "iI":
        return f"[iI{_DOTLESS}]", at + 1
    return character, at + 1


def _escape(pattern: str, at: int) -> tuple[str, int]:
    letter = pattern[at + 1 : at + 2]
    if letter in {"b", "B", "A", "Z", "z"}:
        return "", at + 2
    if letter.lower() in _WIDE:
        return (f"[{_WIDE[letter]}]" if letter.islower() else f"[^{_NARROW[letter.lower()]}]"), at + 2
    if letter.isdigit() and letter != "0":
        return f"{_ANY}*", at + 2
    plain = _PLAIN_ESCAPE.match(pattern, at)
    if plain is None:
        raise _UnsureError
    return plain[0], plain.end()


def _class(pattern: str, at: int, ignore_case: bool) -> tuple[str, int]:
    found = _CLASS.match(pattern, at)
    # Sets within sets, and classes by name, are read differently.
    if found is None or "[" in found[0][1:] or "&&" in found[0] or "--" in found[0] or "||" in found[0]:
        raise _UnsureError
    inner = found[0][1:-1]
    negated = inner.startswith("^")
    for escape in re.findall(r"\\(.)", inner):
        if escape.isalnum() and escape not in "dwsnrtfv":
            raise _UnsureError
    known = _NARROW if negated else _WIDE
    body = re.sub(r"\\([dws])", lambda match: known[match[1]], inner)
    if ignore_case and not negated:
        body += _DOTLESS
    return f"[{body}]", found.end()


def _behind_group(pattern: str, at: int) -> int:
    depth = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 2
            continue
        if pattern[at] == "[":
            found = _CLASS.match(pattern, at)
            if found is None:
                raise _UnsureError
            at = found.end()
            continue
        depth += {"(": 1, ")": -1}.get(pattern[at], 0)
        at += 1
        if depth == 0:
            return at
    raise _UnsureError
