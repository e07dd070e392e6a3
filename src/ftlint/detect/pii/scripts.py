"""What Presidio misses beside letters of scripts written without spaces, and addresses in unusual dress.

To a regular expression those letters are letters as others are, so that no word ends between one of them and
a digit: `电话4539...`, `ann@wiley.com号`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ftlint.detect.pii.gates import CJK, CONTEXT
from ftlint.detect.pii.kinds import KINDS

KINDS_BESIDE = ("card", "ssn", "ip", "mac", "crypto", "itin")
"""Kinds whose values have no such letters within."""

LOCAL, DOMAIN = 64, 253
"""Characters that RFC 5321 allows on each side of the @."""

_LETTERS = re.compile(f"[{CJK}]")
_TOUCHING = re.compile(f"[{CJK}][0-9A-Za-z:]|[0-9A-Za-z:][{CJK}]")
_AT = re.compile("@|%40|＠")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._+-]*[A-Za-z0-9_+-])?\Z")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_LETTER = re.compile(f"[{CJK}_]")
# Presidio takes what stands before along, and reads it as the host: `//x.org/?mail=`, `//x.org/u/`.
_ALONG = re.compile(r"(?:=|[^\s/]/)\Z")


def recognizers() -> list[Any]:
    """New ones with every call: Presidio writes into them."""
    entities = [KINDS[kind].entities[0] for kind in KINDS_BESIDE]
    return [_beside(entity, name) for entity, name in entities] + [_mail()]


def _beside(entity: str, name: str) -> Any:
    from presidio_analyzer import LocalRecognizer, RecognizerResult

    class Beside(LocalRecognizer):
        """Presidio's own, over the text with an end of line for each such letter: places stay as they are."""

        find: Any = None

        def load(self) -> None:
            return

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> list[Any]:
            if _TOUCHING.search(text) is None:
                return []
            if self.find is None:
                from ftlint.detect.pii.matching import matches
                from ftlint.detect.pii.presidio import predefined

                self.find = matches(predefined(name, entity))
            masked = _LETTERS.sub("\n", text)
            return [RecognizerResult(entity, start, end, score) for start, end, score in self.find(masked)]

    return Beside(supported_entities=[entity], supported_language="en", context=list(CONTEXT[entity]))


def _mail() -> Any:
    from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult

    class OwnMail(LocalRecognizer):
        def load(self) -> None:
            return

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> list[Any]:
            why = AnalysisExplanation("OwnMail", 1.0)
            return [RecognizerResult("EMAIL_ADDRESS", start, end, 1.0, why) for start, end in addresses(text)]

    return OwnMail(supported_entities=["EMAIL_ADDRESS"], supported_language="en")


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Those beside such a letter or an underscore, in a query or a path, or without an @."""
    for at in _AT.finditer(text):
        local = _LOCAL.search(text[max(0, at.start() - LOCAL) : at.start()])
        domain = _DOMAIN.match(text, at.end(), at.end() + DOMAIN)
        if local is None or domain is None:
            continue
        start, end = at.start() - len(local[0]), domain.end()
        if (at[0] != "@" or _missed(text, start, end)) and _public(domain[0]):
            yield start, end


def _missed(text: str, start: int, end: int) -> bool:
    return bool(
        _LETTER.match(text, max(0, start - 1))
        or text[start] == "_"
        or _LETTER.match(text, end)
        or _ALONG.search(text[max(0, start - 2) : start])
    )


def _public(domain: str) -> bool:
    import tldextract

    return bool(tldextract.extract(domain).fqdn)
