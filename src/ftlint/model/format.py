from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

from ftlint.model.turn import Text, Turn

Kind = Literal[
    "chat", "completion", "preference", "unpaired", "stepwise", "prompt", "text", "tokenised", "reward"
]


class PlainChat(NamedTuple):
    """Where a chat format keeps its turns, for the engine's fast path over plain rows."""

    turns: str
    role: str
    text: str


class PlainFlat(NamedTuple):
    """Columns of a flat format, for the engine's fast path: prompt columns in order, target column."""

    prompt: tuple[str, ...]
    target: str | None
    system: str | None = None


class Format:
    """One record format. Subclasses live in `ftlint.formats`, one module each.

    `roles` maps each written role to the canonical one. `required` holds the keys of which a record needs
    all; `keys` are all keys the format knows (an unknown one is allowed unless `closed`).
    """

    name: ClassVar[str]
    title: ClassVar[str]
    kind: ClassVar[Kind]
    roles: ClassVar[Mapping[str, str]] = {}
    required: ClassVar[tuple[str, ...]] = ()
    keys: ClassVar[frozenset[str]] = frozenset()
    closed: ClassVar[bool] = False
    plain: ClassVar[PlainChat | PlainFlat | None] = None

    def certainty(self, row: Mapping[str, Any]) -> int:
        """How sure this one record is of this format: 0 not at all, 100 nothing else it could be."""
        raise NotImplementedError

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        """The record as a conversation, in order; broken parts are left out, never raised on."""
        raise NotImplementedError

    def texts(self, data: Mapping[str, Any]) -> list[Text]:
        """Every text of the record: those of its turns by default; formats add what stands beside them."""
        return [text for turn in self.turns(data) for text in turn.texts]

    def __repr__(self) -> str:
        return f"<format {self.name}>"


def canonical(roles: Mapping[str, str], name: Any) -> str:
    """The canonical role for a written one, "" where it is unknown or no string."""
    return roles.get(name, "") if isinstance(name, str) else ""
