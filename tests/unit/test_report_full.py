from __future__ import annotations

import re
from pathlib import Path

import pytest
from report_sample import Sample, clean, drawn, failing, report

from ftlint.model import Finding, Related, Severity
from ftlint.model.report import Excerpt, FixedFile, NotRun
from ftlint.report import Style
from ftlint.report.cells import cells

GOLDEN = Path(__file__).parent / "golden"
STEERING = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
COLOURED = Style(width=80, colour=True, hyperlinks=True, page_url="https://example.org/{code}")


def golden(name: str) -> str:
    return (GOLDEN / f"report_{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_full_as_drawn(width: int) -> None:
    text = drawn("full", report(), Style(width=width))
    assert text == golden(f"full_{width}")
    assert max(map(cells, text.splitlines())) <= width


def test_full_in_colour_as_drawn() -> None:
    text = drawn("full", failing(), COLOURED)
    assert text == golden("full_colour")
    assert "\x1b]8;;https://example.org/LEAK001\x1b\\" in text


def test_colour_changes_no_word() -> None:
    plain = drawn("full", report(), Style(width=80))
    assert STEERING.sub("", drawn("full", report(), COLOURED)) == plain


def test_statistics_as_drawn() -> None:
    assert drawn("statistics", report()) == golden("statistics")


def test_clean_is_one_line() -> None:
    assert drawn("full", clean()) == "clean · 9,260 rows, 48 MB, 0.4 s · 118 rules\n"


def test_clean_says_what_did_not_run_and_what_was_accepted() -> None:
    text = drawn("full", clean(suppressed=4, not_run=[NotRun("PII009", "needs a model")]), Style(width=120))
    assert text.splitlines() == [
        "clean · 9,260 rows, 48 MB, 0.4 s · 4 suppressed · 118 rules",
        "not run: PII009 (needs a model)",
    ]


def test_no_files_is_not_clean() -> None:
    text = drawn("full", clean(files=[]))
    assert "nothing checked" in text
    assert "clean" not in text


def test_failures_are_loud_and_never_clean() -> None:
    text = drawn("full", clean(failures=failing().failures))
    assert "COULD NOT CHECK CHAT004 data/train.jsonl:12: ZeroDivisionError" in text
    assert "clean" not in text


def test_quiet_leaves_errors_and_counts_all() -> None:
    text = drawn("full", report(), Style(width=120, quiet=True))
    assert "LEAK001" in text
    assert "QUAL007" not in text
    assert "CFG001" not in text
    assert "410 errors, 4 warnings" in text


def test_quiet_and_clean_is_silent_unless_something_did_not_run() -> None:
    assert drawn("full", clean(), Style(quiet=True)) == ""
    assert "not run: A" in drawn("full", clean(not_run=[NotRun("", "A")]), Style(quiet=True))


def test_quiet_never_hides_a_failure() -> None:
    assert "COULD NOT CHECK" in drawn("full", clean(failures=failing().failures), Style(quiet=True))


def test_max_per_rule() -> None:
    one = drawn("full", report(), Style(width=120, max_per_rule=1, command="ftlint check data"))
    assert "… 408 more: ftlint check data --select LEAK001 --max-per-rule 0" in one
    assert "line 1391" not in one
    everything = drawn("full", report(), Style(width=120, max_per_rule=0))
    assert everything.count("same as data/val.jsonl") == 409
    assert " more: " not in everything


def test_what_is_fixable_says_with_what() -> None:
    text = drawn("full", report(), Style(width=120))
    assert "411 fixable (1 safe: --fix)" in text


def test_what_was_fixed_stands_above_the_summary() -> None:
    fixed = [
        FixedFile("data/train.jsonl", (("FMT026", "trailing-comma", 1200), ("FMT009", "byte-order-mark", 1)))
    ]
    text = drawn("full", clean(fixed=fixed), Style(width=120, fixes=True))
    assert text.splitlines() == [
        "fixed 1,201 findings in 1 file · log: .ftlint/changes.jsonl",
        "  data/train.jsonl",
        "    1,200 × FMT026 trailing-comma",
        "    1 × FMT009 byte-order-mark",
        "clean · 9,260 rows, 48 MB, 0.4 s · 118 rules",
    ]


def caret(text: str, start: int, end: int, width: int = 80) -> tuple[str, int, int]:
    """The frame drawn for an excerpt: its text, and where its caret stands in cells."""
    group = Sample("a.jsonl", "FMT001", "fault", Severity.ERROR, [Finding("m", row=0, line=1)])
    group._excerpts = [Excerpt(text, start, end)]
    lines = drawn("full", report(groups=[group]), Style(width=width)).splitlines()
    shown, mark = [line.split("│ ", 1)[1] for line in lines if "│" in line]
    return shown, mark.index("^"), mark.count("^")


@pytest.mark.parametrize(
    ("text", "start", "end", "at", "size"),
    [
        ("abcdef", 2, 4, 2, 2),
        ("日本語の質問", 2, 4, 4, 4),
        ("cafe\u0301 x", 6, 7, 5, 1),
        ("ab", 2, 2, 2, 1),
        ("👍 ok", 2, 4, 3, 2),
        ("\u1112\u1161\u11ab x", 4, 5, 3, 1),
    ],
)
def test_caret_stands_under_wide_and_combining_characters(
    text: str, start: int, end: int, at: int, size: int
) -> None:
    assert caret(text, start, end) == (text, at, size)


@pytest.mark.parametrize("letter", ["x", "語", "e\u0301"])
@pytest.mark.parametrize("place", [0, 20, 60, 199])
@pytest.mark.parametrize("width", [60, 61, 80])
def test_caret_stays_in_a_narrow_frame(letter: str, place: int, width: int) -> None:
    before = letter * place
    text = before + "FAULT" + letter * (200 - place)
    shown, at, size = caret(text, len(before), len(before) + 5, width)
    assert cells(shown) <= width - 14
    column = shown.index("FAULT")
    assert (at, size) == (cells(shown[:column]), 5)


def test_same_excerpt_is_shown_once() -> None:
    findings = [Finding(f"m{n}", row=n, line=n + 1) for n in range(3)]
    group = Sample("a", "DUP001", "d", Severity.ERROR, findings, [Excerpt("abc", 0, 1)] * 3)
    assert drawn("full", report(groups=[group])).count("│ abc") == 1


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (Finding("as a row of v.jsonl", row=0, line=1, related=Related("v.jsonl", 4, 5)), "of v.jsonl:5"),
        (Finding("as a row of v.parquet", row=0, related=Related("v.parquet", 4)), "of v.parquet (row 4)"),
        (Finding("repeats a row", row=9, line=10, related=Related("a", 4, 5)), "repeats a row → line 5"),
        (Finding("repeats a row", row=9, related=Related("a", 4)), "repeats a row → row 4"),
        (Finding("see b:7", row=9, related=Related("b", 6, 7)), "see b:7"),
        (Finding("also in b", related=Related("b")), "also in b"),
    ],
)
def test_related_place_is_named_once(finding: Finding, expected: str) -> None:
    text = drawn("full", report(groups=[Sample("a", "DUP001", "d", Severity.ERROR, [finding])]))
    assert re.search(re.escape(expected) + "$", text, re.MULTILINE)


HOSTILE = "\x1b[2J\x07\u202e::set-output name=a::b\n::error ::x ##[error]y\ud800"


def test_output_cannot_be_steered_by_data() -> None:
    finding = Finding(HOSTILE, row=0, line=1, help=HOSTILE)
    group = Sample("::error ::" + HOSTILE, "FMT001", "fault", Severity.ERROR, [finding, finding])
    group._excerpts = [Excerpt(HOSTILE, 0, 3)]
    group.headline = group.help = HOSTILE
    subject = report(groups=[group], not_run=[NotRun("", HOSTILE)], hints=[HOSTILE])
    for name in ("full", "concise", "statistics", "github"):
        for width in range(60, 90):
            text = drawn(name, subject, Style(width=width))
            text.encode()
            assert not set("\x1b\x07\u202e\r") & set(text)
            assert "##[" not in text
            commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
            assert all(re.match("::(error|notice) title=", line) for line in commands)
            assert name == "github" or not commands
