"""Which files of a folder may hold data: by name, and for `.json`, which is anything, by its first bytes."""

from __future__ import annotations

import os
import re
from typing import Any

from ftlint.read.files import opened
from ftlint.read.magic import pointer

DATA = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".arrow")
COMPRESSED = (".gz", ".zst", ".xz", ".bz2")
ENDINGS = tuple(data + packed for data in DATA for packed in ("", *COMPRESSED))

# Names that tools give to files that are never a dataset: package managers, editors, model folders, logs.
_OTHERS = frozenset(
    {
        *(
            "package.json",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "composer.json",
            "lerna.json",
            "nx.json",
        ),
        *("deno.json", "turbo.json", "vercel.json", "firebase.json", "renovate.json", "angular.json"),
        *("devcontainer.json", "manifest.json", "swagger.json", "openapi.json", "pyrightconfig.json"),
        *("config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "chat_template.json"),
        *("modules.json", "params.json", "trainer_state.json", "training_args.json", "metrics.json"),
        *(
            "metrics.jsonl",
            "metrics.csv",
            "trainer_log.jsonl",
            "logging.jsonl",
            "generated_predictions.jsonl",
        ),
        *("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"),
        "ftlint-suppressions.json",
    }
)
_OTHER_STARTS = ("tsconfig", "jsconfig", "tokenizer", "ds_config", "deepspeed", "wandb-", ".")
_OTHER_ENDS = ("_config.json", ".config.json", ".schema.json", "_results.json", ".index.json")

_ROW_KEYS = (
    *("messages", "conversations", "conversation", "contents", "chosen", "rejected", "instruction"),
    *("prompt", "completion", "input_ids", "preferred_output", "interactions", "dialog", "dialogue"),
)
_LIST_KEYS = ("rows", "data", "examples", "instances", "samples", "records", "train", "dialogs", "items")
_KEYS = (
    rb'["\'](?:messages|conversations?|contents|chosen|instruction|prompt|input_ids|interactions)["\']\s*:'
    rb'|"(?:rows|data|examples|instances|samples|records|train|dialogs|items)"\s*:\s*[\[{]\s*[\[{"]'
)
_SCALARS = frozenset(b'"-/0123456789')
_HEAD = 1 << 16


def is_data_name(name: str) -> bool:
    """Whether a file of this name may hold data."""
    lower = name.lower()
    if not lower.endswith(ENDINGS) or lower in _OTHERS:
        return False
    if lower.endswith(".json"):
        return not lower.startswith(_OTHER_STARTS) and not lower.endswith(_OTHER_ENDS)
    return not (lower.startswith("cache-") and lower.endswith(".arrow"))


def is_prediction(file: str, name: str) -> bool:
    """Whether a file holds what models answered, as `ftlint eval` keeps it beside its result."""
    return name.endswith(".predictions.jsonl") and os.path.isfile(
        os.path.join(os.path.dirname(file), "eval.json")
    )


_POINTER = ".dvc"


def is_pointer_name(name: str) -> bool:
    """Whether a file of this name stands for a data file that DVC keeps."""
    return name.endswith(_POINTER) and is_data_name(name.removesuffix(_POINTER))


def is_unpulled(file: str) -> bool:
    """Whether a file with the name of a pointer is one, and the data it stands for is not beside it."""
    if os.path.exists(file.removesuffix(_POINTER)):
        return False
    try:
        with opened(file) as stream:
            return pointer(stream.read(_HEAD)) is not None
    except OSError:
        return False


def is_data_file(file: str, name: str) -> bool:
    """Whether a file with the name of a data file is worth reading.

    Only `.json` is looked into, and what is called as training logs are.
    """
    from ftlint.read.logs import is_log, may_be_log_name

    if may_be_log_name(name) and is_log(file, name):
        return False
    if not name.lower().endswith(".json"):
        return True
    try:
        with opened(file) as stream:
            head = stream.read(_HEAD)
    except OSError:
        return True
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"[":
        return text[1:].lstrip()[:1] in (b"{", b"[", b"")
    if text[:1] == b"{":
        return _rows_in_object(text) if len(head) < _HEAD else _looks_like_rows(text)
    return not text or text[0] not in _SCALARS


def _rows_in_object(head: bytes) -> bool:
    """Whether a file that starts with `{` is rows, or one object that holds rows, and no settings file."""
    import json

    text = head.decode("utf-8", errors="replace")
    try:
        data, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return _looks_like_rows(head)
    return bool(text[end:].strip()) or _holds_rows(data)


def _looks_like_rows(head: bytes) -> bool:
    return bool(re.search(_KEYS, head)) or bool(re.search(rb"^\{.*\}[ \t\r]*\n\{", head, re.MULTILINE))


def _holds_rows(data: dict[str, Any]) -> bool:
    if any(data.get(key) for key in _ROW_KEYS):
        return True
    lists = (data.get(key) for key in _LIST_KEYS)
    return any(isinstance(rows, list) and rows and isinstance(rows[0], dict | list) for rows in lists)
