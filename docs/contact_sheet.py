"""Draws docs/logs-contact-sheet.svg: trained runs of tests/trained, each with its fault and without it, and
what the rules say of them.

python docs/contact_sheet.py [OUTPUT]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import getdoc
from pathlib import Path
from typing import Any

from ftlint.detect.curves.verdicts import judgements
from ftlint.model import Finding, Severity
from ftlint.model.run_log import RunLog
from ftlint.report.cells import wrap
from ftlint.report.run_axes import Axes, Box, drawn, legend
from ftlint.report.run_chart import frame
from ftlint.report.run_marks import marks
from ftlint.report.run_panels import panels
from ftlint.report.run_plot import of_panel
from ftlint.report.run_scene import Dot, Piece, Scene, Stroke, Words
from ftlint.report.run_svg import write

ROOT = Path(__file__).parent.parent

Told = Callable[[RunLog], Sequence[Finding]]

SEED = 1
"""Of the forty runs of a fault the one that is drawn."""

PAIRS, WIDE, HIGH, EDGE, PLOT = 2, 305, 242, 18, 86

SHOWN = {
    "no_general_mix": "eval_general_loss",
    "upside_down": "kl",
    "steps_too_large": "entropy",
    "judged_by_length": "completions/mean_length",
    "all_or_nothing": "frac_reward_zero_std",
    "stale_answers": "clip_ratio",
    "limit_too_low": "completions/clipped_ratio",
    "chosen_by_coin": "eval_rewards/accuracies",
    "unanchored": "rewards/chosen",
}
"""The series in which a fault shows, where that is not the first panel of a run."""


def sheet(faults: Mapping[str, Any], told: Told) -> Scene:
    pieces: list[Piece] = [
        Words(EDGE, 30, "Trained runs, each with a fault and without it", "ink", 19, bold=True),
        Words(
            EDGE,
            49,
            "Small models trained by tests/trained: on the left with the fault, on the right the same run "
            "without it. Below each curve: what ftlint says.",
            "faint",
            12,
        ),
    ]
    told_of: list[str] = []
    for index, (name, fault) in enumerate(faults.items()):
        left = EDGE + (index % PAIRS) * (2 * WIDE + 2 * EDGE)
        top = 78.0 + (index // PAIRS) * HIGH
        told_of.append(name.replace("_", " "))
        pieces += pair(name, fault.make, told, left, top)
    rows = -(-len(faults) // PAIRS)
    wide = PAIRS * (2 * WIDE + 2 * EDGE)
    return Scene(wide, 78 + rows * HIGH, "Trained runs with faults and without", ", ".join(told_of), pieces)


def pair(name: str, make: Callable[..., Any], told: Told, left: float, top: float) -> Iterator[Piece]:
    """A run with its fault and its twin, under what the fault is."""
    what = " ".join((getdoc(make) or "").split())
    title = name.replace("_", " ").capitalize()
    yield Stroke([(left, top - 14), (left + 2 * WIDE, top - 14)], "grid")
    yield Words(left, top + 2, title, "ink", 13, bold=True)
    for line, text in enumerate(wrap(what, 112, 112)[:2]):
        yield Words(left, top + 17 + 12 * line, text, "faint", 10.5)
    for place, faulty in enumerate((True, False)):
        log = make(SEED, faulty).log
        yield from tile(log, told(log), SHOWN.get(name), left + place * WIDE, top + 36)


def tile(
    log: RunLog, findings: Sequence[Finding], name: str | None, left: float, top: float
) -> Iterator[Piece]:
    """One run: its first panel, or that of a series, and its findings, which come the worst first."""
    panel = panels(log, [name] if name else [])[0]
    size, room = 9.0, WIDE - EDGE
    names, bottom = legend(panel, left + 30, top + 9, room - 30, size)
    yield from names
    marked = of_panel(panel, marks(log, findings[:2], judgements(log)))
    if name:  # what is best is told of the main eval set
        marked = marked._replace(best=None, rise=None)
    box = Box(left + 34, bottom + 34, left + room, bottom + 34 + PLOT)
    yield from drawn(panel, marked, Axes(box, frame(panel, log.unit, raw=True), size))
    y = box.bottom + 28
    if not findings:
        yield Dot(left + 34, y - 3, 3, "ok")
        yield Words(left + 42, y, "nothing found", "ok", 10.5)
    for finding in findings[:1]:
        tone = (finding.severity or Severity.INFO).label
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        yield Dot(left + 34, y - 3, 3, tone)
        yield Words(left + 42, y, f"{finding.code} {finding.name}{more}", tone, 10.5, bold=True)
        lines = wrap(finding.message, 58, 58)
        if len(lines) > 2:
            lines[1] += " …"
        for line, text in enumerate(lines[:2]):
            yield Words(left + 42, y + 12 + 11 * line, text, "faint", 9)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw runs with a fault and without, and what is found.")
    parser.add_argument("output", nargs="?", type=Path, default=ROOT / "docs" / "logs-contact-sheet.svg")
    output: Path = parser.parse_args().output
    sys.path.insert(0, str(ROOT / "tests"))
    from trained.judging import FAULTS, told

    scene = sheet(FAULTS, told)
    with output.open("w", encoding="utf-8") as file:
        write(scene, file)
    print(f"wrote {output} ({output.stat().st_size / 1024:.0f} KB)")


if __name__ == "__main__":
    main()
