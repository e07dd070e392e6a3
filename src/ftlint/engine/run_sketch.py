"""What is shown below a finding of a training run: its curves in a line, and where on them it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from ftlint.detect.curves.spark import spark
from ftlint.model import Finding, RunLog
from ftlint.model.report import Excerpt
from ftlint.model.run_log import Series

EVAL_CELLS, TRAIN_CELLS = 24, 24
FEWEST = 3
"""Points of a curve that is worth drawing."""


def sketch(log: RunLog, finding: Finding) -> Excerpt | None:
    """`eval ▇▅▃▁▂▄   train ▇▆▅▃▂▁`, of a run for rewards `reward ▁▂▄▅▇`, with the finding's step marked.

    The mark is on the first curve that has the step. None where there is nothing to draw.
    """
    if log.objective == "reinforcement":
        curves = [(name, log.series[name], 2 * EVAL_CELLS) for name in ("reward",) if name in log.series]
        return _drawn(curves, finding)
    curves = [
        (f"eval {name}".strip(), series, EVAL_CELLS)
        for name, series in log.eval_losses.items()
        if len(series) >= FEWEST
    ][:2]
    if log.loss is not None and len(log.loss) >= FEWEST:
        curves.append(("train", log.loss, TRAIN_CELLS))
    return _drawn(curves, finding)


def _drawn(curves: Sequence[tuple[str, Series, int]], finding: Finding) -> Excerpt | None:
    text, mark = "", None
    for label, series, width in curves:
        drawn, ends = spark(series, width)
        text += f"{'   ' if text else ''}{label} "
        if mark is None and finding.step is not None:
            cell = bisect_left(ends, finding.step)
            if cell < len(drawn):
                mark = len(text) + cell
        text += drawn
    if not text:
        return None
    return Excerpt(text, mark or 0, (mark or 0) + 1)
