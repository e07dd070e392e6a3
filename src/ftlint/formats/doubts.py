"""What is unclear about a file's format, in a sentence a person can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.formats.columns import ColumnFormat
from ftlint.formats.qa import WEAK, rivals
from ftlint.model import Format

SAY = "say which with format = ..."
COLUMNS = "say which with [dataset.columns]"

Rows = Sequence[Mapping[str, Any]]


def foreign(rows: Rows) -> str:
    """What a JSON file that holds no records is, where that is known."""
    first = rows[0]
    if len(rows) == 1 and isinstance(first.get("rows"), list) and isinstance(first.get("features"), list):
        return "an export of the Hugging Face datasets server: the records stand under rows[].row"
    if isinstance(first.get("body"), dict) and "custom_id" in first:
        return "requests for a batch API, not training records: the messages stand under body.messages"
    from ftlint.formats.dataset_info import is_registry

    if len(rows) == 1 and is_registry(first):
        return "a LLaMA-Factory registry (dataset_info.json), not records"
    return ""


def doubt(rows: Rows, home: Format) -> str:
    """Why the format of these records is not certain, "" where it is."""
    for question in (_two_records, _label, _prompt_only, _unanswered, _columns, _flags):
        if note := question(rows, home):
            return note
    return ""


def _most(rows: Rows, test: Any) -> bool:
    return sum(bool(test(row)) for row in rows) * 2 > len(rows)


def _two_records(rows: Rows, home: Format) -> str:
    if home.kind != "chat":
        return ""
    held = next((key for key in ("messages", "conversations") if key in home.required), None)
    if held is None:
        return ""
    for keys in (("text",), ("instruction", "output"), ("prompt", "completion"), ("conversations",)):
        if held not in keys and _most(rows, lambda row, keys=keys: all(row.get(key) for key in keys)):
            return f"rows hold {held} and also {' and '.join(keys)}: read as {home.name}; {SAY}"
    return ""


def _label(rows: Rows, home: Format) -> str:
    named = home.name in {"openai-chat", "prompt-completion", "kto", "trl-unpaired"}
    if not named or not _most(
        rows, lambda row: row.get("label") is not None and not isinstance(row["label"], bool)
    ):
        return ""
    return f"label is not true or false (KTO's good or bad, or a class?): read as {home.name}; {SAY}"


def _prompt_only(rows: Rows, home: Format) -> str:
    if home.name != "trl-prompt-only" or home.certainty(rows[0]) >= 80:
        return ""
    return "prompts without answers, read as trl-prompt-only: if answers are missing, say format = ..."


def _unanswered(rows: Rows, home: Format) -> str:
    if home.name == "openai-rft" and home.certainty(rows[0]) < 75:
        return f"no conversation ends with an answer: read as openai-rft, not as broken openai-chat; {SAY}"
    return ""


def _columns(rows: Rows, home: Format) -> str:
    if home.name != "qa" or not isinstance(home, ColumnFormat):
        return ""
    question, answer = home.at("question"), home.at("answer")
    keys = frozenset(key for key, value in rows[0].items() if isinstance(value, str))
    more = rivals(keys, question, answer)
    if more:
        either = " and ".join((answer or "", *more))
        return f"{either} could each be the answer, read as {question} -> {answer}: {COLUMNS}"
    if {"prompt", "test", "entry_point"} <= keys:
        return f"tasks of a benchmark (HumanEval's layout), read as {question} -> {answer}; {SAY}"
    if question in WEAK:
        return f"no trainer names its columns {question} and {answer}: read as {question} -> {answer}; {SAY}"
    return ""


def _flags(rows: Rows, home: Format) -> str:
    if home.name != "classification" or not isinstance(home, ColumnFormat):
        return ""
    if home.at("label") is None:
        return f"several columns could be the label: {COLUMNS}"
    return ""
