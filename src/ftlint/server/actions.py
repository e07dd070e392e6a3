"""Code actions: mend a finding, mend all that is safe, ignore a rule."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.uris import from_fs_path

from ftlint.server.diagnostics import Shown, as_edits, overlaps
from ftlint.server.document import Document
from ftlint.server.edits import TextChange, edits
from ftlint.server.ignoring import line_ignored, path_ignored
from ftlint.server.lines import Lines
from ftlint.server.told import received
from ftlint.server.view import Told, View

FIX_ALL = "source.fixAll.ftlint"
FIX_ALL_TITLE = "Fix all safe ftlint problems"
YAML = (".yaml", ".yml")


def chosen(view: View, params: types.CodeActionParams) -> list[Shown]:
    """The findings an action is asked for: those the editor names, else those at the range."""
    named = [each for each in params.context.diagnostics if each.source == "ftlint"]
    places = {place for each in named if (place := _place(each, view)) is not None}
    return [
        (diagnostic, finding)
        for place, (diagnostic, finding) in enumerate(view.shown)
        if finding is not None and (place in places if places else overlaps(diagnostic.range, params.range))
    ]


def _place(named: types.Diagnostic, view: View) -> int | None:
    """Which of the shown diagnostics one is. Some editors hand back another range than they were given."""
    data = named.data
    version, at = (
        (data.get("version"), data.get("at"))
        if isinstance(data, Mapping)
        else (getattr(data, "version", None), getattr(data, "at", None))
    )
    if isinstance(at, int) and version == view.version and 0 <= at < len(view.shown):
        return at
    alike = (
        place
        for place, (diagnostic, _) in enumerate(view.shown)
        if diagnostic.code == named.code and diagnostic.range == named.range
    )
    return next(alike, None)


def wanted(params: types.CodeActionParams, kind: str) -> bool:
    """Whether actions of a kind are asked for; a kind stands for those below it, too."""
    only = params.context.only
    return not only or any(kind == each or kind.startswith(f"{each}.") for each in map(str, map(_word, only)))


def _word(kind: Any) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else str(kind)


def safe(view: View) -> bool:
    """Whether some finding has a safe fix, or some of those that are not shown may have one."""
    return bool(view.more) or any(each["fix"] and each["fix"][1] for each in view.alone)


def fixes(
    document: Document, view: View, asked: Sequence[Shown], *, versioned: bool
) -> Iterator[types.CodeAction]:
    """One quick fix for each finding that has one which the editor can do."""
    for diagnostic, finding in asked:
        if finding is None or not finding["fix"] or not document.exact or view.version != document.version:
            continue
        message, safe, _ = finding["fix"]
        changes = fix_changes(document, view, finding)
        if changes:
            yield types.CodeAction(
                title=f"{finding['code']}: {message}{'' if safe else ' (unsafe)'}",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=True if safe else None,
                edit=edited(document, changes, versioned=versioned),
            )


def fix_changes(document: Document, view: View, finding: Told) -> list[TextChange]:
    from ftlint.fix.apply import apply

    placed = [received(each) for each in finding["fix"][2]]
    if not placed:
        return []
    data = document.content()
    new, _left = apply(data, placed, view.container or "jsonl")  # type: ignore[arg-type]  # told by the engine
    return text_changes(document, new)


def text_changes(document: Document, data: bytes) -> list[TextChange]:
    """What the editor has to change for its file to have these bytes, as far as it is the editor's.

    Encoding, byte order mark and line ends are not: an edit of the text cannot change them.
    """
    text = document.decoded(data)
    if text is None:
        return []
    text = text.replace("\r\n", "\n")
    if "\r\n" in document.text:
        text = text.replace("\n", "\r\n")
    return edits(document.text, text)


def edited(document: Document, changes: Sequence[TextChange], *, versioned: bool) -> types.WorkspaceEdit:
    made = as_edits(document.lines, changes)
    if not versioned:
        return types.WorkspaceEdit(changes={document.uri: made})
    name = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(name, made)])


def line_ignores(
    document: Document, asked: Sequence[Shown], *, versioned: bool
) -> Iterator[types.CodeAction]:
    """A comment at the line of each finding of a YAML file."""
    if not document.file.lower().endswith(YAML):
        return
    for diagnostic, finding in asked:
        if finding is None or finding["line"] is None:
            continue
        line = diagnostic.range.start.line
        start, end = document.lines.starts[line], document.lines.line_end(line)
        change = line_ignored(document.text, start, end, finding["code"])
        if change is not None:
            yield types.CodeAction(
                title=f"Ignore {finding['code']} on this line",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                edit=edited(document, [change], versioned=versioned),
            )


def path_ignores(
    asked: Sequence[Shown], path: str, settings: str, held: Document | None, lines: Lines, *, versioned: bool
) -> Iterator[types.CodeAction]:
    """A line of `per-path-ignores` for each rule. `held` is the settings file if it is open."""
    prefix = ("tool", "ftlint") if os.path.basename(settings) == "pyproject.toml" else ()
    uri = held.uri if held is not None else from_fs_path(settings) or ""
    known: set[str] = set()
    new = not os.path.exists(settings) and held is None
    for diagnostic, finding in asked:
        if finding is None or finding["code"] in known or (new and not versioned):
            continue
        known.add(finding["code"])
        change = path_ignored(lines.text, path, finding["code"], prefix)
        if change is None:
            continue
        made = as_edits(lines, [change])
        name = types.OptionalVersionedTextDocumentIdentifier(uri, held.version if held else None)
        steps: list[Any] = [types.CreateFile(uri)] if new else []
        steps.append(types.TextDocumentEdit(name, made))
        yield types.CodeAction(
            title=f"Ignore {finding['code']} in {path} ({os.path.basename(settings)})",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            edit=types.WorkspaceEdit(document_changes=steps)
            if versioned
            else types.WorkspaceEdit(changes={uri: made}),
        )
