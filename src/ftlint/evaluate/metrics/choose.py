"""Which metrics measure a task: those that are named, or those that its references call for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from statistics import median
from typing import TYPE_CHECKING, Any

from ftlint.evaluate.metrics.corpus import Loss, Sacrebleu
from ftlint.evaluate.metrics.labels import MacroF1, accuracy, is_classification
from ftlint.evaluate.metrics.metric import MOST, CorpusMetric, Given, Metric, PerRow, RowMetric, rises
from ftlint.evaluate.metrics.structured import NONE, json_match, json_valid, loaded, schema_match, schema_of
from ftlint.evaluate.metrics.text import exact_match, rouge_l, token_f1, words
from ftlint.evaluate.metrics.tool_calls import expected, tool_call_match
from ftlint.model.error import FtlintError

if TYPE_CHECKING:
    from ftlint.evaluate.result import Prediction

GROUP = "ftlint.metrics"
SHORT = 10
"""Words up to which a reference, the median one, is an answer that can be met exactly."""

OWN: tuple[Metric, ...] = (
    PerRow("exact_match", exact_match, binary=True),
    PerRow("token_f1", token_f1),
    PerRow("rouge_l", rouge_l),
    Sacrebleu("bleu"),
    Sacrebleu("chrf"),
    PerRow("json_valid", json_valid, binary=True),
    PerRow("json_match", json_match, binary=True),
    PerRow("schema_match", schema_match, binary=True),
    PerRow("accuracy", accuracy, binary=True),
    MacroF1(),
    PerRow("tool_call_match", tool_call_match, binary=True),
    Loss("loss"),
    Loss("perplexity"),
)


def known() -> Mapping[str, Metric]:
    """Every metric by its name, plugins among them. Raises `FtlintError` for a plugin that cannot be used."""
    from importlib.metadata import entry_points

    found = {metric.name: metric for metric in OWN}
    for entry in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        try:
            metric = entry.load()
            metric = metric() if isinstance(metric, type) else metric
        except Exception as error:  # a plugin's import may raise anything; the run must stop and say which
            raise FtlintError(
                f"metric {entry.name!r} ({entry.value}) does not import: {type(error).__name__}: {error}"
            ) from error
        if not isinstance(metric, RowMetric | CorpusMetric):
            raise FtlintError(
                f"metric {entry.name!r} ({entry.value}) is none: it needs name, higher_is_better, and either "
                "binary and score() or table() and value()"
            )
        if found.setdefault(metric.name, metric) is not metric:
            raise FtlintError(f"two metrics are called {metric.name!r}; one is of the plugin {entry.value}")
    return found


def metrics_for(names: Sequence[str] | str, predictions: Sequence[Prediction]) -> list[Metric | Given]:
    """The metrics of these names that apply to a row at least; for "auto" those that the task calls for.

    A name that no metric has, but a score of every prediction, is taken from there; "auto" takes all such.
    Raises `FtlintError` for an unknown name with the nearest ones, and where no metric is left.
    """
    if not predictions:
        raise FtlintError("there is no row to measure")
    asked = [names] if isinstance(names, str) else list(dict.fromkeys(names))
    if asked == ["auto"]:
        made = [metric for metric in _automatic(predictions) if applies(metric, predictions)]
        return made or [metric for metric in OWN if metric.name == "exact_match"]
    metrics = known()
    chosen: list[Metric | Given] = []
    for name in asked:
        if name in metrics:
            chosen.append(metrics[name])
        elif any(name in row.scores for row in predictions):
            chosen.append(_given(name, predictions))
        else:
            close = get_close_matches(name, metrics, n=3)
            hint = (
                f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(sorted(metrics))}"
            )
            raise FtlintError(f"unknown metric {name!r}: {hint}")
    fitting = [metric for metric in chosen if applies(metric, predictions)]
    if not fitting:
        raise FtlintError(f"no row has what it takes to measure {', '.join(asked)} (docs/eval.md)")
    return fitting


def applies(metric: Metric | Given, predictions: Sequence[Prediction]) -> bool:
    """Whether a row at least has what the metric needs."""
    if isinstance(metric, Given):
        return any(metric.name in row.scores for row in predictions)
    if isinstance(metric, RowMetric):
        return any(score_of(metric, row) is not None for row in predictions)
    return isinstance(metric, Sacrebleu) or any(line is not None for line in metric.table(predictions))


def score_of(metric: RowMetric, row: Prediction) -> float | None:
    """A row's score. Raises `FtlintError` with metric and row where a plugin fails or gives no number."""
    try:
        found = metric.score(row.output, row.reference, row.extra)
        value = None if found is None else float(found)
    except FtlintError as error:
        raise FtlintError(error.message, error.path or row.path, error.line or row.row + 1) from None
    except Exception as error:  # a plugin may raise anything
        raise FtlintError(
            f"metric {metric.name!r} failed: {type(error).__name__}", row.path, row.row + 1
        ) from error
    if value is not None and (not abs(value) <= MOST or (metric.binary and value not in (0.0, 1.0))):
        told = "is to be 0 or 1" if metric.binary else "is to be a number"
        raise FtlintError(f"metric {metric.name!r} gave {value}: it {told}", row.path, row.row + 1)
    return value


def _given(name: str, predictions: Sequence[Prediction]) -> Given:
    values = {row.scores[name] for row in predictions if name in row.scores}
    return Given(name, values <= {0.0, 1.0}, rises(name))


def _automatic(rows: Sequence[Prediction]) -> Iterator[Metric | Given]:
    own = {metric.name: metric for metric in OWN}
    yield from (own[name] for name in _task(rows))
    if any(row.loss is not None and row.tokens for row in rows):
        yield own["perplexity"]
    scored = dict.fromkeys(name for row in rows for name in row.scores)
    yield from (_given(name, rows) for name in scored if name not in own)


def _task(rows: Sequence[Prediction]) -> list[str]:
    references = [row.reference for row in rows]
    if not any(reference.strip() for reference in references):
        return []
    if any(expected(row.reference, row.extra) for row in rows):
        return ["tool_call_match"]
    schemas = any(schema_of(row.extra) is not None for row in rows)
    if schemas or all(_is_structure(reference) for reference in references):
        return ["json_valid", *(["schema_match"] if schemas else []), "json_match"]
    if is_classification(references):
        return ["accuracy", "macro_f1"]
    if median(len(words(reference)) for reference in references) <= SHORT:
        return ["exact_match", "token_f1"]
    return ["rouge_l"]


def _is_structure(text: str) -> bool:
    value: Any = loaded(text)
    return value is not NONE and isinstance(value, dict | list)
