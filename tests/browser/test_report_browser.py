"""The browser of findings: filters, search, order, pages, and 20,000 rows at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def codes(page: Any) -> list[str]:
    return [each.inner_text() for each in page.locator("#browser tbody a").all()]


def matching(page: Any) -> str:
    return str(page.inner_text("#matching"))


def test_filters_take_away_what_they_say(opened: Any, example: Path) -> None:
    page = opened(example).page
    assert matching(page) == "1-28 of 28"
    page.uncheck("#filters input[value='1']")
    page.uncheck("#filters input[value='2']")
    assert matching(page) == "1-10 of 10 that match, of 28"
    assert set(page.locator("#browser tbody .badge").all_inner_texts()) == {"error"}
    page.select_option("#file", label="data/train.jsonl")
    assert set(page.locator("#browser tbody .path").all_inner_texts()) == {"data/train.jsonl"}
    page.select_option("#rule", label="LEAK001 split-leakage")
    assert codes(page) == ["LEAK001", "LEAK001"]
    page.select_option("#fix", label="safe")
    assert matching(page) == "None of 28 match."
    page.click("text=Clear")
    assert page.locator("#browser tbody tr").count() == 28
    page.select_option("#split", label="validation")
    assert set(page.locator("#browser tbody .path").all_inner_texts()) == {"data/val.jsonl"}


def test_search_looks_at_messages_excerpts_and_places(opened: Any, example: Path) -> None:
    page = opened(example).page
    for words, found in (
        ("BOT role", ["CHAT005"]),
        ("dust wash", ["LEAK001"]),
        ("line 56", ["QUAL003"]),
        ("königsallee", []),
        ("near-leakage", ["LEAK002"]),
    ):
        page.fill("#search", words)
        assert codes(page) == found, words


def test_a_head_sorts_up_then_down_then_not_at_all(opened: Any, example: Path) -> None:
    page = opened(example).page
    before = codes(page)
    head = page.locator("#browser th").nth(1)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert codes(page) == sorted(before)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert codes(page) == sorted(before, reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") is None
    assert codes(page) == before
    page.locator("#browser th").nth(2).locator("button").click()
    lines = [
        int(each.split()[1].rstrip(","))
        for each in page.locator("tr:has(.path:text-is('data/train.jsonl')) .at").all_inner_texts()
    ]
    assert lines == sorted(lines)


def test_a_rule_leads_to_its_findings(opened: Any, example: Path) -> None:
    page = opened(example).page
    page.fill("#search", "nothing has this")
    page.click("#rule-LEAK001 a[data-rule]")
    assert codes(page) == ["LEAK001", "LEAK001"]
    assert page.input_value("#search") == ""


@pytest.mark.parametrize("code", ["CHAT005", "PII001"])
def test_scripts_draw_what_stands_without_them(opened: Any, example: Path, code: str) -> None:
    row = f"#browser tr:has(a:text-is('{code}'))"
    plain, drawn = opened(example, java_script_enabled=False).page, opened(example).page
    assert drawn.locator(row).evaluate("row => row.outerHTML") == plain.locator(row).evaluate(
        "row => row.outerHTML"
    )


def test_twenty_thousand_rows_stay_quick(opened: Any, many: Path) -> None:
    assert many.stat().st_size < 6 << 20
    page = opened(many).page
    assert matching(page) == "1-50 of 20,000"
    told = page.inner_text("#findings .note")
    assert "20,000 of them are in this file" in told
    assert "of each rule and file 13,000 at the most; 1,000 are left out" in told
    assert page.locator("#browser tbody tr").count() == 50
    page.click("text=Last")
    assert page.inner_text("#pages span") == "Page 400 of 400"
    assert matching(page) == "19,951-20,000 of 20,000"
    assert page.locator("text=Next").is_disabled()
    spent = page.evaluate(
        """() => {
            const began = performance.now();
            document.querySelectorAll("#browser th button")[3].click();
            const search = document.getElementById("search");
            search.value = "number 77";
            document.getElementById("fix").dispatchEvent(new Event("change", { bubbles: true }));
            return performance.now() - began;
        }"""
    )
    assert "that match" in matching(page)
    assert spent < 2000, f"{spent:.0f} ms"


def test_what_is_printed_is_more_than_a_page(opened: Any, many: Path) -> None:
    page = opened(many).page
    page.fill("#search", "number 77")
    page.wait_for_selector("#matching:has-text('that match')")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#browser tbody tr").count() > 50
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#browser tbody tr").count() == 50
