"""Who does it, and when."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.gate.lock import Approver

VARIABLE = "FTLINT_USER"
_WRITTEN = re.compile(r"\s*([^<>]*?)\s*(?:<\s*([^<>\s]*)\s*>)?\s*")


def identity(root: str, *, required: bool = True) -> Approver:
    """Who runs this: `FTLINT_USER` ("Name <mail>"), else the git identity of the folder.

    Without one, raises `FtlintError`, or gives the name of the login where it is not `required`.
    """
    from ftlint.gate.lock import Approver

    written = os.environ.get(VARIABLE, "").strip()
    if written:
        found = _WRITTEN.fullmatch(written)
        if found is None or not found[1]:
            raise FtlintError(f'{VARIABLE} must be "Name <mail>": it is {written!r}')
        return Approver(name=_plain(found[1]), email=_plain(found[2] or ""))
    name = os.environ.get("GIT_AUTHOR_NAME", "").strip() or _git(root, "user.name")
    mail = os.environ.get("GIT_AUTHOR_EMAIL", "").strip() or _git(root, "user.email")
    if not name and required:
        raise FtlintError(
            "nobody to name as the one who does this: git config user.name and user.email, "
            f'or {VARIABLE}="Name <mail>"'
        )
    return Approver(name=_plain(name) or _login(), email=_plain(mail))


def now() -> str:
    """The time in UTC, to the second: 2026-11-28T23:31:41Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _git(root: str, key: str) -> str:
    command = ["git", "-C", root, "config", "--get", key]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if not done.returncode else ""


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        return f"uid {os.getuid()}"


def _plain(text: str) -> str:
    """A name without signs that steer a terminal."""
    return "".join(sign for sign in text if sign.isprintable())[:200]
