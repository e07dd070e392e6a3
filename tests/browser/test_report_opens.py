"""The HTML report in a real browser: it opens quietly, loads nothing, and says what it has to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

SECTIONS = ["overview", "rules", "findings", "data", "clusters", "files", "not-run"]


def test_it_opens_without_a_word_and_asks_for_nothing(opened: Any, example: Path) -> None:
    seen = opened(example)
    assert seen.said == []
    assert seen.asked == [example.as_uri()]
    assert [each.get_attribute("id") for each in seen.page.query_selector_all("main > section")] == SECTIONS
    assert seen.page.title() == "ftlint: failed, 10 errors, 17 warnings, 1 info"
    assert seen.page.inner_text("h1") == "Failed: 10 errors, 17 warnings, 1 info"


def test_what_it_would_load_is_refused(opened: Any, example: Path, tmp_path: Path) -> None:
    page = example.read_text()
    assert re.search(r"default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';", page)
    bent = tmp_path / "bent.html"
    added = '<img src="https://hit.example/"><script>hit = 1</script>'
    bent.write_text(page.replace("</main>", f"{added}</main>"))
    seen = opened(bent)
    assert len([line for line in seen.said if "Content Security Policy" in line]) == 2
    assert seen.page.evaluate("typeof hit") == "undefined"


def test_a_rule_shows_examples_its_mending_and_its_page(opened: Any, example: Path) -> None:
    page = opened(example).page
    card = page.locator("#rule-CHAT005")
    assert card.locator("mark").inner_text() == '"bot"'
    assert "--select CHAT005 --fix" in card.locator(".mend").inner_text()
    assert not card.locator(".prose").is_visible()
    card.locator("summary").click()
    assert "Why it matters" in card.locator(".prose").inner_text()
    assert "ftlint rule CHAT005" in card.locator(".prose").inner_text()
    link = page.locator("#browser a[href='#rule-TOK003']").first
    assert not page.locator("#rule-TOK003").is_visible()
    link.click()
    assert page.locator("#rule-TOK003").is_visible()


def test_numbers_of_the_data(opened: Any, example: Path) -> None:
    page = opened(example).page
    row = page.locator("#data table").first.locator("tbody tr").first
    assert " ".join(row.inner_text().split()) == "train 1 114 49 KB 9,505 84 102 117 2 (1.8%)"
    assert page.locator("#data svg.histogram").count() == 3
    figure = page.locator("#data figure").first
    figure.locator("summary").click()
    counts = [int(each.inner_text()) for each in figure.locator("tbody td:nth-child(2)").all()]
    bars = figure.locator("svg rect").count()
    assert sum(counts) == 114
    assert bars == sum(count > 0 for count in counts)


def test_who_repeats_whom(opened: Any, example: Path) -> None:
    page = opened(example).page
    told = page.locator("#clusters article").first.inner_text()
    assert "4 rows in 2 clusters." in told
    assert "data/train.jsonl line 3 and line 8" in told
    assert "I need a new bulb for my Dora. Which socket is it?" in told


def test_without_scripts_all_but_filtering_stands(opened: Any, example: Path) -> None:
    page = opened(example, java_script_enabled=False).page
    assert page.locator("#browser tbody tr").count() == 28
    assert page.locator("#browser tbody tr").first.is_visible()
    assert not page.locator("#filters").is_visible()
    assert not page.locator("#theme").is_visible()
    page.locator("#rules details.card:not([open]) > summary").first.click()
    assert page.locator("#rules details.card[open]").count() == 6


def test_without_scripts_it_says_what_is_not_listed(opened: Any, many: Path) -> None:
    page = opened(many, java_script_enabled=False).page
    assert page.locator("#browser tbody tr").count() == 1000
    assert "These are 1,000 of 20,000" in page.inner_text("#findings .unscripted")


@pytest.mark.parametrize("width", [320, 360, 768])
@pytest.mark.parametrize("name", ["example", "hostile"])
def test_nothing_sticks_out_of_a_narrow_screen(
    opened: Any, request: pytest.FixtureRequest, name: str, width: int
) -> None:
    page = opened(request.getfixturevalue(name), viewport={"width": width, "height": 780}).page
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_it_prints_in_black_on_white_with_all_rules_open(opened: Any, example: Path) -> None:
    page = opened(example, color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.locator("header.top").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.card:not([open])").count() == 0
    assert page.locator("#browser tbody tr").count() == 28
    assert len(page.pdf()) > 50_000
