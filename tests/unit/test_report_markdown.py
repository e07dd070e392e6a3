"""Markdown as GitHub's own parser reads it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from report_sample import Sample, clean, drawn, failing, report
from test_report_full import golden

from ftlint.model import Finding, Fix, Severity
from ftlint.model.report import Excerpt, FileSummary, NotRun
from ftlint.report import Style, gfm, markdown

PAGES = "https://example.org/rules/{code}.md"


def html(text: str) -> str:
    """As GitHub renders it, less its filter for HTML: what would reach that filter shows here."""
    shown: str = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    return shown


def tags(shown: str) -> set[str]:
    return set(re.findall(r"<[^<>]+>", shown))


def test_as_drawn() -> None:
    assert drawn("markdown", failing(), Style(page_url=PAGES)) == golden("markdown")


def test_tables_and_lists_are_what_they_should_be() -> None:
    shown = html(drawn("markdown", failing(), Style(page_url=PAGES)))
    lines = re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)
    rows = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line) for line in lines]
    assert {len(row) for row in rows} == {6}
    assert '<a href="https://example.org/rules/LEAK001.md">LEAK001</a>' in rows[1][1]
    assert rows[1][2:4] == ["409", "409"]
    assert rows[1][4] == "<code>data/train.jsonl:1205</code>"
    assert '<a href="https://example.org/rules/CHAT004' not in shown
    assert shown.count("<details>") == shown.count("</details>") == 1


def test_no_links_without_pages() -> None:
    assert "<a " not in html(drawn("markdown", failing()))


@pytest.mark.parametrize(
    ("subject", "first", "second"),
    [
        (report(), "### ❌ ftlint: 410 errors, 4 warnings in 2 of 3 files", "The check fails on errors · "),
        (clean(), "### ✅ ftlint: clean", "The check passes · 9,260 rows"),
        (failing(), "### ❌ ftlint: 1 failure, 410 errors", "The check could not look at everything"),
        (report(fail_on=Severity.WARNING), "### ❌ ftlint: 410", "The check fails on warnings and worse"),
        (clean(files=[]), "### ✅ ftlint: nothing checked", "The check passes"),
    ],
)
def test_the_verdict_stands_first(subject: Any, first: str, second: str) -> None:
    lines = drawn("markdown", subject).splitlines()
    assert lines[0].startswith(first)
    assert lines[2].startswith(second)


def test_warnings_that_fail_nothing_are_no_failure() -> None:
    warned = clean(groups=[Sample("a", "QUAL001", "f", Severity.WARNING, [Finding("m", row=0, line=1)])])
    assert drawn("markdown", warned).startswith("### ⚠️ ftlint: 1 warning")


NASTY = (
    "@octocat #12 ![x](https://evil.example/x.png) [y](javascript:alert(1)) <img src=x onerror=alert(1)> "
    "https://evil.example a@evil.example `tick ``two | \\| ~~s~~ **b** :smile: $\\x$ <!-- ]]> --> "
    "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8c9d0 </details> &lt; \x1b[31m \u202e ::error::x ##[error]y"
)


@pytest.mark.parametrize(
    "nasty", [NASTY, *NASTY.split(), "\n::error::x", "`", "``", "|", "\\|", "` |", "\n# x\n"]
)
def test_nothing_foreign_is_markup(nasty: str) -> None:
    finding = Finding(nasty, row=0, line=1, help=nasty, fix=Fix(nasty, ()))
    groups = [
        Sample(nasty, "FMT026", nasty, Severity.ERROR, [finding], [Excerpt(nasty, 0, 1)], headline=nasty),
        Sample(f"{nasty}2", "FMT026", nasty, Severity.ERROR, [finding] * 2, [], headline=nasty),
    ]
    plain = report(
        groups=[
            Sample("a", "FMT026", "n", Severity.ERROR, [finding._replace(message="m")], [Excerpt("e", 0, 1)]),
            Sample("b", "FMT026", "n", Severity.ERROR, [finding._replace(message="m")] * 2, headline="h"),
        ],
        files=[FileSummary("a", "f", 1, 1)],
        not_run=[NotRun("A", "r")],
        failures=[failing().failures[0]._replace(path="p", message="m")],
    )
    subject = report(
        groups=groups,
        files=[FileSummary(nasty, nasty, 1, 1)],
        not_run=[NotRun("A", nasty)],
        failures=[failing().failures[0]._replace(path=nasty, message=nasty)],
    )
    text = drawn("markdown", subject)
    shown = html(text)
    assert tags(shown) == tags(html(drawn("markdown", plain)))
    # What is foreign is in code, where GitHub and GitLab look for no mention, reference, address or emoji.
    bare = unescape(re.sub(r"<code>.*?</code>", "", shown, flags=re.DOTALL))
    for piece in ("@", "#1", "evil", "smile", "error::", "a1b2c3d"):
        assert piece not in bare
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_code_is_shown_as_it_is() -> None:
    for text in ("a`b", "``", "`", " x ", "a|b", "x``y`z", "\\", "*", "<b>"):
        shown = html(gfm.code(text))
        assert unescape(re.sub(r"</?(?:p|code)>", "", shown)).strip("\n").strip() == text.strip()
        table = html(f"{gfm.table(['a', 'b'])}\n{gfm.row([gfm.cell(gfm.code(text)), 'end'])}")
        cells = re.findall(r"<td>(.*?)</td>", table)
        assert [unescape(re.sub(r"</?code>", "", cell)).strip() for cell in cells] == [text.strip(), "end"]


def large(rules: int, rows: int) -> Any:
    groups = [
        Sample(
            f"data/{'long/' * 10}{n}.jsonl",
            f"FMT{n:03}",
            "fault",
            Severity.ERROR,
            [Finding("日本語 " * 30, row=row, line=row + 1) for row in range(rows)],
            [Excerpt("x" * 200, 0, 3)] * rows,
            headline="日本語 " * 40,
        )
        for n in range(rules)
    ]
    files = [FileSummary(group.path, "openai-chat", 9, 9) for group in groups]
    return report(groups=groups, files=files, not_run=[NotRun(f"A{n}", f"reason {n}") for n in range(40)])


@pytest.mark.parametrize("limit", [800, 2_000, 10_000, 60_000, 200_000, markdown.LIMIT])
def test_it_never_grows_over_its_limit(limit: int) -> None:
    text = markdown.text(large(200, 5), Style(), limit)
    assert len(text.encode()) <= limit
    shown = html(text)
    assert shown.count("<details>") == shown.count("</details>")
    assert "ftlint: 1,000 errors" in shown
    rows = [re.findall(r"<t[dh][^>]*>", row) for row in re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)]
    assert all(len(row) == 6 for row in rows)
    if limit < 60_000:
        assert re.search(r"Left out, for there is no more room: (\d+ rules|\d+ notes? of)", text)
        assert len(text.encode()) > limit // 3
    if limit == markdown.LIMIT:
        assert "Left out" not in text


def test_the_line_says_how_much_is_left_out() -> None:
    text = markdown.text(large(200, 5), Style(), 10_000)
    listed = text.count("| 🔴\u00a0error |")
    assert f"{200 - listed} rules" in text
    assert 0 < listed < 200


def test_the_rows_with_most_against_them_come_first() -> None:
    groups = [
        Sample("a", "FMT026", "f", Severity.ERROR, [Finding("e", row=n, line=n + 1) for n in range(9)]),
        Sample("a", "QUAL001", "q", Severity.WARNING, [Finding("w", row=5, line=6)]),
        Sample("b", "QUAL001", "q", Severity.WARNING, [Finding("w", row=0, line=1)]),
    ]
    text = drawn("markdown", report(groups=groups, files=[FileSummary("a", "f", 1, 1)]))
    places = re.findall(r"^- `(.*?)`$", text.partition("Where to look first")[2], re.MULTILINE)
    assert places == ["a:6", "a:1", "a:2", "a:3", "a:4", "a:5", "b:1"]


def test_quiet_leaves_errors() -> None:
    text = drawn("markdown", report(), Style(quiet=True))
    assert "🟡" not in text
    assert "4 warnings" in text
