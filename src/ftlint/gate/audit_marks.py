"""What stands outside an audit log about its end: in ftlint.lock, in the manifests of runs.

A log that was cut short together with its head, or written anew from some entry on, no longer has the entries
that these name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.settings import Settings

MANIFEST = "run.json"


class Mark(NamedTuple):
    """Number and hash of an entry, and where that was noted."""

    place: str
    seq: int
    hash: str


def marks_of(settings: Settings, runs: Sequence[str] = ()) -> list[Mark]:
    """The marks of the project's lock and of every run below its root, or in the folders `runs`."""
    from ftlint.gate.lock import NAME

    places = [os.path.join(settings.root, NAME)]
    places += [os.path.join(run, MANIFEST) for run in runs] or sorted(_manifests(settings))
    found = []
    for place in places:
        shown = os.path.relpath(place, settings.root)
        found += [Mark(shown if not shown.startswith("..") else place, *each) for each in _in_file(place)]
    return found


def _manifests(settings: Settings) -> Iterator[str]:
    from ftlint.settings.model import DEFAULT_EXCLUDE

    plain = {name for name in DEFAULT_EXCLUDE if "*" not in name} - {"dist", "build"}
    for folder, folders, files in os.walk(settings.root):
        folders[:] = [name for name in folders if name not in plain]
        if MANIFEST in files:
            yield os.path.join(folder, MANIFEST)


def _in_file(place: str) -> list[tuple[int, str]]:
    """Every `audit` mark of a JSON file, none where there is no file. The file's own form is not asked for:
    one of another version of ftlint still bears witness. Raises `FtlintError` for one that is no JSON."""
    try:
        with open(place, "rb") as stream:
            loaded = json.load(stream)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror}", place) from None
    except (ValueError, RecursionError):
        if os.path.basename(place) == MANIFEST:
            return []  # anybody may call a file run.json
        raise FtlintError("is no JSON: its marks of the audit log cannot be read", place) from None
    return list(dict.fromkeys(_marks(loaded)))


def _marks(value: Any) -> Iterator[tuple[int, str]]:
    if isinstance(value, list):
        for each in value:
            yield from _marks(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "audit" and isinstance(each, dict) and each.keys() == {"seq", "hash"}:
                seq, digest = each["seq"], each["hash"]
                if type(seq) is int and isinstance(digest, str):
                    yield seq, digest
            else:
                yield from _marks(each)
