"""What an editor's settings may say of the server: `initializationOptions`, or the section `ftlint`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ftlint.settings.nearest import suggestion
from ftlint.settings.size import size_of


class Choices(NamedTuple):
    """`max_file_size` is what is checked while it is edited, `max_project_size` what is checked on saving."""

    configuration: str = ""
    check_on_save: str = "project"
    max_file_size: int = 5_000_000
    max_project_size: int = 2_000_000_000
    max_diagnostics: int = 200
    debounce: float = 0.3


KEYS = ("configuration", "checkOnSave", "maxFileSize", "maxProjectSize", "maxDiagnostics", "debounce")


def choices(given: Any) -> tuple[Choices, list[str]]:
    """The choices, and what of those given makes no sense; its default stands then."""
    made: dict[str, Any] = {}
    faults: list[str] = []
    if isinstance(given, Mapping) and isinstance(given.get("ftlint", given), Mapping):
        given = given.get("ftlint", given)
    for key, value in (given if isinstance(given, Mapping) else {}).items():
        if key not in KEYS:
            faults.append(f"unknown setting {key!r} of the ftlint server{suggestion(str(key), KEYS)}")
            continue
        read, wanted = _READERS[key]
        known = read(value)
        if known is None:
            faults.append(f"{key} of the ftlint server must be {wanted}")
        else:
            made[_NAMES.get(str(key), str(key))] = known
    return Choices(**made), faults


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: Any) -> str | None:
    return value if value in ("project", "file") else None


def _size(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    return size_of(value) if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _seconds(value: Any) -> float | None:
    """Milliseconds, as editors count, in seconds."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 60_000:
        return value / 1000
    return None


_READERS: dict[str, tuple[Any, str]] = {
    "configuration": (_text, "the path of a settings file"),
    "checkOnSave": (_moment, '"project" or "file"'),
    "maxFileSize": (_size, 'a size such as "5MB"'),
    "maxProjectSize": (_size, 'a size such as "2GB"'),
    "maxDiagnostics": (_count, "a whole number above 0"),
    "debounce": (_seconds, "a number of milliseconds"),
}
_NAMES = {
    "checkOnSave": "check_on_save",
    "maxFileSize": "max_file_size",
    "maxProjectSize": "max_project_size",
    "maxDiagnostics": "max_diagnostics",
}
