"""What was found of unchanged files, kept on disk: measures and findings, never text of a record.

What a file is (container, format) and what its scan found are used when the file's size, times and inode
are the same, or, after a fresh checkout, when its content hash is; for a file in a store when its size and
its etag or time are; and when ftlint, the rules and all that steers a scan are the same. What is known of
several files together (what rows of a dataset share, who is near whom) goes by the contents of all of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

from ftlint.engine.bind import Binding
from ftlint.engine.cache_records import Records, name_of
from ftlint.engine.cache_store import Store
from ftlint.engine.cache_values import partial_packed, partial_unpacked, value_packed, value_unpacked
from ftlint.engine.entries import Entries
from ftlint.engine.hashing import content_hash
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.steering import installed, steering
from ftlint.formats import by_name, identity, remapped
from ftlint.formats.columns import ColumnFormat
from ftlint.model import Format, FtlintError, Source
from ftlint.read.candidates import is_data_file
from ftlint.read.logs import may_be_log_name
from ftlint.read.urls import is_remote

WRITTEN_TEMPLATES = 200_000
"""Files with more findings that differ in more than their numbers are scanned anew each time."""

Settled = tuple[Source, Format | None, str]
"""What a file is, its format, and what is unclear about it."""


class Cache:
    """The cache folder of one project.

    Edits of fixes are not kept, for they hold text. With `edits` a file with findings that can be fixed
    counts as unknown.
    """

    def __init__(self, folder: str, *, edits: bool = False) -> None:
        self.edits = edits
        self.store = Store(folder)
        self.records = Records(self.store)
        self._noted: dict[str, list[tuple[list[Any], Any]]] = {}
        self._told: list[tuple[str, Any, list[str]]] = []
        self._looked: dict[str, tuple[str, bool]] = {}
        self._steering: dict[int, str] = {}
        self._plans: list[FilePlan] = []

    def begin(self) -> None:
        """A run begins: what files are is asked anew."""
        self.records.begin()
        self._noted.clear()
        self._told.clear()
        self._steering.clear()
        self._plans.clear()

    def is_data(self, file: str, name: str) -> bool:
        """Whether a file with the name of a data file holds data: what its first bytes said."""
        if not (name.lower().endswith(".json") or may_be_log_name(name)):
            return True
        if self.records.is_known(file):  # else it would be read to its end to know whether to read it
            told = self._of(file, *_looked(name))
            if type(told) is bool:
                return told
        self._looked[file] = name, is_data_file(file, name)
        return self._looked[file][1]

    def settled(self, binding: Binding) -> Settled | None:
        """What a file is, None where that is to be found out."""
        if binding.stand_in:
            return None
        if is_remote(binding.file) and not self.records.is_known(binding.file):
            return None  # `settle` hears what a store says of it
        told = self._of(binding.file, *_asked(binding))
        if told is None:
            return None
        with suppress(ValueError, TypeError, IndexError, KeyError, FtlintError):
            fields, named, doubt = told
            return Source(binding.path, binding.file, *fields), _format(named), str(doubt)
        return None

    def settle(self, binding: Binding, source: Source, format: Format | None, doubt: str) -> None:
        """Remember what a file is."""
        self.records.told(source)
        if not binding.stand_in and not _names_private_columns(format):
            self._note(binding.file, [list(source[2:]), _written(format), doubt], _asked(binding))

    def get(self, plan: FilePlan, rules: RuleSet) -> Partial | None:
        """What is known of the file, None where it or anything that steers a scan has changed."""
        data = self.store.get(self._name(plan, rules))
        kinds = {f"{kind.__module__}.{kind.__qualname__}": kind for kind in rules.measures}
        try:
            partial = None if data is None else partial_unpacked(data, kinds)
            return None if partial is None or (self.edits and _is_fixable(partial)) else partial
        except (ValueError, KeyError, TypeError, IndexError):
            return None

    def put(self, plan: FilePlan, rules: RuleSet, partial: Partial) -> None:
        """Keep what was found in a file that was the same all the while."""
        if partial.failures or partial.missing or not _can_be_kept(partial.findings.values()):
            return
        if not _names_private(partial) and self.records.write(plan.source.file):
            self.store.put(self._name(plan, rules), partial_packed(partial))

    def content(self, file: str) -> str:
        """A hash of a file's content, known without reading it where it is unchanged; "" for none."""
        return self.records.content(file)

    def steering(self, plan: FilePlan, rules: RuleSet) -> str:
        """What steers the scan of a file, as a hash."""
        if id(plan) not in self._steering:
            self._steering[id(plan)] = steering(plan, rules)
            self._plans.append(plan)  # so that no other plan can have its place
        return self._steering[id(plan)]

    def known(self, *key: Any) -> Any:
        """What `tell` was told under the same key, None where that is nothing."""
        data = self.store.get(_key(key))
        try:
            return None if data is None else value_unpacked(data)
        except (ValueError, KeyError, TypeError, IndexError):
            return None

    def tell(self, value: Any, files: Iterable[str], *key: Any) -> None:
        """Keep a value, made of what `cache_values` packs, under a key that JSON can hold.

        It is kept if the files it was made of are still the same when the run ends.
        """
        self._told.append((_key(key), value, list(files)))

    def save(self) -> None:
        """Write what is new of files that are still what they were."""
        for file, (name, told) in self._looked.items():
            if self.records.is_known(file) and self._of(file, *_looked(name)) is None:
                self._note(file, told, _looked(name))
        asked = {*self._noted, *(file for _, _, files in self._told for file in files)}
        same = {file for file in asked if self.records.write(file)}
        for file in same & self._noted.keys():
            for key, value in self._noted[file]:
                self.store.put(self._named(file, *key), value_packed(value))
        for name, value, files in self._told:
            if same.issuperset(files):
                self.store.put(name, value_packed(value))
        self._looked.clear()
        self._noted.clear()
        self._told.clear()
        self.store.save()

    def _name(self, plan: FilePlan, rules: RuleSet) -> str:
        return self._named(plan.source.file, self.steering(plan, rules))

    def _of(self, file: str, *key: Any) -> Any:
        """What was noted of a file with that content."""
        data = self.store.get(self._named(file, *key))
        try:
            return None if data is None else value_unpacked(data)
        except (ValueError, KeyError, TypeError, IndexError):
            return None

    def _note(self, file: str, value: Any, key: list[Any]) -> None:
        """Keep the value under the file's content, if that is the same when the run ends."""
        if self.content(file):
            self._noted.setdefault(file, []).append((key, value))

    def _named(self, file: str, *key: Any) -> str:
        return content_hash(json.dumps([name_of(file), self.content(file), *key]).encode())


def _key(key: Sequence[Any]) -> str:
    return content_hash(json.dumps([installed(), *key], default=str).encode())


def _looked(name: str) -> list[Any]:
    return ["holds data", installed(), name]


def _asked(binding: Binding) -> list[Any]:
    """What a file was taken for when it was looked at."""
    known = identity(binding.known) if binding.known is not None else ""
    columns = sorted(binding.columns.items())
    return ["is", installed(), binding.path, binding.format, columns, known, binding.document]


def _written(format: Format | None) -> list[Any]:
    """A format as JSON: its name, and its columns where those are mapped."""
    if format is None:
        return []
    if isinstance(format, ColumnFormat) and format.base is not None:
        return [format.name, dict(format.columns), dict(format.tags)]
    return [format.name]


def _format(told: Sequence[Any]) -> Format | None:
    if not told:
        return None
    name, *mapped = told
    return remapped(name, mapped[0], mapped[1] or None) if mapped else by_name(name)


def _is_fixable(partial: Partial) -> bool:
    """Whether a finding of the file's scan has a fix."""
    if any(verdict.finding.fix is not None for verdict in partial.verdicts.values()):
        return True
    return any(entries.fixes(safe) for entries in partial.findings.values() for safe in (True, False))


def _can_be_kept(found: Collection[Entries]) -> bool:
    """Whether there are few enough templates, and none with what is no number where a number belongs."""
    few = sum(len(entries.templates) for entries in found) <= WRITTEN_TEMPLATES
    return few and not any(entries.whole for entries in found)


def _names_private(partial: Partial) -> bool:
    """Whether a pointer names what may be private: records can have addresses for keys."""
    from ftlint.detect.mask import sensitive

    pointers = {template.pointer for entries in partial.findings.values() for template in entries.templates}
    pointers.update(verdict.finding.pointer for verdict in partial.verdicts.values())
    return any(sensitive(step) for step in {step for pointer in pointers for step in pointer.split("/")})


def _names_private_columns(format: Format | None) -> bool:
    from ftlint.detect.mask import sensitive

    names = format.columns.values() if isinstance(format, ColumnFormat) else ()
    return any(sensitive(name) for name in names if name)
