"""Results of lm-evaluation-harness, read back in pairs: `--log_samples` of the base and of the tuned model.

Its own tables give each model a standard error of its own, from which nobody can tell whether one is better:
the same documents were answered by both. Here each document of one is paired with the same of the other, by
task, filter and `doc_id`, and its hash has to agree.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.evaluate.metrics.metric import rises
from ftlint.evaluate.result import EvaluatedModel, Prediction, Role
from ftlint.model import FtlintError

NARROW = "ftlint_narrow"
"""The task that `--export-harness` makes of the narrow rows; every other task measures general ability."""

_DATE = r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?"
_SAMPLES = re.compile(rf"samples_(?P<task>.+)_(?P<date>{_DATE})\.jsonl")
_RESULTS = re.compile(rf"(?:results|.+)_(?P<date>{_DATE})\.json")
MOST_SHOWN = 3

Key = tuple[str, str, int]
"""Task, filter, doc_id."""


class Paired(NamedTuple):
    """One task under one filter. `better` says of each metric whether higher is better; rows in one order,
    from `files`, the base's and the tuned model's.
    """

    task: str
    filter: str
    role: Role
    base: tuple[Prediction, ...]
    tuned: tuple[Prediction, ...]
    better: Mapping[str, bool]
    files: tuple[str, str]


class Harness(NamedTuple):
    """All that two result folders hold in pairs; `left_out` says what could not be paired, one line each."""

    base: EvaluatedModel
    tuned: EvaluatedModel
    tasks: tuple[Paired, ...]
    left_out: tuple[str, ...] = ()


class _Run(NamedTuple):
    """One result folder: its samples by key, each with the file and line it is from."""

    folder: str
    model: EvaluatedModel
    samples: Mapping[Key, tuple[Mapping[str, Any], str, int]]
    better: Mapping[str, Mapping[str, bool]]


def from_harness(base: str, tuned: str) -> Harness:
    """The results in two folders, paired. Each is what `--output_path` named, or the model's folder in it.

    Raises `FtlintError` where a folder holds no samples, a line is broken, or documents or prompts differ.
    """
    left, right = _run(base), _run(tuned)
    tasks = sorted({key[:2] for key in left.samples} & {key[:2] for key in right.samples})
    if not tasks:
        raise FtlintError(f"has no task in common with {base}", tuned)
    either = {key[:2] for key in left.samples} ^ {key[:2] for key in right.samples}
    told = [f"{_named(task, which)}: only one of the two folders has it" for task, which in sorted(either)]
    paired = []
    for task, which in tasks:
        found, lost = _paired(task, which, left, right)
        told += lost
        if found is not None:
            paired.append(found)
    if not paired:
        raise FtlintError("; ".join(("no metric of it has one number for each document", *told)), tuned)
    return Harness(left.model, right.model, tuple(paired), tuple(told))


def _named(task: str, which: str) -> str:
    return task if which in ("", "none") else f"{task},{which}"


def _paired(task: str, which: str, left: _Run, right: _Run) -> tuple[Paired | None, list[str]]:
    keys = sorted(key for key in left.samples if key[:2] == (task, which))
    others = {key for key in right.samples if key[:2] == (task, which)}
    if others != set(keys):
        lacking = sorted(key[2] for key in others ^ set(keys))
        shown = ", ".join(map(str, lacking[:MOST_SHOWN])) + (" ..." if len(lacking) > MOST_SHOWN else "")
        raise FtlintError(
            f"{task}: {len(lacking)} documents stand in one of the two results only (doc_id {shown}): "
            "run both with the same --limit",
            right.folder,
        )
    for key in keys:
        _same(left.samples[key], right.samples[key], task)
    metrics, odd = _metrics(task, which, [run.samples[key][0] for key in keys for run in (left, right)])
    told = [f"{_named(task, which)}: {name} has no number for each document" for name in odd]
    if not metrics:
        return None, told
    known = {**right.better.get(task, {}), **left.better.get(task, {})}
    better = {shown: known.get(name, rises(name)) for name, shown in metrics.items()}
    role: Role = "narrow" if task == NARROW else "general"
    rows = [
        tuple(_prediction(task, which, run.samples[key][0], metrics) for key in keys) for run in (left, right)
    ]
    files = left.samples[keys[0]][1], right.samples[keys[0]][1]
    return Paired(task, which, role, rows[0], rows[1], better, files), told


def _same(
    one: tuple[Mapping[str, Any], str, int], other: tuple[Mapping[str, Any], str, int], task: str
) -> None:
    """That two samples are of one document, asked in the same words."""
    (left, _, _), (right, file, line) = one, other
    if left.get("doc_hash") != right.get("doc_hash") or left.get("target_hash") != right.get("target_hash"):
        raise FtlintError(
            f"{task}: doc_id {right.get('doc_id')} is another document than in the base's results", file, line
        )
    if left.get("prompt_hash") != right.get("prompt_hash"):
        raise FtlintError(
            f"{task}: doc_id {right.get('doc_id')} was asked in other words than the base was: give both the "
            "same --apply_chat_template, --num_fewshot and --system_instruction",
            file,
            line,
        )


def _metrics(task: str, which: str, samples: Sequence[Mapping[str, Any]]) -> tuple[dict[str, str], list[str]]:
    """The metrics that have a number in every sample, with the names they get, and those that lack some."""
    names = dict.fromkeys(name for sample in samples for name in _list(sample.get("metrics")))
    sound = {
        name: f"{task}/{name}" + ("" if which in ("", "none") else f",{which}")
        for name in names
        if all(_is_number(sample.get(name)) for sample in samples)
    }
    return sound, [name for name in names if name not in sound]


def _prediction(task: str, which: str, sample: Mapping[str, Any], metrics: Mapping[str, str]) -> Prediction:
    parts = (task, which, sample["doc_id"], sample.get("doc_hash", ""))
    answers = _list(sample.get("filtered_resps"))
    answer = answers[0] if answers else ""
    return Prediction(
        row=sample["doc_id"],
        path=task,
        id=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        prompt=_prompt(sample),
        reference=str(sample.get("target", "")),
        output=answer if isinstance(answer, str) else json.dumps(answers, ensure_ascii=False),
        tokens=0,
        scores={shown: float(sample[name]) for name, shown in metrics.items()},
        extra={},
    )


def _prompt(sample: Mapping[str, Any]) -> str:
    """What the model was asked: the first argument of the first request, in either of the forms there are."""
    arguments = sample.get("arguments")
    first = arguments.get("gen_args_0") if isinstance(arguments, Mapping) else (_list(arguments) or [None])[0]
    asked = first.get("arg_0") if isinstance(first, Mapping) else (_list(first) or [""])[0]
    return asked if isinstance(asked, str) else json.dumps(asked, ensure_ascii=False)


def _run(folder: str) -> _Run:
    """The newest samples of each task below a folder."""
    if not os.path.isdir(folder):
        raise FtlintError("is no folder of results of lm-evaluation-harness", folder)
    newest: dict[str, tuple[str, str]] = {}
    tables: list[tuple[str, str]] = []
    for place, below, files in os.walk(folder):
        below.sort()
        for name in files:
            path = os.path.join(place, name)
            if found := _SAMPLES.fullmatch(name):
                newest[found["task"]] = max(newest.get(found["task"], ("", "")), (found["date"], path))
            elif found := _RESULTS.fullmatch(name):
                tables.append((found["date"], path))
    if not newest:
        raise FtlintError(
            "holds no samples_*.jsonl: run lm_eval with --log_samples and --output_path", folder
        )
    homes = {os.path.dirname(path) for _, path in newest.values()}
    if len(homes) > 1:
        shown = ", ".join(sorted(os.path.relpath(home, folder) for home in homes))
        raise FtlintError(f"holds the results of several models ({shown}): name one of these folders", folder)
    samples: dict[Key, tuple[Mapping[str, Any], str, int]] = {}
    for task, (_, path) in sorted(newest.items()):
        for line, sample in _samples(path):
            samples[task, str(sample.get("filter", "none")), sample["doc_id"]] = sample, path, line
    table = _table(max(tables)[1]) if tables else {}
    better = {
        str(task): {str(name): up is not False for name, up in _map(each).items()}
        for task, each in _map(table.get("higher_is_better")).items()
    }
    return _Run(folder, _model(table, folder), samples, better)


def _samples(path: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with open(path, "rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                sample = json.loads(line)
            except ValueError:
                raise FtlintError("is no JSON: was the run ended early?", path, number) from None
            row = sample.get("doc_id") if isinstance(sample, dict) else None
            if not isinstance(row, int) or isinstance(row, bool) or row < 0:
                raise FtlintError("is no sample of lm-evaluation-harness: it has no doc_id", path, number)
            yield number, sample


def _table(path: str) -> Mapping[str, Any]:
    try:
        with open(path, "rb") as stream:
            return _map(json.load(stream))
    except ValueError:
        raise FtlintError("is no JSON: was the run ended early?", path) from None


def _model(table: Mapping[str, Any], folder: str) -> EvaluatedModel:
    """Whose results these are, as far as they tell."""
    from ftlint.read.eval_results import model_arguments

    given = model_arguments(table)
    config = _map(table.get("config"))
    adapter = next((given[key] for key in ("peft", "delta", "lora_local_path") if given.get(key)), "")
    return EvaluatedModel(
        name=given.get("pretrained") or str(table.get("model_name") or os.path.basename(folder.rstrip("/"))),
        revision=str(config.get("model_sha") or given.get("revision") or ""),
        adapter=adapter,
        precision=str(given.get("dtype") or config.get("model_dtype") or "unknown").removeprefix("torch."),
        merged="file",
        device=str(config.get("device") or "unknown"),
    )


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
