"""The HTML report without a browser: what goes in, how charts are cut, and that bytes stay the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from report_sample import Sample, clean, drawn, failing, report

from ftlint.model import Finding, Related, Severity
from ftlint.model.report import Excerpt, Preview, Since
from ftlint.model.stats import Spread
from ftlint.report import FORMATS, Style
from ftlint.report.html.charts import binned, bounds
from ftlint.report.html.gather import gathered, level
from ftlint.report.html.markup import el, join
from ftlint.report.html.pages import _blocks, inline
from ftlint.report.html.rows import dumped

VOID = {"meta", "input", "br", "hr", "col", "link"}


class Balanced(HTMLParser):
    """Fails where an element is not closed as it was opened, or an id comes twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        told = dict(attrs)
        assert "style" not in told
        assert not any(name.startswith("on") for name in told)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.targets += [(told["href"] or "")[1:]] if (told.get("href") or "").startswith("#") else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


class Told(Sample):
    """A group that can say what its rows are about."""

    def preview(self, path: str, row: int) -> Preview | None:
        return Preview(f"question {row}", f"answer of {path}")


def sound(page: str) -> str:
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert len(set(parser.ids)) == len(parser.ids)
    assert set(parser.targets) <= {*parser.ids}
    return page


def groups() -> list[Any]:
    group = report().groups[1]
    rows = [
        Finding("same", row=n, line=n + 1, related=Related("b.jsonl", n % 3, n % 3 + 1)) for n in range(9)
    ]
    return [Told("a.jsonl", "LEAK001", group.name, Severity.ERROR, rows, unsafe=9)]


@pytest.mark.parametrize(
    ("subject", "word"),
    [
        (report(groups=groups()), "Failed: 9 errors"),
        (clean(), "Clean"),
        (report(groups=groups(), fail_on=Severity.ERROR, failures=failing().failures), "Could not check"),
        (clean(files=[]), "Nothing checked"),
        (clean(files=[], since=Since("main", "abc", False, 0, 0, 3, 3, 0)), "Clean"),
    ],
)
def test_a_page_is_whole_whatever_there_is_to_tell(subject: Any, word: str) -> None:
    page = sound(drawn("html", subject))
    assert word in re.sub(r"<[^>]+>", "", page)


def test_clusters_are_what_findings_tie_together() -> None:
    page = sound(drawn("html", report(groups=groups())))
    assert "12 rows in 3 clusters." in page
    assert "<code>a.jsonl</code> line 1</span> and lines 4, 7; <code>b.jsonl</code> line 1" in page
    assert "question 0" in page


def test_other_formats_do_not_count_the_data() -> None:
    def never() -> Any:
        raise AssertionError("the data was read again")

    subject = report(profile=never)
    for name in set(FORMATS) - {"html"}:
        drawn(name, subject)
    with pytest.raises(AssertionError, match="read again"):
        drawn("html", clean(profile=never))


def test_quiet_leaves_errors_and_says_so() -> None:
    warning = Told(
        "w.jsonl", "DUP001", "exact-duplicate", Severity.WARNING, [Finding("again", row=1, line=2)]
    )
    page = drawn("html", report(groups=[*groups(), warning]), Style(quiet=True))
    assert "1 warning or info left out" in page
    assert "w.jsonl" not in page


def test_values_are_masked_even_for_eyes_at_a_terminal() -> None:
    asked: list[bool] = []

    class Watched(Told):
        def excerpt(self, finding: Finding, bare: bool = False) -> Excerpt | None:
            asked.append(bare)
            return None

    found = [Finding("a", row=1, line=2, pointer="/a")]
    drawn(
        "html",
        report(groups=[Watched("a", "PII001", "pii-email", Severity.ERROR, found)]),
        Style(values=True),
    )
    assert asked == [False]


def test_of_many_findings_each_group_keeps_some() -> None:
    few = Told(
        "b.jsonl", "DUP001", "exact-duplicate", Severity.WARNING, [Finding("x", row=n) for n in range(3)]
    )
    many = Told("a.jsonl", "FMT001", "x", Severity.WARNING, [Finding("x", row=n) for n in range(90)])
    found = gathered(report(groups=[many, few]), Style(), most=20)
    assert [len(each.shown) for each in found] == [17, 3]


@pytest.mark.parametrize(
    ("amounts", "most", "each"),
    [([], 5, 0), ([3, 4], 10, 4), ([3, 4], 5, 2), ([1, 50, 50], 21, 10), ([9] * 4, 3, 0), ([100], 100, 100)],
)
def test_level(amounts: list[int], most: int, each: int) -> None:
    assert level(amounts, most) == each
    assert sum(min(each, amount) for amount in amounts) <= most


@pytest.mark.parametrize(
    "values",
    [
        [0],
        [1],
        [5, 5, 5],
        [0, 1, 2],
        list(range(40, 400)),
        [1, 10, 1_000_000],
        [3, 70_000],
        [7, 8, 12_345_678],
    ],
)
def test_bins_hold_every_record_once(values: list[int]) -> None:
    spread = Spread({value: values.count(value) for value in values})
    cut = bounds(spread)
    assert 1 <= len(cut) <= 32
    assert all(low <= high for low, high in cut)
    assert all(one[1] + 1 == two[0] for one, two in pairwise(cut))
    bins = binned(spread, cut)
    assert sum(each.records for each in bins) == len(values)
    for each in bins:
        assert each.records == sum(each.low <= value <= each.high for value in values)
    assert bins[0].records
    assert bins[-1].records


def test_text_is_escaped_and_cannot_reorder() -> None:
    made = el("p", "<b>&\u202e\n\"'", join("a", None, "b"), class_="<", hidden=True, title=None, data_x=0)
    assert made == ('<p class="&lt;" hidden data-x="0">&lt;b&gt;&amp;\\u202e\\n&quot;&#x27;ab</p>')
    assert dumped(["</script><!--", "a\u2028&"]) == '["\\u003c/script\\u003e\\u003c!--","a\\u2028\\u0026"]'


def test_a_page_of_a_rule_is_drawn() -> None:
    text = """## Why
One `<b>` and
**two** of [a page](x.md) and [a site](https://example.org/x).

- first
  goes on
- second

| a | b |
|---|---|
| `1` | 2 |

```
x < y
  z
```"""
    assert "".join(_blocks(text.splitlines())) == (
        "<h4>Why</h4><p>One <code>&lt;b&gt;</code> and <strong>two</strong> of a page and "
        '<a href="https://example.org/x" rel="noreferrer">a site</a>.</p>'
        "<ul><li>first goes on</li><li>second</li></ul>"
        '<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr>'
        "</thead><tbody><tr><td><code>1</code></td><td>2</td></tr></tbody></table></div>"
        "<pre><code>x &lt; y\n  z</code></pre>"
    )
    assert inline("[x](javascript:alert) `a") == "x `a"


def test_every_rule_has_a_page_that_can_be_drawn() -> None:
    from ftlint.registry import rules
    from ftlint.report.html.pages import page

    for rule in rules().values():
        drawn_page = sound(page(rule, "https://docs.example/{code}"))
        assert "Why it matters" in drawn_page, rule.code
        assert f'href="https://docs.example/{rule.code}"' in drawn_page


def test_the_wheel_holds_template_style_and_script() -> None:
    from hatchling.builders.wheel import WheelBuilder

    root = Path(__file__).parent.parent.parent
    names = {each.distribution_path for each in WheelBuilder(str(root)).recurse_included_files()}
    assert {f"ftlint/report/html/report.{end}" for end in ("html", "css", "js")} <= names
