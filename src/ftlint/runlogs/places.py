"""Where in the text of a log a step was written."""

from __future__ import annotations

import csv
import re

from ftlint.runlogs.csv_rows import EPOCHS
from ftlint.runlogs.csv_rows import STEPS as COLUMNS
from ftlint.runlogs.jsonl_rows import STEPS

MOST_BYTES = 64 << 20
"""Longer logs are not searched."""


def line_of(file: str, kind: str, step: float, column: str = "") -> int | None:
    """The line, from 1, of the first row for a step; None where the log has no lines or none for it.

    `column` is what the settings say that a log calls its steps.
    """
    try:
        with open(file, "rb") as stream:
            data = stream.read(MOST_BYTES)
    except OSError:
        return None
    if b"\0" in data[:4096]:
        return None
    if kind.endswith("csv") or file.lower().endswith((".csv", ".tsv")):
        return _in_table(data.decode("utf-8", "replace"), step, column)
    if kind == "text":
        return _in_prose(data.decode("utf-8", "replace"), step)
    whole = re.escape(str(int(step)) if step == int(step) else repr(step)).encode()
    fraction = rb"(?:\.0+)?" if step == int(step) else b""
    names = "|".join(map(re.escape, filter(None, (column, *STEPS, "current_steps", "epoch")))).encode()
    met = re.search(rb'"(?:' + names + rb')"\s*:\s*' + whole + fraction + rb"(?![\d.eE])", data)
    return data.count(b"\n", 0, met.start()) + 1 if met else None


def _in_table(text: str, step: float, column: str) -> int | None:
    rows = text.splitlines()
    lines = csv.reader(rows, delimiter=max(",\t;", key=rows[0].count) if rows else ",")
    header = [name.strip().lower() for name in next(lines, [])]
    columns = [header.index(name) for name in (column.lower(), *COLUMNS, *EPOCHS) if name and name in header]
    if not columns:
        return None
    for row in lines:
        try:
            if float(row[columns[0]]) == step:
                return lines.line_num
        except (ValueError, IndexError):
            continue
    return None


def _in_prose(text: str, step: float) -> int | None:
    from ftlint.runlogs.step_lines import said

    for number, line in enumerate(text.split("\n"), 1):
        told = said(line)
        if told is not None and told.step == step:
            return number
    return None
