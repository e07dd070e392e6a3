"""What fine-tuning targets take: a dated table, `targets.toml`, that users can lay their own over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.facts.profile import TargetProfile

SHIPPED = Path(__file__).with_name("targets.toml")


def profile(target: str) -> TargetProfile:
    """The profile of a target, by name or alias; `my-targets.toml#name` reads one from a file of the user's.

    Raises `FtlintError` with the nearest names.
    """
    file, _, name = target.rpartition("#")
    found = _by_any_name(file).get(name)
    if found is None:
        raise FtlintError(f"unknown target {name!r}{_nearest(name, file)}")
    return found


def names() -> tuple[str, ...]:
    """The names of every shipped target, aliases left out."""
    return tuple(load())


@lru_cache(maxsize=8)
def load(extra_file: str = "") -> Mapping[str, TargetProfile]:
    """Every profile by name: the shipped table, with that of `extra_file` laid over it."""
    tables = _read(SHIPPED)
    origin = dict.fromkeys(tables, str(SHIPPED))
    if extra_file:
        extra = _read(Path(extra_file))
        origin |= dict.fromkeys(extra, extra_file)
        tables = tables | {name: _over(tables.get(name), entry) for name, entry in extra.items()}
    return {name: _profile(name, tables, origin[name]) for name in tables}


@lru_cache(maxsize=8)
def _by_any_name(file: str) -> dict[str, TargetProfile]:
    table = load(file)
    aliases = {alias: entry for entry in table.values() for alias in entry.aliases}
    return aliases | dict(table)


def _nearest(name: str, file: str) -> str:
    from difflib import get_close_matches

    known = _by_any_name(file)
    close = get_close_matches(name, known, n=3)
    return f": did you mean {' or '.join(close)}?" if close else f": one of {', '.join(load(file))}"


def _read(path: Path) -> dict[str, dict[str, Any]]:
    import tomllib

    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FtlintError(f"target facts cannot be read: {error.strerror}", str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FtlintError(f"target facts are not TOML: {error}", str(path)) from None
    loose = [name for name, entry in tables.items() if not isinstance(entry, dict)]
    if loose:
        raise FtlintError(f"{loose[0]!r} stands outside a target's table", str(path))
    return tables


def _over(shipped: dict[str, Any] | None, entry: dict[str, Any]) -> dict[str, Any]:
    """A user's table over the shipped one of the same name: what it does not say stays."""
    return entry if shipped is None or "extends" in entry else shipped | entry


def _profile(name: str, tables: Mapping[str, dict[str, Any]], path: str) -> TargetProfile:
    from dataclasses import fields

    from ftlint.facts.profile import TargetProfile

    values: dict[str, Any] = {}
    seen = [name]
    for entry in _lineage(name, tables, seen, path):
        values = {key: value for key, value in values.items() if key != "aliases"} | entry
    known = {field.name: str(field.type) for field in fields(TargetProfile)} | {"extends": "str"}
    for key, value in values.items():
        if key not in known or key == "name":
            raise FtlintError(f"target {name!r}: unknown key {key!r}", path, _line(path, key))
        _checked(name, key, value, known[key], path)
    missing = [key for key in ("title", "as_of", "source") if not values.get(key)]
    if missing:
        raise FtlintError(f"target {name!r} lacks {missing[0]!r}", path)
    values.pop("extends", None)
    return TargetProfile(name=name, **{key: _plain(value) for key, value in values.items()})


def _lineage(
    name: str, tables: Mapping[str, dict[str, Any]], seen: list[str], path: str
) -> list[dict[str, Any]]:
    entry = tables[name]
    parent = entry.get("extends")
    if parent is None:
        return [entry]
    if parent not in tables or parent in seen:
        raise FtlintError(f"target {name!r} extends {parent!r}, which is no other target", path)
    seen.append(parent)
    return [*_lineage(parent, tables, seen, path), entry]


def _checked(name: str, key: str, value: Any, kind: str, path: str) -> None:
    from datetime import date

    fits = {
        "tuple[str, ...]": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "int | None": isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        "bool": isinstance(value, bool),
        "str": isinstance(value, str | date),
    }
    right = fits[kind]
    if right and key in ("as_of", "closed_on", "retires_on"):
        right = not isinstance(value, str) or _is_date(value)
    if right and key == "over_tokens":
        right = value in ("", "truncated", "rejected")
    if not right:
        raise FtlintError(f"target {name!r}: {key!r} has a value that does not fit", path, _line(path, key))


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return len(text) == len("2026-11-22") and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, bool | str):
        return value
    return (value or None) if isinstance(value, int) else value.isoformat()


def _line(path: str, key: str) -> int | None:
    """The first line that sets the key, for the message."""
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if line.split("=")[0].strip().strip("\"'") == key:
            return number
    return None
