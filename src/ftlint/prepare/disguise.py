"""What takes a value's place: a typed placeholder, a mask, a keyed hash, or a pseudonym."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple, get_args

from ftlint.detect import pseudonyms
from ftlint.detect.keyed import digest

Mode = Literal["replace", "mask", "hash", "pseudonym"]
MODES: tuple[Mode, ...] = get_args(Mode)
KEYED = frozenset({"hash", "pseudonym"})

SECRETS = "secrets"
"""Stands for every kind of secret."""

_TYPES = {
    "email": "EMAIL_ADDRESS", "phone": "PHONE_NUMBER", "card": "CREDIT_CARD", "iban": "IBAN_CODE",
    "ssn": "US_SSN", "itin": "US_ITIN", "ip": "IP_ADDRESS", "mac": "MAC_ADDRESS", "date": "DATE_TIME",
}  # fmt: skip
"""As Presidio names them; other kinds by their own name in capitals."""

_HASH = 16
"""Hexadecimal digits: with a million values the odds that two of them share a hash are one in 37 million."""

_LONGEST = 64
"""Characters of a kind's name that its placeholder tells."""

_SHOWN = 4
"""Digits of a card that its mask leaves, as receipts do."""


class Disguise(NamedTuple):
    """How each kind is disguised. `modes` names kinds, `secrets` among them; some modes need the `key`."""

    mode: Mode = "replace"
    modes: Mapping[str, Mode] = {}
    key: bytes | None = None

    def mode_of(self, kind: str, family: str) -> Mode:
        """A kind's own mode; else that of its family, which for secrets is `replace`."""
        if kind in self.modes:
            return self.modes[kind]
        return self.modes.get(SECRETS, "replace") if family == "secret" else self.mode

    def of(self, kind: str, family: str, value: str) -> str:
        mode = self.mode_of(kind, family)
        if mode == "mask":
            return masked(kind, value)
        if mode == "replace" or self.key is None:
            return f"<{type_of(kind, family)}>"
        if mode == "pseudonym" and (made := pseudonyms.of(self.key, kind, value)) is not None:
            return made
        # a value has one hash whether it is one by choice or for want of a pseudonym
        return f"<{type_of(kind, family)}:{digest(self.key, 'hash', kind, value).hex()[:_HASH]}>"


def type_of(kind: str, family: str) -> str:
    """What stands in the angle brackets: EMAIL_ADDRESS, SECRET_GITHUB_TOKEN."""
    name = re.sub(r"[^A-Z0-9]", "_", kind.upper())
    return f"SECRET_{name[:_LONGEST]}" if family == "secret" else _TYPES.get(kind, name)


def masked(kind: str, value: str) -> str:
    """The value with a star for each letter and digit; the last four digits of a card stay."""
    count = sum(map(str.isalnum, value))
    kept = _SHOWN if kind == "card" and count >= 12 else 0
    out = []
    for char in value:
        stays = not char.isalnum() or count <= kept
        count -= char.isalnum()
        out.append(char if stays else "*")
    return "".join(out)


@cache
def _placeholder() -> re.Pattern[str]:
    from ftlint.detect.pii.kinds import KINDS

    types = "|".join(sorted(type_of(kind, "pii") for kind in KINDS))
    return re.compile(
        rf"<(?:{types}|SECRET_[A-Z0-9_]{{1,{_LONGEST}}})(?:_[0-9]{{1,6}}|:[0-9a-f]{{{_HASH}}})?>"
    )


def disguised(text: str) -> Iterator[tuple[int, int]]:
    """Where placeholders, hashes and pseudonyms stand, each kind in order: nothing is looked for there."""
    if "<" in text:
        for match in _placeholder().finditer(text):
            yield match.span()
    yield from pseudonyms.found(text)
