"""Personal data and secrets of a text together: what rules report, redaction replaces and reports count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from ftlint.model import Span, Text
from ftlint.model.privacy import PiiChoices, SecretChoices


class Detector(Protocol):
    """What finds spans of one family."""

    @property
    def gate(self) -> str:
        """An RE2 pattern over UTF-8 without whose match a text holds no span; "" where every text may."""
        ...

    def spans(self, text: str, field: str = "") -> list[Span]:
        """Sorted spans that do not overlap; `field` is the JSON pointer of the text."""
        ...


class Wanted(NamedTuple):
    """What to look for: kinds of personal data, whether secrets, and what was chosen about both.

    `key` is the project's key, None for none: fingerprints are made with it.
    """

    kinds: frozenset[str] = frozenset()
    secrets: bool = False
    pii: PiiChoices = PiiChoices()
    secret: SecretChoices = SecretChoices()
    key: bytes | None = None


class Finder:
    """Finds what is wanted. Nothing is compiled before it is asked; secrets win over what stands in them."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted

    def __reduce__(self) -> tuple[Any, ...]:
        """What was compiled stays where it was compiled."""
        return Finder, (self.wanted,)

    @cached_property
    def gate(self) -> str:
        """The gates of what is wanted, joined; "" where every text has to be looked at."""
        gates = [detector.gate for detector in self._wanted]
        return "" if not all(gates) else "|".join(f"(?:{gate})" for gate in gates)

    def check(self) -> None:
        """Raise `FtlintError` for what was chosen wrongly, before anything is looked through."""
        if self.wanted.kinds and self.wanted.pii != PiiChoices():
            from ftlint.detect.pii.mistakes import check

            check(self.wanted.pii)
        _ = self.gate  # builds the detectors, which look at the rest

    @cached_property
    def _wanted(self) -> list[Detector]:
        found: list[Detector] = [self.personal] if self.wanted.kinds else []
        return [*found, self.secret] if self.wanted.secrets else found

    @cached_property
    def personal(self) -> Detector:
        from ftlint.detect.pii import detector

        return detector(self.wanted.pii, self.wanted.kinds)

    @cached_property
    def secret(self) -> Detector:
        from ftlint.detect.secrets import detector

        return detector(self.wanted.secret)

    def spans(self, text: str, field: str = "") -> list[Span]:
        """What stands in a text, sorted, apart from each other.

        Secrets are looked for even where only personal data is wanted: whether an address inside a URL with a
        password is told as an address must not depend on which rules run.
        """
        personal = self.personal.spans(text, field) if self.wanted.kinds else []
        if not personal and not self.wanted.secrets:
            return []
        secret = self.secret.spans(text, field)
        if not secret:
            return personal
        apart = [span for span in personal if not any(_overlap(span, other) for other in secret)]
        return sorted([*apart, *(secret if self.wanted.secrets else ())], key=lambda span: span.start)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


LONG = 20
"""Characters of a token that nobody can guess, so that a hash of it gives nothing away."""

_THOUGHT_UP = frozenset(
    {"database-url", "url-password", "curl-user", "curl-header", "netrc-password", "assigned-secret"}
    | {"kubernetes-secret", "basic-auth"}
)
"""Secrets that a person may have thought up."""


def is_token(kind: str, length: int) -> bool:
    """Whether a find of this kind and length is a secret made by a machine, too long to be tried out."""
    from ftlint.detect.pii.kinds import KINDS

    return length >= LONG and kind not in KINDS and kind not in _THOUGHT_UP


def leaves(data: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a record with its JSON pointer, in the order they stand, whatever column it is in."""
    if data.__class__ is str:
        yield pointer, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if value.__class__ is str or value.__class__ is dict or value.__class__ is list:
                yield from leaves(value, f"{pointer}/{_escaped(str(key))}")
    elif isinstance(data, Sequence) and not isinstance(data, bytes | bytearray):
        for index, value in enumerate(data):
            if value.__class__ is str or value.__class__ is dict or value.__class__ is list:
                yield from leaves(value, f"{pointer}/{index}")


def texts(data: Any, known: Sequence[Text]) -> Iterator[Text]:
    """Every text of a record; its format says what those it knows are to training, the rest are meta."""
    roles = {text.pointer: text for text in known}
    for pointer, value in leaves(data):
        yield roles.get(pointer) or Text(pointer, value, "meta")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
