"""Which rules there are and which of them run. Rule packages are met by entry point, ours like any other."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError
from ftlint.rule import Rule

if TYPE_CHECKING:
    from types import ModuleType

    from ftlint.settings import Settings

GROUP = "ftlint.rules"

RuleClass = type[Rule[Any]]


@lru_cache(maxsize=1)
def rules() -> Mapping[str, RuleClass]:
    """Every installed rule by code, in order. Raises `FtlintError` when a rule package cannot be used."""
    found: dict[str, RuleClass] = {}
    names: dict[str, str] = {}
    for package, target in entry_points():
        for rule in rules_of(package, target):
            other = found.get(rule.code) or (found[names[rule.name]] if rule.name in names else None)
            if other is not None and other is not rule:
                raise FtlintError(
                    f"rules {other.__module__} and {rule.__module__} share a code or name: "
                    f"{other.code} {other.name}, {rule.code} {rule.name}"
                )
            found[rule.code] = rule
            names[rule.name] = rule.code
    return dict(sorted(found.items()))


def find(text: str) -> RuleClass:
    """The rule of that code or name. Raises `FtlintError` with the nearest names."""
    known = rules()
    if text.upper() in known:
        return known[text.upper()]
    for rule in known.values():
        if rule.name == text:
            return rule
    raise FtlintError(f"unknown rule {text!r}{nearest(text)}")


def nearest(text: str) -> str:
    """`: did you mean ...?` for a mistyped code or name, or nothing."""
    from difflib import get_close_matches

    known = rules()
    words = [*known, *(rule.name for rule in known.values())]
    close = get_close_matches(text, words, n=3, cutoff=0.6) or get_close_matches(text.upper(), words, n=3)
    return f": did you mean {' or '.join(close)}?" if close else ""


def selected(settings: Settings) -> list[Rule[Any]]:
    """The rules that run under these settings, with their options set. Raises `FtlintError` on a bad name."""
    from ftlint.settings.selection import check_rule_names, chosen

    known = rules()
    check_rule_names(settings, known)
    return [configured(known[code], settings) for code in sorted(chosen(settings, known))]


def configured(rule: RuleClass, settings: Settings) -> Rule[Any]:
    """An instance of the rule with its options from the settings."""
    for key in (rule.name, rule.code):
        options = settings.rule_options.get(key)
        if options:
            from ftlint.settings.options import validate

            return rule(**validate(rule, options, partial(_written_at, settings, key)))
    return rule()


def _written_at(settings: Settings, key: str, option: str) -> tuple[str, int | None]:
    return settings.where(("rules", key, option))


def rules_of(package: str, target: str) -> Iterator[RuleClass]:
    """The rule classes of one entry point: those its modules define."""
    try:
        root = import_module(target)
        modules = list(_modules(root))
    except FtlintError:
        raise
    except Exception as error:  # a plugin's import may raise anything; the run must stop and say which
        raise FtlintError(
            f"rule package {package!r} ({target}) does not import: {type(error).__name__}: {error}"
        ) from error
    for module in modules:
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Rule)
                and value.__module__ == module.__name__
                and "code" in value.__dict__
            ):
                yield value


def _modules(root: ModuleType) -> Iterator[ModuleType]:
    yield root
    for directory in getattr(root, "__path__", ()):
        for name in _names(directory, root.__name__):
            yield import_module(name)


def _names(directory: str, package: str) -> list[str]:
    found = []
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.name.startswith((".", "__")):
            continue
        if entry.name.endswith(".py"):
            found.append(f"{package}.{entry.name[:-3]}")
        elif entry.is_dir():
            found.extend(_names(entry.path, f"{package}.{entry.name}"))
    return found


def entry_points() -> Sequence[tuple[str, str]]:
    """Rule packages as (name, module), in order of name.

    Scanning every installed distribution costs several times Python's own start, so what was found is kept
    in the user's cache directory for as long as no directory of `sys.path` changes.
    """
    key = _path_times()
    index = _index_file()
    try:
        known = json.loads(index.read_text())
        if known["path"] == key:
            return [(name, target) for name, target in known["entries"]]
    except (OSError, ValueError, KeyError, TypeError):
        known = None
    from importlib.metadata import entry_points as scan

    entries = sorted({(entry.name, entry.value) for entry in scan(group=GROUP)})
    _keep(index, {"path": key, "entries": entries})
    return entries


def _path_times() -> list[list[Any]]:
    times: list[list[Any]] = []
    for directory in dict.fromkeys(sys.path):
        try:
            times.append([directory, os.stat(directory or ".").st_mtime_ns])
        except OSError:
            continue
    return times


def _index_file() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    name = f"{sys.version_info[0]}{sys.version_info[1]}-{sys.prefix.strip('/').replace('/', '-')[-80:]}.json"
    return Path(cache, "ftlint", "rule-packages", name)


def _keep(index: Path, content: dict[str, Any]) -> None:
    """Write the index whole or not at all; a cache that cannot be written only costs time."""
    staged = index.with_name(f"{index.name}.{os.getpid()}")
    try:
        index.parent.mkdir(parents=True, exist_ok=True)
        staged.write_text(json.dumps(content))
        staged.replace(index)
    except OSError:
        return


def names_rule(selector: str, rule: Rule[Any] | RuleClass) -> bool:
    """Whether a code, prefix, name or ALL takes in this rule."""
    upper = selector.upper()
    return upper == "ALL" or selector == rule.name or bool(upper and rule.code.startswith(upper))
