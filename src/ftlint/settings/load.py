"""Find, read, extend and check the settings file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.model import FtlintError, Severity
from ftlint.read.urls import is_remote, local
from ftlint.settings.convert import convert, mover, severity
from ftlint.settings.keys import keys_of
from ftlint.settings.layer import Layer, read_layer
from ftlint.settings.model import DatasetSettings, Settings, TrainingSettings
from ftlint.settings.nearest import suggestion

NAMES = ("ftlint.toml", "pyproject.toml")
_TABLES: dict[str, type] = {"dataset": DatasetSettings, "training": TrainingSettings}
_ADDED = ("extend_select", "extend_ignore", "extend_exclude")


def load(paths: str | Sequence[str] = (), *, config: str = "", isolated: bool = False) -> Settings:
    """The settings for what is to be checked: those of the nearest file upward of all `paths`.

    `config` names the file instead; `isolated` reads none. Without a file the root is the working folder, or
    the folder of what is checked where that lies elsewhere. Raises `FtlintError` with file and line for a
    mistake in the file.
    """
    start, here = _common([paths] if isinstance(paths, str) else paths), os.getcwd()
    bare = Settings(root=here if f"{start}/".startswith(f"{here.rstrip('/')}/") else start)
    if isolated:
        return bare
    if config:
        layer = read_layer(os.path.abspath(config))
        if layer is None:
            raise FtlintError("has no [tool.ftlint] table", config)
        return resolve(layer)
    found = find(start)
    return resolve(found) if found else bare


def find(start: str) -> Layer | None:
    """The nearest settings file in `start` or above, not past the top of its git repository."""
    folder = os.path.abspath(start)
    while True:
        for name in NAMES:
            file = os.path.join(folder, name)
            if os.path.isfile(file):
                layer = read_layer(file)
                if layer is not None:
                    return layer
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent


def resolve(layer: Layer) -> Settings:
    """Settings from a file and what it extends, checked. Rules themselves are checked when they are known."""
    layers = _chain(layer)
    root = layer.folder
    values: dict[str, Any] = {}
    tables: dict[str, dict[str, Any]] = {name: {} for name in _TABLES}
    options: dict[str, dict[str, Any]] = {}
    severities: dict[str, Severity] = {}
    for each in layers:
        _merge(values, _values(each, root))
        for name in _TABLES:
            tables[name].update(_named(each, name, root))
        for rule, table in _rules(each).items():
            if "severity" in table:
                severities[rule] = table["severity"]
            rest = {key: value for key, value in table.items() if key != "severity"}
            options.setdefault(rule, {}).update(rest)
    for field in keys_of(Settings).values():
        if field.metadata["kind"] == "table" and field.name in values:
            values[field.name] = field.metadata["table"](**values[field.name])
    settings = Settings(
        root=root,
        file=layer.file,
        layers=tuple(layers),
        rule_options={rule: table for rule, table in options.items() if table},
        rule_severity=severities,
        dataset=tuple(tables["dataset"].values()),
        training=tuple(tables["training"].values()),
        **values,
    )
    _check_columns(settings)
    return settings


def _check_columns(settings: Settings) -> None:
    """Raises `FtlintError` where `[logs.columns]` says what no log could be read by."""
    columns = settings.logs.columns
    if not columns:
        return
    from ftlint.model.run_log import NAMES as SERIES

    known = ("step", "epoch", "time", *SERIES)
    owners: dict[str, str] = {}
    for name, column in columns.items():
        place = settings.where(("logs", "columns", name))
        if not column.strip():
            raise FtlintError(f"logs.columns.{name} names no column", *place)
        if name not in known and not name.startswith("eval_"):
            near = suggestion(name, known) or f": one of {', '.join(known)}, or eval_<metric>"
            raise FtlintError(f"unknown series {name!r} in logs.columns{near}", *place)
        other = owners.setdefault(column, name)
        if other != name:
            raise FtlintError(f"logs.columns: {other} and {name} are both column {column!r}", *place)


def _common(paths: Sequence[str]) -> str:
    real = [os.path.abspath(local(path)) for path in paths if path != "-" and not is_remote(path)]
    if not real:
        return os.getcwd()
    start = os.path.commonpath(real)
    while not os.path.isdir(start):
        start = os.path.dirname(start)
    return start


def _chain(layer: Layer) -> list[Layer]:
    """The file and what it extends, farthest first."""
    chain = [layer]
    while "extend" in layer.data:
        value, asker = layer.data["extend"], layer
        if not isinstance(value, str):
            raise layer.error(("extend",), "extend must be the path of a settings file")
        file = os.path.normpath(os.path.join(layer.folder, os.path.expanduser(value)))
        if any(file == each.file for each in chain):
            raise layer.error(("extend",), f"extend = {value!r} leads back to a file that extends this one")

        def fail(message: str, asker: Layer = asker) -> FtlintError:
            return asker.error(("extend",), message)

        above = read_layer(file, fail)
        if above is None:
            raise layer.error(("extend",), f"{value!r} has no [tool.ftlint] table")
        chain.append(above)
        layer = above
    return chain[::-1]


def _values(layer: Layer, root: str) -> dict[str, Any]:
    known = keys_of(Settings)
    others = [*_TABLES, "rules", "extend"]
    move = mover(layer.folder, root)
    values = {}
    for key, value in layer.data.items():
        if key in others:
            continue
        if key not in known:
            near = suggestion(key, [*known, *others])
            raise layer.error((key,), f"unknown setting {key!r}{near}")

        def fail(keys: tuple[str | int, ...], message: str, key: str = key) -> FtlintError:
            return layer.error((key, *keys), message)

        values[known[key].name] = convert(known[key], value, fail, move)
    if values.get("select") == ():
        raise layer.error(
            ("select",), "select is empty, so nothing would run: leave it out for the usual rules"
        )
    return values


def _merge(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    """The nearer file replaces; `extend-*` add up; `per-path-ignores` are replaced glob by glob."""
    for name, value in values.items():
        if name in _ADDED:
            into[name] = (*into.get(name, ()), *value)
        elif isinstance(value, dict):
            into[name] = {**into.get(name, {}), **value}
        else:
            into[name] = value


def _named(layer: Layer, table: str, root: str) -> dict[str, Any]:
    """The `[[dataset]]` or `[[training]]` tables of one file, by name."""
    written = layer.data.get(table, [])
    if not isinstance(written, list) or not all(isinstance(item, dict) for item in written):
        raise layer.error((table,), f"write each {table} as a table of its own: [[{table}]]")
    known = keys_of(_TABLES[table])
    move = mover(layer.folder, root)
    named: dict[str, Any] = {}
    for index, item in enumerate(written):
        values = {}
        for key, value in item.items():
            if key not in known:
                near = suggestion(key, known)
                raise layer.error((table, index, key), f"unknown key {key!r} in [[{table}]]{near}")

            def fail(keys: tuple[str | int, ...], message: str, at: Any = (index, key)) -> FtlintError:
                return layer.error((table, *at, *keys), message)

            values[known[key].name] = convert(known[key], value, fail, move)
        name = values.get("name")
        if not name:
            raise layer.error((table, index), f"this [[{table}]] has no name")
        if name in named:
            raise layer.error((table, index), f"two [[{table}]] tables are named {name!r}")
        named[name] = _TABLES[table](**values)
        if table == "dataset" and not any(named[name].globs.values()):
            message = f"dataset {name!r} names no files: give it train, validation, test or general"
            raise layer.error((table, index), message)
    return named


def _rules(layer: Layer) -> dict[str, dict[str, Any]]:
    written = layer.data.get("rules", {})
    if not isinstance(written, dict):
        raise layer.error(("rules",), "rules must be a table: [rules.<name>]")
    rules: dict[str, dict[str, Any]] = {}
    for name, table in written.items():
        if not isinstance(table, dict):
            message = f"rules.{name} must be a table: [rules.{name}] with the rule's options below it"
            raise layer.error(("rules", name), message)

        def fail(keys: tuple[str | int, ...], message: str, name: str = name) -> FtlintError:
            return layer.error(("rules", name, *keys), message)

        rules[name] = dict(table)
        if "severity" in table:
            rules[name]["severity"] = severity("severity", table["severity"], fail, ("severity",))
    return rules
