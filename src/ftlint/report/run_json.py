"""Runs for programs: what they are, each series in numbers, verdicts and findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, TextIO

from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.run_log import Series
from ftlint.report.run_view import RunView, shown


def write(views: Sequence[RunView], out: TextIO) -> None:
    out.write(json.dumps({"runs": [run_json(view) for view in views]}, indent=2, ensure_ascii=False) + "\n")


def run_json(view: RunView) -> dict[str, Any]:
    log = view.log
    return {
        "path": visible(log.path),
        "kind": log.kind,
        "objective": log.objective,
        "unit": log.unit,
        "last_step": log.last_step,
        "last_epoch": _number(log.epoch_at(log.last_step)),
        "planned_steps": log.planned_steps,
        "planned_epochs": _number(log.planned_epochs),
        "finished": log.finished,
        "restarts": [{"step": each.step, "reached": each.reached} for each in log.restarts],
        "checkpoints": list(log.checkpoints),
        "series": {shown(name): series_json(series) for name, series in log.series.items()},
        "verdicts": {
            name: {
                "state": each.state,
                "step": _number(each.step),
                "end": _number(each.end),
                "confidence": _number(each.confidence),
                "needs": each.needs,
                "numbers": {key: _number(value) for key, value in each.numbers.items()},
                "why": shown(each.why),
            }
            for name, each in view.judgements.items()
        },
        "findings": [finding_json(each) for each in view.findings],
        "damaged": [
            {"path": visible(each.path), "kind": each.kind, "line": each.line, "offset": each.offset,
             "lost": each.lost, "message": visible(each.message)}
            for each in log.damaged
        ],
    }  # fmt: skip


def series_json(series: Series) -> dict[str, Any]:
    """A series in a few numbers: `least` and `most` with their steps."""
    finite = [(value, step) for step, value in series.points() if isfinite(value)]
    least, most = (min(finite), max(finite)) if finite else (None, None)
    return {
        "points": len(series),
        "not_finite": len(series) - len(finite),
        "first": finite[0][0] if finite else None,
        "last": finite[-1][0] if finite else None,
        "least": {"value": least[0], "step": least[1]} if least else None,
        "most": {"value": most[0], "step": most[1]} if most else None,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": (finding.severity or Severity.INFO).label,
        "message": visible(finding.message),
        "help": visible(finding.help),
        "step": _number(finding.step),
        "confidence": _number(finding.confidence),
    }


def _number(value: float | None) -> float | None:
    """JSON has no NaN."""
    return value if value is not None and isfinite(value) else None
