"""The inventory of personal data as one JSON document, described by `pii.schema.json`."""

from __future__ import annotations

import json
from typing import Any, TextIO

from ftlint.facts.identifiers import SOURCES
from ftlint.model.inventory import Basis, Covered, Inventory, Kind, Scope, Tally

VERSION = 1


def write(inventory: Inventory, out: TextIO) -> None:
    out.write(json.dumps(_sound(document(inventory)), indent=2) + "\n")


def document(inventory: Inventory) -> dict[str, Any]:
    return {
        "version": VERSION,
        "date": inventory.date,
        "seconds": round(inventory.seconds, 3),
        "total": _scope(inventory.total),
        "datasets": [
            {
                "name": dataset.whole.name,
                **_scope(dataset.whole),
                "splits": [{"name": split.name, **_scope(split)} for split in dataset.splits],
            }
            for dataset in inventory.datasets
        ],
        "kinds": [_kind(kind) for kind in inventory.kinds],
        "secret_rules": [
            {"code": code, "name": name, "ran": ran} for code, name, ran in inventory.secret_rules
        ],
        "coverage": [
            {
                "law": law,
                "source": source,
                "identifiers": [_covered(each) for each in inventory.coverage if each.law == law],
            }
            for law, source in SOURCES.items()
        ],
        "not_read": [entry._asdict() for entry in inventory.not_read],
        "settings": _settings(inventory.basis),
        "versions": _versions(inventory.basis),
    }


def _scope(scope: Scope) -> dict[str, Any]:
    return {
        "files": scope.files,
        "rows": scope.rows,
        "rows_looked_at": scope.looked,
        "rows_with_personal_data": scope.personal,
        "rows_with_secrets": scope.secret,
        "found": [_tally(tally, scope.looked) for tally in scope.tallies],
    }


def _tally(tally: Tally, looked: int) -> dict[str, Any]:
    return {
        "kind": tally.kind,
        "family": tally.family,
        "code": tally.code,
        "count": tally.spans,
        "rows": tally.rows,
        "count_per_1000_rows": round(1000 * tally.spans / looked, 3) if looked else 0.0,
        "different_values": tally.values,
        "placeholders": tally.placeholders,
        "accepted": tally.accepted,
        "fields": [{"pointer": each.pointer, "count": each.spans} for each in tally.fields],
    }


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "code": kind.code,
        "state": kind.state,
        "entities": list(kind.entities),
        "reason": kind.reason or None,
    }


def _covered(covered: Covered) -> dict[str, Any]:
    return {
        "reference": covered.reference,
        "identifier": covered.name,
        "state": covered.state,
        "in_part": covered.part,
        "kinds": [{"kind": kind, "state": state} for kind, state in covered.ways],
        "not_covered": covered.left or None,
    }


def _settings(basis: Basis) -> dict[str, Any]:
    return {
        "file": basis.settings_file or None,
        "countries": list(basis.countries),
        "language": basis.language,
        "threshold": basis.threshold,
        "thresholds": dict(basis.thresholds),
        "model": basis.model or None,
        "recognizers": list(basis.recognizers),
        "recognizers_file": basis.recognizers_file or None,
        "allowed_values": basis.allowed,
        "allowed_patterns": basis.allowed_patterns,
        "allowed_domains": basis.allowed_domains,
        "field_settings": basis.fields,
        "presidio_only": basis.presidio_only,
        "secrets_allowed": basis.secrets_allowed,
        "secret_kinds_ignored": list(basis.secrets_ignored),
        "secret_kinds_of_your_own": list(basis.secrets_own),
        "rules_ignored": list(basis.ignored_rules),
        "paths_with_rules_ignored": basis.ignored_paths,
        "keyed": basis.keyed,
    }


def _versions(basis: Basis) -> dict[str, Any]:
    named = {"ftlint": basis.ftlint, "presidio-analyzer": basis.presidio, **dict(basis.packages)}
    return {name: release or None for name, release in named.items()}


def _sound(value: Any) -> Any:
    """Lone surrogates, which strict readers refuse, become the text of their escape."""
    if isinstance(value, dict):
        return {_sound(key): _sound(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_sound(inner) for inner in value]
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
