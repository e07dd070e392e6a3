"""A real Chromium, and reports of real runs to open in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")

HOSTILE = {
    "script": "</script><script>window.hit = 1</script>",
    "image": '<img src="https://hit.example/x" onerror="window.hit = 2">',
    "comment": "<!--<script>",
    "attribute": '" onmouseover="window.hit = 3" x=\'',
    "separators": "one\u2028two\u2029three",
    "bidi": "\u202eevil\u202c \u2066hidden\u2069",
    "style": "</style><style>* { display: none }</style>",
    "title": "</title><h1>owned</h1>",
    "template": "${document.title} {{constructor}} $title $$",
    "address": "javascript:window.hit=4",
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright. CI sets FTLINT_BROWSER: there a missing one is a failure."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    missing = "" if program else f"none of {', '.join(NAMES)} is installed"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing = "playwright is not installed (pip install --group dev)"
    if missing:
        assert not os.environ.get("FTLINT_BROWSER"), missing
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Opened:
    """A page and what it said or asked for since a report was opened in it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def goto(self, file: Path) -> None:
        self.page.goto("about:blank")
        self.said.clear()
        self.asked.clear()
        self.page.goto(file.as_uri())


SCREEN = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def shared(chromium: Any) -> Opened:
    """A page that is used again: a process of its own for each costs a second."""
    return Opened(chromium.new_context(viewport=SCREEN).new_page())


@pytest.fixture
def opened(chromium: Any, shared: Opened) -> Iterator[Any]:
    """Opens a report. What a page that exists cannot be told goes to a context of its own."""
    contexts = []

    def open_(file: Path, *, viewport: Any = SCREEN, color_scheme: str = "light", **told: Any) -> Opened:
        if told:
            context = chromium.new_context(viewport=viewport, color_scheme=color_scheme, **told)
            contexts.append(context)
            page = Opened(context.new_page())
        else:
            page = shared
            page.page.set_viewport_size(viewport)
            page.page.emulate_media(media="screen", color_scheme=color_scheme)
        page.goto(file)
        return page

    yield open_
    for context in contexts:
        context.close()


def checked(folder: Path, *flags: str) -> Path:
    """The report of a run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "ftlint", "check", ".", "--output-format", "html=report.html", *flags],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "FTLINT_"))},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert not done.stderr
    return folder / "report.html"


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "support-bot"
    shutil.copytree(REPOSITORY / "examples" / "support-bot", folder)
    return checked(folder)


def asked(question: str, answer: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows, labels, sources, columns and names of files that would like to be more than text."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {**asked(f"{number} {text}", f"{text} TODO {text}"), "source": text}
        for text in HOSTILE.values()
        for number in range(3)
    ]
    name = "<img src=x onerror=window.hit=5>"
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in [*rows, *rows]]
    (folder / f"train {name}.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / f"val {name}.jsonl").write_text("".join(lines[:20]), encoding="utf-8")
    short = ("script", "title", "bidi")
    labels = [{"prompt": f"Sort number {n}", "completion": HOSTILE[short[n % 3]]} for n in range(60)]
    (folder / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in labels), encoding="utf-8")
    (folder / "roles.jsonl").write_text(
        "".join(
            json.dumps({"messages": [{"role": text, "content": text}]}) + "\n" for text in HOSTILE.values()
        ),
        encoding="utf-8",
    )
    return checked(folder, "--isolated", "--extend-select", "QUAL")


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More findings than the page holds: 7,000 rows, each twice, each with an answer that is no answer."""
    folder = tmp_path_factory.mktemp("many")
    words = ("lamp", "cable", "socket", "order", "parcel", "shade", "refund", "delivery", "warranty", "dust")
    rows = [
        json.dumps(asked(" ".join(words[number % 9 :]) + f" number {number}?", "TODO")) + "\n"
        for number in range(7_000)
    ]
    (folder / "train.jsonl").write_text("".join(rows + rows))
    return checked(folder, "--isolated", "--select", "exact-duplicate,placeholder-output")
