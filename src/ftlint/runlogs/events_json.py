"""What fine-tuning services say of a job: its events or metrics as their APIs answer, saved to a file.

OpenAI and Azure: a list of `fine_tuning.job.event`, those of the type `metrics` with a map `data`; or of
`fine_tuning.job.checkpoint` with `metrics` (platform.openai.com, API reference, fine-tuning), newest first.
Together: `fine-tune-event` with `step`, `total_steps` and `type` (docs.together.ai, "List job events"); its
losses are in `list-metrics`, which `json_rows` reads. Mistral: a job with `checkpoints` that hold `metrics`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.runlogs.document import Document, entries
from ftlint.runlogs.jsonl_rows import time_of
from ftlint.runlogs.lines import JsonLines
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import finite, number

_NAMES = {
    "train_mean_reward": "reward",
    "train_reward_mean": "reward",
    "full_valid_mean_reward": "eval_reward",
    "valid_reward_mean": "eval_reward",
    "valid_mean_reward": "eval_reward",
    "completion_tokens_mean": "completions/mean_length",
    "train_accuracy": "mean_token_accuracy",
}
_BESIDE = frozenset({"step", "total_steps", "step_number"})
_MESSAGE = re.compile(r"Step (\d+)(?:/(\d+))?\s*[:,]\s*(.*)", re.DOTALL)
_SAID = re.compile(
    r"(training|full validation|validation) loss\s*=\s*(-?[\d.]+(?:e-?\d+)?|nan|inf)", re.IGNORECASE
)
_LOSSES = {"training": "train_loss", "validation": "valid_loss", "full validation": "full_valid_loss"}
_DONE = re.compile(r"successfully completed|\bjob succeeded\b", re.IGNORECASE)
_ENDED = frozenset(
    {"job_complete", "job_completed", "training_complete", "succeeded", "success", "completed"}
)


class EventReader:
    """Reads events from a document, or from JSON Lines as they are appended; each event once."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self._document = Document(file, path)
        self._lines = JsonLines(file, path)
        self._by_line: bool | None = None
        self._seen: set[tuple[Any, ...]] = set()

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        if self._by_line is None:
            self._by_line = _is_lines(self._document.file)
        if self._by_line:
            events = [event for _, row in self._lines.more(into) for event in events_in(row)]
        elif self._document.changed(into):
            broken = self._document.broken
            found = (
                entries(broken, r'(?:"(?:data|events)"\s*:\s*|\A\s*)\[')[0] if broken is not None else None
            )
            events = list(events_in(found if found is not None else self._document.loaded))
        else:
            return False
        new = [event for event in events if self._is_new(event)]
        for event in sorted(new, key=_order):
            _take(event, into)
        return bool(new)

    def _is_new(self, event: Mapping[str, Any]) -> bool:
        key = event.get("id"), event.get("created_at"), event.get("message"), event.get("step_number")
        known = key in self._seen
        self._seen.add(key)
        return not known


def _is_lines(file: str) -> bool:
    """Whether the first line is a whole object by itself and others follow."""
    from ftlint.runlogs.rows import loads

    with open(file, "rb") as stream:
        first, following = stream.readline(), stream.readline()
    try:
        row = loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and (bool(following.strip()) or not _holds(row))


def _holds(row: Mapping[str, Any]) -> bool:
    return any(isinstance(row.get(name), list) for name in ("data", "events", "checkpoints"))


def events_in(answer: Any) -> Iterator[dict[str, Any]]:
    """The events and checkpoints of an answer: a list, a page of one, or a job that holds them."""
    if isinstance(answer, list):
        for each in answer:
            yield from events_in(each)
    elif isinstance(answer, dict):
        if _holds(answer):
            if answer.get("status"):
                yield {"message": "", "status": answer["status"], "created_at": float("inf")}
            for name in ("data", "events", "checkpoints"):
                if isinstance(answer.get(name), list):
                    yield from (each for each in answer[name] if isinstance(each, dict))
        else:
            yield answer


def _order(event: Mapping[str, Any]) -> tuple[float, float]:
    data = event.get("data")
    step = data.get("step") if isinstance(data, dict) else event.get("step_number", event.get("step"))
    created = event.get("created_at")
    seconds = float(created) if isinstance(created, int | float) else time_of(created)
    return (seconds if seconds is not None else 0.0, finite(step) or 0.0)


def _take(event: Mapping[str, Any], into: Recorder) -> None:
    data = event.get("data")
    metrics = event.get("metrics")
    said: Mapping[str, Any] = data if isinstance(data, dict) else metrics if isinstance(metrics, dict) else {}
    message = str(event.get("message") or "")
    step = finite(said.get("step", event.get("step_number", event.get("step"))))
    planned = finite(said.get("total_steps", event.get("total_steps")))
    values = {name: each for name, value in said.items() if (each := _value(name, value)) is not None}
    if met := _MESSAGE.match(message):
        step = float(met[1]) if step is None else step
        planned = float(met[2]) if planned is None and met[2] else planned
        for which, loss in _SAID.findall(met[3]):
            values.setdefault(_LOSSES[which.lower()], float(loss))
    if planned:
        into.planned_steps = int(planned)
    ended = {str(event.get("type")).lower(), str(event.get("status")).lower()}
    if _DONE.search(message) or ended & _ENDED:
        into.finished = True
    if step is None:
        return
    if "step_number" in event or event.get("checkpoint_path"):
        into.checkpoints.add(int(step))
    time = time_of(event.get("created_at"))
    for name, each in values.items():
        into.point(_NAMES.get(name) or into.name(name), step, each, time)


def _value(name: str, value: Any) -> float | None:
    """A number among the metrics; they hold maps of usage and timing, too."""
    return None if name in _BESIDE or isinstance(value, bool) else number(value)
