"""Persons, places and organizations, by a model that the user has installed. Nothing is ever fetched.

A model is a spaCy package (`en_core_web_sm`), a folder of a spaCy pipeline, or `transformers:FOLDER` with a
token-classification model.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from ftlint.detect.pii.choices import keeps
from ftlint.detect.spans import apart
from ftlint.model import FtlintError
from ftlint.model.privacy import PiiChoices
from ftlint.model.span import Span

KINDS = {
    "person": ("PER", "PERSON", "PERS", "B_PER", "FIRSTNAME", "LASTNAME", "GIVENNAME", "SURNAME", "NAME"),
    "location": ("LOC", "LOCATION", "GPE", "FAC", "FACILITY", "PLACE", "CITY", "COUNTRY", "STATE"),
    "organization": ("ORG", "ORGANIZATION", "ORGANISATION", "COMPANY", "CORPORATION"),
}
"""What models call them: OntoNotes, CoNLL-2003, WikiNER and the labels of common privacy models."""

KIND_OF = {label: kind for kind, named in KINDS.items() for label in named}
LABELS = {"person": "a person's name", "location": "a place", "organization": "an organization"}

SCORE = 0.85
"""Of what a spaCy pipeline finds, which tells no score: Presidio's own value."""

PIECE = 20_000
"""Characters of a text that a spaCy pipeline is given at once; its own limit is 1,000,000."""

OVERLAP = 400
"""Characters that two neighbouring pieces share, so that a name at a seam is whole in one of them."""

TRANSFORMERS = "transformers:"


class Entity(NamedTuple):
    kind: str
    start: int
    end: int
    score: float


class Model(Protocol):
    piece: int

    def entities(self, text: str) -> Iterator[Entity]: ...


def cannot_run(choices: PiiChoices, kinds: frozenset[str]) -> dict[str, str]:
    """Kinds that cannot be looked for, with the reason. Looks for files and packages, imports nothing
    heavy."""
    reason = _missing(choices.model)
    return dict.fromkeys(sorted(kinds & KINDS.keys()), reason) if reason else {}


class NamedEntities:
    """Finds names of the kinds; the model is loaded at the first text."""

    def __init__(self, choices: PiiChoices, kinds: frozenset[str]) -> None:
        self.choices = choices
        self.kinds = kinds & KINDS.keys()

    @cached_property
    def _model(self) -> Model:
        reason = _missing(self.choices.model)
        if reason:
            raise FtlintError(f"[pii] model: {reason}")
        name = self.choices.model
        if name.startswith(TRANSFORMERS):
            from ftlint.detect.pii.named_transformers import TransformersModel

            return TransformersModel(name.removeprefix(TRANSFORMERS))
        return _SpacyModel(name)

    def spans(self, text: str, field: str = "") -> list[Span]:
        """Sorted, none overlapping another: of two that do, the longer stays. `field` is the text's
        JSON pointer."""
        if not self.kinds or not text.strip():
            return []
        found: set[Entity] = set()
        for start, piece in pieces(text, self._model.piece):
            for entity in self._model.entities(piece):
                if entity.kind in self.kinds and _inside(entity, start, piece, text):
                    found.add(entity._replace(start=start + entity.start, end=start + entity.end))
        kept = apart(sorted(found, key=lambda one: (one.start - one.end, one.start)))
        return [
            Span(one.kind, one.start, one.end, one.score, LABELS[one.kind])
            for one in kept
            if one.score >= self._least(one.kind)
            and keeps(self.choices, one.kind, one.kind.upper(), text[one.start : one.end], field)
        ]

    def _least(self, kind: str) -> float:
        named = dict(self.choices.thresholds)
        return named.get(kind.upper(), named.get(kind, self.choices.threshold))


def pieces(text: str, size: int) -> Iterator[tuple[int, str]]:
    """The text in overlapping pieces of at most `size` characters, cut at white space where there is some."""
    start = 0
    while len(text) - start > size:
        end = text.rfind(" ", start + size - OVERLAP // 2, start + size) + 1 or start + size
        yield start, text[start:end]
        begin = max(end - OVERLAP, start + 1)
        start = text.find(" ", begin, end - OVERLAP // 2) + 1 or begin
    yield start, text[start:]


def _inside(entity: Entity, start: int, piece: str, text: str) -> bool:
    """An entity that touches a seam may be cut there; the neighbouring piece has the whole of it."""
    at_start = start > 0 and entity.start == 0
    at_end = start + len(piece) < len(text) and entity.end >= len(piece.rstrip())
    return not at_start and not at_end and bool(piece[entity.start : entity.end].strip())


class _SpacyModel:
    piece = PIECE

    def __init__(self, name: str) -> None:
        import spacy

        # What recognizes no names only costs time; a vectorizer that the recognizer listens to must stay.
        try:
            self.pipeline: Any = spacy.load(name, exclude=["parser", "lemmatizer", "senter", "textcat"])
        except (OSError, ValueError) as error:
            raise FtlintError(f"[pii] model: spaCy cannot load {name!r}: {_first_line(error)}") from None
        if not {"ner", "entity_ruler", "span_ruler"} & set(self.pipeline.pipe_names):
            raise FtlintError(
                f"[pii] model: the spaCy pipeline {name!r} has no named-entity recognizer "
                f"(it has {', '.join(self.pipeline.pipe_names) or 'nothing'})"
            )

    def entities(self, text: str) -> Iterator[Entity]:
        for found in self.pipeline(text).ents:
            kind = KIND_OF.get(found.label_.upper())
            if kind is not None:
                yield Entity(kind, found.start_char, found.end_char, SCORE)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _missing(model: str) -> str:
    """Why this model cannot be used, "" if it can."""
    from importlib.util import find_spec

    if not model:
        installed = installed_models()
        if installed:
            return f'needs a model, and one is installed: model = "{installed[0]}" in [pii]'
        return (
            'needs a model: python -m spacy download en_core_web_sm, then model = "en_core_web_sm" in [pii]'
        )
    if model.startswith(TRANSFORMERS):
        return _missing_transformers(model.removeprefix(TRANSFORMERS))
    if find_spec("spacy") is None:
        return "needs spaCy: pip install 'ftlint[pii]'"
    if os.path.isdir(model):
        if os.path.isfile(os.path.join(model, "meta.json")):
            return ""
        return f"{model!r} is no folder of a spaCy pipeline: it has no meta.json"
    if os.sep in model or "/" in model:
        return f"there is no folder {model!r}"
    if model.isidentifier() and find_spec(model) is not None:
        return ""
    others = [name for name in installed_models() if name != model]
    told = f"; installed: {', '.join(others)}" if others else ""
    return f"the spaCy package {model!r} is not installed: python -m spacy download {model}{told}"


def _missing_transformers(folder: str) -> str:
    from importlib.util import find_spec

    if not os.path.isdir(folder):
        return f"there is no folder {folder!r}; models are taken from folders alone, none is fetched"
    if not os.path.isfile(os.path.join(folder, "config.json")):
        return f"{folder!r} is no folder of a transformers model: it has no config.json"
    for package in ("transformers", "torch"):
        if find_spec(package) is None:
            return f"needs {package}: pip install transformers torch"
    return ""


def installed_models() -> list[str]:
    """spaCy pipelines among the installed packages: those with an entry point in the group that spaCy
    reads."""
    from importlib.metadata import entry_points

    return sorted({point.name for point in entry_points(group="spacy_models")})
