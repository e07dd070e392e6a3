from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Where = Literal["prompt", "target", "meta"]
Branch = Literal["", "chosen", "rejected"]


class Text(NamedTuple):
    """A piece of text inside a record: its JSON pointer, its value, and what it is to training.

    `prompt` is read but not learnt, `target` is learnt, `meta` is neither (ids, sources, tool schemas).
    """

    pointer: str
    value: str
    where: Where = "prompt"


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Turn(NamedTuple):
    """One turn of a conversation, whatever the format spells it like.

    `role` is one of system, user, assistant, tool, or "" when the written role is unknown; `name` is the
    role as written ("" when it is missing or not a string). `content` is the raw content value. `data` is
    the raw message (an empty mapping where the format has none, as in alpaca). `branch` tells the two
    answers of a preference record apart. `weight` is the written training weight, None when unwritten.
    """

    role: str
    name: str
    pointer: str
    content: Any
    texts: tuple[Text, ...] = ()
    data: Mapping[str, Any] = NOTHING
    branch: Branch = ""
    weight: Any = None

    @property
    def text(self) -> str:
        """The turn's texts joined by a newline."""
        return "\n".join(text.value for text in self.texts)

    @property
    def is_blank(self) -> bool:
        """True when no text of the turn holds anything but white space."""
        return not any(text.value.strip() for text in self.texts)
