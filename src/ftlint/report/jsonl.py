"""One finding per line, the same objects as in `json`; the last line is the summary.

The last line is told apart by its key `summary`: `{"version", "summary", "not_run", "errors"}`. A stream
without it was cut off.
"""

from __future__ import annotations

from typing import TextIO

from ftlint.model.report import Report
from ftlint.report.json import VERSION, dumped, errors, listed, not_run, since, summary
from ftlint.report.style import Style


def write(report: Report, out: TextIO, style: Style) -> None:
    out.writelines(dumped(item) + "\n" for item in listed(report, style))
    compared = {} if report.since is None else {"since": since(report.since)}
    head = dumped({"version": VERSION, "summary": summary(report), **compared})
    lists = (("not_run", not_run(report)), ("errors", errors(report)))
    tail = "".join(f', "{key}": [{", ".join(map(dumped, items))}]' for key, items in lists)
    out.write(head[:-1] + tail + "}\n")
