"""Pages of `ftlint logs plot` and `compare` in a real browser: loads nothing, reads aloud, fits a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.main import main
from logs_written import write_run

SOUND = """
    async () => {
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const found = await axe.run(document, { runOnly: tags });
        const told = (node) => node.html.slice(0, 150);
        return found.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map(told).join(" | ")}`);
    }
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    rises = write_run(folder / "runs" / "a-run-with-a-rather-long-name-without-a-space-in-it-at-all")
    write_run(folder / "runs" / "falls", rise=0, seed=2)
    one, both = folder / "run.html", folder / "compared.html"
    assert main(["logs", "plot", str(rises), "-o", str(one), "--isolated"]) == 0
    assert main(["logs", "compare", str(folder / "runs"), "-o", str(both), "--isolated"]) == 0
    return {"run": one, "compared": both}


@pytest.mark.parametrize("name", ["run", "compared"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_sound_silent_and_no_wider_than_the_screen(
    opened: Any, pages: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    package = pytest.importorskip("axe_playwright_python")
    page = opened(pages[name], color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    assert page.said == []
    assert page.asked == [pages[name].as_uri()]
    for part in page.page.locator("details").all():
        part.evaluate("part => { part.open = true }")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.page.locator("figure svg:visible")
    assert shown.count() == 1
    assert shown.bounding_box()["width"] <= width
    page.page.evaluate((Path(package.__file__).parent / "axe.min.js").read_text())
    assert page.page.evaluate(SOUND) == []


def test_the_pointer_reads_values(opened: Any, pages: dict[str, Path]) -> None:
    page = opened(pages["run"]).page
    empty = page.inner_text("#reading")
    box = page.locator("svg.wide").bounding_box()
    scale = box["width"] / 960
    # step 175 of 300 between the edges of the plot, 58 to 944 of 960
    page.mouse.move(box["x"] + (58 + 175 / 300 * 886) * scale, box["y"] + 150 * scale)
    told = page.inner_text("#reading")
    assert told.startswith("step 175")
    assert "eval loss 1.207" in told
    assert "train loss 0." in told
    page.mouse.move(2, 2)
    assert page.inner_text("#reading") == empty


def test_colours_in_the_dark_are_those_of_the_dark(opened: Any, pages: dict[str, Path]) -> None:
    stroke = "getComputedStyle(document.querySelector('svg.wide .s-c0')).stroke"
    light = opened(pages["run"], color_scheme="light").page.evaluate(stroke)
    dark = opened(pages["run"], color_scheme="dark").page.evaluate(stroke)
    assert (light, dark) == ("rgb(47, 95, 196)", "rgb(143, 176, 255)")
