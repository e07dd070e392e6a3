"""Rows that would like to be more than text stay text, in the page and in the data of its script."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import HOSTILE


@pytest.mark.parametrize("scripts", [True, False])
def test_hostile_rows_do_nothing(opened: Any, hostile: Path, scripts: bool) -> None:
    seen = opened(hostile, java_script_enabled=scripts)
    assert seen.said == []
    assert seen.asked == [hostile.as_uri()]
    page = seen.page
    assert page.locator("img, iframe, object, h1:text('owned')").count() == 0
    assert page.locator("script").count() == 2
    assert page.locator("style").count() == 1
    if scripts:
        assert page.evaluate("window.hit") is None
        page.hover("#browser tbody tr")
        for words in ("onerror", "onmouseover", "constructor"):
            page.fill("#search", words)
            assert page.locator("#browser tbody tr").count() > 0, words
            assert page.locator("#browser tbody img").count() == 0
        assert page.evaluate("window.hit") is None
        addresses = page.eval_on_selector_all("a", "all => all.map(each => each.protocol)")
        assert set(addresses) == {"file:"}


def test_the_texts_are_there_as_text(opened: Any, hostile: Path) -> None:
    page = opened(hostile, java_script_enabled=False).page
    shown = page.locator("body").inner_text()
    assert "onerror=window.hit=5" in shown
    for name in ("script", "image", "style", "template"):
        assert HOSTILE[name][:12] in shown, name
    assert page.locator("#data caption:text('Labels by answer')").count() == 1
    assert page.locator("#data caption:text('Sources by column source')").count() >= 1


def test_nothing_moves_or_hides_text(hostile: Path) -> None:
    text = hostile.read_text()
    assert not set("\u2028\u2029\u202e\u202c\u2066\u2069") & set(text)
    assert "\\u202e" in text
    data = re.findall(r'<script type="application/json" id="rows">(.*?)</script>', text, re.DOTALL)
    assert len(data) == 1
    assert not set("<>&") & set(data[0])
    assert len(json.loads(data[0])["rows"]) > 20
