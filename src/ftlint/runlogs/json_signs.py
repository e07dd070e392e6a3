"""Whose log a JSON or JSON Lines file is, by its first bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from ftlint.runlogs.rows import number

_STATE = re.compile(rb'"log_history"\s*:\s*\[')
_EVENT = re.compile(
    rb'"object"\s*:\s*"(?:fine_tuning\.job\.(?P<openai>event|checkpoint)|(?P<together>fine-tune-event|FinetuneEvent))"'
)
_MISTRAL = re.compile(rb'"checkpoints"\s*:\s*\[\s*\{[^]]*"metrics"\s*:\s*\{[^}]*"train_loss"')
_RESULTS = re.compile(r"(?:all|train|eval|test|predict)_results\.json")
_STEPS = (
    *("step", "global_step", "trainer/global_step", "train/global_step", "eval/global_step", "current_step"),
    *("train_step", "training_step", "iter", "iteration", "iter_num", "it", "epoch", "epochs", "_step"),
)
_MEASURE = re.compile(
    r"(?:.*[^a-z0-9])?(?:loss|nll|perplexity|ppl|reward|cross_entropy)(?:[^a-z0-9].*)?", re.IGNORECASE
)
_CURVE = re.compile(
    r"(?:.*[^a-z0-9])?(?:loss|nll|perplexity|ppl|reward|reward_mean|mean_reward)", re.IGNORECASE
)
_LONGEST_TEXT = 200
_EXAMPLE = (
    *("messages", "conversations", "prompt", "completion", "chosen", "rejected", "instruction", "question"),
    *("answer", "response", "text", "content", "input", "output", "query"),
)
"""Keys of training examples: a row with one of them is no row of a log."""

_LOOKED_AT = 32
_MOST = 0.8
_FEW = 3
_HOISTED = ("data", "metrics", "logs", "scalars")
_EVENTS_LOOKED_AT = 1 << 13


def kind_of_json(head: bytes, name: str, columns: Mapping[str, str]) -> str:
    """The kind of log, "" for none. `head` begins with a brace or a bracket."""
    if _STATE.search(head):
        ours = b'"global_step"' in head or b'"is_world_process_zero"' in head
        return "trainer-state" if ours else "log-history"
    if name.lower() == "trainer_state.json" and b'"global_step"' in head:
        return "trainer-state"
    if met := _EVENT.search(head[:_EVENTS_LOOKED_AT]):
        return "openai-events" if met["openai"] else "together-events"
    if _MISTRAL.search(head):
        return "mistral-job"
    listed = head[:1] == b"["
    row, rest = first_row(head)
    if row is None:
        return "json" if _holds_rows(head, columns) else ""
    if _RESULTS.fullmatch(name.lower()) and not rest:
        return "all-results" if any(key.endswith(("_runtime", "_loss")) for key in row) else ""
    if "current_steps" in row and "total_steps" in row:
        return "llamafactory"
    several = listed or rest or isinstance(row.get("_step"), list | dict)
    if "_step" in row and ("_timestamp" in row or "_runtime" in row) and several:
        return "wandb-json"
    if not listed and not rest and name.lower().endswith(".json"):
        return "json" if _holds_rows(head, columns) or _is_columns(row) else ""
    if not is_row(row, columns) or not _goes_on(head, columns):
        return ""
    if listed:
        return "log-history" if _is_trainers(row) else "json"
    return "fireworks-metrics" if isinstance(row.get("data"), dict) and "step" in row else "jsonl"


def _is_trainers(row: Mapping[str, Any]) -> bool:
    """Whether a row is one of a Trainer: a step and an epoch with every log."""
    return "step" in row and "epoch" in row and bool({"loss", "eval_loss", "train_runtime"} & {*row})


def is_row(row: Mapping[str, Any], columns: Mapping[str, str]) -> bool:
    """Whether a row is one of a log: a step or an epoch, a loss or a reward, and hardly any text."""
    for name, inner in [*row.items()]:
        if isinstance(inner, dict) and name not in _EXAMPLE:
            prefix = "" if name in _HOISTED else f"{name}/"
            row = {**{f"{prefix}{key}": value for key, value in inner.items()}, **row}
    if any(isinstance(value, str) and len(value) > _LONGEST_TEXT for value in row.values()):
        return False
    if any(isinstance(row.get(name), str | list | dict) for name in _EXAMPLE):
        return False
    if any(isinstance(value, list) and len(value) > 0 and not _is_number(value[0]) for value in row.values()):
        return False
    if columns and any(raw in row for name, raw in columns.items() if name not in ("step", "epoch", "time")):
        return True
    lower = {key.lower(): value for key, value in row.items()}
    if not any(_is_number(lower.get(name)) for name in _STEPS):
        return False
    if any(_MEASURE.fullmatch(key) and (value is None or _is_number(value)) for key, value in row.items()):
        return True
    return bool({"learning_rate", "lr"} & {*lower}) and all(
        not isinstance(value, str) or number(value) is not None for value in row.values()
    )


def _goes_on(head: bytes, columns: Mapping[str, str]) -> bool:
    """Whether the rows after the first are rows as well, and most of them go on from the row before."""
    steps: list[tuple[float, float]] = []
    rows = whole = 0
    for row in _rows(head):
        rows += 1
        whole += is_row(row, columns) or any(_is_number(row.get(name)) for name in _STEPS)
        said = (number(row[name]) for name in (columns.get("step", ""), *_STEPS) if _is_number(row.get(name)))
        if (step := next(said, None)) is not None:
            steps.append((number(row.get("epoch")) or 0.0, step))
    if whole < _MOST * rows:
        return False
    on = sum(before <= after for before, after in pairwise(steps))
    return len(steps) < _FEW or (len(set(steps)) > 1 and on >= _MOST * (len(steps) - 1))


def _rows(head: bytes) -> Iterator[dict[str, Any]]:
    """The whole objects at the beginning of JSON Lines or of a list, at most some dozens."""
    text = head.decode("utf-8", "replace").lstrip(" \t\r\n[")
    decoder = json.JSONDecoder()
    place = 0
    for _ in range(_LOOKED_AT):
        try:
            row, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        if isinstance(row, dict):
            yield row
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and number(value) is not None


def first_row(head: bytes) -> tuple[dict[str, Any] | None, bool]:
    """The first object of JSON or JSON Lines, None where there is none whole; and whether another follows."""
    text = head.decode("utf-8", "replace").lstrip()
    if text.startswith("["):
        text = text[1:].lstrip()
    try:
        row, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None, False
    return (row if isinstance(row, dict) else None), "{" in text[end : end + 64]


def _is_columns(row: Mapping[str, Any]) -> bool:
    """Whether a map is of columns: lists of numbers, a loss among them."""
    inner = row.get("history")
    if isinstance(inner, dict) and _is_columns(inner):
        return True
    lists = {name: value for name, value in row.items() if isinstance(value, list) and len(value) > 1}
    return any(_CURVE.fullmatch(name) for name in lists) and all(
        each is None or _is_number(each) for value in lists.values() for each in value[:20]
    )


_LIST = re.compile(rb'\{\s*"(?:metrics|history|data|rows|logs|records|log|train_log)"\s*:\s*\[\s*(?=\{)')


def _holds_rows(head: bytes, columns: Mapping[str, str]) -> bool:
    """Whether a map holds a list of rows of a log, or begins with columns longer than what was read."""
    if met := _LIST.match(head):
        row, _ = first_row(head[met.end() :])
        return row is not None and is_row(row, columns)
    met = re.match(rb'\{\s*"([\w/. -]+)"\s*:\s*\[\s*-?\d', head)
    return met is not None and bool(_CURVE.fullmatch(met[1].decode()) or met[1] in (b"epoch", b"step"))
