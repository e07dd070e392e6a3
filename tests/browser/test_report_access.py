"""The report for everybody: axe finds nothing, the keyboard reaches everything, both themes have contrast."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

SOUND = """
    async () => {
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const found = await axe.run(document, { runOnly: tags });
        const told = (node) => node.html.slice(0, 150);
        return found.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map(told).join(" | ")}`);
    }
"""

UNFOLDED = "details.card, .chart details, #rule-LEAK001 .page"

FOCUSED = """
    () => {
        const at = document.activeElement, style = getComputedStyle(at);
        const text = at.textContent.trim().slice(0, 30);
        const name = at.id || at.closest("th")?.textContent || text || at.tagName;
        return [name, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
    }
"""


@pytest.fixture(scope="session")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python")
    return (Path(package.__file__).parent / "axe.min.js").read_text()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing(opened: Any, example: Path, axe: str, scheme: str, width: int) -> None:
    page = opened(
        example, color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True
    ).page
    for part in page.locator(UNFOLDED if width > 1000 else ".chart details").all():
        part.evaluate("part => { part.open = true }")
    page.evaluate(axe)
    assert page.evaluate(SOUND) == []


def test_headings_go_down_a_step_at_a_time(opened: Any, example: Path) -> None:
    page = opened(example).page
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(each => +each.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_landmarks_have_names(opened: Any, example: Path) -> None:
    page = opened(example).page
    for role, name in (
        ("banner", None),
        ("navigation", "Sections"),
        ("main", None),
        ("contentinfo", None),
        ("search", "Filter the findings"),
        ("region", "Findings"),
        ("region", "Data"),
    ):
        found = page.get_by_role(role, name=name, exact=True) if name else page.get_by_role(role)
        assert found.count() == 1, (role, name)
    for name in ("Search", "Rule", "File", "Split", "Fix"):
        assert page.get_by_label(name, exact=True).count() == 1, name
    assert page.get_by_role("img", name="Length: train").count() == 1


def test_the_keyboard_reaches_everything(opened: Any, example: Path) -> None:
    page = opened(example).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    while True:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        what, drawn = page.evaluate(FOCUSED)
        reached.add(what)
        assert drawn, f"{what} has the focus, and nothing shows it"
    assert {"search", "rule", "file", "split", "fix", "Clear", "Severity", "Finding"} <= reached
    assert any(name.startswith("Numbers of Length") for name in reached)


def test_a_slash_leads_to_the_search_and_a_rule_unfolds(opened: Any, example: Path) -> None:
    page = opened(example).page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("a/b")
    assert page.input_value("#search") == "a/b"
    card = page.locator("#rules details.card:not([open])").first
    card.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#rules details.card[open]").count() == 6


def test_turning_a_page_keeps_the_place(opened: Any, many: Path) -> None:
    page = opened(many).page
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "frame"
    assert page.inner_text("#matching").startswith("51-100 of")


def test_the_theme_follows_the_system_until_it_is_told(opened: Any, example: Path) -> None:
    page = opened(example, color_scheme="dark", java_script_enabled=True).page
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    assert dark != light
    page.click("#theme")
    assert (page.inner_text("#theme"), page.evaluate(ground)) == ("Theme: light", light)
    page.click("#theme")
    assert (page.inner_text("#theme"), page.evaluate(ground)) == ("Theme: dark", dark)
    assert page.evaluate("localStorage.getItem('ftlint-theme')") == "dark"
    page.add_init_script("localStorage.setItem('ftlint-theme', 'dark')")  # as it is kept from page to page
    page.reload()
    assert (page.inner_text("#theme"), page.evaluate(ground)) == ("Theme: dark", dark)
    page.click("#theme")
    assert (page.inner_text("#theme"), page.evaluate(ground)) == ("Theme: system", light)


def test_a_narrow_screen_keeps_the_table_a_table(opened: Any, example: Path) -> None:
    page = opened(example, viewport={"width": 360, "height": 780}).page
    assert page.get_by_role("table", name="Findings", exact=True).count() == 1
    assert page.locator("#browser").get_by_role("cell").count() == 4 * 28
    page.select_option("#sort", label="rule")
    assert page.locator("#browser tbody a").first.inner_text() == "CFG001"
