"""Secrets in a text: credentials of known form, and values that a name calls a secret."""

from __future__ import annotations

from functools import cache

from ftlint.detect.secrets.detector import SecretDetector
from ftlint.detect.secrets.kind import Kind
from ftlint.model import FtlintError
from ftlint.model.privacy import SecretChoices

__all__ = ["SecretDetector", "detector", "guessable", "known_kinds"]


def known_kinds() -> dict[str, str]:
    """Every kind that can be found, with the rule that reports it."""
    from ftlint.detect.secrets.kinds import KINDS

    return {kind.name: kind.group for kind in KINDS}


def guessable(kind: str) -> bool:
    """Whether a person may have thought up a secret of this kind: passwords, and the project's own kinds.

    A hash of such a value can be found out by trying; a token that a machine has made cannot.
    """
    return kind not in _made_by_machines()


@cache
def _made_by_machines() -> frozenset[str]:
    from ftlint.detect.secrets.kinds import KINDS

    return frozenset(kind.name for kind in KINDS if not kind.guessable)


def detector(choices: SecretChoices) -> SecretDetector:
    """A detector of the kinds that are not ignored, and of the project's own. Compiles nothing yet.

    Raises `FtlintError` for a kind that does not exist, for a name of the project's own that is taken, and
    for a pattern that is not RE2.
    """
    from ftlint.detect.secrets.kinds import KINDS

    kinds = [kind for kind in KINDS if kind.name not in choices.ignore_kinds]
    if choices != SecretChoices():
        kinds += _chosen(choices)
    return SecretDetector(kinds, choices.allow, choices.allow_patterns)


def _chosen(choices: SecretChoices) -> list[Kind]:
    """The project's own kinds that are not ignored; whatever is wrong in the settings is told."""
    from ftlint.detect.secrets.custom import check_names, compiled, custom_kind

    built_in = known_kinds()
    check_names(choices.custom, built_in)
    names = {*built_in, *(custom.name for custom in choices.custom)}
    for name in choices.ignore_kinds:
        if name not in names:
            from difflib import get_close_matches

            near = get_close_matches(name, sorted(names), 1)
            hint = f", did you mean {near[0]!r}?" if near else "; docs/secrets.md lists them"
            raise FtlintError(f"[secrets] ignore-kinds: there is no kind {name!r}{hint}")
    for pattern in choices.allow_patterns:
        compiled("[secrets] allow-patterns", pattern)
    return [custom_kind(custom) for custom in choices.custom if custom.name not in choices.ignore_kinds]
