"""Evaluation results of other tools as a baseline result: lm-evaluation-harness, transformers' Trainer.

`results_*.json` of lm-evaluation-harness 0.4 says model, tasks, metrics with standard errors, rows and the
date it began. `eval_results.json` and `all_results.json` of transformers' Trainer say metrics and rows alone:
whose model it was nobody can tell from them, so one counts only where a person declares it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from ftlint.model.baseline import Baseline, Metric, Problem
from ftlint.model.config_tree import Node, Range
from ftlint.read.scalars import resolve

Z95 = 1.959963984540054
"""Standard deviations that a normal interval of 95% reaches to either side."""

_ADAPTERS = ("peft", "delta", "lora_local_path", "lora_path", "adapter", "adapter_name_or_path")
_MODELS = ("pretrained", "model", "path", "engine")
_TOLD_AT = (
    *("model_name", "config", "config.model_args", "config.model_sha", "config.model_revision"),
    *("results", "n-samples", "configs", "date"),
)


def is_lm_eval(tree: Node) -> bool:
    """Whether a JSON object is a result file of lm-evaluation-harness."""
    results = tree.at("results")
    marks = ("configs", "n-shot", "n-samples", "lm_eval_version", "versions")
    return results is not None and results.kind == "map" and any(mark in tree.entries for mark in marks)


def is_trainer(tree: Node) -> bool:
    """Whether a JSON object holds the metrics that transformers' Trainer writes."""
    return any(key.startswith("eval_") for key in tree.entries) and all(
        entry.value.kind == "scalar" for entry in tree.entries.values()
    )


def lm_eval(tree: Node, path: str) -> Baseline:
    """The result of a model without an adapter; a problem where there is one: it was tuned."""
    data: Mapping[str, Any] = resolve(tree, "json")
    arguments = model_arguments(data)
    config = _map(data.get("config"))
    places = _places(tree)
    named = (arguments[key] for key in _MODELS if arguments.get(key))
    model = next(named, _text(data.get("model_name")))
    metrics = tuple(_metrics(data))
    problems = []
    if not model:
        told = "it does not say which model was evaluated"
        problems.append(_problem(told, places.get("config.model_args") or places.get("config")))
    if not metrics:
        problems.append(_problem("it holds no metric", places.get("results")))
    configs = _map(data.get("configs"))
    return Baseline(
        path,
        model,
        revision=_text(config.get("model_sha")) or _text(config.get("model_revision")),
        metrics=metrics,
        date=day_of(data.get("date")),
        tool=" ".join(part for part in ("lm-eval", _text(data.get("lm_eval_version"))) if part),
        origin="lm-eval",
        files=tuple(dict.fromkeys(file for each in configs.values() for file in _files(_map(each)))),
        tasks=tuple(name for name in _map(data.get("results"))),
        places=places,
        problems=tuple(problems),
    )


def is_tuned(tree: Node) -> bool:
    """Whether a result of lm-evaluation-harness is that of an adapter: no baseline."""
    arguments = model_arguments(resolve(tree, "json"))
    return any(arguments.get(key) for key in _ADAPTERS)


def model_arguments(data: Mapping[str, Any]) -> dict[str, str]:
    """`config.model_args`: a text `pretrained=x,dtype=bfloat16` in older files, an object in newer ones."""
    given = _map(data.get("config")).get("model_args")
    if isinstance(given, Mapping):
        return {str(key): value for key, value in given.items() if isinstance(value, str)}
    found: dict[str, str] = {}
    for part in _text(given).split(","):
        key, _, value = part.partition("=")
        found[key.strip()] = value.strip()
    return found


def _metrics(data: Mapping[str, Any]) -> Iterator[Metric]:
    """Every metric of every task: `acc,none` and, before 0.4, `acc`."""
    better = _map(data.get("higher_is_better"))
    for task, values in _map(data.get("results")).items():
        measured = _map(values)
        n = _rows(task, data)
        for key, value in measured.items():
            name, _, which = key.partition(",")
            if name.endswith("_stderr") or name in ("alias", "name", "sample_len") or not _is_number(value):
                continue
            error = measured.get(f"{name}_stderr,{which}" if which else f"{name}_stderr")
            low = high = None
            if _is_number(error) and error > 0:
                low, high = value - Z95 * error, value + Z95 * error
            named = f"{task}/{name}" + (f",{which}" if which not in ("", "none") else "")
            up = _map(better.get(task)).get(name) is not False
            method = "normal, from the standard error" if low is not None else ""
            yield Metric(named, float(value), n, low, high, up, method)


def _rows(task: str, data: Mapping[str, Any], depth: int = 0) -> int | None:
    """Rows that a task was evaluated on; of a group the sum of its tasks."""
    known = _map(_map(data.get("n-samples")).get(task)).get("effective")
    if isinstance(known, int) and not isinstance(known, bool):
        return known
    below = _map(data.get("group_subtasks")).get(task)
    if not isinstance(below, list) or not below or depth > 8:
        return None
    counts = [_rows(str(each), data, depth + 1) for each in below]
    return sum(count or 0 for count in counts) if all(count is not None for count in counts) else None


def _files(config: Mapping[str, Any]) -> Iterator[str]:
    """The local files of a task that loads them by `datasets`' json, csv or parquet builder."""
    if _text(config.get("dataset_path")) not in ("json", "csv", "parquet", "text", "arrow"):
        return
    files = _map(config.get("dataset_kwargs")).get("data_files")
    wanted = [_text(config.get(key)) for key in ("test_split", "validation_split")]
    if isinstance(files, Mapping):
        split = next((name for name in wanted if name in files), "")
        files = files.get(split) if split else None
    for file in files if isinstance(files, list) else [files]:
        if isinstance(file, str) and "://" not in file:
            yield file


def trainer(tree: Node, path: str) -> Baseline:
    """What transformers' Trainer measured. Raises nothing: a run that trained, too, is a problem."""
    data: Mapping[str, Any] = resolve(tree, "json")
    places = {key: entry.value.range for key, entry in tree.entries.items()}
    rows = data.get("eval_samples")
    n = rows if isinstance(rows, int) and not isinstance(rows, bool) else None
    timing = ("_runtime", "_per_second", "_samples", "_time")
    metrics = tuple(
        Metric(key.removeprefix("eval_"), float(value), n, higher_is_better=not key.endswith("loss"))
        for key, value in data.items()
        if key.startswith("eval_") and not key.endswith(timing) and _is_number(value)
    )
    trained = next((key for key in tree.entries if key.startswith("train_")), "")
    problems = []
    if trained:
        told = f"{trained} says that this run trained: it is the tuned model's result, not the base model's"
        problems.append(_problem(told, tree.entries[trained].key.range))
    elif not metrics:
        problems.append(_problem("it holds no metric", None))
    return Baseline(
        path,
        "",
        metrics=metrics,
        tool="transformers",
        origin="transformers",
        places=places,
        problems=tuple(problems),
    )


def day_of(date: Any) -> str:
    """A date as YYYY-MM-DD: seconds since 1970 (in UTC), or a text that begins with one; else ""."""
    from datetime import UTC, datetime

    if _is_number(date):
        try:
            return datetime.fromtimestamp(date, UTC).date().isoformat()
        except (OverflowError, OSError, ValueError):
            return ""
    try:
        return datetime.fromisoformat(_text(date)[:10]).date().isoformat()
    except ValueError:
        return ""


def _problem(message: str, at: Range | None) -> Problem:
    return Problem(message, at.line, at.column) if at else Problem(message)


def _places(tree: Node) -> dict[str, Range]:
    """Where the keys stand that findings are told at."""
    found = ((key, tree.entry(key)) for key in _TOLD_AT)
    return {key: entry.value.range for key, entry in found if entry is not None}


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
