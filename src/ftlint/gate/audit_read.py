"""Reads an audit log and its head."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ftlint.gate.audit_entry import HEAD
from ftlint.model import FtlintError

NAMES = frozenset(
    {"at", "by", "details", "event", "ftlint", "hash", "hashes", "previous", "seq", "subject", "verdict"}
)


class Head(NamedTuple):
    """The end of a log, as its head file tells it; `signature` is "" in a log without a key."""

    seq: int
    hash: str
    signature: str = ""


def parsed(line: bytes) -> dict[str, Any] | None:
    """A line as an entry: a map with every field of one and of the right types; None for anything else."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or entry.keys() - {"signature"} != NAMES:
        return None
    texts = ("at", "event", "ftlint", "hash", "previous", "subject", "verdict")
    maps = ("by", "details", "hashes")
    fine = (
        all(isinstance(entry[name], str) for name in texts)
        and all(isinstance(entry[name], dict) for name in maps)
        and type(entry["seq"]) is int
        and entry["seq"] >= 0
        and isinstance(entry.get("signature", ""), str)
    )
    return entry if fine else None


def lines(path: str) -> Iterator[bytes]:
    """The lines of a log with their ends. Raises `FtlintError` where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            yield from stream
    except FileNotFoundError:
        raise FtlintError("there is no audit log here", path) from None
    except OSError as error:
        raise FtlintError(f"cannot read the audit log: {error.strerror}", path) from None


@contextlib.contextmanager
def still(path: str) -> Iterator[None]:
    """While it lasts nobody records: log and head belong together. Nothing where the log is not there."""
    import fcntl

    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # some network file systems know no locks
            fcntl.flock(stack.enter_context(open(path, "rb")), fcntl.LOCK_SH)
        yield


def read_head(path: str) -> Head | None:
    """The head of the log at `path`, None where there is none. Raises `FtlintError` for a broken one."""
    place = path + HEAD
    try:
        with open(place, "rb") as stream:
            content = stream.read(4096)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FtlintError(f"cannot read the head of the audit log: {error.strerror}", place) from None
    try:
        loaded = json.loads(content)
        seq, last, sign = loaded["seq"], loaded["hash"], loaded.get("signature", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FtlintError("the head of the audit log is broken: it was changed by hand", place) from None
    if type(seq) is not int or not isinstance(last, str) or not isinstance(sign, str):
        raise FtlintError("the head of the audit log is broken: it was changed by hand", place)
    return Head(seq, last, sign)
