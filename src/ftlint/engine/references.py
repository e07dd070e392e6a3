"""The files behind what a config calls its data: found on disk first, matched with what was read later."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import translate
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from ftlint.engine.infer import parse
from ftlint.engine.registered import decoded
from ftlint.formats.dataset_info import is_registry, source_of
from ftlint.model import DataRef, Part, TrainingConfig
from ftlint.model.project import Lack, Unread, Use
from ftlint.read.candidates import is_data_name
from ftlint.read.discover import shown
from ftlint.read.globs import is_glob
from ftlint.read.listing import git_top
from ftlint.read.urls import is_remote, masked

MOST_FILES = 100_000
"""Files that one folder or glob may stand for; further ones are not looked at."""
MOST_LOOKED = 200_000
"""Entries of folders that one glob may look at: one in a config may begin at the root of the disk."""
MOST_TOLD = 1000
"""Files of one reference that were no part of a run and are told one by one."""
MOST_ALIKE = 1000
"""Names that a mistyped one is compared with."""

REASONS: Mapping[str, str] = {
    "hub": "data on a hub, which is never asked",
    "remote": "data in a store or made by a script",
    "unknown": "data named by a placeholder",
    "unscanned": "data that was not part of this check",
}

_LIMITED = re.compile(r"(.+)#(\d+)")
REGISTRY = "dataset_info.json"


class Named(NamedTuple):
    """A reference of a config and the files of this machine it stands for, real paths; why there are none.

    `near` is the path of a file that may have been meant. `sure` says that a missing file is a mistake:
    the folder it should lie in is there and holds data.
    """

    ref: DataRef
    split: str
    files: tuple[str, ...] = ()
    lack: Lack = ""
    reason: str = ""
    near: str = ""
    sure: bool = False


class Places:
    """Where names of data are looked for: as seen from the root, from a config's folder and those above it,
    up to the top of the git repository.

    `known` are the data files of this run: real path -> path as shown.
    """

    def __init__(self, root: str, known: Mapping[str, str]) -> None:
        self.root = root
        self.top = git_top(root)
        self.known = known
        self.by_name: dict[str, list[str]] = {}
        self.lying: dict[str, tuple[str, ...]] = {}
        self.beside: dict[str, list[str]] = {}
        for path in known.values():
            self.by_name.setdefault(os.path.basename(path), []).append(path)

    def folders(self, config: str) -> Iterator[str]:
        yield self.root
        folder = os.path.dirname(os.path.join(self.root, config))
        while folder != self.root and folder.startswith(f"{self.root.rstrip('/')}/"):
            yield folder
            folder = os.path.dirname(folder)
        if folder != self.root:
            yield folder  # the config lies outside the root: only its own folder counts
        folder = self.root
        while self.top and folder != self.top:  # checked from below the repository's top
            folder = os.path.dirname(folder)
            yield folder

    def at(self, name: str, config: str) -> tuple[str, ...]:
        """Real paths of the files that a name stands for; a folder stands for the data in it."""
        for folder in self.folders(config):
            if found := self.files_at(os.path.join(folder, os.path.expanduser(name))):
                return found
        return ()

    def files_at(self, path: str) -> tuple[str, ...]:
        """What lies at a path, looked at once: many configs name the same folder."""
        path = os.path.normpath(path)
        if path not in self.lying:
            self.lying[path] = tuple(files_at(path))
        return self.lying[path]

    def names(self, folder: str) -> list[str]:
        """The names of data in a folder, sorted; none where it may not be looked into."""
        if folder not in self.beside:
            self.beside[folder] = sorted(entry.name for entry in _entries(folder) if is_data_name(entry.name))
        return self.beside[folder]

    def near(self, name: str, config: str) -> tuple[str, bool]:
        """A file that may have been meant, and whether the folder it should lie in holds data."""
        base = os.path.basename(name.rstrip("/"))
        elsewhere = self.by_name.get(base, ())
        if len(elsewhere) == 1:
            return elsewhere[0], True
        root = self.root.rstrip("/")
        for folder in self.folders(config):
            above = os.path.dirname(os.path.normpath(os.path.join(folder, name)))
            if f"{above}/".startswith(f"{root}/") and os.path.isdir(above):
                names = self.names(above)
                close = _alike(base, names[:MOST_ALIKE])
                if close:
                    return shown(os.path.join(above, close), self.root), True
                if names and above != self.root:
                    return "", True
        return "", False


def _alike(name: str, names: Sequence[str]) -> str:
    """The name that may have been meant, "" for none: `x.jsonl` and `t.jsonl` share but an ending."""
    stem = name.partition(".")[0]
    close = get_close_matches(name, names, 3, 0.75)
    return next((each for each in close if get_close_matches(stem, [each.partition(".")[0]], 1, 0.6)), "")


def files_at(path: str) -> list[str]:
    """Real paths of what lies at a path: a file, the data of a folder, what a glob matches."""
    if os.path.isfile(path):
        return [os.path.realpath(path)]
    if os.path.isdir(path):
        return [os.path.realpath(file) for file in _data_in(path) if os.path.isfile(file)]
    if is_glob(path) and "\0" not in path:
        start, *parts = path.split("/")
        matches = set(islice(_matching(start or "/", parts, [MOST_LOOKED]), MOST_FILES))
        return [os.path.realpath(file) for file in sorted(matches) if os.path.isfile(file)]
    return []


def _matching(folder: str, parts: Sequence[str], left: list[int]) -> Iterator[str]:
    """What a glob matches below a folder, as `glob` has it; of `left` entries at most."""
    if not parts:
        yield folder
        return
    first, *rest = parts
    if not is_glob(first):
        yield from _matching(os.path.join(folder, first), rest, left)
        return
    if first == "**" and rest:
        yield from _matching(folder, rest, left)
    fits = re.compile(translate(first)).match
    for entry in _entries(folder):
        left[0] -= 1
        if left[0] < 0:
            return
        below = _is_folder(entry)
        if first == "**" and below and not entry.is_symlink():
            yield from _matching(entry.path, parts, left)
        elif first == "**":
            yield from () if rest or below else (entry.path,)
        elif fits(entry.name) and (below or not rest):
            yield from _matching(entry.path, rest, left)


def _data_in(folder: str) -> list[str]:
    """Data files of a folder and of the folders right below it, as `load_dataset` takes them."""
    found: list[str] = []
    inner = sorted(entry.path for entry in _entries(folder) if _is_folder(entry))
    for above in (folder, *inner[:MOST_FILES]):
        names = sorted(entry.name for entry in _entries(above) if is_data_name(entry.name))
        found += [os.path.join(above, name) for name in names[: MOST_FILES - len(found)]]
    return found


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder and not hidden; nothing where there is none, or it may not be looked into."""
    try:
        with os.scandir(folder) as scan:
            return [entry for entry in scan if not entry.name.startswith(".")]
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def named(config: TrainingConfig, places: Places) -> list[Named]:
    """What a config trains on, evaluates on and mixes in, each reference by itself."""
    trained = [_named(ref, "train", config, places) for ref in config.get("train_data") or ()]
    files = {file for each in trained for file in each.files}
    found = list(trained)
    for ref in config.get("eval_data") or ():
        each = _named(ref, "validation", config, places)
        if files.issuperset(each.files) and _split(ref.split.partition("[")[0]) not in ("", "train"):
            each = Named(
                each.ref, each.split, lack=each.lack or "unregistered", reason=each.reason or SPLIT_OFF
            )
        found.append(each)
    found += [_named(ref, "general", config, places) for ref in config.get("general_data") or ()]
    return found


SPLIT_OFF = "data that is split off a file while it is loaded"


def _named(ref: DataRef, split: str, config: TrainingConfig, places: Places) -> Named:
    if ref.kind in ("unknown", "remote"):
        return Named(ref, split, lack=ref.kind, reason=REASONS[ref.kind])
    if ref.kind == "registered":
        if config.dialect.startswith("llamafactory"):
            return _registered(ref, split, config, places)
        return Named(ref, split, lack="unregistered", reason="data that the framework knows by a name")
    return _located(ref, split, config, places)


def _located(ref: DataRef, split: str, config: TrainingConfig, places: Places) -> Named:
    """A reference to a path, or to a name that may be one."""
    name = ref.name.removeprefix("file://")
    found = places.at(name, config.path)
    limited = _LIMITED.fullmatch(name)
    if not found and limited:
        name, ref = limited[1], ref._replace(limit=int(limited[2]))
        found = places.at(name, config.path)
    if found:
        return Named(ref, split, found if is_glob(name) else of_split(found, split, ref.split))
    if ref.kind == "hub":
        return Named(ref, split, lack="hub", reason=REASONS["hub"])
    if os.path.isabs(os.path.expanduser(name)):
        return Named(ref, split, lack="remote", reason="data on another machine")
    near, sure = places.near(name, config.path)
    return Named(ref, split, lack="missing", reason="no such file", near=near, sure=sure)


def of_split(files: Sequence[str], split: str, written: str) -> tuple[str, ...]:
    """Of the files of a folder those that are of the split: by their names, else by that of their folder."""
    if len(files) == 1:
        return tuple(files)
    wanted = _split(written.partition("[")[0]) or split
    by_split: dict[str, list[str]] = {}
    for file in files:
        said = _split(os.path.basename(file)) or _split(os.path.basename(os.path.dirname(file)))
        by_split.setdefault(said, []).append(file)
    if set(by_split) == {""}:
        return tuple(files)
    return tuple(by_split.get(wanted, by_split.get("", [])))


@lru_cache(maxsize=1 << 17)
def _split(name: str) -> str:
    return parse(name).split


def _registered(ref: DataRef, split: str, config: TrainingConfig, places: Places) -> Named:
    """A name that LLaMA-Factory's `dataset_info.json` explains."""
    asked = config.entry("dataset_dir")
    written = asked.value.text if asked is not None and asked.value.kind == "scalar" else "data"
    for folder in places.folders(config.path):
        home = os.path.normpath(os.path.join(folder, os.path.expanduser(written)))
        file = os.path.join(home, REGISTRY)
        if os.path.isfile(file):
            return _explained(ref, split, config, places, home, decoded(file))
    found = places.at(os.path.join(written, ref.name), config.path)
    if found:
        return Named(ref, split, of_split(found, split, ref.split))
    return Named(ref, split, lack="unregistered", reason=f"data that no {REGISTRY} explains")


def _explained(
    ref: DataRef, split: str, config: TrainingConfig, places: Places, home: str, registry: Any
) -> Named:
    where = shown(os.path.join(home, REGISTRY), places.root)
    if not is_registry(registry):
        return Named(ref, split, lack="unregistered", reason=f"data of {where}, which is no registry")
    entry = registry.get(ref.name)
    if entry is None:
        found = places.files_at(os.path.join(home, ref.name))
        if found:
            return Named(ref, split, of_split(found, split, ref.split))
        near = next(iter(get_close_matches(ref.name, sorted(registry)[:MOST_ALIKE], 1, 0.6)), "")
        return Named(ref, split, lack="missing", reason=f"not in {where}", near=near, sure=True)
    source = source_of(entry)
    rows = source.limit if ref.limit is None else ref.limit
    ref = ref._replace(split=ref.split or source.split, limit=rows)
    if source.kind != "file":
        return Named(ref, split, lack=source.kind, reason=REASONS[source.kind])
    found = places.files_at(os.path.join(home, source.name))
    if found:
        return Named(ref, split, found)
    near, _ = places.near(os.path.join(home, source.name), config.path)
    missing = shown(os.path.join(home, source.name), places.root)
    return Named(ref, split, lack="missing", reason=f"{missing}, as {where} says", near=near, sure=True)


class Resolved(NamedTuple):
    """What of a config's data this run has read, and what not."""

    uses: tuple[Use, ...]
    unread: tuple[Unread, ...]


def resolved(found: Iterable[Named], parts: Mapping[str, Part], root: str) -> Resolved:
    """References with the parts of this run that they stand for. `parts` are by real path."""
    uses: list[Use] = []
    unread: list[Unread] = []
    for each in found:
        known = tuple(parts[file] for file in each.files if file in parts)
        if known:
            uses.append(Use(each.ref, each.split, known))
        left = [file for file in each.files if file not in parts]
        name = masked(each.ref.name) if is_remote(each.ref.name) else each.ref.name
        if left:
            paths = tuple(os.path.relpath(file) for file in left[:MOST_TOLD])
            told = REASONS["unscanned"]
            unread.append(Unread(name, told, "unscanned", each.split, each.ref.range, paths=paths))
        elif not each.files:
            unread.append(
                Unread(
                    name,
                    each.reason,
                    each.lack or "missing",
                    each.split,
                    each.ref.range,
                    near=each.near,
                    sure=each.sure,
                )
            )
    return Resolved(tuple(uses), tuple(unread))
