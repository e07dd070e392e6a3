"""Personal data and secrets of a text together: what rules report, redaction replaces and reports count."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ftlint.model import Span, Text
from ftlint.model.privacy import PiiChoices, SecretChoices

if TYPE_CHECKING:
    from ftlint.detect.secrets import SecretDetector


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

    def __repr__(self) -> str:
        """Without the key: what is shown of a plan may end in a log."""
        told = (sorted(self.kinds), self.secrets, self.pii, self.secret, "a key" if self.key else "no key")
        return f"Wanted{told!r}"


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
    def secret(self) -> SecretDetector:
        from ftlint.detect.secrets import detector

        return detector(self.wanted.secret)

    def spans(self, text: str, field: str = "") -> list[Span]:
        """What stands in a text, sorted, apart from each other.

        Secrets are looked for even where only personal data is wanted: whether an address inside a URL with a
        password is told as an address must not depend on which rules run.
        """
        text = _sound(text)
        personal = self.personal.spans(text, field) if self.wanted.kinds else []
        if not personal and not self.wanted.secrets:
            return []
        secret = self.secret.spans(text, field)
        if not secret:
            return personal
        apart = list(_outside(personal, secret))
        return sorted([*apart, *(secret if self.wanted.secrets else ())], key=lambda span: span.start)

    def all_spans(self, text: str, field: str = "") -> list[Span]:
        """What stands in a text as it is, and in it with its escapes (`\\n`, `\\u0040`) undone.

        A tool call's arguments are JSON in a text: for all that a pattern can tell, a number behind a line
        break there begins with the `n` of the escape.
        """
        found = self.spans(text, field)
        if "\\" not in text:
            return found
        plain, places = undone(text)
        if not places:
            return found
        more = [
            span._replace(start=_placed(places, span.start), end=_placed(places, span.end))
            for span in self.spans(plain, field)
        ]
        return sorted([*more, *_outside(found, more)], key=lambda span: span.start)


def _sound(text: str) -> str:
    """The text with a question mark for each lone surrogate, which no pattern can be asked about."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode()


def _outside(spans: Iterable[Span], others: Sequence[Span]) -> Iterator[Span]:
    """Those spans that overlap none of the others; both are sorted and do not overlap among themselves."""
    at = 0
    for span in spans:
        while at < len(others) and others[at].end <= span.start:
            at += 1
        if at == len(others) or others[at].start >= span.end:
            yield span


_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|([nrtbf"/\\]))')
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

ESCAPED = r"\\u00[2-7][0-9A-Fa-f]"
"""RE2: an escape of a sign that a value may be written with, which no gate knows."""


def undone(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text with its JSON escapes undone, and where: (place in the result, signs that went until there)."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    done = size = more = 0
    for found in _ESCAPE.finditer(text):
        code, sign = found.groups()
        meant = chr(int(code, 16)) if code else _MEANT.get(sign, sign)
        pieces += [text[done : found.start()], meant]
        size += found.start() - done + 1
        more += len(found[0]) - 1
        places.append((size, more))
        done = found.end()
    return "".join([*pieces, text[done:]]), places


def _placed(places: list[tuple[int, int]], at: int) -> int:
    """Where a place of the undone text is in the text as it was."""
    index = bisect_right(places, at, key=lambda place: place[0])
    return at + (places[index - 1][1] if index else 0)


LONG = 20
"""Characters of a token that nobody can guess, so that a hash of it gives nothing away."""


def is_token(kind: str, length: int) -> bool:
    """Whether a find of this kind and length is a secret made by a machine, too long to be tried out."""
    from ftlint.detect.pii.kinds import KINDS
    from ftlint.detect.secrets import guessable

    return length >= LONG and kind not in KINDS and not guessable(kind)


def names(data: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every key of every object in a record, with the JSON pointer of the object."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield pointer, str(key)
            if value.__class__ is dict or value.__class__ is list:
                yield from names(value, f"{pointer}/{_escaped(str(key))}")
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            if value.__class__ is dict or value.__class__ is list:
                yield from names(value, f"{pointer}/{index}")


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
