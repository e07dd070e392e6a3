"""Whether an audit log is what was recorded: each entry, their order, their end, their signatures."""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from ftlint.gate.audit_entry import HEAD, START, canonical, entry_hash, signature
from ftlint.gate.audit_marks import Mark
from ftlint.gate.audit_read import lines, parsed, read_head, still
from ftlint.model import FtlintError


class Fault(NamedTuple):
    """Something that nobody recorded. `line` is that of the log, None for what concerns it as a whole.

    `kind` is one of `not-an-entry`, `edited`, `missing`, `out-of-order`, `broken-chain`, `truncated`, `head`,
    `signature`, `unsigned`, `mark`.
    """

    kind: str
    line: int | None
    message: str


class Verified(NamedTuple):
    """What verifying found. `signed` entries carry a signature; `keyed` says that a key checked them.

    `marks` are the places outside the log whose mark of it was looked up; `notes` are no faults.
    """

    path: str
    entries: Sequence[dict[str, Any]]
    faults: Sequence[Fault]
    notes: Sequence[str]
    signed: int
    keyed: bool
    head: bool
    marks: Sequence[Mark]


def verify(path: str, key: bytes | None = None, marks: Sequence[Mark] = ()) -> Verified:
    """Hold the log at `path` against itself, its head, its key and what others noted of its end.

    Raises `FtlintError` where there is no log to read.
    """
    with still(path):
        entries, faults, places = _chain(path)
        notes = _notes(entries, places)
        has_head = _against_head(path, entries[-1] if entries else None, key, faults, notes)
    faults += _signatures(entries, places, key)
    faults += _against_marks(entries, marks)
    signed = sum("signature" in entry for entry in entries)
    faults.sort(key=lambda fault: (fault.line is None, fault.line or 0, fault.kind))
    return Verified(path, entries, faults, notes, signed, key is not None, has_head, marks)


def _chain(path: str) -> tuple[list[dict[str, Any]], list[Fault], list[int]]:
    """The entries, what is wrong with them one after the other, and the line of each."""
    entries: list[dict[str, Any]] = []
    faults: list[Fault] = []
    places: list[int] = []
    expected, previous, sound = 0, START, True
    for number, line in enumerate(lines(path), 1):
        entry = parsed(line)
        if entry is None:
            unfinished = (
                "" if line.endswith(b"\n") else ", and it has no end: its writer was killed, or it was cut"
            )
            faults.append(Fault("not-an-entry", number, f"is no entry of an audit log{unfinished}"))
            sound = False
            continue
        whole = canonical(entry) + b"\n" == line and entry_hash(entry) == entry["hash"]
        if not whole:
            faults.append(
                Fault("edited", number, f"{named(entry)} was edited: its hash is that of other content")
            )
        fault = _place(entry, expected, previous, number) if sound or entry["seq"] != expected else None
        if fault is not None:
            faults.append(fault)
        entries.append(entry)
        places.append(number)
        expected, previous, sound = entry["seq"] + 1, entry["hash"], whole
    return entries, faults, places


def _place(entry: dict[str, Any], expected: int, previous: str, number: int) -> Fault | None:
    """What is wrong with where an entry stands."""
    seq = entry["seq"]
    if seq > expected:
        gone = f"entry {expected} is" if seq == expected + 1 else f"entries {expected} to {seq - 1} are"
        return Fault("missing", number, f"{gone} not before {named(entry)}: removed, or moved elsewhere")
    if seq < expected:
        return Fault("out-of-order", number, f"{named(entry)} stands behind entry {expected - 1}")
    if entry["previous"] != previous:
        what = f"entry {seq - 1} is not the one that was there" if seq else "it is not the first of this log"
        return Fault("broken-chain", number, f"when {named(entry)} was recorded: {what}")
    return None


def _signatures(entries: Sequence[dict[str, Any]], places: Sequence[int], key: bytes | None) -> list[Fault]:
    """Entries without the key's signature. One that has it vouches for those before it, by the chain."""
    if key is None:
        return []
    faults, begun = [], False
    for entry, number in zip(entries, places, strict=True):
        given = entry.get("signature")
        if given is None:
            if begun:
                faults.append(
                    Fault("unsigned", number, f"{named(entry)} has no signature; those before it have")
                )
            continue
        begun = True
        if not hmac.compare_digest(given, signature(key, "entry", entry["hash"])):
            faults.append(Fault("signature", number, f"the signature of {named(entry)} is not of this key"))
    if entries and not begun:
        faults.append(Fault("unsigned", None, "no entry is signed, although there is a key"))
    return faults


def _against_head(
    path: str, last: dict[str, Any] | None, key: bytes | None, faults: list[Fault], notes: list[str]
) -> bool:
    """Holds the end of the log against its head; whether there is one."""
    name = os.path.basename(path) + HEAD
    try:
        known = read_head(path)
    except FtlintError as error:
        faults.append(Fault("head", None, f"{name}: {error.message}"))
        return True
    if known is None:
        if last is not None:
            faults.append(Fault("head", None, f"{name} is gone: nothing beside the log says where it ends"))
        return False
    if key is not None and not hmac.compare_digest(
        known.signature, signature(key, "head", f"{known.seq} {known.hash}")
    ):
        faults.append(Fault("head", None, f"{name} is not signed with this key"))
    end = -1 if last is None else last["seq"]
    if end < known.seq:
        gone = f"entry {known.seq} is" if end == known.seq - 1 else f"entries {end + 1} to {known.seq} are"
        faults.append(Fault("truncated", None, f"the log was cut short: {gone} missing at its end"))
    elif last is not None and end == known.seq and last["hash"] != known.hash:
        faults.append(Fault("head", None, f"{name} names another last entry than {named(last)}"))
    elif end == known.seq + 1:
        notes.append(f"{name} is one entry behind: a writer was killed between the two")
    elif end > known.seq:
        faults.append(Fault("head", None, f"{name} ends at entry {known.seq}, the log at entry {end}"))
    return True


def _against_marks(entries: Sequence[dict[str, Any]], marks: Sequence[Mark]) -> list[Fault]:
    known = {entry["seq"]: entry["hash"] for entry in entries}
    faults = []
    for mark in marks:
        if mark.seq not in known:
            what = "which is not in the log"
        elif known[mark.seq] != mark.hash:
            what = "which is another one in the log: it was written anew"
        else:
            continue
        faults.append(Fault("mark", None, f"{mark.place} was written at entry {mark.seq}, {what}"))
    return faults


def _notes(entries: Sequence[dict[str, Any]], places: Sequence[int]) -> list[str]:
    """What a change of the clock explains as well."""
    return [
        f"line {number}: {named(entry)} is dated before the one before it"
        for before, entry, number in zip(entries, entries[1:], places[1:], strict=False)
        if entry["at"] < before["at"]
    ]


def named(entry: dict[str, Any]) -> str:
    """An entry as messages call it."""
    return f"entry {entry['seq']} ({entry['event']}, {entry['at']})"
