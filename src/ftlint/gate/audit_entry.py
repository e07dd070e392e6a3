"""One entry of the audit log: its canonical bytes, its hash, its signature; the key.

An entry is one line: JSON with sorted keys and no spaces, in ASCII. Its `hash` is the SHA-256 of that JSON
without `hash` and `signature`; `previous` is the hash of the entry before it, 64 zeros in the first one. A
`signature` is HMAC-SHA256 of the hash.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.settings import Settings

VARIABLE = "FTLINT_AUDIT_KEY"
START = "0" * 64
"""`previous` of the first entry."""

HEAD = ".head"
"""What the name of the file ends with that holds the number and hash of the last entry."""

Entry = Mapping[str, Any]


def canonical(entry: Entry) -> bytes:
    """The entry as JSON: sorted keys, no spaces, ASCII. Raises ValueError for a number that JSON lacks."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return text.encode("ascii")


def entry_hash(entry: Entry) -> str:
    """SHA-256 of all of an entry but its `hash` and `signature`, in hexadecimal digits."""
    content = {name: value for name, value in entry.items() if name not in ("hash", "signature")}
    return hashlib.sha256(canonical(content)).hexdigest()


def signature(key: bytes, purpose: str, text: str) -> str:
    """HMAC-SHA256 in hexadecimal digits. One for an `entry` is of no use for a `head`."""
    return hmac.new(key, f"ftlint audit {purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def signed(entry: Entry, key: bytes | None) -> dict[str, Any]:
    """The entry with its hash and, where there is a key, its signature."""
    done = {**entry, "hash": entry_hash(entry)}
    if key is not None:
        done["signature"] = signature(key, "entry", done["hash"])
    return done


def head(seq: int, last: str, key: bytes | None) -> bytes:
    """What the head file holds: the number and the hash of the last entry, signed where there is a key."""
    content: dict[str, Any] = {"hash": last, "seq": seq}
    if key is not None:
        content["signature"] = signature(key, "head", f"{seq} {last}")
    return canonical(content) + b"\n"


def log_path(settings: Settings) -> str:
    """Where the log is, "" where the settings name none."""
    log = settings.audit.log
    return os.path.normpath(os.path.join(settings.root, os.path.expanduser(log))) if log else ""


def audit_key(settings: Settings, *, needed: bool = True) -> bytes | None:
    """The key that signs: of $FTLINT_AUDIT_KEY, else of `key-file`; None where the settings name none.

    Raises `FtlintError` for one that is not fit for use, and for one that is named, `needed` and not there.
    """
    from ftlint.detect.keyed import checked, key_in

    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return checked(given, f"${VARIABLE}")
    if not settings.audit.key_file:
        return None
    path = os.path.normpath(os.path.join(settings.root, os.path.expanduser(settings.audit.key_file)))
    key = key_in(path, named=True)
    if key is None and needed:
        place = settings.where(("audit", "key-file"))
        raise FtlintError(
            f"there is no key at {path}: make one (umask 077; openssl rand -hex 32 > {path}) "
            f"or set {VARIABLE}",
            *place,
        )
    return key
