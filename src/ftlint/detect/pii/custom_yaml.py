"""Recognizers in Presidio's own YAML format, as its registry reads them: those of `type: custom`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ftlint.detect.pii.custom import built_in, entity_of, fault_of, taken
from ftlint.detect.pii.loosened import gate
from ftlint.model import FtlintError

KEYS = frozenset(
    {
        *("name", "type", "enabled", "supported_entity", "supported_entities", "supported_language"),
        *("supported_languages", "patterns", "deny_list", "deny_list_score", "context", "version"),
        *("country_code", "global_regex_flags"),
    }
)

FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE
"""Presidio's default; `regex` has these by the same numbers."""


def recognizers(path: str, language: str = "en") -> list[tuple[Any, str, str]]:
    """(recognizer, entity, gate) of each that is enabled and made for the language, or for none.

    Raises `FtlintError` with file and line for what is no such file.
    """
    return [_made(_plain(node), language) for node in _declared(path, language)]


def declared(path: str, language: str = "en") -> list[tuple[str, str, str]]:
    """(entity, gate, label) of each, as `recognizers` has them, without loading Presidio."""
    return [
        (plain["supported_entity"], _gate(plain), f"a value of {plain['name']!r}")
        for plain in map(_plain, _declared(path, language))
    ]


def labels(path: str, language: str = "en") -> dict[str, str]:
    """What people read, by entity."""
    return {entity: label for entity, _, label in declared(path, language)}


def _declared(path: str, language: str) -> Iterator[Any]:
    listed = _value(_root(path), "recognizers")
    if listed is None:
        raise FtlintError("has no list `recognizers`", path, 1)
    if listed.id != "sequence":
        raise FtlintError("`recognizers` is no list", path, _line(listed))
    for node in listed.value:
        if node.id != "mapping":
            raise FtlintError(
                "a recognizer is a mapping with `name` and `supported_entity`; Presidio's own are "
                "switched on by `countries` and by rules",
                path,
                _line(node),
            )
        plain = _plain(node)
        _check(path, node, plain)
        if built_in(entity_of(plain["supported_entity"])):
            at = _value(node, "supported_entity")
            raise FtlintError(
                f"recognizer {plain['name']!r}: {taken(plain['supported_entity'])}", path, _line(at)
            )
        if plain.get("enabled", True) and (not _languages(plain) or language in _languages(plain)):
            yield node


def _root(path: str) -> Any:
    import yaml

    root: Any

    try:
        with open(path, encoding="utf-8") as file:
            root = yaml.compose(file, Loader=yaml.SafeLoader)
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror}", path) from None
    except UnicodeDecodeError:
        raise FtlintError("is not UTF-8", path) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "cannot be read"
        raise FtlintError(f"is no YAML: {what}", path, mark.line + 1 if mark else None) from None
    if root is None or root.id != "mapping":
        raise FtlintError("is no mapping with a list `recognizers`", path, 1)
    return root


def _plain(node: Any) -> Any:
    from yaml.constructor import SafeConstructor

    # Presidio wants texts where YAML may read numbers, so each is asked for where it is used.
    return SafeConstructor().construct_document(node)


def _value(node: Any, key: str) -> Any:
    return next((value for name, value in node.value if name.value == key), None)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _languages(plain: dict[str, Any]) -> list[str]:
    listed = plain.get("supported_languages") or []
    named = [item["language"] if isinstance(item, dict) else item for item in listed]
    return [*named, plain["supported_language"]] if plain.get("supported_language") else named


def _check(path: str, node: Any, plain: dict[str, Any]) -> None:
    def refuse(why: str, at: Any = None) -> FtlintError:
        return FtlintError(f"recognizer {plain.get('name', '?')!r}: {why}", path, _line(at or node))

    for key, _ in node.value:
        if key.value not in KEYS:
            raise refuse(f"unknown key `{key.value}`", key)
    if plain.get("type", "custom") != "custom":
        raise refuse("only `type: custom`; Presidio's own are switched on by `countries` and by rules")
    for key in ("name", "supported_entity"):
        if not isinstance(plain.get(key), str) or not plain[key]:
            raise refuse(f"has no `{key}`")
    for key in ("patterns", "deny_list", "context"):
        if plain.get(key) is not None and not isinstance(plain[key], list):
            raise refuse(f"`{key}` is no list", _value(node, key))
    if not plain.get("patterns") and not plain.get("deny_list"):
        raise refuse("has neither `patterns` nor `deny_list`")
    patterns = _value(node, "patterns")
    for item, at in zip(plain.get("patterns") or (), patterns.value if patterns else (), strict=True):
        if not isinstance(item, dict) or not isinstance(item.get("regex"), str):
            raise refuse("a pattern has `name`, `regex` and `score`", at)
        score = item.get("score")
        if isinstance(score, bool) or not isinstance(score, int | float):
            raise refuse("a pattern's `score` is a number above 0 and at most 1", at)
        fault = fault_of(item["regex"], score)
        if fault:
            raise refuse(fault, at)


def _made(plain: dict[str, Any], language: str) -> tuple[Any, str, str]:
    from presidio_analyzer import Pattern, PatternRecognizer

    patterns = [
        Pattern(item.get("name", plain["name"]), item["regex"], item["score"])
        for item in plain.get("patterns") or ()
    ]
    denied: dict[str, Any] = {"deny_list": _denied(plain)} if _denied(plain) else {}
    made = PatternRecognizer(
        plain["supported_entity"],
        name=plain["name"],
        supported_language=language,
        patterns=patterns,
        **denied,
        deny_list_score=plain.get("deny_list_score", 1.0),
        context=_context(plain, language),
        global_regex_flags=plain.get("global_regex_flags", FLAGS),
    )
    return made, plain["supported_entity"], _gate(plain)


def _gate(plain: dict[str, Any]) -> str:
    flags = re.RegexFlag(plain.get("global_regex_flags", FLAGS))
    expressions = [item["regex"] for item in plain.get("patterns") or ()]
    expressions += [re.escape(word) for word in _denied(plain)]
    return "" if flags & re.VERBOSE else gate(expressions, ignore_case=bool(flags & re.IGNORECASE))


def _denied(plain: dict[str, Any]) -> list[str]:
    return [str(word) for word in plain.get("deny_list") or ()]


def _context(plain: dict[str, Any], language: str) -> list[str]:
    """Its own, or that of the language."""
    words = list(plain.get("context") or ())
    for item in plain.get("supported_languages") or ():
        if isinstance(item, dict) and item.get("language") == language:
            words.extend(item.get("context") or ())
    return [str(word) for word in words]
