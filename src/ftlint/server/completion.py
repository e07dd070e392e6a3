"""What can be written in a settings file at a place: keys, and codes and names of rules."""

from __future__ import annotations

import re

from lsprotocol import types

from ftlint.server.document import Document
from ftlint.server.hover import Pages, keys, table_at

_RULES = re.compile(r"^\s*(?:extend-)?(?:select|ignore)\s*=")
_KEY = re.compile(r"^\s*[A-Za-z-]*$")
_RULE_TABLE = re.compile(r"^\s*\[\s*(?:tool\.ftlint\.)?rules\.[A-Za-z0-9-]*$")


def completions(document: Document, at: types.Position, pages: Pages) -> list[types.CompletionItem]:
    lines = document.lines
    if at.line >= len(lines.starts):
        return []
    start = lines.starts[at.line]
    before = lines.text[start : lines.offset(at.line, at.character)]
    table = table_at(lines.text, start)
    if _RULE_TABLE.match(before):
        return [_rule(page.name, page.code, page.title) for page in pages.rules]
    if _in_quotes(before) and (table == "per-path-ignores" or _names_rules(lines.text, start, before)):
        both = [(page.code, page.name, page.title) for page in pages.rules]
        both += [(page.name, page.code, page.title) for page in pages.rules]
        return [_rule(*each) for each in both]
    if _KEY.match(before) and not (table.startswith("rules") or table == "per-path-ignores"):
        return [
            types.CompletionItem(
                key, kind=types.CompletionItemKind.Property, documentation=spec.metadata["doc"]
            )
            for key, spec in keys(table)
        ]
    return []


def _in_quotes(before: str) -> bool:
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1


def _names_rules(text: str, start: int, before: str) -> bool:
    """Whether the list that the place is in is one of rules; it may have begun lines before."""
    if _RULES.match(before):
        return True
    for line in reversed(text[:start].splitlines()):
        if _RULES.match(line):
            return "]" not in line
        if "=" in line or "]" in line:
            return False
    return False


def _rule(label: str, other: str, title: str) -> types.CompletionItem:
    return types.CompletionItem(
        label, kind=types.CompletionItemKind.EnumMember, detail=other, documentation=title
    )
