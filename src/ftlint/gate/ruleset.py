"""Which rules an approval runs, and what names that set of rules."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from ftlint import __version__
from ftlint.gate.lock import RuleSet, digest
from ftlint.registry import configured, rules
from ftlint.rule import Rule
from ftlint.settings import Settings
from ftlint.settings.options import options_of
from ftlint.settings.selection import check_rule_names, chosen

OURS = "ftlint_rules."


def all_rules(settings: Settings) -> list[Rule[Any]]:
    """Every rule that is on by default or that settings select, be it ignored there or not.

    Raises `FtlintError` for a rule that the settings misname.
    """
    known = rules()
    check_rule_names(settings, known)
    bare = replace(settings, select=None, ignore=(), extend_ignore=())
    on = chosen(bare, known) | chosen(settings, known)
    return [configured(known[code], settings) for code in sorted(on)]


def deselected(settings: Settings) -> frozenset[str]:
    """Codes of rules that would run, and that settings keep from running."""
    known = rules()
    bare = replace(settings, select=None, ignore=(), extend_ignore=())
    return frozenset(chosen(bare, known) - chosen(settings, known))


def ruleset(settings: Settings) -> RuleSet:
    """The rules by the version of ftlint and a hash: of each its code, level, options, whether it is
    deselected, and the source of one that does not come with ftlint."""
    off = deselected(settings)
    found = all_rules(settings)
    told = [_told(rule, settings, rule.code in off) for rule in found]
    return RuleSet(version=__version__, count=len(found), sha256=digest(told))


def _told(rule: Rule[Any], settings: Settings, off: bool) -> Sequence[Any]:
    levels = (settings.rule_severity.get(key) for key in (rule.name, rule.code))
    level = next((each for each in levels if each is not None), rule.severity)
    kind: Any = type(rule)
    known = _options(kind)
    options = {name: _plain(getattr(rule, field), settings.root) for name, field in known}
    return [rule.code, rule.name, rule.severity.label, level.label, options, off, _source(rule)]


@cache
def _options(rule: Any) -> tuple[tuple[str, str], ...]:
    """The options of a rule as settings and as its class spell them."""
    return tuple((each.name, each.field) for each in options_of(rule))


def _plain(value: Any, root: str) -> Any:
    """An option as JSON; the path of a file of the project as seen from its root."""
    if isinstance(value, str) and value.startswith(f"{root.rstrip('/')}/"):
        return os.path.relpath(value, root)
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(each, root) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each, root) for each in value]
    return str(value)


def _source(rule: Rule[Any]) -> str:
    """SHA-256 of the file of a rule that does not come with ftlint: its version says nothing of it."""
    module = type(rule).__module__
    if f"{module}.".startswith(OURS):
        return ""
    file = getattr(sys.modules.get(module), "__file__", None)
    if not file or not os.path.isfile(file):
        return ""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
