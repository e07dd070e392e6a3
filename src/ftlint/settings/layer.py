from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ftlint.model import FtlintError


@dataclass(frozen=True, slots=True)
class Layer:
    """One settings file as written: its text and its tables, `prefix` deep inside the file."""

    file: str
    text: str
    data: dict[str, Any]
    prefix: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The file as people are told of it: relative where it lies at or near the working folder."""
        relative = os.path.relpath(self.file)
        return self.file if relative.startswith("../../..") else relative

    @property
    def folder(self) -> str:
        return os.path.dirname(self.file)

    def line(self, keys: tuple[str | int, ...]) -> int | None:
        """The line of a key, None where this file does not set it."""
        from ftlint.settings.positions import positions

        if len(keys) > 1 and keys[0] in ("dataset", "training") and isinstance(keys[1], str):
            tables = self.data.get(keys[0], [])
            names = [table.get("name") for table in tables if isinstance(table, dict)]
            if keys[1] not in names:
                return None
            keys = (keys[0], names.index(keys[1]), *keys[2:])
        return positions(self.text).get((*self.prefix, *keys))

    def error(self, keys: tuple[str | int, ...], message: str) -> FtlintError:
        return FtlintError(message, self.shown, self.line(keys))


Fail = Callable[[str], FtlintError]


def read_layer(file: str, fail: Fail = FtlintError) -> Layer | None:
    """Read a settings file; None for a `pyproject.toml` without `[tool.ftlint]`. `fail` names who asked."""
    try:
        with open(file, "rb") as stream:
            raw = stream.read()
    except OSError as error:
        raise fail(f"cannot read {file}: {error.strerror}") from None
    return layer_of(file, raw)


def layer_of(file: str, raw: bytes) -> Layer | None:
    """A settings file as its bytes say; None for a `pyproject.toml` without `[tool.ftlint]`."""
    whole = os.path.basename(file) == "pyproject.toml"
    if whole and b"ftlint" not in raw:
        return None
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FtlintError("not UTF-8: save the file as UTF-8", Layer(file, "", {}).shown, line) from None
    data = _parse(file, text)
    if not whole:
        return Layer(file, text, data)
    tool = data.get("tool")
    table = tool.get("ftlint") if isinstance(tool, dict) else None
    if table is None:
        return None
    layer = Layer(file, text, table if isinstance(table, dict) else {}, ("tool", "ftlint"))
    if not isinstance(table, dict):
        raise layer.error((), "tool.ftlint must be a table")
    return layer


def _parse(file: str, text: str) -> dict[str, Any]:
    import re
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        reason = str(error)[: place.start()] if place else str(error)
        line = int(place.group(1)) if place and place.group(1) else text.count("\n") + 1
        raise FtlintError(f"not valid TOML: {reason}", Layer(file, text, {}).shown, line) from None
