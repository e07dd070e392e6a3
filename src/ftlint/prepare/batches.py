"""A batch of rows at once: one scan tells which of them need looking at, the others stay as they are."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from ftlint.model import FtlintError
from ftlint.prepare.cells import cells, placed_in, value_of
from ftlint.prepare.json_text import Edit, spliced
from ftlint.prepare.tally import Tally
from ftlint.prepare.texts import DEEPEST, Redactor, told_apart

Form = Literal["json", "cells", "names", "text", "gap"]
"""A JSON record, a row of a table, the names of its columns, a paragraph, or what stands between records."""

_NO_RECORD = frozenset({"gap", "names"})

_SIMPLE = (
    (b'\\"', b'"'), (b"\\n", b"\n"), (b"\\/", b"/"), (b"\\t", b"\t"), (b"\\r", b"\r"), (b"\\b", b"\b"),
    (b"\\f", b"\f"),
)  # fmt: skip
_BACKSLASH = b"\x01"
_NO_ESCAPE = re.compile(rb"\\(?!u[0-9a-fA-F]{4})")


class Batch(NamedTuple):
    """Rows, and what stands between them: `glue`. `forms` has one form for each row, or one for all.

    `names` are the pointers of the columns of a table, `delimiter` what parts them.
    """

    rows: Sequence[bytes]
    forms: Sequence[Form]
    glue: bytes = b""
    names: Sequence[str] = ()
    delimiter: str = ","


def redacted(redactor: Redactor, batch: Batch) -> tuple[bytes, Tally]:
    """The batch's new bytes, and what was changed. The same batch gives the same, whoever does it."""
    redactor.tally = Tally()
    with quietly():
        return _redacted(redactor, batch), redactor.tally


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Tells what breaks by its kind and place alone: an exception may quote the text it was met in."""
    try:
        yield
    except (FtlintError, OSError, MemoryError):
        raise
    except Exception as error:
        from ftlint.engine.scan import raised_at

        raise FtlintError(f"redacting broke: {type(error).__name__}{raised_at(error)}") from None


def _redacted(redactor: Redactor, batch: Batch) -> bytes:
    rows = list(batch.rows)
    alone = len(batch.forms) == 1
    for index in _marked(redactor, batch):
        form = batch.forms[0] if alone else batch.forms[index]
        if form == "json":
            rows[index] = _line(redactor, rows[index])
        elif form == "gap":
            rows[index] = redactor.between(rows[index])
        elif form == "names":
            rows[index] = _header(redactor, rows[index], batch.delimiter)
        else:
            rows[index] = _text(redactor, batch, rows[index], form)
    tally = redactor.tally
    forms = [batch.forms[0]] * len(rows) if alone else batch.forms
    tally.rows_read = sum(
        form not in _NO_RECORD and bool(row.strip()) for row, form in zip(batch.rows, forms, strict=True)
    )
    return batch.glue.join(rows)


def _line(redactor: Redactor, raw: bytes) -> bytes:
    """A JSON record; what stands around it on its line is kept."""
    body = raw.strip(b" \t\r\x0b\x0c")
    if not body:
        return raw
    at = raw.index(body)
    return raw[:at] + redactor.line(body) + raw[at + len(body) :]


def _header(redactor: Redactor, raw: bytes, delimiter: str) -> bytes:
    """The names of columns; two that would become the same are numbered, as the keys of an object are."""
    text = raw.decode("utf-8", "surrogateescape")
    redactor.record(text)
    body = text.rstrip("\r\n")
    found = list(cells(body, delimiter))
    old = [value_of(body, cell) for cell in found]
    new = told_apart(old, [spliced(value, redactor.text(value, depth=DEEPEST)) for value in old])
    edits = [
        edit
        for cell, value, name in zip(found, old, new, strict=True)
        if name != value
        for edit in placed_in(body, cell, [Edit(0, len(value), name)])
    ]
    redactor.close(is_row=False, changed=bool(edits))
    return spliced(text, edits).encode("utf-8", "surrogateescape")


def _text(redactor: Redactor, batch: Batch, raw: bytes, form: Form) -> bytes:
    text = raw.decode("utf-8", "surrogateescape")
    redactor.record(text)
    if form == "cells":
        body = text.rstrip("\r\n")
        edits: list[Edit] = []
        for index, cell in enumerate(cells(body, batch.delimiter)):
            name = batch.names[index] if index < len(batch.names) else f"/column_{index + 1}"
            edits += placed_in(body, cell, redactor.text(value_of(body, cell), name))
    else:
        edits = redactor.text(text, "/text", DEEPEST)
    new = spliced(text, edits)
    redactor.close(changed=new != text)
    return new.encode("utf-8", "surrogateescape")


def _marked(redactor: Redactor, batch: Batch) -> Iterator[int]:
    """The rows that may hold something."""
    if not redactor.finder.gate:
        yield from range(len(batch.rows))
        return
    alone = batch.forms[0] if len(batch.forms) == 1 else None
    views: list[bytes] = []
    odd: list[int] = []
    for index, row in enumerate(batch.rows):
        if b"\\" in row or b'""' in row:
            view, is_odd = _view(row, alone or batch.forms[index])
            views.append(view)
            if is_odd:
                odd.append(index)
        else:
            views.append(row)
    yield from sorted({*odd, *hits(redactor.search(), views)})


def hits(search: Any, views: Sequence[bytes]) -> Iterator[int]:
    """Positions of the views in which the gate matches."""
    from bisect import bisect_right
    from itertools import accumulate

    buffer = b"\x1e".join(views)
    found = search(buffer)
    if found is None:
        return
    starts = list(accumulate((len(view) + 1 for view in views), initial=0))
    while found is not None:
        first = bisect_right(starts, found.start()) - 1
        last = bisect_right(starts, max(found.start(), found.end() - 1)) - 1
        yield from range(first, min(last, len(views) - 1) + 1)
        if last + 1 >= len(views):
            return
        found = search(buffer, starts[last + 1])


def _view(row: bytes, form: Form) -> tuple[bytes, bool]:
    """A row with its escapes decoded as often as they can be, and whether it is surely no sound JSON."""
    # as written a JSON row says nothing that it does not say decoded
    views = [] if form == "json" and b"\\" in row else [row]
    odd = False
    if b'""' in row and form in ("cells", "names"):
        row = row.replace(b'""', b'"')
        views.append(row)
    for depth in range(DEEPEST + 1):
        if b"\\" not in row:
            break
        row, strange = _decoded(row)
        odd = odd or (strange and not depth and form == "json")
        views.append(row)
    return b"\x1e".join(views), odd


def _decoded(row: bytes) -> tuple[bytes, bool]:
    """A row with its JSON escapes decoded once, and whether it holds backslashes that begin none."""
    row = row.replace(b"\\\\", _BACKSLASH)
    strange = False
    if b"\\" in row:
        for escape, meant in _SIMPLE:
            row = row.replace(escape, meant)
        if b"\\" in row:
            clean = _NO_ESCAPE.sub(b" ", row)
            strange = clean != row
            row = _points(clean)
    return row.replace(_BACKSLASH, b"\\"), strange


def _points(row: bytes) -> bytes:
    """A row in which only `\\uXXXX` begins with a backslash, decoded."""
    text = row.decode("utf-8", "replace").encode("latin-1", "backslashreplace").decode("unicode_escape")
    if not text.isascii():
        # two escapes of a pair are one character
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.encode()
