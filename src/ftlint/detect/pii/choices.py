"""What a person has chosen to look for: allowed values, and fields."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ftlint.model import FtlintError
from ftlint.model.privacy import FieldChoice, PiiChoices


def keeps(choices: PiiChoices, kind: str, entity: str, value: str, field: str) -> bool:
    """Whether a finding counts: its value is not allowed, and its kind is looked for in this field.

    `field` is the JSON pointer of the text, "" where it has none.
    """
    return not allowed(choices, kind, value) and wanted(choices.fields, kind, entity, field)


def allowed(choices: PiiChoices, kind: str, value: str) -> bool:
    folded = value.casefold()
    if folded in _folded(choices.allow):
        return True
    if kind in {"email", "url"} and _of_domain(choices.allow_domains, kind, folded):
        return True
    return any(_compiled(pattern).fullmatch(value) is not None for pattern in choices.allow_patterns)


def _of_domain(domains: tuple[str, ...], kind: str, folded: str) -> bool:
    """`example.org` allows itself and whatever ends in `.example.org`."""
    if not domains:
        return False
    host = folded.rpartition("@")[2] if kind == "email" else _host(folded)
    return any(host == domain or host.endswith("." + domain) for domain in _hosts(domains))


@lru_cache(maxsize=64)
def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)


@lru_cache(maxsize=64)
def _hosts(domains: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.casefold().lstrip("@.").rstrip(".") for name in domains)


def _host(address: str) -> str:
    rest = address.partition("://")[2] or address
    return re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].rstrip(".")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise FtlintError(f"[pii] allow-patterns: {pattern!r} is no RE2 pattern: {_told(error)}") from None


def _told(error: Exception) -> str:
    first = error.args[0] if error.args else error
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def check_patterns(patterns: tuple[str, ...]) -> None:
    """Raise the FtlintError of a broken pattern before any text is read."""
    for pattern in patterns:
        _compiled(pattern)


def wanted(fields: tuple[FieldChoice, ...], kind: str, entity: str, field: str) -> bool:
    """Every choice whose glob matches the field must let the kind through."""
    for choice in fields:
        if not _glob(choice.path).fullmatch(field):
            continue
        if kind in choice.ignore or entity in choice.ignore or "*" in choice.ignore:
            return False
        if choice.only and kind not in choice.only and entity not in choice.only:
            return False
    return True


@lru_cache(maxsize=256)
def _glob(path: str) -> re.Pattern[str]:
    """`*` is one step of a pointer or a part of one, `**` any number of steps, none included.

    `metadata` and `/metadata` are the same.
    """
    steps = path.strip("/").split("/")
    pattern = ""
    for step in steps:
        if step == "**":
            pattern += r"(?:/[^/]*)*"
        else:
            pattern += "/" + "".join(
                "[^/]*" if piece == "*" else "[^/]" if piece == "?" else re.escape(piece)
                for piece in re.split(r"([*?])", step)
                if piece
            )
    return re.compile(pattern)
