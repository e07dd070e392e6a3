"""What the audit log is told of a check, of a redaction and of an export."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.gate.audit import ready, record
from ftlint.model import Severity

if TYPE_CHECKING:
    from ftlint.engine.bind import Binding
    from ftlint.model.redaction import Redaction
    from ftlint.model.report import Report
    from ftlint.settings import Settings

MOST = 1000
"""Files that an entry names one by one; of more it has one hash, of what `sha256sum` would print of them."""


class Checking:
    """A check, from before it starts: files are hashed as they are when they are read.

    An entry is added when the check has come to its end; one that was broken off has none. Files that were
    fixed have both hashes.
    """

    def __init__(self, settings: Settings, bindings: Sequence[Binding]) -> None:
        ready(settings)
        self._settings = settings
        self._files = {binding.path: binding.file for binding in bindings}
        self._before = sha256_of(self._files)
        self._report: Report | None = None

    def seen(self, report: Report) -> Report:
        """Notes the first report: later ones are of fixed copies."""
        self._report = self._report or report
        return report

    def __enter__(self) -> Checking:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is None and self._report is not None:
            self._record(self._report)

    def _record(self, report: Report) -> None:
        counts = {
            "suppressed": report.suppressed,
            "failures": len(report.failures),
            "not_run": len(report.not_run),
        }
        details: dict[str, Any] = {
            "files": len(report.files),
            "rows": report.rows,
            "rules": report.rules,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            **{name: count for name, count in counts.items() if count},
        }
        if report.since is not None:
            details["since"] = report.since.commit or report.since.ref
        fixed = _differing(self._before, sha256_of(self._files))
        if fixed:
            details["fixed"] = _few(fixed)
        verdict = ("clean", "findings", "failed")[report.exit_code]
        subject = _subject(self._files)
        hashes = _few(self._before)
        record(self._settings, "check", subject=subject, hashes=hashes, verdict=verdict, details=details)


class Redacting:
    """A redaction, from before it starts: with --in-place what goes in is gone afterwards."""

    def __init__(self, settings: Settings, files: Mapping[str, str]) -> None:
        ready(settings)
        self._settings = settings
        self._before = sha256_of(files)

    def record(self, done: Redaction) -> None:
        """Adds the entry, with the hashes of what was written."""
        fine = [file for file in done.files if not file.failed]
        failed = len(done.files) - len(fine)
        details: dict[str, Any] = {
            "files": len(done.files),
            "rows": done.rows,
            "changed_rows": done.changed,
            "values": {f"{kind.kind} {kind.mode}": kind.spans for kind in done.kinds},
            "written": _few(sha256_of({file.target: file.target for file in fine if file.target})),
        }
        if failed:
            details["failed"] = failed
        verdict = "failed" if failed else "dry run" if done.dry else "redacted"
        subject = _subject({file.path: "" for file in done.files})
        hashes = _few(self._before)
        record(self._settings, "redact", subject=subject, hashes=hashes, verdict=verdict, details=details)


def record_export(
    settings: Settings, run: str, kind: str, given: Mapping[str, str], folder: str, files: Sequence[str]
) -> None:
    """Adds the entry of an export: the hashes `given` are of what went in, `files` stand in `folder` now."""
    if not settings.audit.log:
        return
    written = sha256_of({name: os.path.join(folder, name) for name in files})
    details = {"to": kind, "folder": folder, "written": _few(written)}
    record(settings, "export", subject=run, hashes=given, verdict="written", details=details)


def sha256_of(files: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 by shown path of those of `files` (shown path to file) that are files of this machine."""
    found = {}
    for shown, file in files.items():
        if os.path.isfile(file):
            with open(file, "rb") as stream:
                found[shown] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {path: digest for path, digest in after.items() if before.get(path) != digest}


def _few(hashes: Mapping[str, str]) -> dict[str, str]:
    if len(hashes) <= MOST:
        return dict(hashes)
    listing = "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items()))
    whole = hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()
    return {f"SHA256SUMS of {len(hashes)} files": whole}


def _subject(paths: Mapping[str, str]) -> str:
    """Up to three paths, and how many more."""
    names = sorted(paths)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
