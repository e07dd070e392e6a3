"""A converted config that was handed over to another trainer: the lock's hash inside, and it is unedited."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from ftlint.detect.mask import visible
from ftlint.model import FtlintError

_HEAD = re.compile(
    r"# ftlint config convert (?P<config>.*) --to (?P<tool>[\w-]+)\n"
    r"# approved in ftlint\.lock: (?P<lock>[0-9a-f]{64})\n"
    r"(?:# not said here: (?P<lost>.*)\n)?"
    r"# SHA-256 of the lines below: (?P<sha256>[0-9a-f]{64})\n"
)
LONGEST = 16 << 20


class Handed(NamedTuple):
    """What a converted config says of itself: the config it is from, the trainer it is for, the hash of the
    approval, the fields it cannot say."""

    config: str
    tool: str
    lock: str
    lost: tuple[str, ...]


def with_lock(text: str, config: str, tool: str, lock: str, lost: Iterable[str] = ()) -> str:
    """A converted config under comments that bind it to an approval."""
    names = ", ".join(sorted(lost))
    said = f"# not said here: {names}\n" if names else ""
    return (
        f"# ftlint config convert {visible(config)} --to {tool}\n"
        f"# approved in ftlint.lock: {lock}\n{said}"
        f"# SHA-256 of the lines below: {_digest(text)}\n{text}"
    )


def handed(path: str) -> Handed:
    """What the converted config at `path` says of itself.

    Raises `FtlintError` for a file without those comments, and for one that was edited since.
    """
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            text = stream.read(LONGEST)
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is no text"
        raise FtlintError(f"cannot be read: {what}", path) from None
    text = text.replace("\r\n", "\n")
    found = _HEAD.match(text)
    if found is None:
        raise FtlintError(
            "does not say which approval it is from: ftlint config convert --lock writes that", path
        )
    if _digest(text[found.end() :]) != found["sha256"]:
        raise FtlintError(
            "was edited after it was converted, so that it is not what was approved: convert again "
            "with --lock, or approve the edited file itself (ftlint approve)",
            path,
        )
    lost = tuple((found["lost"] or "").split(", ")) if found["lost"] else ()
    return Handed(found["config"], found["tool"], found["lock"], lost)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
