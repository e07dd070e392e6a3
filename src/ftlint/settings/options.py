"""The options of a rule: its annotated class fields, and the check of what a person sets them to."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from ftlint.model import FtlintError
from ftlint.rule import Between, Rule
from ftlint.settings.nearest import suggestion

Where = Callable[[str], tuple[str, int | None]]
"""Option as written -> the file and line where it was set."""

_SCALARS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: `name` as written in settings, `field` on the class."""

    name: str
    field: str
    type: Any
    default: Any
    range: Between | None = None
    choices: tuple[Any, ...] = ()
    doc: str = ""

    @property
    def type_name(self) -> str:
        """The type as a table of options shows it."""
        if self.choices:
            return " or ".join(f"`{choice!r}`" for choice in self.choices)
        plain = {bool: "boolean", int: "integer", float: "number", str: "text"}
        if self.type in plain:
            return plain[self.type] + (f", {_span(self.range)}" if self.range else "")
        return f"list of {plain[typing.get_args(self.type)[0]]}s"

    @property
    def expected(self) -> str:
        """What the option takes, as a sentence says it."""
        if self.choices:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        if self.type in _SCALARS:
            return f"{_SCALARS[self.type]} from {_span(self.range)}" if self.range else _SCALARS[self.type]
        inner = typing.get_args(self.type)[0]
        return {str: "a list of texts", int: "a list of whole numbers", float: "a list of numbers"}[inner]

    def takes(self, value: Any) -> bool:
        if self.choices:
            return any(value == choice and type(value) is type(choice) for choice in self.choices)
        if self.type in _SCALARS:
            return _is(value, self.type)
        return isinstance(value, list | tuple) and all(
            _is(item, typing.get_args(self.type)[0]) for item in value
        )

    def convert(self, value: Any) -> Any:
        """A value that `takes` accepts, in the type that the class declares."""
        if self.choices or self.type is not float:
            return tuple(value) if typing.get_origin(self.type) is tuple else value
        return float(value)


def options_of(rule: type[Rule[Any]]) -> list[Option]:
    """The options of a rule in the order of its class body."""
    hints = typing.get_type_hints(rule, include_extras=True)
    return [
        _option(rule, field, hints[field])
        for base in reversed(rule.__mro__)
        if base not in (Rule, object)
        for field in inspect.get_annotations(base)
        if typing.get_origin(hints[field]) is not ClassVar and hasattr(rule, field)
    ]


def validate(rule: type[Rule[Any]], options: Mapping[str, Any], where: Where) -> dict[str, Any]:
    """Class field -> value for options as written. Raises `FtlintError` at the option's place."""
    known = {option.name: option for option in options_of(rule)}
    values: dict[str, Any] = {}
    for name, value in options.items():
        option = known.get(name)
        if option is None:
            takes = f"{rule.name} has no option {name!r}"
            near = suggestion(name, known) or (f": it has {', '.join(known)}" if known else ": it has none")
            raise FtlintError(takes + near, *where(name))
        if not option.takes(value):
            raise FtlintError(f"{rule.name}: {name} must be {option.expected}", *where(name))
        if option.range and not option.range.low <= value <= option.range.high:
            raise FtlintError(
                f"{rule.name}: {name} must be {option.expected}, not {_number(value)}", *where(name)
            )
        values[option.field] = option.convert(value)
    return values


def _option(rule: type[Rule[Any]], field: str, hint: Any) -> Option:
    extras: tuple[Any, ...] = ()
    if typing.get_origin(hint) is Annotated:
        hint, *rest = typing.get_args(hint)
        extras = tuple(rest)
    choices = typing.get_args(hint) if typing.get_origin(hint) is Literal else ()
    scalar = hint in _SCALARS or typing.get_origin(hint) in (list, tuple)
    if not choices and not scalar:
        raise TypeError(f"{rule.__module__}: option {field} has a type that settings cannot hold: {hint}")
    return Option(
        name=field.replace("_", "-"),
        field=field,
        type=type(choices[0]) if choices else hint,
        default=getattr(rule, field),
        range=next((extra for extra in extras if isinstance(extra, Between)), None),
        choices=choices,
        doc=next((extra for extra in extras if isinstance(extra, str)), ""),
    )


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _number(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _span(range: Between | None) -> str:
    return f"{_number(range.low)} to {_number(range.high)}" if range else ""
