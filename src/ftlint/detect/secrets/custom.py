"""A project's own kinds of secrets."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ftlint.detect.secrets.kind import OWN_FORM, Kind
from ftlint.model import FtlintError
from ftlint.model.privacy import CustomSecret

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TAKEN = frozenset({"secrets", "default", "custom-secret"})
"""What stands for several kinds where kinds are named."""


def check_names(own: Sequence[CustomSecret], known: Collection[str]) -> None:
    """Raise `FtlintError` for a name by which a kind could not be told from another.

    `known` are the kinds of secrets that are built in.
    """
    from ftlint.detect.pii.kinds import KINDS

    seen: set[str] = set()
    for custom in own:
        where = f"[[secrets.custom]] {custom.name or '(no name)'}"
        if not custom.name or not custom.pattern:
            raise FtlintError(f"{where}: name and pattern are needed")
        if not _NAME.fullmatch(custom.name):
            raise FtlintError(f"{where}: a name is lower-case letters, digits and hyphens, as acme-badge")
        if custom.name in known or custom.name in KINDS or custom.name in _TAKEN:
            raise FtlintError(f"{where}: ftlint has a kind of this name, take another")
        if custom.name in seen:
            raise FtlintError(f"{where}: declared twice, give each its own name")
        seen.add(custom.name)


def compiled(where: str, pattern: str) -> None:
    """Compile a pattern of the settings. Raises `FtlintError` where it is none of RE2."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern.encode(), options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
        raise FtlintError(f"{where}: {pattern!r} is not an RE2 pattern: {reason}") from None


def custom_kind(custom: CustomSecret) -> Kind:
    """The kind that `[[secrets.custom]]` declares. Raises `FtlintError` where it cannot serve."""
    where = f"[[secrets.custom]] {custom.name}"
    compiled(where, custom.pattern)
    if _anchored(custom.pattern):
        raise FtlintError(
            f"{where}: a pattern has no ^ or $, it is searched inside texts; \\b marks a word's edge"
        )
    return Kind(
        custom.name,
        "service-token",
        custom.label or f"a secret of the kind {custom.name}",
        custom.pattern,
        mark=without_groups(custom.pattern),
        floor=custom.entropy,
        rank=OWN_FORM + 1,
        strict=False,
        guessable=True,
    )


_PIECE = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|(?P<group>\(\?P?<\w+>|\((?!\?))|.",
    re.DOTALL,
)


def without_groups(pattern: str) -> str:
    """`pattern` with groups that capture nothing."""
    return f"(?:{_PIECE.sub(lambda piece: '(?:' if piece['group'] else piece[0], pattern)})"


def _anchored(pattern: str) -> bool:
    return any(piece[0] in ("^", "$", r"\A", r"\z") for piece in _PIECE.finditer(pattern))
