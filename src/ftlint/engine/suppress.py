"""Accepted findings: the suppressions file, comments, per-path ignores and the field of a record."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ftlint.model import FtlintError
from ftlint.model.report import Report
from ftlint.read.globs import Globs
from ftlint.read.urls import is_remote

VERSION = 1
FIRST_REASON = "accepted when first linted"
_COMMENT = re.compile(r"(?:#|//)\s*ftlint:\s*ignore(?![\w-])(?:\[([^\]]*)\])?")
_BETWEEN = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One accepted finding. `fingerprint` is of the row's content; `row_hint` only helps a person find it."""

    path: str
    code: str
    fingerprint: str
    reason: str = FIRST_REASON
    row_hint: int | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.code, self.path, self.fingerprint)


class Suppressions:
    """The entries of a suppressions file and which of them a run has met."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.by_key = {entry.key: entry for entry in entries}
        self.met: set[tuple[str, str, str]] = set()

    def __len__(self) -> int:
        return len(self.by_key)

    @property
    def entries(self) -> list[Entry]:
        return sorted(self.by_key.values())

    def covers(self, code: str, path: str, fingerprint: str) -> bool:
        """Whether a finding is accepted; its entry then counts as met."""
        key = (code, path, fingerprint)
        if key in self.by_key:
            self.met.add(key)
            return True
        return False

    def reason(self, code: str, path: str, fingerprint: str) -> str | None:
        """Why a finding is accepted; None where it is not."""
        entry = self.by_key.get((code, path, fingerprint))
        return None if entry is None else entry.reason

    def stale(self, paths: Collection[str], codes: Collection[str] | None = None) -> list[Entry]:
        """Entries not met although their file was checked, and by their rule (`codes`, None for all)."""
        return [
            entry
            for entry in self.entries
            if entry.key not in self.met and entry.path in paths and (codes is None or entry.code in codes)
        ]


def load(file: str) -> Suppressions:
    """The suppressions file; empty where there is none. Raises `FtlintError` with the line of a fault."""
    try:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
    except FileNotFoundError:
        return Suppressions()
    except (OSError, UnicodeDecodeError) as error:
        raise FtlintError(f"cannot be read: {error}", _shown(file)) from None
    return Suppressions(_entries(text, _shown(file)))


def save(file: str, entries: Iterable[Entry]) -> None:
    """Write the file whole or not at all: sorted, one entry a line, so that two branches merge by line."""
    rows = [json.dumps(_written(entry), ensure_ascii=False) for entry in sorted(entries)]
    body = ",\n".join(f"    {row}" for row in rows)
    text = f'{{\n  "version": {VERSION},\n  "entries": [{chr(10) if rows else ""}{body}'
    staged = f"{file}.{os.getpid()}.new"
    try:
        with open(staged, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text + ("\n  " if rows else "") + "]\n}\n")
        os.replace(staged, file)
    except OSError as error:
        if os.path.exists(staged):
            os.unlink(staged)
        raise FtlintError(f"cannot be written: {error.strerror}", _shown(file)) from None


def write(file: str, report: Report, reason: str = "") -> int:
    """Accept every finding of a report beside what the file accepts already; how many are new.

    Earlier entries keep their reasons.
    """
    known = load(file)
    new: dict[tuple[str, str, str], Entry] = {}
    for finding, fingerprint in report.findings():
        entry = Entry(finding.path, finding.code, fingerprint, reason or FIRST_REASON, finding.row)
        if entry.key not in known.by_key:
            new.setdefault(entry.key, entry)
    if new:
        save(file, [*known.entries, *new.values()])
    return len(new)


def prune(file: str, stale: Iterable[Entry], root: str = "") -> int:
    """Remove stale entries, and those of files that are gone below `root`; how many there were.

    A file that only was not pulled (`<file>.dvc` is there) is not gone; stores are not asked.
    """
    known = load(file)
    drop = {entry.key for entry in stale} & known.by_key.keys()
    for entry in known.entries if root else ():
        if is_remote(entry.path):
            continue
        place = os.path.join(root, entry.path)
        if entry.path and not os.path.lexists(place) and not os.path.exists(f"{place}.dvc"):
            drop.add(entry.key)
    if drop:
        save(file, [entry for entry in known.entries if entry.key not in drop])
    return len(drop)


def inline(line: str) -> set[str] | None:
    """What a line's `# ftlint: ignore[CODE]` ignores; {"ALL"} without a code; None without such a comment."""
    match = _COMMENT.search(line)
    if match is None:
        return None
    return {"ALL"} if match.group(1) is None else set(_selectors(match.group(1)))


def ignored_codes(record: Mapping[str, Any], field: str) -> set[str]:
    """The rules that a record names in a field of its own: a text, a list of texts, or true for all.

    `metadata.ignore` looks inside `metadata` where the record has no field of that very name.
    """
    value: Any = record
    for key in [field] if field in record else field.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is True:
        return {"ALL"}
    if isinstance(value, str):
        return set(_selectors(value))
    if isinstance(value, list):
        return {code for item in value if isinstance(item, str) for code in _selectors(item)}
    return set()


class PathIgnores:
    """`per-path-ignores` of the settings."""

    def __init__(self, ignores: Mapping[str, Collection[str]]) -> None:
        self.ignores = [(Globs([glob]), frozenset(codes)) for glob, codes in ignores.items()]

    def selectors(self, path: str) -> frozenset[str]:
        """What is ignored in a file: codes, prefixes, names or ALL, as written."""
        return frozenset[str]().union(*(codes for globs, codes in self.ignores if globs.match(path)))


def _selectors(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]


def _written(entry: Entry) -> dict[str, Any]:
    row = {} if entry.row_hint is None else {"row_hint": entry.row_hint}
    return {
        "code": entry.code,
        "path": entry.path,
        "fingerprint": entry.fingerprint,
        "reason": entry.reason,
        **row,
    }


def _shown(file: str) -> str:
    relative = os.path.relpath(file)
    return file if relative.startswith("../../..") else relative


def _entries(text: str, path: str) -> list[Entry]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise FtlintError(f"not valid JSON: {getattr(error, 'msg', 'too deep')}", path, line) from None
    if not isinstance(data, dict) or not isinstance(data.get("entries"), list):
        raise FtlintError('is no suppressions file: {"version": 1, "entries": [...]} is expected', path, 1)
    if data.get("version") != VERSION:
        raise FtlintError(f"has version {data.get('version')!r}; this ftlint reads {VERSION}", path, 1)
    lines = _lines(text, len(data["entries"]))
    return [_entry(item, path, line) for item, line in zip(data["entries"], lines, strict=True)]


def _entry(item: Any, path: str, line: int) -> Entry:
    if not isinstance(item, dict):
        raise FtlintError("an entry must be an object", path, line)
    for key in ("code", "path", "fingerprint"):
        if not isinstance(item.get(key), str):
            raise FtlintError(f"an entry needs {key!r} as a text", path, line)
    if not isinstance(item.get("reason", ""), str):
        raise FtlintError("the reason of an entry must be a text", path, line)
    row = item.get("row_hint")
    entry = Entry(item["path"], item["code"], item["fingerprint"], item.get("reason") or FIRST_REASON)
    return replace(entry, row_hint=row if isinstance(row, int) else None)


def _lines(text: str, count: int) -> list[int]:
    """The line each entry starts on."""
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('"entries"')) + 1
    lines = []
    for _ in range(count):
        at = re.compile(r"[\s,]*").match(text, at).end()  # type: ignore[union-attr] # it matches nothing, too
        lines.append(text.count("\n", 0, at) + 1)
        _, at = decoder.raw_decode(text, at)
    return lines
