"""Recognizers that a project declares in its settings: patterns, context words, a checksum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ftlint.detect.pii.checksums import CHECKSUMS
from ftlint.detect.pii.loosened import gate
from ftlint.model import FtlintError
from ftlint.model.privacy import CustomRecognizer, PiiChoices

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,63}")


def recognizers(choices: PiiChoices) -> list[tuple[Any, str, str]]:
    """(recognizer, entity, gate) of each; the gate is "" where every text must be looked at.

    Raises `FtlintError` for a name, a pattern, a score or a checksum that cannot be.
    """
    check(choices.recognizers)
    return [_made(choice) for choice in choices.recognizers]


def labels(choices: PiiChoices) -> dict[str, str]:
    """What people read, by entity."""
    return {
        entity_of(choice.name): choice.label or f"a value of {choice.name!r}"
        for choice in choices.recognizers
    }


def entity_of(name: str) -> str:
    """`employee-id` is `EMPLOYEE_ID`, as Presidio spells its entities."""
    return re.sub(r"[ -]", "_", name).upper()


def check(declared: Sequence[CustomRecognizer]) -> None:
    """Raise the FtlintError of a recognizer that cannot be, before any text is read."""
    names: set[str] = set()
    for choice in declared:
        place = f"[[pii.recognizer]] {choice.name!r}"
        if not NAME.fullmatch(choice.name):
            raise FtlintError(f"{place}: a name is a letter, then letters, digits, blanks, - and _")
        if built_in(entity_of(choice.name)):
            raise FtlintError(f"{place}: {taken(choice.name)}")
        if entity_of(choice.name) in names:
            raise FtlintError(f"{place}: there are two of this name")
        names.add(entity_of(choice.name))
        if not choice.patterns:
            raise FtlintError(f"{place}: has no patterns")
        if choice.checksum and choice.checksum not in CHECKSUMS:
            raise FtlintError(
                f"{place}: there is no checksum {choice.checksum!r}; known are {', '.join(CHECKSUMS)}"
            )
        for pattern, score in choice.patterns:
            fault = fault_of(pattern, score)
            if fault:
                raise FtlintError(f"{place}: {fault}")


def built_in(entity: str) -> bool:
    """Whether ftlint looks for an entity, or has a kind, of this name already."""
    from ftlint.detect.pii.countries import COUNTRIES
    from ftlint.detect.pii.kinds import KINDS

    return (
        entity in {entity_of(kind) for kind in KINDS}
        or any(entity == known for kind in KINDS.values() for known, _ in kind.entities)
        or any(entity == row.entity for rows in COUNTRIES.values() for row in rows)
    )


def taken(name: str) -> str:
    """Two recognizers of one name would be told apart neither by settings nor by readers."""
    return f"{name!r} is built in already: give it a name of its own, such as {'my-' + name.lower()!r}"


def fault_of(pattern: str, score: float) -> str:
    """What is wrong with a pattern and its score, "" if nothing is."""
    if not 0 < score <= 1:
        return f"score = {score:g} is not above 0 and at most 1"
    try:
        empty = _matches_nothing(pattern)
    except ValueError as error:
        return f"{pattern!r} is no regular expression: {error}"
    return f"{pattern!r} matches the empty text" if empty else ""


def _matches_nothing(pattern: str) -> bool:
    """Presidio runs it by `regex`, which reads whatever `re` reads and more; `re` is here already."""
    try:
        return re.compile(pattern).fullmatch("") is not None
    except re.error:
        import regex
    try:
        return regex.compile(pattern).fullmatch("") is not None
    except regex.error as error:
        raise ValueError(error.msg) from None


def _made(choice: CustomRecognizer) -> tuple[Any, str, str]:
    from presidio_analyzer import Pattern, PatternRecognizer

    class OwnRecognizer(PatternRecognizer):
        def validate_result(self, pattern_text: str) -> bool | None:
            return passes(choice.checksum, pattern_text) if choice.checksum else None

    entity = entity_of(choice.name)
    recognizer = OwnRecognizer(
        entity,
        name=choice.name,
        patterns=[Pattern(choice.name, pattern, score) for pattern, score in choice.patterns],
        context=list(choice.context),
    )
    return recognizer, entity, gate([pattern for pattern, _ in choice.patterns])


def passes(checksum: str, value: str) -> bool:
    """Whether a value passes the checksum. Letters count for mod97 and as the X of mod11, else they are
    left out."""
    characters = re.sub(r"[^0-9A-Za-z]", "", value)
    if checksum != "mod97":
        keep = r"[A-Za-z](?!\Z)|[A-WYZa-wyz]" if checksum == "mod11" else r"[A-Za-z]"
        characters = re.sub(keep, "", characters)
    return len(characters) > 1 and CHECKSUMS[checksum](characters)
