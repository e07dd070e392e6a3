"""An audit log for people and programs: what was recorded, and whether that still stands as it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from ftlint.detect.mask import visible
from ftlint.gate.audit_verify import Verified
from ftlint.report.amounts import plural
from ftlint.report.cells import cells, cut, cut_left, pad
from ftlint.report.gfm import cell, code, row, table
from ftlint.report.style import Style

FAULTS = 20
"""Faults that a person is shown."""

SHORT = 12
"""Digits of a hash that a person is shown."""


def verdict_text(found: Verified, out: TextIO, style: Style) -> None:
    """What `ftlint audit verify` says: how long the log is, every fault, what could not be checked."""
    out.write(f"{style.strong(cut_left(visible(found.path), style.width // 2))} · {_extent(found)}\n")
    if found.faults:
        for fault in found.faults[:FAULTS]:
            place = "" if fault.line is None else f"line {fault.line}: "
            out.write(f"  {style.paint(fault.kind, '1;31')}  {place}{visible(fault.message)}\n")
        if len(found.faults) > FAULTS:
            out.write(f"  … {len(found.faults) - FAULTS} more: --output-format json\n")
    else:
        out.write(f"{style.paint('intact', '32')}: {sound(found)}\n")
    out.writelines(f"note: {visible(note)}\n" for note in found.notes)
    out.write(style.faint(limits(found)) + "\n")


def sound(found: Verified) -> str:
    """What was held against what in a log without a fault."""
    told = ["every entry follows from the one before it"] if found.entries else ["nothing was recorded"]
    if found.head:
        told.append("its head agrees")
    if found.keyed and found.signed:
        told.append(f"{plural(found.signed, 'signature')} of the key")
    if found.marks:
        places = dict.fromkeys(mark.place for mark in found.marks)
        told.append(f"{plural(len(found.marks), 'mark')} of {visible(', '.join(places))}")
    return " · ".join(told)


def limits(found: Verified) -> str:
    """What this verification could not have seen."""
    if found.keyed:
        kept = "" if found.marks else ": keep its last hash elsewhere"
        return f"a log put back to an earlier state, head and all, is known by marks outside it alone{kept}"
    lacking = "the signatures were not checked, there is no key" if found.signed else "no entry is signed"
    marked = "after its last mark" if found.marks else "as a whole"
    return f"{lacking}: who may write this file could write it anew {marked} (docs/audit.md)"


def _extent(found: Verified) -> str:
    if not found.entries:
        return "no entries"
    first, last = found.entries[0], found.entries[-1]
    days = dict.fromkeys((visible(first["at"][:10]), visible(last["at"][:10])))
    end = f"ends with {last['seq']} {visible(last['hash'][:SHORT])}"
    return f"{_entries(len(found.entries))}, {' to '.join(days)}, {end}"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def text(found: Verified, entries: Sequence[dict[str, Any]], out: TextIO, style: Style) -> None:
    """A line for each entry, then the verdict."""
    lines = [_cells(entry) for entry in entries]
    widths = [min(most, max((cells(line[at]) for line in lines), default=0)) for at, most in _MOST]
    for line in lines:
        shown = [pad(cut(line[at], width), width) for (at, _), width in zip(_MOST, widths, strict=True)]
        room = max(20, style.width - sum(widths) - 2 * len(widths))
        shown[0] = style.faint(shown[0])
        shown[3] = style.strong(shown[3])
        out.write("  ".join([*shown, cut(line[5], room)]).rstrip() + "\n")
    verdict_text(found, out, style)


_MOST = ((0, 8), (1, 20), (2, 8), (4, 14), (3, 24))
"""The columns by their place in `_cells`, and how wide each may be."""


def _cells(entry: dict[str, Any]) -> list[str]:
    told = {name: value for name, value in entry["details"].items() if value not in ("", None)}
    told = {name: value for name, value in told.items() if not _are_hashes(value)}
    details = "; ".join(f"{name} {_plain(value)}" for name, value in told.items())
    files = f" ({plural(len(entry['hashes']), 'file')})" if entry["hashes"] else ""
    what = f"{entry['subject']}{files}{' · ' if details else ''}{details}"
    by = entry["by"].get("email") or entry["by"].get("name") or "?"
    return [
        visible(str(each)) for each in (entry["seq"], entry["at"], entry["event"], by, entry["verdict"], what)
    ]


def _are_hashes(value: Any) -> bool:
    """Whether a detail is of files: the hashes of what came out."""
    return isinstance(value, dict) and all(
        isinstance(each, str) and len(each) == 64 for each in value.values()
    )


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def markdown(found: Verified, entries: Sequence[dict[str, Any]], out: TextIO) -> None:
    """A document to hand on: verdict, counts, every entry with its hashes."""
    out.write("\n\n".join(_blocks(found, entries)) + "\n")


def _blocks(found: Verified, entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield "# Audit log"
    yield f"{code(found.path)}: {_extent(found)}."
    if found.faults:
        yield f"**Changed**: {plural(len(found.faults), 'fault')}."
        faults = [(str(each.line or ""), code(each.kind), code(each.message)) for each in found.faults]
        yield "\n".join(
            [table(("line", "fault", "what"), (0,)), *(row((a, b, cell(c))) for a, b, c in faults)]
        )
    else:
        yield f"**Intact**: {sound(found)}."
    yield f"{limits(found)[0].upper()}{limits(found)[1:]}."
    if not entries:
        return
    counts = Counter((entry["event"], entry["verdict"]) for entry in entries)
    lines = [
        row((cell(code(event)), cell(code(verdict)), f"{count:,}"))
        for (event, verdict), count in sorted(counts.items())
    ]
    yield "\n".join([table(("event", "verdict", "times"), (2,)), *lines])
    yield "## Entries"
    lines = []
    for entry in entries:
        lines.append(row((str(entry["seq"]), *(cell(code(each)) for each in _cells(entry)[1:]))))
    yield "\n".join([table(("", "when", "event", "who", "verdict", "what"), (0,)), *lines])
    yield "## Hashes"
    for entry in entries:
        parts = {"": entry["hashes"], **entry["details"]}
        for name, hashes in parts.items():
            if hashes and _are_hashes(hashes):
                yield f"Entry {entry['seq']}{', ' if name else ''}{name}:"
                files = [row((cell(code(path)), cell(code(str(each))))) for path, each in hashes.items()]
                yield "\n".join([table(("what", "SHA-256")), *files])


def as_json(found: Verified, entries: Sequence[dict[str, Any]] | None, out: TextIO) -> None:
    """The verification, and with `entries` those, as they stand in the log."""
    content: dict[str, Any] = {
        "ftlint_audit": 1,
        "log": found.path,
        "intact": not found.faults,
        "entries": len(found.entries),
        "last": _last(found),
        "signed": found.signed,
        "key": found.keyed,
        "head": found.head,
        "marks": [mark._asdict() for mark in found.marks],
        "faults": [fault._asdict() for fault in found.faults],
        "notes": list(found.notes),
        "limits": limits(found),
    }
    if entries is not None:
        content["recorded"] = list(entries)
    out.write(json.dumps(content, indent=2) + "\n")


def _last(found: Verified) -> dict[str, Any] | None:
    return {name: found.entries[-1][name] for name in ("seq", "hash", "at")} if found.entries else None
