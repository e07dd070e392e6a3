from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from ftlint.model import FtlintError
from ftlint.read.urls import is_remote, local
from ftlint.settings.convert import convert
from ftlint.settings.model import Settings

_LISTS = ("codes", "patterns", "words")


def override(settings: Settings, **changes: Any) -> Settings:
    """Settings with what the command line says on top; a change of None means that it says nothing.

    Lists may hold comma-separated items. `extend_*` add to what the file says. `select` starts anew: what
    the file selects or ignores no longer counts. Paths are relative to the working folder.
    """
    known = {field.name: field for field in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if value is None:
            continue
        field = known[name]
        if "kind" not in field.metadata:
            values[name] = value
            continue
        flag = "--" + name.replace("_", "-")

        def fail(keys: tuple[str | int, ...], message: str, flag: str = flag) -> FtlintError:
            return FtlintError(message, flag)

        def move(path: str) -> str:
            return _from_root(path, settings.root)

        if field.metadata["kind"] in _LISTS:
            items = [value] if isinstance(value, str) else value
            values[name] = convert(field, _parts(items), fail, move)
        else:
            values[name] = convert(field, value, fail, move)
    return _apply(settings, values)


def _parts(items: Iterable[str]) -> list[str]:
    """What the texts of a flag name, between commas."""
    return [part.strip() for item in items for part in item.split(",") if part.strip()]


def _from_root(path: str, root: str) -> str:
    path = local(path)
    if is_remote(path):
        return path
    absolute = os.path.abspath(path)
    relative = os.path.relpath(absolute, root)
    return absolute if relative.startswith("..") else relative


def _less(ignored: Sequence[str], asked: Sequence[str]) -> tuple[str, ...]:
    """What is still ignored when rules are asked for, whether by code or by name."""
    from ftlint.registry import rules
    from ftlint.settings.selection import named

    lifted = [named(selector, rules()) for selector in asked]
    return tuple(selector for selector in ignored if named(selector, rules()) not in lifted)


def _apply(settings: Settings, values: dict[str, Any]) -> Settings:
    changed = dict(values)
    if "extend_exclude" in values:
        changed["extend_exclude"] = (*settings.extend_exclude, *values["extend_exclude"])
    if "select" in values:
        changed = {"ignore": (), "extend_ignore": (), "extend_select": (), **changed}
    else:
        for name in ("extend_select", "extend_ignore"):
            changed[name] = (*getattr(settings, name), *values.get(name, ()))
        asked = values.get("extend_select", ())
        for name in ("ignore", "extend_ignore"):
            if asked and name not in values and getattr(settings, name):
                changed[name] = _less(getattr(settings, name), asked)
    return replace(settings, **changed, overridden=settings.overridden | frozenset(values))
