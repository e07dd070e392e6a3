"""Formats whose columns may be named otherwise: `format = "qa"` with `[dataset.columns] question = "q"`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from ftlint.model import Format, FtlintError, PlainChat, PlainFlat, Text
from ftlint.model.turn import Where

NODES = 4000
"""How many values are looked at beside the turns of one record: tool schemas fit, embeddings are cut."""

SCHEMA_WORDS = frozenset({"type", "required", "$schema"})
"""Keys of tool definitions whose values are JSON Schema's own words."""


def escaped(key: str) -> str:
    """A key as one step of a JSON pointer."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def leaves(value: Any, pointer: str, where: Where, skipped: frozenset[str] = frozenset()) -> Iterable[Text]:
    """Every string below a value, in document order; values of `skipped` keys are left out."""
    stack = [(pointer, value)]
    for _ in range(NODES):
        if not stack:
            return
        at, node = stack.pop()
        if isinstance(node, str):
            yield Text(at, node, where)
        elif isinstance(node, dict):
            below = [(at + escaped(key), item) for key, item in node.items() if key not in skipped]
            stack.extend(reversed(below))
        elif isinstance(node, list):
            stack.extend((f"{at}/{index}", node[index]) for index in range(min(len(node), NODES) - 1, -1, -1))


class ColumnFormat(Format):
    """A format that finds its columns by `at`, so that they can be mapped to other names.

    `columns` maps own keys to the written ones (None: not read), `words` maps the words of LLaMA-Factory's
    `dataset_info.json` to own keys, `spoken` are the own keys whose texts stand in the turns: strings under
    the format's other keys are texts of no role in training ("meta"). Columns the format does not know are
    no part of the record.
    """

    columns: ClassVar[Mapping[str, str | None]] = {}
    tags: ClassVar[Mapping[str, str]] = {}
    words: ClassVar[Mapping[str, str]] = {}
    spoken: ClassVar[tuple[str, ...]] = ()
    base: ClassVar[ColumnFormat | None] = None

    def at(self, key: str) -> str | None:
        """The written name of a key, None where it is not read."""
        return self.columns.get(key, key)

    def get(self, data: Mapping[str, Any], key: str) -> Any:
        column = self.columns.get(key, key)
        return None if column is None else data.get(column)

    def to(self, key: str) -> str:
        """The JSON pointer of a key."""
        return escaped(self.at(key) or key)

    def others(self, data: Mapping[str, Any], *known: str) -> list[str]:
        """Written keys with a value that are not among the `known` ones."""
        named = {self.at(key) for key in known}
        return [key for key, value in data.items() if value is not None and key not in named]

    def texts(self, data: Mapping[str, Any]) -> list[Text]:
        found = [text for turn in self.turns(data) for text in turn.texts]
        spoken = {self.at(key) for key in self.spoken}
        for key, value in data.items():
            if key in self.keys and key not in spoken:
                found.extend(leaves(value, escaped(key), "meta", SCHEMA_WORDS))
        return found

    def tagged(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """Class attributes that make a chat format spell its messages by `tags`."""
        raise FtlintError(f"format {self.name} has no messages to tag: leave out tags")

    def __reduce__(self) -> tuple[Any, ...]:
        if self.base is not None:
            return remapped, (self.name, dict(self.columns), dict(self.tags) or None)
        from ftlint.formats import by_name

        return by_name, (self.name,)


def remapped(
    format: Format | str, columns: Mapping[str, str | None], tags: Mapping[str, str] | None = None
) -> Format:
    """The format with its columns under other names.

    `columns` maps the format's own keys, or the words prompt, query, response, messages, system, tools,
    history, chosen, rejected and kto_tag, to the written names. `tags` is LLaMA-Factory's: role_tag,
    content_tag, user_tag, assistant_tag, observation_tag, function_tag, system_tag. Equal arguments give
    the same instance.
    """
    if isinstance(format, str):
        from ftlint.formats import by_name

        return remapped(by_name(format), columns, tags)
    if not isinstance(format, ColumnFormat):
        raise FtlintError(f"the columns of format {format.name} cannot be mapped")
    origin = format.base or format
    own = {**format.columns, **{origin.words.get(key, key): name for key, name in columns.items()}}
    unknown = sorted(key for key in own if key not in origin.keys)
    if unknown:
        raise FtlintError(
            f"format {origin.name} has no column {unknown[0]!r}; it has {', '.join(sorted(origin.keys))}"
        )
    taken = {name for key, name in own.items() if name is not None}
    own |= {key: None for key in origin.keys & taken if key not in own}
    own = {key: name for key, name in own.items() if key != name}
    named = {**format.tags, **(tags or {})}
    if not own and not named:
        return origin
    return _mapped(origin, tuple(sorted(own.items())), tuple(sorted(named.items())))


@cache
def _mapped(
    origin: ColumnFormat, columns: tuple[tuple[str, str | None], ...], tags: tuple[tuple[str, str], ...]
) -> Format:
    attributes: dict[str, Any] = origin.tagged(dict(tags)) if tags else {}
    own = dict(columns)
    plain = attributes.get("plain", origin.plain)

    def name(key: str) -> str | None:
        return own.get(key, key)

    if isinstance(plain, PlainChat):
        turns = name(plain.turns)
        plain = PlainChat(turns, plain.role, plain.text) if turns else None
    elif isinstance(plain, PlainFlat):
        prompt = tuple(column for key in plain.prompt if (column := name(key)))
        target = name(plain.target) if plain.target else None
        system = name(plain.system) if plain.system else None
        plain = PlainFlat(prompt, target, system)
    attributes |= {
        "columns": own,
        "tags": dict(tags),
        "base": origin,
        "plain": plain,
        "required": tuple(column for key in origin.required if (column := name(key))),
        "keys": frozenset(column for key in origin.keys if (column := name(key))),
    }
    instance: Format = type(type(origin).__name__, (type(origin),), attributes)()
    return instance


def identity(format: Format) -> str:
    """A string that tells two formats apart, mapped columns included: for the keys of a cache."""
    if isinstance(format, ColumnFormat) and format.base is not None:
        return f"{format.name} {sorted(format.columns.items(), key=str)} {sorted(format.tags.items())}"
    return format.name
