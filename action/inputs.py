"""The inputs of the action, from the environment: checked once, before anything is installed."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from typing import NamedTuple

from workflow import ActionError

_EXTRA = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"(?:(?:===?|~=|!=|[<>]=?)?\s*[A-Za-z0-9][A-Za-z0-9.*+!_-]*\s*(?:,\s*|$))+")
_CATEGORY = re.compile(r"[\w][\w ./:@-]{0,79}")


class Inputs(NamedTuple):
    """`version` is a requirement's specifier, "" for the action's own ref; `since` is "", "auto" or a ref."""

    paths: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    config: str = ""
    fail_on: str = ""
    since: str = ""
    version: str = ""
    extras: tuple[str, ...] = ()
    executable: str = ""
    working_directory: str = "."
    category: str = "ftlint"
    annotations: bool = True
    summary: bool = True
    sarif: bool = False
    comment: bool = False
    cache: bool = True


def read(env: Mapping[str, str] = os.environ) -> Inputs:
    """Raises `ActionError` for an input that makes no sense."""

    def given(name: str) -> str:
        return env.get("INPUT_" + name.upper().replace("-", "_"), "").strip()

    category = given("category") or "ftlint"
    if not _CATEGORY.fullmatch(category) or "--" in category:
        raise ActionError(f"input category: up to 80 letters, digits, spaces and . / : @ -, not {category!r}")
    version, executable = _version(given("version")), given("executable")
    if executable and (version or given("extras")):
        raise ActionError("input executable: nothing is installed then, so leave out version and extras")
    return Inputs(
        paths=_words("paths", given("paths")),
        args=_words("args", given("args")),
        config=given("config"),
        fail_on=given("fail-on"),
        since=given("since"),
        version=version,
        extras=_extras(given("extras")),
        executable=executable,
        working_directory=given("working-directory") or ".",
        category=category,
        annotations=_flag("annotations", given("annotations"), True),
        summary=_flag("summary", given("summary"), True),
        sarif=_flag("sarif", given("sarif"), False),
        comment=_flag("comment", given("comment"), False),
        cache=_flag("cache", given("cache"), True),
    )


def _words(name: str, text: str) -> tuple[str, ...]:
    """Split as a shell splits words, line by line; nothing is expanded."""
    words = []
    for line in text.splitlines():
        try:
            words += shlex.split(line)
        except ValueError as error:
            raise ActionError(f"input {name}: {error} in the line {line.strip()!r}") from None
    if any("\0" in word for word in words):
        raise ActionError(f"input {name}: holds a NUL character")
    return tuple(words)


def _flag(name: str, text: str, default: bool) -> bool:
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if text:
        raise ActionError(f"input {name}: true or false, not {text!r}")
    return default


def _extras(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for name in names:
        if not _EXTRA.fullmatch(name):
            raise ActionError(f"input extras: {name!r} is no name of an extra (parquet, tokens, pii ...)")
    return names


def _version(text: str) -> str:
    if not text:
        return ""
    if not _VERSION.fullmatch(text):
        raise ActionError(f"input version: a release (0.2.0) or a range (>=0.2,<0.3), not {text!r}")
    return text if text[0] in "=~!<>" else f"=={text}"
