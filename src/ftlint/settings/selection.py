"""Which rules run, from what a person selects and ignores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftlint.model import FtlintError
from ftlint.rule import Rule
from ftlint.settings.model import Settings
from ftlint.settings.nearest import suggestion

Known = Mapping[str, type[Rule[Any]]]

_ON = ("select", "extend_select")
_OFF = ("ignore", "extend_ignore")


def chosen(settings: Settings, known: Known) -> set[str]:
    """Codes of the rules that run. The more exact selector wins: a code over a prefix over ALL.

    A rule that is off by default runs only when it is named, or with ALL. Raises `FtlintError` with file and
    line for a selector that names no rule.
    """
    codes = {code for code, rule in known.items() if rule.default and settings.select is None}
    steps = []
    for setting in (*_ON, *_OFF):
        for selector in getattr(settings, setting) or ():
            matched = named(selector, known)
            if not matched:
                raise unknown(selector, known, settings, setting)
            steps.append((_exactness(selector, matched), setting in _OFF, selector, matched))
    for exactness, off, _, matched in sorted(steps, key=lambda step: step[:2]):
        if off:
            codes -= matched
        else:
            family = 0 < exactness < _EXACT
            codes |= {code for code in matched if not family or known[code].default}
    return codes


def fixable(settings: Settings, known: Known) -> set[str]:
    """Codes of the rules whose findings may be fixed. The more exact selector wins, as for what runs.

    Raises `FtlintError` with file and line for a selector that names no rule.
    """
    codes = set(known) if settings.fixable is None else set()
    steps = []
    for setting in ("fixable", "unfixable"):
        for selector in getattr(settings, setting) or ():
            matched = named(selector, known)
            if not matched:
                raise unknown(selector, known, settings, setting)
            steps.append((_exactness(selector, matched), setting == "unfixable", matched))
    for _, off, matched in sorted(steps, key=lambda step: step[:2]):
        codes = codes - matched if off else codes | matched
    return codes


def check_rule_names(settings: Settings, known: Known) -> None:
    """Raise `FtlintError` with file and line for a rule that `rules`, `per-path-ignores` or `reasons`
    misnames, and for a reason that says nothing."""
    for glob, selectors in settings.per_path_ignores.items():
        for selector in selectors:
            if not named(selector, known):
                place = settings.where(("per-path-ignores", glob))
                raise FtlintError(f"unknown rule {selector!r}{_near(selector, known)}", *place)
    names = {rule.name for rule in known.values()}
    written = [("rules", name) for name in (*settings.rule_options, *settings.rule_severity)]
    for table, name in [*written, *(("reasons", name) for name, _ in settings.reasons)]:
        if name not in known and name not in names:
            raise FtlintError(f"unknown rule {name!r}{_near(name, known)}", *settings.where((table, name)))
    for name, reason in settings.reasons:
        if not reason.strip():
            place = settings.where(("reasons", name))
            raise FtlintError(f"reasons.{name} is empty: write why the rule does not apply here", *place)


def named(selector: str, known: Known) -> set[str]:
    """Codes that a selector stands for: ALL, a code, a prefix of codes, or a rule's name."""
    upper = selector.upper()
    if upper == "ALL":
        return set(known)
    if upper in known:
        return {upper}
    family = {code for code in known if upper and code.startswith(upper)}
    return family or {code for code, rule in known.items() if rule.name == selector}


def unknown(selector: str, known: Known, settings: Settings, setting: str) -> FtlintError:
    """The error for a selector that names no rule, at the place where it was written."""
    option = setting.replace("_", "-")
    place = (f"--{option}", None) if setting in settings.overridden else settings.where((option,))
    return FtlintError(f"unknown rule {selector!r}{_near(selector, known)}", *place)


_EXACT = 99


def _exactness(selector: str, matched: set[str]) -> int:
    if selector.upper() == "ALL":
        return 0
    exact = len(matched) == 1 and (selector.upper() in matched or not selector.isupper())
    return _EXACT if exact else len(selector)


def _near(selector: str, known: Known) -> str:
    words = [*known, *(rule.name for rule in known.values()), *{code.rstrip("0123456789") for code in known}]
    return suggestion(selector, words)
