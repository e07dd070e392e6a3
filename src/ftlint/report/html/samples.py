"""A finding as it is shown: where it stands, what it says, and the masked piece of the row."""

from __future__ import annotations

from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.report import Excerpt, Preview
from ftlint.report.amounts import amount
from ftlint.report.html.gather import Found
from ftlint.report.html.markup import Markup, el, join
from ftlint.report.wording import message

LONGEST = 400
"""Code points of a message or an excerpt; what is longer is cut."""


def place(finding: Finding) -> str:
    """`line 12`, `line 9, column 13` in a file without rows, `row 7` in one without lines, else "".

    Of a training run `step 1200`.
    """
    if finding.step is not None:
        return f"{finding.unit or 'step'} {amount(finding.step)}"
    if finding.line is not None:
        where = f"line {finding.line:,}"
        return where if finding.row is not None or not finding.column else f"{where}, column {finding.column}"
    return "" if finding.row is None else f"row {finding.row:,}"


def said(finding: Finding) -> str:
    return cut(message(finding))


def cut(words: str, longest: int = LONGEST) -> str:
    words = visible(words)
    return words if len(words) <= longest else words[: longest - 1] + "…"


def pieces(excerpt: Excerpt) -> tuple[str, str, str]:
    """What stands before the mark, what is marked, and what stands after it; each can be shown as it is."""
    before, marked = excerpt.text[: excerpt.start], excerpt.text[excerpt.start : excerpt.end]
    return cut(before), cut(marked), cut(excerpt.text[excerpt.end :])


def excerpt_of(found: Found) -> Markup | None:
    if found.preview is not None:
        return preview_of(found.preview)
    if found.excerpt is None:
        return None
    before, marked, after = pieces(found.excerpt)
    return el("code", before, el("mark", marked), after, class_="excerpt")


def preview_of(preview: Preview) -> Markup:
    parts = [("asks", preview.prompt), ("answers" if preview.prompt else "says", preview.answer)]
    return join(
        *(
            el("span", el("span", name, class_="who"), " ", el("q", cut(words)), class_="says")
            for name, words in parts
            if words
        )
    )


def badge(severity: Severity) -> Markup:
    return el("span", severity.label, class_=f"badge {severity.label}")
