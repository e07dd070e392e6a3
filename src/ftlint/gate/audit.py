"""The audit log: who checked, approved, trained, evaluated and redacted what, as a chain of hashes.

Entries are only ever added. Beside LOG stands LOG.head with the number and hash of the last entry: a log that
is shorter than its head was truncated.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ftlint.gate.audit_entry import HEAD, START, audit_key, canonical, entry_hash, head, log_path, signed
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.gate.lock import AuditMark
    from ftlint.settings import Settings

BLOCK = 1 << 16


def record(
    settings: Settings,
    event: str,
    *,
    subject: str,
    hashes: Mapping[str, str],
    verdict: str,
    details: Mapping[str, Any] = {},
) -> AuditMark | None:
    """Add one entry, and give its number and hash; None, and nothing done, where `[audit] log` is not set.

    `event` is check, redact, approve, train, eval or export; `subject` what it was done to, `hashes` the
    SHA-256 of what went in and came out, by path; `details` are counts and names, never values of the data.
    The entry is on the disk when this returns. Several processes may record at once. Raises `FtlintError`
    where the log cannot be written or does not end as its head says: then it was changed, and nothing is
    added.
    """
    path = log_path(settings)
    if not path:
        return None
    from ftlint import __version__
    from ftlint.gate.identity import identity, now
    from ftlint.gate.lock import AuditMark

    key = audit_key(settings)
    who = identity(settings.root, required=False)
    draft: dict[str, Any] = {
        "by": {"name": who.name, "email": who.email},
        "details": dict(details),
        "event": event,
        "ftlint": __version__,
        "hashes": dict(hashes),
        "subject": subject,
        "verdict": verdict,
    }
    with _told(path), _locked(path) as handle:
        last, size = _end(handle, path)
        seq = 0 if last is None else last["seq"] + 1
        draft |= {"at": now(), "seq": seq, "previous": last["hash"] if last else START}
        done = signed(draft, key)
        _append(handle, size, canonical(done) + b"\n")
        try:
            _write_head(path, head(seq, done["hash"], key))
        except BaseException:
            _take_back(handle, path, size, seq)
            raise
    return AuditMark(seq=seq, hash=done["hash"])


def ready(settings: Settings) -> None:
    """Raises `FtlintError` where an entry could not be recorded: asked before work that takes long."""
    path = log_path(settings)
    if not path:
        return
    audit_key(settings)
    with _told(path), _locked(path) as handle:
        _end(handle, path)


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FtlintError(f"cannot write the audit log: {error.strerror or error}", path) from None


@contextlib.contextmanager
def _locked(path: str) -> Iterator[int]:
    """The log, made where it is not there, for this process alone."""
    import fcntl

    os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    while True:
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _same(handle, path):
                yield handle
                return
        finally:
            os.close(handle)


def _same(handle: int, path: str) -> bool:
    """Whether the log is still the file of this name: it may have been moved away while we waited."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _end(handle: int, path: str) -> tuple[dict[str, Any] | None, int]:
    """The last entry, None in a new log, and the size up to its end.

    What a writer that was killed left of an entry is not counted: it was never told that it is recorded.
    """
    from ftlint.gate.audit_read import read_head

    size, known = os.fstat(handle).st_size, read_head(path)
    line, start = _last_line(handle, size)
    whole = line.endswith(b"\n")
    if line and not whole and _parsed(line) is None:
        line, start = _last_line(handle, start)
        size = start + len(line)
    last = _parsed(line)
    if line and last is None:
        raise FtlintError(f"{CHANGED}: its last entry is not what was recorded", path)
    if known is not None and (last is None or last["seq"] < known.seq):
        raise FtlintError(f"{CHANGED}: entries up to {known.seq} were recorded, some are gone", path)
    if known is None and last is not None and last["seq"] > 0:
        raise FtlintError(f"{CHANGED}: {os.path.basename(path)}{HEAD}, which names its end, is gone", path)
    if known is not None and last is not None and last["seq"] == known.seq and last["hash"] != known.hash:
        raise FtlintError(f"{CHANGED}: its last entry is not the one that was recorded", path)
    return last, size


CHANGED = (
    "the audit log was changed (ftlint audit verify says where); nothing is added to it. "
    "Put it back, or move it away together with its .head"
)


def _parsed(line: bytes) -> dict[str, Any] | None:
    from ftlint.gate.audit_read import parsed

    entry = parsed(line)
    return entry if entry is not None and entry_hash(entry) == entry["hash"] else None


def _last_line(handle: int, size: int) -> tuple[bytes, int]:
    """The last line of the first `size` bytes, and where it starts."""
    start, found = size, b""
    while start > 0:
        block = min(BLOCK, start)
        start -= block
        found = os.pread(handle, block, start) + found
        at = found.rfind(b"\n", 0, len(found) - 1)
        if at >= 0:
            return found[at + 1 :], start + at + 1
    return found, 0


def _append(handle: int, size: int, line: bytes) -> None:
    """Adds a line behind the first `size` bytes; on an error the log is as it was."""
    try:
        os.ftruncate(handle, size)
        if size and os.pread(handle, 1, size - 1) != b"\n":
            line = b"\n" + line
        rest = line
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, size)
        raise


def _take_back(handle: int, path: str, size: int, seq: int) -> None:
    """Removes an entry again whose head could not be written: both say that it is there, or neither."""
    from ftlint.gate.audit_read import read_head

    with contextlib.suppress(OSError, FtlintError):
        known = read_head(path)
        if known is None or known.seq < seq:
            os.ftruncate(handle, size)
            os.fsync(handle)


def _write_head(path: str, content: bytes) -> None:
    from ftlint.fix.output import replacing

    with replacing(path + HEAD, path, force=True) as out:
        out.write(content)
