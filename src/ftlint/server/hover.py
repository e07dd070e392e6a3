"""What a person is told of the place they point at: a rule's page, a setting, a field of a config."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lsprotocol import types

from ftlint.server.diagnostics import overlaps, span
from ftlint.server.document import Document, is_settings
from ftlint.server.lines import Lines
from ftlint.server.view import View

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_TABLE = re.compile(r"^\s*\[\[?\s*([^\]#]+?)\s*\]")
_RULE = "\n\n---\n\n"


class RulePage(NamedTuple):
    code: str
    name: str
    title: str
    text: str


class Pages:
    """The pages of all rules, by code and by name."""

    def __init__(self, rules: list[list[str]]) -> None:
        self.rules = [RulePage(*each) for each in rules]
        self.by_name: Mapping[str, RulePage] = {
            name: page for page in self.rules for name in (page.code, page.name)
        }


def hover(document: Document, view: View | None, at: types.Position, pages: Pages) -> types.Hover | None:
    """The pages of the rules that found something here, else what the word here means."""
    here = types.Range(at, at)
    if view is not None:
        found = [
            (diagnostic, finding)
            for diagnostic, finding in view.shown
            if finding is not None and overlaps(diagnostic.range, here)
        ]
        codes = dict.fromkeys(finding["code"] for _, finding in _narrowest(found))
        texts = [pages.by_name[code].text for code in codes if code in pages.by_name]
        if texts:
            return _told(_RULE.join(texts), found[0][0].range)
    if is_settings(document.file):
        return _of_settings(document.lines, at, pages)
    return _of_field(document, view, at) if view is not None else None


def _narrowest(found: list[tuple[types.Diagnostic, Any]]) -> list[tuple[types.Diagnostic, Any]]:
    """Without findings of a whole row where one of a part of it is here too."""
    if not found:
        return []
    least = min(_width(diagnostic.range) for diagnostic, _ in found)
    return [each for each in found if _width(each[0].range) == least]


def _width(of: types.Range) -> tuple[int, int]:
    return of.end.line - of.start.line, of.end.character - of.start.character


def _told(text: str, where: types.Range) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), where)


def _of_field(document: Document, view: View, at: types.Position) -> types.Hover | None:
    lines = document.lines
    offset = lines.offset(at.line, at.character)
    if view.version != document.version:
        return None
    for line, column, last, text in view.fields:
        start, end = lines.counted(line, column, document.ahead), lines.counted(line, last, document.ahead)
        if start <= offset <= end:
            return _told(text, span(lines, start, end))
    return None


def _of_settings(lines: Lines, at: types.Position, pages: Pages) -> types.Hover | None:
    start = lines.starts[at.line] if at.line < len(lines.starts) else len(lines.text)
    end = lines.line_end(at.line)
    offset = lines.offset(at.line, at.character)
    line = lines.text[start:end]
    word = next((each for each in _WORD.finditer(line) if each.start() <= offset - start <= each.end()), None)
    if word is None:
        return None
    where = span(lines, start + word.start(), start + word.end())
    page = pages.by_name.get(word.group()) or pages.by_name.get(word.group().upper())
    if page is not None:
        return _told(page.text, where)
    is_key = not line[: word.start()].strip(" \t\"'.[") or "." in line[: word.start()]
    described = setting(word.group(), table_at(lines.text, start), header=line.lstrip().startswith("["))
    return _told(described, where) if described and is_key else None


def table_at(text: str, before: int) -> str:
    """The name of the table that holds the line at `before`; "" at the top."""
    name = ""
    for line in text[:before].splitlines():
        if found := _TABLE.match(line):
            name = found.group(1).replace(" ", "").removeprefix("tool.ftlint").lstrip(".")
    return name


def setting(name: str, table: str, *, header: bool = False) -> str:
    """What a key of the settings is for, in markdown; "" for one there is none of."""
    for key, spec in keys(table if not header else ""):
        if key == name:
            doc = spec.metadata["doc"]
            default = spec.default if isinstance(spec.default, str | int | float | bool | tuple) else None
            written = "" if default in (None, "", ()) else f"\n\nDefault: `{_written(default)}`"
            offered = spec.metadata["choices"]
            choices = "\n\nOne of " + ", ".join(f"`{each}`" for each in offered) if offered else ""
            return f"**{name}**: {doc}{choices}{written}"
    return ""


def keys(table: str) -> Iterator[tuple[str, Any]]:
    """The keys of a table of the settings, each with its field."""
    from ftlint.settings.keys import keys_of
    from ftlint.settings.model import DatasetSettings, Settings, TrainingSettings

    if table in ("dataset", "training"):
        kind = DatasetSettings if table == "dataset" else TrainingSettings
        yield from keys_of(kind).items()
    elif not table:
        yield from keys_of(Settings).items()
    else:
        first, _, rest = table.partition(".")
        spec = keys_of(Settings).get(first)
        inner = spec.metadata["table"] if spec is not None else None
        if inner is not None and not rest:
            yield from keys_of(inner).items()
        elif inner is not None and rest in keys_of(inner) and keys_of(inner)[rest].metadata["table"]:
            yield from keys_of(keys_of(inner)[rest].metadata["table"]).items()


def _written(default: Any) -> str:
    label = getattr(default, "label", None)
    return json.dumps(label or (list(default) if isinstance(default, tuple) else default))
