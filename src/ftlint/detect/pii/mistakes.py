"""What a person chose wrongly in `[pii]`, found before any text is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.pii import choices as chosen
from ftlint.detect.pii import custom
from ftlint.detect.pii.kinds import KINDS
from ftlint.model import FtlintError
from ftlint.model.privacy import PiiChoices

NAMED = frozenset({"PERSON", "LOCATION", "ORGANIZATION"})


def check(choices: PiiChoices) -> None:
    """Raise `FtlintError` for a pattern that is none, or a name that is neither a kind nor an entity."""
    chosen.check_patterns(choices.allow_patterns)
    custom.check(choices.recognizers)
    named = list(_names(choices))
    if not named:
        return
    known = {*KINDS, *_entities(choices), "*"}
    for where, name in named:
        if name not in known:
            from difflib import get_close_matches

            close = get_close_matches(name, known, n=1) or get_close_matches(name.upper(), known, n=1)
            near = f": did you mean {close[0]!r}?" if close else f": one of {', '.join(KINDS)}"
            raise FtlintError(f"[pii] {where}: there is no kind {name!r}{near}")


def _names(choices: PiiChoices) -> Iterator[tuple[str, str]]:
    """Kinds and entities as written, with where they were."""
    for name, _ in choices.thresholds:
        yield "thresholds", name
    for field in choices.fields:
        for name in (*field.ignore, *field.only):
            yield f"field {field.path}", name


def _entities(choices: PiiChoices) -> Iterator[str]:
    """Presidio's names of all that may be looked for, and those of the recognizers declared."""
    yield from NAMED
    for kind in KINDS.values():
        yield from (entity for entity, _ in kind.entities)
    from ftlint.detect.pii.countries import COUNTRIES

    for rows in COUNTRIES.values():
        yield from (row.entity for row in rows)
    for declared in choices.recognizers:
        yield from (declared.name, custom.entity_of(declared.name))
    if choices.recognizers_file:
        from ftlint.detect.pii.custom_yaml import declared as declared_in

        yield from (entity for entity, _, _ in declared_in(choices.recognizers_file, choices.language))
