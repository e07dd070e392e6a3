"""Which kinds are redacted and how: from flags and settings to names that exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ftlint.detect.pii.kinds import DEFAULT_KINDS, KINDS
from ftlint.model import FtlintError, MissingExtraError
from ftlint.model.privacy import PiiChoices, SecretChoices
from ftlint.prepare.disguise import KEYED, MODES, SECRETS, Mode

DEFAULT = "default"
"""Stands for the kinds that are looked for where none is named."""


class Chosen(NamedTuple):
    """Kinds of personal data, and of secrets: None for all of them."""

    pii: frozenset[str]
    secrets: frozenset[str] | None

    @property
    def wanted(self) -> frozenset[str] | None:
        return None if self.secrets is None else self.pii | self.secrets


def chosen_kinds(named: Sequence[str], secret: SecretChoices, *, secrets_only: bool) -> Chosen:
    """The kinds named: `email`, `github-token`, `secrets`, `default`; without a name all usual ones."""
    if secrets_only:
        if any(name in KINDS or name == DEFAULT for name in named):
            raise FtlintError("--secrets-only leaves out personal data: do not name kinds of it")
        named = named or (SECRETS,)
    if not named:
        return Chosen(DEFAULT_KINDS, None)
    known = secret_kinds(secret)
    pii: set[str] = set()
    secrets: set[str] = set()
    for name in named:
        if name == DEFAULT:
            pii |= DEFAULT_KINDS
        elif name in KINDS:
            pii.add(name)
        elif name in known:
            secrets.add(name)
        elif name != SECRETS:
            raise _unknown(name, known)
    return Chosen(frozenset(pii), None if SECRETS in named else frozenset(secrets))


def chosen_modes(
    flags: Sequence[str], default: Mode, single: Mapping[str, Mode], secret: SecretChoices
) -> tuple[Mode, dict[str, Mode]]:
    """The mode of all kinds and those of single ones; flags (`hash`, `card=mask`) go before settings."""
    modes = dict(single)
    for flag in flags:
        kind, sign, each = flag.rpartition("=")
        if sign:
            modes[known_kind(kind.strip(), secret)] = known_mode(each.strip())
        else:
            default = known_mode(each.strip())
    return default, modes


def needs_key(default: Mode, single: Mapping[str, Mode]) -> bool:
    return default in KEYED or any(mode in KEYED for mode in single.values())


def check_can_run(chosen: Chosen, pii: PiiChoices) -> None:
    """Raises `FtlintError` where a wanted kind cannot be found here: half redacted looks like redacted."""
    from ftlint.detect.pii import cannot_run

    reasons = cannot_run(pii, chosen.pii)
    if not reasons:
        return
    from importlib.util import find_spec

    if find_spec("presidio_analyzer") is None:
        raise MissingExtraError("pii", "finding personal data (--secrets-only does without)")
    kind, reason = next(iter(reasons.items()))
    raise FtlintError(f"{kind} cannot be found here: {reason}")


def not_covered(chosen: Chosen) -> list[str]:
    """What this run does not look for or into."""
    off = [kind for kind in KINDS if kind not in chosen.pii]
    notes = [f"kinds that are off: {', '.join(off)}"] if off else []
    if chosen.secrets is not None:
        notes.append(f"secrets but {', '.join(sorted(chosen.secrets))}" if chosen.secrets else "secrets")
    notes.append("numbers that are no text, images and other bytes")
    return notes


def secret_kinds(secret: SecretChoices) -> frozenset[str]:
    from ftlint.detect.secrets import known_kinds

    return frozenset(known_kinds()) | {each.name for each in secret.custom}


def known_kind(name: str, secret: SecretChoices) -> str:
    """The name, where it is one of a kind or of all secrets. Raises `FtlintError` where it is none."""
    known = secret_kinds(secret)
    if name not in KINDS and name not in known and name != SECRETS:
        raise _unknown(name, known)
    return name


def _unknown(name: str, secrets: frozenset[str]) -> FtlintError:
    from difflib import get_close_matches

    near = get_close_matches(name, [*KINDS, *secrets, SECRETS, DEFAULT], 1, 0.6)
    hint = f": did you mean {near[0]}?" if near else f"; there are {', '.join(KINDS)}, and {SECRETS}"
    return FtlintError(f"unknown kind {name!r}{hint}")


def known_mode(name: str) -> Mode:
    """The name, where it is one of a mode. Raises `FtlintError` where it is none."""
    for mode in MODES:
        if mode == name:
            return mode
    raise FtlintError(f"unknown mode {name!r}: one of {', '.join(MODES)}, or KIND=MODE")
