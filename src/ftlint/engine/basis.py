"""What an inventory rests on: which kinds are looked for and how, the settings, the versions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ftlint.detect.pii import cannot_run
from ftlint.detect.pii.kinds import KINDS, MODEL_KINDS
from ftlint.engine.sensitive import choices, key
from ftlint.model.inventory import Basis, Kind, State
from ftlint.model.privacy import PiiChoices
from ftlint.registry import rules as installed
from ftlint.rule import Rule
from ftlint.settings import Settings

CUSTOM = "custom"


def kinds(chosen: Sequence[Rule[Any]], settings: Settings) -> list[Kind]:
    """Every kind of personal data in the order of its rules, and how it is looked for, or why it is not."""
    picked = choices(settings)
    reasons = cannot_run(picked, frozenset(KINDS))
    running = {kind for rule in chosen for kind in rule.kinds}
    codes: dict[str, str] = {}
    for code, rule in installed().items():
        for kind in rule.kinds:
            codes.setdefault(kind, code)
    found = []
    for name in sorted(KINDS, key=lambda kind: codes.get(kind, "")):
        entities = entities_of(picked, name)
        reason = reasons.get(name, "")
        state = _state(name, picked, entities, reason, on=name in running)
        found.append(Kind(name, codes.get(name, ""), state, entities, reason))
    return found


def entities_of(picked: PiiChoices, kind: str) -> tuple[str, ...]:
    """Presidio's names of what is looked for as this kind."""
    from ftlint.detect.pii.sources import sources

    return tuple(sorted(sources(picked, frozenset({kind}) - MODEL_KINDS)))


def _state(kind: str, picked: PiiChoices, entities: tuple[str, ...], reason: str, *, on: bool) -> State:
    if not has_presidio():
        return "needs-extra"
    if kind in MODEL_KINDS:
        if reason:
            return "needs-model"
        return "model" if on else "off"
    if kind == CUSTOM and not (picked.recognizers or picked.recognizers_file):
        return "needs-recognizer"
    if kind != CUSTOM and not entities:
        return "needs-country"
    return "pattern" if on else "off"


def has_presidio() -> bool:
    from importlib.util import find_spec

    return find_spec("presidio_analyzer") is not None


def basis(settings: Settings) -> Basis:
    """The settings as numbers and names; of lists of values only how long they are."""
    from ftlint import __version__

    pii, secrets = settings.pii, settings.secrets
    model = pii.model
    return Basis(
        ftlint=__version__,
        presidio=_version("presidio-analyzer"),
        packages=[(name, _version(name)) for name in ("phonenumbers", *(("spacy",) if model else ()))],
        countries=sorted(pii.countries),
        language=pii.language,
        threshold=pii.threshold,
        thresholds=sorted(pii.thresholds),
        model=model,
        recognizers=[each.name for each in pii.recognizer],
        recognizers_file=pii.recognizers_file,
        allowed=len(pii.allow),
        allowed_patterns=len(pii.allow_patterns),
        allowed_domains=len(pii.allow_domains),
        fields=len(pii.field),
        presidio_only=pii.presidio_only,
        secrets_allowed=len(secrets.allow) + len(secrets.allow_patterns),
        secrets_ignored=sorted(secrets.ignore_kinds),
        secrets_own=[each.name for each in secrets.custom],
        ignored_rules=sorted({*settings.ignore, *settings.extend_ignore}),
        ignored_paths=len(settings.per_path_ignores),
        keyed=key(settings) is not None,
        settings_file=os.path.basename(settings.file),
    )


def _version(package: str) -> str:
    """The installed release, "" where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""
