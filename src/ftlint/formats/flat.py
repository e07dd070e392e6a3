"""Formats of a few text columns: prompts, an answer, perhaps a system prompt and a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.columns import ColumnFormat
from ftlint.model import Text, Turn
from ftlint.model.format import Kind
from ftlint.model.turn import Branch, Where

SIDES: tuple[tuple[str, Where], ...] = (("user", "prompt"), ("assistant", "target"))


class FlatFormat(ColumnFormat):
    """Columns `prompts` are read, column `answer` is learnt; each holds a string."""

    kind: ClassVar[Kind] = "completion"
    prompts: ClassVar[tuple[str, ...]] = ()
    answer: ClassVar[str] = ""
    system: ClassVar[str] = ""
    history: ClassVar[str] = ""
    """The key of earlier rounds, [[user, assistant], ...]."""

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        found: list[Turn] = []
        if self.system:
            found.extend(self.column_turn(data, (self.system,), "system"))
        if self.history:
            found.extend(self._rounds(data))
        found.extend(self.column_turn(data, self.prompts, "user"))
        if self.answer:
            found.extend(self.column_turn(data, (self.answer,), "assistant", "target"))
        return found

    def column_turn(
        self,
        data: Mapping[str, Any],
        keys: tuple[str, ...],
        role: str,
        where: Where = "prompt",
        branch: Branch = "",
    ) -> list[Turn]:
        """One turn made of the given columns, none where all of them are missing."""
        written = [key for key in keys if (column := self.at(key)) is not None and column in data]
        if not written:
            return []
        values = [(self.to(key), self.get(data, key)) for key in written]
        texts = tuple(Text(pointer, value, where) for pointer, value in values if isinstance(value, str))
        pointer, content = values[0]
        return [Turn(role, role, pointer, content, texts, branch=branch)]

    def _rounds(self, data: Mapping[str, Any]) -> list[Turn]:
        rounds, pointer = self.get(data, self.history), self.to(self.history)
        found: list[Turn] = []
        for index, pair in enumerate(rounds if isinstance(rounds, list) else ()):
            for side, (role, where) in enumerate(SIDES):
                if isinstance(pair, list) and side < len(pair):
                    at, value = f"{pointer}/{index}/{side}", pair[side]
                    texts = (Text(at, value, where),) if isinstance(value, str) else ()
                    found.append(Turn(role, role, at, value, texts))
        return found
