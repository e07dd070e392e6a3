"""What is measured of an output: metrics of one row, metrics of all rows, and which of them fit a task.

Others are met by entry point, group `ftlint.metrics` (docs/eval.md).
"""

from ftlint.evaluate.metrics.choose import applies, known, metrics_for
from ftlint.evaluate.metrics.metric import CorpusMetric, Given, Metric, PerRow, RowMetric

__all__ = [
    "CorpusMetric",
    "Given",
    "Metric",
    "PerRow",
    "RowMetric",
    "applies",
    "known",
    "metrics_for",
]
