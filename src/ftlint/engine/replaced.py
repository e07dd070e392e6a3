"""A fix as bytes of its file, for programs that apply it themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint.detect.mask import mask
from ftlint.engine.locate import Locator
from ftlint.fix.json_edit import NoPlaceError, splice_of
from ftlint.model import Drop, Edit, Finding, ReplaceBytes, SetValue
from ftlint.model.report import Replacement
from ftlint.read.records import reread
from ftlint.read.urls import is_remote

LONGEST = 1000
"""Characters of new text."""

_PLAIN = re.compile(r"[\"']?(?:[A-Za-z_ ,:-]{0,32}|[-+.\deE]{1,16})[\"']?")
"""What no private value is written as: a role, a key, a number."""


def replacements(locator: Locator, finding: Finding) -> Sequence[Replacement]:
    """None where one edit of the fix is more than that, or could show something private."""
    source = locator.source
    if source.compression or source.encoding != "utf-8" or source.origin or is_remote(source.file):
        return ()
    found = []
    for edit in finding.fix.edits if finding.fix else ():
        replaced = _replaced(locator, finding, edit)
        if replaced is None or not _may_be_shown(locator, finding, replaced.text):
            return ()
        found.append(replaced)
    return found


def _replaced(locator: Locator, finding: Finding, edit: Edit) -> Replacement | None:
    try:
        if isinstance(edit, ReplaceBytes):
            return Replacement(edit.offset, edit.length, edit.replacement.decode())
        place = None if finding.row is None else locator.places.place(finding.row)
        if place is None:
            return None
        if isinstance(edit, Drop) and locator.source.container == "jsonl":
            return _dropped(locator, *place)
        if isinstance(edit, SetValue) and locator.source.container in ("json", "jsonl"):
            splice = splice_of(locator.raw(finding.row), edit)
            if splice is not None:
                return Replacement(place[0] + splice.start, splice.end - splice.start, splice.new.decode())
    except (NoPlaceError, UnicodeDecodeError):
        pass
    return None


def _dropped(locator: Locator, offset: int, size: int) -> Replacement | None:
    """A record with the end of its line; None where it shares the line with something."""
    before = min(offset, 1)
    around = b"".join(reread(locator.source, [(offset - before, before + size + 2)]))
    if before and around[:1] != b"\n":
        return None
    row, ending = around[before : before + size], around[before + size :]
    if row.endswith(b"\n"):
        return Replacement(offset, size, "")
    for end in (b"\r\n", b"\n"):
        if ending.startswith(end):
            return Replacement(offset, size + len(end), "")
    return None if ending else Replacement(offset, size, "")


def _may_be_shown(locator: Locator, finding: Finding, text: str) -> bool:
    if _PLAIN.fullmatch(text):
        return True
    # Of a file without rows: what is private in all of it.
    private = next(locator.found_private(finding.row), None)
    return private is None and len(text) <= LONGEST and mask(text) == text
