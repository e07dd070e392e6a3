"""The folder of an evaluation: `eval.json`, what each model wrote, and the reports."""

from __future__ import annotations

import os
from typing import TextIO

from ftlint.evaluate.baseline_run import name_of
from ftlint.evaluate.changed import Changed, changed
from ftlint.evaluate.conclude import Concluded, Side
from ftlint.evaluate.forms import RESULT, read_result, result_hash, write_predictions, write_result
from ftlint.fix.output import replacing
from ftlint.model import FtlintError
from ftlint.report.deliver import to_file
from ftlint.report.style import Style


def ready(folder: str, *, force: bool) -> None:
    """Makes the folder, before anything is measured that could then not be written.

    Raises `FtlintError` where nothing can be written there, or the result of a test split stands in it and is
    not to be written over: the lock holds its hash.
    """
    path = os.path.join(folder, RESULT)
    if not os.path.isfile(path):
        with replacing(_probe(folder), "", force=True):
            pass
        os.unlink(_probe(folder))
        return
    if force:
        return
    try:
        known = read_result(path)
    except FtlintError:  # half of one, or of another version: nobody has its hash
        return
    if any(each.split == "test" for each in known.sets):
        raise FtlintError(
            "holds the result of the test split, whose hash is in the lock: take another folder (-o), or "
            "write over it (--force)",
            folder,
        )


def _probe(folder: str) -> str:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise FtlintError(f"cannot write: {error.strerror or error}", folder) from None
    return os.path.join(folder, ".ftlint-eval")


def write_folder(folder: str, found: Concluded) -> str:
    """Write predictions, reports and, last, the result; give the SHA-256 of `eval.json`."""
    write_sides(folder, found.base, found.tuned)
    _write_reports(folder, found)
    write_result(os.path.join(folder, RESULT), found.result)
    return result_hash(found.result)


def write_sides(folder: str, base: Side, tuned: Side | None) -> None:
    """Write what each model wrote."""
    sides = {"base": base} | ({"tuned": tuned} if tuned else {})
    for name, side in sides.items():
        for role, rows in side.rows.items():
            write_predictions(os.path.join(folder, name_of(name, role)), rows)


def _write_reports(folder: str, found: Concluded) -> None:
    from ftlint.evaluate.report_html import write as page

    def html(out: TextIO) -> None:
        page(found.result, out, changes(found))

    to_file(os.path.join(folder, "eval.html"), html)
    to_file(os.path.join(folder, "eval.md"), lambda out: markdown(found, out))


def markdown(found: Concluded, out: TextIO) -> None:
    from ftlint.evaluate.report_markdown import write

    write(found.result, out, changes(found))


def text(found: Concluded, out: TextIO, style: Style) -> None:
    from ftlint.evaluate.report_text import write

    write(found.result, out, style, changes(found))


def changes(found: Concluded) -> list[Changed]:
    """The rows that got worse and better, by role, as reports show them."""
    if found.tuned is None:
        return []
    told = (
        changed(rows, found.tuned.rows[role], found.metrics[role], role)
        for role, rows in found.base.rows.items()
    )
    return [each for each in told if each is not None]
