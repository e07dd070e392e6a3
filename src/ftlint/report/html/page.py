"""The page as a whole: head, sections in order, foot; style sheet and script are part of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files as resources
from string import Template

import ftlint
from ftlint.report.html.markup import Markup, el, join, text

PLACES = {
    "overview": "Overview",
    "rules": "Rules",
    "findings": "Findings",
    "data": "Data",
    "clusters": "Duplicates",
    "files": "Files",
    "not-run": "Not run",
}


def page(title: str, kind: str, word: str, sections: Sequence[Markup]) -> str:
    css, js = _resource("report.css"), _resource("report.js")
    present = [name for name in PLACES if any(f'id="{name}"' in one for one in sections)]
    links = [el("li", el("a", PLACES[name], href=f"#{name}")) for name in present]
    return Template(_resource("report.html")).substitute(
        policy=policy(css, js),
        title=text(title),
        css=css,
        js=js,
        state=text(kind),
        word=text(word),
        links=join(*links),
        sections=join(*sections, by="\n"),
        version=text(ftlint.__version__),
    )


def policy(css: str, js: str) -> str:
    """Nothing is loaded, sent or framed, and of scripts and styles only those of this file run."""
    return (
        f"default-src 'none'; script-src '{_digest(js)}'; style-src '{_digest(css)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def _resource(name: str) -> str:
    return (resources("ftlint.report.html") / name).read_text("utf-8")
