"""Secrets in a text: credentials of known form, and values that a name calls a secret."""

from __future__ import annotations

from difflib import get_close_matches

from ftlint.detect.secrets.custom import compiled, custom_kind
from ftlint.detect.secrets.detector import SecretDetector
from ftlint.model import FtlintError
from ftlint.model.privacy import SecretChoices

__all__ = ["SecretDetector", "detector", "known_kinds"]


def known_kinds() -> dict[str, str]:
    """Every kind that can be found, with the rule that reports it."""
    from ftlint.detect.secrets.kinds import KINDS

    return {kind.name: kind.group for kind in KINDS}


def detector(choices: SecretChoices) -> SecretDetector:
    """A detector of the kinds that are not ignored, and of the project's own. Compiles nothing yet.

    Raises `FtlintError` for a kind that does not exist, and for a pattern that is not RE2.
    """
    from ftlint.detect.secrets.kinds import KINDS

    names = {kind.name for kind in KINDS} | {custom.name for custom in choices.custom}
    for name in choices.ignore_kinds:
        if name not in names:
            near = get_close_matches(name, sorted(names), 1)
            hint = f", did you mean {near[0]!r}?" if near else "; docs/secrets.md lists them"
            raise FtlintError(f"[secrets] ignore-kinds: there is no kind {name!r}{hint}")
    for pattern in choices.allow_patterns:
        compiled("[secrets] allow-patterns", pattern)
    own = [custom for custom in choices.custom if custom.name not in choices.ignore_kinds]
    kept = [kind for kind in KINDS if kind.name not in choices.ignore_kinds]
    kinds = [*kept, *map(custom_kind, own)]
    return SecretDetector(kinds, choices.allow, choices.allow_patterns)
