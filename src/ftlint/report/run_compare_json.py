"""Runs side by side for programs."""

from __future__ import annotations

import json
from typing import Any, TextIO

from ftlint.detect.mask import visible
from ftlint.report.run_compared import Compared, verdict
from ftlint.report.run_json import finding_json
from ftlint.report.run_view import shown


def write(made: Compared, out: TextIO) -> None:
    out.write(json.dumps(compared_json(made), indent=2, ensure_ascii=False) + "\n")


def compared_json(made: Compared) -> dict[str, Any]:
    runs = []
    for index, view in enumerate(made.runs):
        level = made.levels[index] if made.levels else None
        runs.append(
            {
                "name": visible(view.name),
                "path": visible(view.log.path),
                "kind": view.log.kind,
                "last_step": view.log.last_step,
                "finished": view.log.finished,
                "best": level.seen if level else None,
                "level": level.value if level else None,
                "at": level.at if level else None,
                "findings": [finding_json(each) for each in view.findings],
            }
        )
    return {
        "metric": shown(made.metric) or None,
        "lower_is_better": made.lower,
        "paired_by": "epoch" if made.by_epoch else "step",
        "best": made.leader,
        "runs": runs,
        "comparisons": [
            {
                "best": made.leader,
                "other": index,
                "verdict": pair.verdict,
                "levels": [level.value for level in pair.levels] if pair.levels else None,
                "difference": pair.difference,
                "noise": pair.noise,
                "paired": pair.paired,
                "confidence": pair.confidence,
                "needs": pair.needs,
                "why": visible(pair.why),
                "told": visible(verdict(made, index)[1]),
            }
            for index, pair in made.pairs.items()
        ],
        "why": visible(made.why),
        "differing": {
            visible(name): [visible(value) or None for value in values] for name, values in made.differing
        },
    }
