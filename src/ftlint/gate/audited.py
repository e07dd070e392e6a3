"""What the audit log is told of an approval, and whether it knows of one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ftlint.gate.lock import Approval, AuditMark, digest, lock_hash

if TYPE_CHECKING:
    from ftlint.gate.approve import Outcome
    from ftlint.gate.verify import Breach
    from ftlint.settings import Settings

MOST_FILES = 200
"""Data files of one split that an entry names one by one; of more it has one hash."""

LOCK = "lock"
"""What an entry calls the hash of an approval."""


def hashes(approval: Approval) -> dict[str, str]:
    """What went into an approval, and its own hash."""
    found = {LOCK: lock_hash(approval), approval.config.path: approval.config.sha256}
    for split, files in approval.data.items():
        if len(files) > MOST_FILES:
            found[f"data.{split}"] = digest([each.model_dump() for each in files])
        else:
            found.update((each.path, each.sha256) for each in files)
    found["model"] = digest(approval.model.model_dump())
    return found


def record_outcome(
    settings: Settings, subject: str, verdict: str, outcome: Outcome, given: Mapping[str, str] = {}
) -> AuditMark | None:
    """Tell the log of an approval, or of one that was refused."""
    from ftlint.gate.audit import record

    blocking = [f"{each.code} {each.name} ({each.count:,})" for each in outcome.blocking]
    waivers = outcome.approval.waivers if outcome.approval else ()
    details = {
        "blocking": blocking,
        "waived": [f"{each.code} {each.name} ({each.count:,}): {each.reason}" for each in waivers],
    }
    return record(
        settings,
        "approve",
        subject=subject,
        hashes=given,
        verdict=verdict,
        details={name: told for name, told in details.items() if told},
    )


def unknown_to_log(approval: Approval, settings: Settings) -> Iterator[Breach]:
    """That the log, where it is on this machine, does not hold the entry of an approval.

    Who writes a lock by hand can seal it, and cannot write the log of those who have its key.
    """
    from ftlint.gate.audit_entry import audit_key, entry_hash, log_path, signature
    from ftlint.gate.audit_read import lines, parsed
    from ftlint.gate.verify import Breach

    path = log_path(settings)
    if not path or not os.path.isfile(path):
        return
    shown = os.path.relpath(path, settings.root)
    mark = approval.audit
    if mark is None:
        yield Breach("audit", shown, "holds no entry of this approval: it is not the one written")
        return
    entry = next((each for line in lines(path) if (each := parsed(line)) and each["seq"] == mark.seq), None)
    fits = (
        entry is not None
        and entry["hash"] == mark.hash == entry_hash(entry)
        and entry["event"] == "approve"
        and entry["hashes"].get(LOCK) == lock_hash(approval)
    )
    key = audit_key(settings, needed=False)
    if fits and entry is not None and key is not None:
        fits = entry.get("signature") == signature(key, "entry", entry["hash"])
    if not fits:
        yield Breach(
            "audit", shown, f"entry {mark.seq} is not that of this approval: lock or log was changed"
        )
