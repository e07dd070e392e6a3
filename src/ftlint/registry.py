"""Which rules there are and which of them run. Rule packages are met by entry point, ours like any other."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ftlint.model import FtlintError
from ftlint.rule import Rule

if TYPE_CHECKING:
    from types import ModuleType

    from ftlint.settings import Settings

GROUP = "ftlint.rules"

RuleClass = type[Rule[Any]]


Lacking = frozenset[str]
"""What a project has none of: `BESIDE_DATA` files beside its data, `OF_LOGS` training logs. Folders of rules
that say they look at nothing else are not imported then: half of a small check is importing rules."""

NO_DOCUMENTS: Lacking = frozenset({"BESIDE_DATA"})
NO_LOGS: Lacking = frozenset({"OF_LOGS"})


@lru_cache(maxsize=3)
def rules(lacking: Lacking = frozenset()) -> Mapping[str, RuleClass]:
    """Every installed rule by code, in order, less those of folders that have nothing to look at.

    Raises `FtlintError` when a rule package cannot be used.
    """
    found: dict[str, RuleClass] = {}
    names: dict[str, str] = {}
    for package, target in entry_points():
        for rule in rules_of(package, target, lacking):
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
    return _selected(settings, rules())


def selected_lacking(settings: Settings, lacking: Lacking) -> list[Rule[Any]] | None:
    """Those of them that have something to look at; None where the settings name rules that are not among
    those."""
    try:
        return _selected(settings, rules(lacking))
    except FtlintError:
        return None  # a name that only the other rules have, or a mistake, which `selected` tells


def _selected(settings: Settings, known: Mapping[str, RuleClass]) -> list[Rule[Any]]:
    from ftlint.settings.selection import check_rule_names, chosen

    check_rule_names(settings, known)
    return [configured(known[code], settings) for code in sorted(chosen(settings, known))]


def configured(rule: RuleClass, settings: Settings) -> Rule[Any]:
    """An instance of the rule with its options from the settings, written under its name or its code."""
    values: dict[str, Any] = {}
    if settings.tokenizer and isinstance(getattr(rule, "tokenizer", None), str):
        values["tokenizer"] = _tokenizer(settings)
    for key in (rule.code, rule.name):
        options = settings.rule_options.get(key)
        if options:
            from ftlint.settings.options import validate

            values.update(validate(rule, options, partial(_written_at, settings, key)))
    return rule(**values)


def _tokenizer(settings: Settings) -> str:
    """The tokenizer of the whole run, for a rule with an option of that name."""
    from ftlint.settings.tokenizer import tokenizer_at

    return tokenizer_at(settings.tokenizer, settings)


def _written_at(settings: Settings, key: str, option: str) -> tuple[str, int | None]:
    return settings.where(("rules", key, option))


def rules_of(package: str, target: str, lacking: Lacking = frozenset()) -> Iterator[RuleClass]:
    """The rule classes of one entry point: those its modules define."""
    try:
        root = import_module(target)
        modules = list(_modules(root, lacking))
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


def _modules(root: ModuleType, lacking: Lacking) -> Iterator[ModuleType]:
    yield root
    for directory in getattr(root, "__path__", ()):
        for name in _names(directory, root.__name__, lacking):
            yield import_module(name)


def _names(directory: str, package: str, lacking: Lacking) -> list[str]:
    found = []
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.name.startswith((".", "__")):
            continue
        if entry.name.endswith(".py"):
            found.append(f"{package}.{entry.name[:-3]}")
        elif entry.is_dir():
            inner = f"{package}.{entry.name}"
            folder = import_module(inner) if lacking else None
            if not any(getattr(folder, mark, False) for mark in lacking):
                found.extend(_names(entry.path, inner, lacking))
    return found


def entry_points() -> Sequence[tuple[str, str]]:
    """Rule packages as (name, module), in order of name.

    Scanning every installed distribution costs several times Python's own start, so what was found is kept
    in the user's cache directory for as long as the directories of `sys.path` hold the same distributions.
    """
    paths = list(dict.fromkeys(sys.path))
    index = _index_file()
    known = _kept(index)
    if known is not None and len(known[0]) == len(paths) and all(map(_unchanged, paths, known[0])):
        return known[1]
    from importlib.metadata import entry_points as scan

    entries = sorted({(entry.name, entry.value) for entry in scan(group=GROUP)})
    _keep(index, [_state(path) for path in paths], entries)
    return entries


def _state(path: str) -> tuple[str, str, str]:
    """A directory of `sys.path`, when it was changed, and the distributions in it."""
    try:
        changed = str(os.stat(path or ".").st_mtime_ns)
        names = sorted(name for name in os.listdir(path or ".") if name.endswith(("-info", ".egg-link")))
    except OSError:
        return path, "", ""
    return path, changed, "/".join(names)


def _unchanged(path: str, known: tuple[str, str, str]) -> bool:
    """Whether a directory holds the distributions it held; asked of its time first, then of its names."""
    if path != known[0]:
        return False
    try:
        if str(os.stat(path or ".").st_mtime_ns) == known[1]:
            return True
    except OSError:
        return not known[1]
    return _state(path)[2] == known[2]


def _index_file() -> str:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    searched = "\n".join([sys.version, *sys.path]).encode("utf-8", "surrogateescape")
    return os.path.join(cache, "ftlint", "rule-packages", f"{crc32(searched):08x}")


def _kept(index: str) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]] | None:
    """The index as it was kept: a line for each directory, then one for each rule package; tabs between."""
    try:
        with open(index, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.split("\t") for line in file.read().split("\n")]
    except (OSError, ValueError):
        return None
    if lines.pop() != ["end"]:
        return None
    paths = [(line[0], line[1], line[2]) for line in lines if len(line) == 3]
    return paths, [(line[0], line[1]) for line in lines if len(line) == 2]


def _keep(index: str, paths: Sequence[tuple[str, ...]], entries: Sequence[tuple[str, str]]) -> None:
    """Write the index whole or not at all; a cache that cannot be written only costs time."""
    staged = f"{index}.{os.getpid()}"
    text = "".join("\t".join(fields) + "\n" for fields in [*paths, *entries]) + "end"
    if text.count("\n") != len(paths) + len(entries):
        return
    try:
        os.makedirs(os.path.dirname(index), exist_ok=True)
        with open(staged, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(staged, index)
    except OSError:
        return


def names_rule(selector: str, rule: Rule[Any] | RuleClass) -> bool:
    """Whether a code, prefix, name or ALL takes in this rule."""
    upper = selector.upper()
    return upper == "ALL" or selector == rule.name or bool(upper and rule.code.startswith(upper))
