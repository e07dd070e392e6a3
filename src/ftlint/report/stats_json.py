"""Statistics as one JSON document, described in `docs/stats.md`: exact counts, and no share of anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TextIO

from ftlint.model.stats import Bin, Clusters, DatasetStats, Origin, Scope, Spread, Stats

VERSION = 1

PERCENTS = (0, 5, 50, 95, 99, 100)
"""The quantiles that are told, least and largest value among them."""

NAMES = ("min", "p5", "p50", "p95", "p99", "max")


def write(stats: Stats, out: TextIO) -> None:
    json.dump(_sound(document(stats)), out, indent=2)
    out.write("\n")


def document(stats: Stats) -> dict[str, Any]:
    return {
        "version": VERSION,
        "seconds": round(stats.seconds, 3),
        "similarity": stats.similarity,
        "total": _scope(stats.total),
        "datasets": [_dataset(dataset) for dataset in stats.datasets],
        "files": [file._asdict() for file in stats.files],
        "not_read": [entry._asdict() for entry in stats.not_read],
    }


def _dataset(dataset: DatasetStats) -> dict[str, Any]:
    splits = [{"name": split.name, **_scope(split)} for split in dataset.splits]
    return {"name": dataset.whole.name, **_scope(dataset.whole), "splits": splits}


def _scope(scope: Scope) -> dict[str, Any]:
    return {
        "files": scope.files,
        "rows": scope.rows,
        "records": scope.records,
        "measured": scope.measured,
        "bytes": scope.bytes,
        "formats": [
            {"name": known.name or None, "files": known.files, "records": known.records}
            for known in scope.formats
        ],
        "tokens": {"prompt": scope.prompt, "completion": scope.completion, "total": scope.tokens},
        "lengths": _spread(scope.lengths, scope.lengths.bins()),
        "turns": _spread(
            scope.turns, [Bin(turns, turns, n) for turns, n in sorted(scope.turns.counts.items())]
        ),
        "exact_duplicates": {"rows": scope.repeats, "of": scope.repeated},
        "near_duplicates": _clusters(scope.clusters),
        "scripts": [{"name": name or None, "records": count} for name, count in scope.scripts.items()],
        "sources": _origin(scope.origin),
    }


def _spread(spread: Spread, bins: Sequence[Bin]) -> dict[str, Any] | None:
    if not spread.records:
        return None
    return {
        "records": spread.records,
        **dict(zip(NAMES, spread.quantiles(PERCENTS), strict=True)),
        "histogram": [{"from": each.low, "to": each.high, "records": each.records} for each in bins],
    }


def _clusters(clusters: Clusters | None) -> dict[str, Any] | None:
    if clusters is None:
        return None
    largest = [cluster._asdict() for cluster in clusters.largest]
    return {"clusters": clusters.clusters, "rows": clusters.rows, "largest": largest}


def _origin(origin: Origin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    top = [
        {"value": value.shown, "values": value.different, "records": value.records} for value in origin.top
    ]
    shown = sum(value.different for value in origin.top)
    listed = sum(value.records for value in origin.top)
    return {
        "field": origin.field,
        "records": origin.records,
        "values": origin.different,
        "top": top,
        "rest": {"values": (origin.different or 0) - shown, "records": origin.records - listed},
    }


def _sound(value: Any) -> Any:
    """Lone surrogates, which strict readers refuse, become the text of their escape."""
    if isinstance(value, dict):
        return {key: _sound(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_sound(inner) for inner in value]
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
