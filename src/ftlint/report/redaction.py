"""What redaction did, for a person and as JSON: counts by kind and file, never a value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.model.redaction import FileRedacted, KindChanged, Redaction
from ftlint.report.amounts import duration, number, plural
from ftlint.report.cells import cells, pad, wrap
from ftlint.report.style import Style
from ftlint.report.wording import guarded

FILES = 20
"""Files that get a table each; of more of them only their sum is shown."""


def write(redaction: Redaction, out: TextIO, style: Style) -> None:
    """The table for a person."""
    out.writelines(guarded(line.rstrip()) + "\n" for line in _lines(redaction, style))


def _lines(redaction: Redaction, style: Style) -> Iterator[str]:
    done = [file for file in redaction.files if not file.failed]
    if len(done) <= FILES:
        for file in done:
            yield from _file(file, style)
    if len(done) > 1:
        yield style.strong(f"all {plural(len(done), 'file')}")
        yield from _table(redaction.kinds, style)
    for file in redaction.files:
        if file.failed:
            label = " NOT REDACTED " if style.colour else "NOT REDACTED"
            yield f"{style.paint(label, '1;37;41')} {visible(file.path)}: {visible(file.failed)}"
    would = "would change" if redaction.dry else "changed"
    yield (
        f"{would} {number(redaction.changed)} of {plural(redaction.rows, 'row')} · "
        f"{plural(redaction.spans, 'value')} · {plural(len(done), 'file')}, {duration(redaction.seconds)}"
    )
    if redaction.left:
        values = plural(redaction.left, "value")
        yield f"left: {values} that stand for nobody, as of example.com (see --samples)"
    for note in redaction.not_covered:
        label = "not covered: "
        first, *others = wrap(note, style.width - len(label), style.width - 2)
        yield style.severity(label, Severity.WARNING) + first
        for line in others:
            yield "  " + line


def _file(file: FileRedacted, style: Style) -> Iterator[str]:
    to = f" → {visible(file.target)}" if file.target and file.target != file.path else ""
    yield style.strong(visible(file.path)) + style.faint(
        f"{to} · {number(file.changed)} of {plural(file.rows, 'row')} with something in them"
    )
    yield from _table(file.kinds, style)
    if file.broken:
        yield f"  {plural(file.broken, 'row')} of them no JSON, redacted as text: ftlint check says why"
    if file.elsewhere:
        yield f"  {plural(file.elsewhere, 'place')} outside of rows"


def _table(kinds: Sequence[KindChanged], style: Style) -> Iterator[str]:
    if not kinds:
        return
    heads = ("kind", "mode", "values", "rows")
    lines = [(each.kind, each.mode, number(each.spans), number(each.rows)) for each in kinds]
    widths = [max(cells(line[column]) for line in (heads, *lines)) for column in range(4)]
    for index, line in enumerate((heads, *lines)):
        left = [pad(line[column], widths[column]) for column in (0, 1)]
        right = [f"{line[column]:>{widths[column]}}" for column in (2, 3)]
        text = "  " + "  ".join([*left, *right])
        yield text if index else style.faint(text)
    for each in kinds:
        if each.shared:
            yield f"  {each.kind}: {plural(each.shared, 'value')} got a pseudonym that another value has, too"
        elif each.shared is None:
            yield f"  {each.kind}: more pseudonyms than are kept apart; some stand for several values"


def as_json(redaction: Redaction, out: TextIO) -> None:
    """The same as a document."""
    json.dump(_document(redaction), out, indent=2, ensure_ascii=False)
    out.write("\n")


def _document(redaction: Redaction) -> dict[str, Any]:
    return {
        "version": 1,
        "dry_run": redaction.dry,
        "rows": redaction.rows,
        "rows_changed": redaction.changed,
        "values": redaction.spans,
        "samples_left": redaction.left,
        "kinds": [_kind(each) for each in redaction.kinds],
        "not_covered": list(redaction.not_covered),
        "files": [_entry(file) for file in redaction.files],
    }


def _kind(each: KindChanged) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "family": each.family,
        "mode": each.mode,
        "values": each.spans,
        "rows": each.rows,
        "shared_pseudonyms": each.shared,
    }


def _entry(file: FileRedacted) -> dict[str, Any]:
    if file.failed:
        return {"path": file.path, "redacted": False, "reason": file.failed}
    return {
        "path": file.path,
        "redacted": True,
        "output": file.target or None,
        "rows": file.rows,
        "rows_changed": file.changed,
        "broken_rows": file.broken,
        "elsewhere": file.elsewhere,
        "kinds": [_kind(each) for each in file.kinds],
    }
