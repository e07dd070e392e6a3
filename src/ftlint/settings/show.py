"""The resolved settings as TOML, each with the place where it was set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ftlint.model import Severity
from ftlint.read.urls import is_remote, masked
from ftlint.settings.keys import keys_of
from ftlint.settings.model import DatasetSettings, Settings, TrainingSettings

_BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDE = 100


def show(settings: Settings) -> str:
    """Valid TOML: every setting with its value and, as a comment, its file and line, or `default`."""
    files = ", ".join(layer.shown for layer in reversed(settings.layers)) or "none: all defaults"
    lines = [f"# settings file: {files}", f"# root: {settings.root}", ""]
    tables: list[str] = []
    for key, field in keys_of(Settings).items():
        value = getattr(settings, field.name)
        if field.metadata["kind"] == "table":
            tables += _single(key, value, settings)
        elif field.metadata["kind"] == "codes-by-glob":
            tables += _ignores(settings) if value else []
        elif field.metadata["kind"] == "pairs":
            tables += _pairs(key, dict(value), settings) if value else []
        elif value is None or (value in ("", ()) and not _place(settings, key)):
            lines.append(_line(f"# {key}", _UNSET.get(field.name, '""' if value == "" else "[]"), "default"))
        else:
            lines.append(_line(key, literal(value), _place(settings, key) or "default"))
    for dataset in settings.dataset:
        tables += _table("dataset", dataset, settings)
    for training in settings.training:
        tables += _table("training", training, settings)
    for name in sorted({*settings.rule_options, *settings.rule_severity}):
        tables += _rule(name, settings)
    return "\n".join([*lines, *tables]) + "\n"


_UNSET = {
    "select": "the rules that are on by default",
    "max_length": "unknown",
    "executor": "by the size of the input",
}


def _place(settings: Settings, key: str) -> str:
    if key.replace("-", "_") in settings.overridden:
        return f"--{key}"
    if not any(key in layer.data for layer in settings.layers):
        return ""
    return _at(settings, (key,))


def _at(settings: Settings, keys: tuple[str, ...]) -> str:
    file, line = settings.where(keys)
    return f"{file}:{line}" if line else file


def _ignores(settings: Settings) -> list[str]:
    return [
        "",
        "[per-path-ignores]",
        *(
            _line(_key(glob), literal(codes), _at(settings, ("per-path-ignores", glob)))
            for glob, codes in settings.per_path_ignores.items()
        ),
    ]


def _pairs(table: str, value: Mapping[str, Any], settings: Settings) -> list[str]:
    lines = [_line(_key(name), literal(each), _at(settings, (table, name))) for name, each in value.items()]
    return ["", f"[{table}]", *lines]


def _table(table: str, item: DatasetSettings | TrainingSettings, settings: Settings) -> list[str]:
    lines = ["", f"[[{table}]]"]
    for key, field in keys_of(type(item)).items():
        value = getattr(item, field.name)
        if value not in ("", (), None) and value != {}:
            lines.append(_line(key, literal(value), _at(settings, (table, item.name, key))))
    return lines


def _single(table: str, item: Any, settings: Settings) -> list[str]:
    """One table with what somebody set in it, then its arrays of tables."""
    lines: list[str] = []
    nested: list[str] = []
    for key, field in keys_of(type(item)).items():
        value = getattr(item, field.name)
        written = any(key in (layer.data.get(table) or {}) for layer in settings.layers)
        if value == field.default and not written:
            continue
        kind = field.metadata["kind"]
        if kind == "tables":
            for each in value:
                nested += ["", f"[[{table}.{key}]]"]
                nested += [
                    _line(name, literal(getattr(each, inner.name)), "")
                    for name, inner in keys_of(type(each)).items()
                    if getattr(each, inner.name) != inner.default
                ]
            continue
        told = literal(dict(value) if kind in ("pairs", "shares") else value)
        if key == "allow":
            from ftlint.detect.mask import mask

            told = literal([mask(each) for each in value])
        lines.append(_line(key, told, _at(settings, (table, key))))
    return [*(["", f"[{table}]", *lines] if lines else []), *nested]


def _rule(name: str, settings: Settings) -> list[str]:
    lines = ["", f"[rules.{_key(name)}]"]
    if name in settings.rule_severity:
        place = _at(settings, ("rules", name, "severity"))
        lines.append(_line("severity", literal(settings.rule_severity[name]), place))
    for option, value in settings.rule_options.get(name, {}).items():
        lines.append(_line(option, literal(value), _at(settings, ("rules", name, option))))
    return lines


def _line(key: str, value: str, place: str) -> str:
    text = f"{key} = {value}"
    return f"{text}{' ' * max(2, 40 - len(text))}# {place}" if place else text


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quoted(key)


def quoted(text: str) -> str:
    """A TOML basic string."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def literal(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, Severity):
        return quoted(value.label)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(masked(value) if is_remote(value) else value)
    if isinstance(value, list | tuple):
        items = [literal(item) for item in value]
        flat = f"[{', '.join(items)}]"
        return flat if len(flat) < WIDE else "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {literal(item)}" for key, item in value.items()) + " }"
    return str(value)
