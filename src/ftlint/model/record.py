from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ftlint.model.format import Format
from ftlint.model.turn import Text, Turn


class Record:
    """One training example: its index in the file, its decoded data, its format; views made on demand.

    `target` names the provider profile its dataset is meant for ("" for none), `max_length` its limit in
    tokens (None for unknown).
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        format: Format,
        row: int = 0,
        path: str = "",
        target: str = "",
        max_length: int | None = None,
    ) -> None:
        self.data = data
        self.format = format
        self.row = row
        self.path = path
        self.target = target
        self.max_length = max_length

    @cached_property
    def turns(self) -> list[Turn]:
        return self.format.turns(self.data)

    @cached_property
    def texts(self) -> list[Text]:
        return self.format.texts(self.data)

    @property
    def prompt_text(self) -> str:
        """What the model reads, joined by newlines."""
        return "\n".join(text.value for text in self.texts if text.where == "prompt")

    @property
    def target_text(self) -> str:
        """What the model learns to write, joined by newlines."""
        return "\n".join(text.value for text in self.texts if text.where == "target")


class Shape(Record):
    """The structure that many records share: a record whose texts are stand-ins.

    Its data has the keys, types, roles, weights and emptiness of every record of that shape, but "text"
    stands for any text, " " for blank, "" for empty, 0 and 0.5 for numbers. A rule of shapes runs once for
    all those records, so it must not look at anything else. `home` is the format of the file as a whole,
    `format` the best one for this very structure.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        format: Format,
        home: Format | None = None,
        path: str = "",
        target: str = "",
    ) -> None:
        super().__init__(data, format, path=path, target=target)
        self.home = home or format
