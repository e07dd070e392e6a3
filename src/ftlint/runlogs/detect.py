"""Which files are training logs, and what wrote them: by their bytes, and where those say nothing by name."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from importlib import import_module

from ftlint.read.magic import pointer
from ftlint.runlogs.json_signs import kind_of_json

HEAD = 1 << 16

POINTER = "pointer"
"""The kind of a file that stands for a log that is not pulled."""

READERS: Mapping[str, str] = {
    "trainer-state": "trainer_state:StateReader",
    "log-history": "trainer_state:StateReader",
    "all-results": "all_results:ResultsReader",
    "llamafactory": "llamafactory:LogReader",
    "json": "json_rows:DocumentReader",
    "jsonl": "jsonl_rows:RowReader",
    "openai-events": "events_json:EventReader",
    "together-events": "events_json:EventReader",
    "mistral-job": "events_json:EventReader",
    "fireworks-metrics": "jsonl_rows:RowReader",
    "tensorboard": "tensorboard:EventFile",
    "lightning-csv": "lightning:MetricsReader",
    "keras-csv": "keras:HistoryReader",
    "openai-csv": "openai:ResultReader",
    "csv": "csv_rows:RowReader",
    "text": "text_lines:TextReader",
    "wandb-json": "wandb_history:HistoryReader",
    "wandb-csv": "wandb_history:HistoryTableReader",
    "wandb-offline": "wandb_offline:OfflineReader",
    "mlflow": "mlflow:MetricReader",
}
"""Kind -> module and class of `ftlint.runlogs`. A class is made with (file, path as shown, columns) and is a
`Reader`."""

_TABLES = (
    ("openai-csv", "openai"),
    ("wandb-csv", "wandb_history"),
    ("lightning-csv", "lightning"),
    ("keras-csv", "keras"),
    ("csv", "csv_rows"),
)
"""Kinds of tables and the modules that know them by their `signs`, the surest first."""

_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How text in UTF-16 begins, which PowerShell makes of what a trainer prints."""

_ALWAYS = {"trainer_state.json": "trainer-state", "trainer_log.jsonl": "llamafactory"}
_MAY_END = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt")
_TEXT_ENDS = (".log", ".txt", ".out", ".err")
_MAY_HOLD = re.compile(
    r"log|metric|histor|loss|curve|event|state|wandb|result|run|train|progress|stdout|output|slurm|nohup|stats"
    r"|score|epoch|report|scalar|tune|job"
)
_METRIC = re.compile(r"loss|acc|^lr$|rate|norm|reward|f1|kl|entropy|perplexity|epoch|step")


def is_log_name(name: str) -> bool:
    """Whether a file of this name is a log whatever it holds."""
    lower = name.lower()
    if lower in _ALWAYS or ".tfevents." in lower:
        return True
    return lower.startswith("run-") and lower.endswith(".wandb")


def may_be_log_name(name: str) -> bool:
    """Whether a file of this name is worth a look inside."""
    lower = name.lower()
    if is_log_name(name) or lower.endswith((".wandb", ".log", ".out", ".err")):
        return True
    if lower.endswith(_MAY_END):
        return bool(_MAY_HOLD.search(lower))
    # MLflow calls a file as the metric is called.
    return not os.path.splitext(lower)[1] and bool(_METRIC.search(lower))


def kind_of(file: str, name: str, columns: Mapping[str, str] = {}) -> str:
    """What wrote a log, a key of `READERS` or `POINTER`; "" for a file that is none or cannot be opened."""
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):
            return ""  # opening a pipe would wait for its writer, and a device has no end
        with open(file, "rb") as stream:
            head = stream.read(HEAD)
            tail = b""
            if len(head) == HEAD and _is_text_name(name):
                stream.seek(max(HEAD, os.fstat(stream.fileno()).st_size - HEAD))
                tail = stream.read(HEAD)
    except OSError:
        return ""
    if not head:
        return _ALWAYS.get(name.lower(), "tensorboard" if ".tfevents." in name.lower() else "")
    if pointer(head) is not None:
        return POINTER if is_log_name(name) else ""
    if head.startswith(b":W&B"):
        return "wandb-offline"
    if ".tfevents." in name.lower() or (b"\0" in head[:64] and head[:2] not in _WIDE):
        return "tensorboard" if _signs("tensorboard", file, head) else ""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"{", b"["):
        return kind_of_json(head, name, columns) or _ALWAYS.get(name.lower()) or _text(head, tail, name)
    if f"{os.sep}metrics{os.sep}" in os.path.abspath(file) and _signs("mlflow", file, head):
        return "mlflow"
    if name.lower().endswith((".csv", ".tsv")):
        return _table(head, name, columns)
    return _text(head, tail, name)


def _signs(module: str, name: str, head: bytes) -> bool:
    return bool(import_module(f"ftlint.runlogs.{module}").signs(name, head))


def _table(head: bytes, name: str, columns: Mapping[str, str]) -> str:
    """The kind of a table by its header and its first rows."""
    from ftlint.runlogs.table import head_of

    if columns and (table := head_of(head)) is not None and {*columns.values()} & {*table.names}:
        return "csv"
    return next((kind for kind, module in _TABLES if _signs(module, name, head)), "")


def _is_text_name(name: str) -> bool:
    return name.lower().endswith(_TEXT_ENDS) or "." not in name


def _text(head: bytes, tail: bytes, name: str) -> str:
    """Output of a trainer begins with much else, so its end counts as well."""
    if not _is_text_name(name):
        return ""
    return "text" if any(_signs("text_lines", name, each) for each in (head, tail)) else ""
