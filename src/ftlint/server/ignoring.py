"""How a finding is accepted from an editor: a line of `per-path-ignores`, or a comment in a YAML file."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from ftlint.server.edits import TextChange
from ftlint.settings.show import quoted

_COMMENT = re.compile(r"(#\s*ftlint:\s*ignore\[)([^\]]*)(\])")


def path_ignored(text: str, path: str, code: str, prefix: tuple[str, ...] = ()) -> TextChange | None:
    """The change of a settings file after which the rule is ignored in the files at `path`.

    `prefix` is where in the file the settings stand (`tool.ftlint`). None where the file writes its
    `per-path-ignores` in a way that is not ours to change, or is broken.
    """
    change = _change(text, path, code, prefix)
    if change is None:
        return None
    told = text[: change.start] + change.new + text[change.end :]
    try:
        before, after = tomllib.loads(text), tomllib.loads(told)
    except tomllib.TOMLDecodeError:
        return None
    table = before
    for part in (*prefix, "per-path-ignores"):
        table = table.setdefault(part, {})
    known = table.get(path, [])
    table[path] = [*([known] if isinstance(known, str) else known), code]
    return change if before == after else None


def _change(text: str, path: str, code: str, prefix: tuple[str, ...]) -> TextChange | None:
    try:
        ignores = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    for part in (*prefix, "per-path-ignores"):
        ignores = ignores.get(part, {}) if isinstance(ignores, dict) else {}
    name = ".".join((*prefix, "per-path-ignores"))
    header = re.search(rf"(?m)^[ \t]*\[[ \t]*{re.escape(name)}[ \t]*\][^\n]*\n?", text)
    if path in ignores:
        known = ignores[path]
        codes = [known] if isinstance(known, str) else list(known)
        line = re.search(
            rf"(?m)^([ \t]*{_key(path)}[ \t]*=[ \t]*)(\[[^\]\n#]*\]|\"[^\"\n]*\"|'[^'\n]*')", text
        )
        if line is None:
            return None
        return TextChange(line.start(2), line.end(2), _list([*codes, code]))
    entry = f"{quoted(path)} = {_list([code])}\n"
    if header is not None:
        gap = "" if header.group().endswith("\n") else "\n"
        return TextChange(header.end(), header.end(), gap + entry)
    if ignores:
        return None
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return TextChange(len(text), len(text), f"{gap}[{name}]\n{entry}")


def _key(path: str) -> str:
    return rf"(?:{re.escape(quoted(path))}|'{re.escape(path)}')"


def _list(codes: list[str]) -> str:
    return f"[{', '.join(map(quoted, codes))}]"


def line_ignored(text: str, start: int, end: int, code: str) -> TextChange | None:
    """The change of a YAML text that puts a comment at the line [start, end); None where it would be none."""
    line = text[start:end]
    known = _COMMENT.search(line)
    if known is not None:
        listed = f"{known.group(2).strip()}, {code}".removeprefix(", ")
        change = TextChange(start + known.start(2), start + known.end(2), listed)
    else:
        at = start + len(line.rstrip())
        change = TextChange(at, at, f"  # ftlint: ignore[{code}]")
    return change if _same(text, text[: change.start] + change.new + text[change.end :]) else None


def _same(one: str, other: str) -> bool:
    """Whether two YAML texts say the same."""
    import yaml

    def said(text: str) -> list[tuple[Any, ...]]:
        events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return [(type(each), getattr(each, "value", None), getattr(each, "anchor", None)) for each in events]

    try:
        return said(one) == said(other)
    except yaml.YAMLError:
        return False
