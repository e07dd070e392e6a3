"""How far the identifiers that laws name are looked for, under the settings in force."""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.facts.identifiers import IDENTIFIERS, Identifier, Way
from ftlint.model.inventory import Covered, Kind, State

BEST: tuple[State, ...] = (
    "pattern",
    "model",
    "off",
    "needs-country",
    "needs-recognizer",
    "needs-model",
    "needs-extra",
    "none",
)
"""Of several kinds the identifier has the state of the one that stands first here."""


RUNNING: frozenset[State] = frozenset({"pattern", "model"})


def coverage(kinds: Sequence[Kind]) -> list[Covered]:
    known = {kind.name: kind for kind in kinds}
    return [_covered(identifier, known) for identifier in IDENTIFIERS]


def _covered(identifier: Identifier, known: dict[str, Kind]) -> Covered:
    ways: list[tuple[str, State]] = [(way.kind, _state(way, known[way.kind])) for way in identifier.ways]
    states: list[State] = [state for _, state in ways]
    state = min(states, key=BEST.index) if states else "none"
    part = state in RUNNING and (identifier.part or not RUNNING.issuperset(states))
    return Covered(identifier.law, identifier.reference, identifier.name, state, part, ways, identifier.left)


def _state(way: Way, kind: Kind) -> State:
    """A kind covers an identifier of one country's law only with that country's recognizers."""
    if kind.state in ("pattern", "off") and way.entities and not set(way.entities) & set(kind.entities):
        return "needs-country"
    return kind.state
