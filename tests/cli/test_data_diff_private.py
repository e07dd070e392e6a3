"""Nothing private and no markup gets out of `ftlint data diff`, in any format."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.rule import chat

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]

MAIL, OTHER_MAIL = "ann.lee.1980@mail-host.net", "bob.jones@other-host.org"
PHONE = "+49 151 2345 6789"
KEY = "AKIA" + "Q7RSTUVWX2YZ34AB"
CARD = "4539 1488 0343 6467"
PRIVATE = (MAIL, OTHER_MAIL, "ann.lee", "bob.jones", PHONE, "2345 6789", KEY, CARD, "0343 6467")


def private_rows(mail: str, *, extra: str = "") -> list[Any]:
    rows: list[Any] = [
        {
            "id": f"{mail}-{number}",
            **chat(f"Hello {number}, I am at {mail}", f"I call {PHONE} {number}{extra}"),
        }
        for number in range(4)
    ]
    rows.append(
        {"id": "k", **chat(f"My key is {KEY}", f"And my card {CARD}{extra}"), mail: mail, "label": mail}
    )
    rows.append({"id": 4915123456789, **chat("A number", "is an id"), "phone": 4915123456789 + len(extra)})
    return rows


@pytest.mark.parametrize("check", [[], ["--no-check"]])
def test_no_private_value_is_told(ftlint: Run, write: Write, tmp_path: Path, check: list[str]) -> None:
    write("v1/train.jsonl", private_rows(MAIL))
    write("v2/train.jsonl", [*private_rows(MAIL, extra=" now"), *private_rows(OTHER_MAIL)])
    write("v2/val.jsonl", private_rows(MAIL)[:2])
    done = ftlint(
        "data", "diff", "v1", "v2", *check, "--max-examples", "50", "--output-format", "full",
        "--output-format", "json=diff.json", "--output-format", "markdown=diff.md",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outputs = (
        done.stdout,
        done.stderr,
        (tmp_path / "diff.json").read_text(),
        (tmp_path / "diff.md").read_text(),
    )
    for output in (*outputs, json.dumps(json.loads(outputs[2]), ensure_ascii=False)):
        assert not [value for value in PRIVATE if value in output]
        assert "4915123456" not in output
    assert "‹…›" in outputs[0]


def test_what_a_recognizer_of_the_person_s_own_finds_is_hidden(ftlint: Run, write: Write) -> None:
    """It has no form that masking knows: only what was found in the row hides it."""
    write(
        "ftlint.toml",
        "[[pii.recognizer]]\nname = 'badge'\npatterns = ['lamp-[a-z]{4}']\nscore = 0.9\n",
    )
    rows = [
        chat(f"Question {number}?", f"Ask the one with badge lamp-oqxz, desk {number}.")
        for number in range(4)
    ]
    write("old.jsonl", rows)
    rows[1] = chat("Question 1?", "Ask the one with badge lamp-wvuy, desk 1.")
    write("new.jsonl", [*rows, chat("Who is lamp-brtk?", "Nobody knows.")])
    done = ftlint("data", "diff", "old.jsonl", "new.jsonl", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["changed"]["examples"][0]["differences"] == [
        {"pointer": "/messages/1/content", "old": "Ask the one with badge ‹…›, desk 1.",
         "new": "Ask the one with badge ‹…›, desk 1."}
    ]  # fmt: skip
    assert found["added"]["examples"][0]["excerpt"] == "Who is ‹…›?"
    assert not re.search("oqxz|wvuy|brtk", done.stdout)


HOSTILE = [
    "::error file=x::gotcha", "%0A::set-output name=a::b", "##[error]oops", "@octocat see #1 and GH-2",
    "<script>alert(1)</script> <!-- ", "</details><img src=x onerror=alert(1)>", "| a | b |\n|---|---|",
    "`` ` ``` code", "[click](javascript:alert(1)) ![x](https://example.invalid/x.png)",
    "\\| escaped \\\\| bar", "\x1b[2J\x1b]8;;https://example.invalid\x07link", "\u202eright to left",
    "---\n# Heading\n- [x] task", "$\\color{red}x$ https://example.invalid www.example.invalid :tada:",
]  # fmt: skip


def test_hostile_rows_and_names(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("v1/train.jsonl", [{"id": f"{n}", **chat(text, "Fine.")} for n, text in enumerate(HOSTILE)])
    write(
        "v2/train.jsonl",
        [
            {"id": f"{n}", **chat(text, f"Fine. {text}"), text: text, "label": text}
            for n, text in enumerate(HOSTILE)
        ]
        + [{"id": f"new {n}", **chat(f"{text} {text}", text)} for n, text in enumerate(HOSTILE)],
    )
    write("v2/::error::`x`|@octocat <b>.jsonl", [chat(text, "Yes") for text in HOSTILE])
    done = ftlint(
        "data", "diff", "v1", "v2", "--max-examples", "60", "--output-format", "full",
        "--output-format", "markdown=diff.md",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = (tmp_path / "diff.md").read_text()
    for output in (done.stdout, document):
        assert "\x1b" not in output
        assert "\u202e" not in output
        assert "##[" not in output
        assert not [line for line in output.splitlines() if line.lstrip().startswith("::")]
    outside = without_code(document)
    assert not re.findall(
        r"@\w|#\d|GH-\d|https?:|www\.|javascript:|<script|<img|<b>|!\[|:tada:|onerror", outside
    )
    assert set(re.findall(r"</?[a-z]+", outside)) <= {"<details", "<summary", "</summary", "</details"}
    assert outside.count("<details>") == outside.count("</details>")
    for table in re.findall(r"(?:^\|.*\n)+", document, re.MULTILINE):
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()]
        assert len(set(cells)) == 1, table


def without_code(document: str) -> str:
    """The document less its code spans, as CommonMark has them: a run of ticks to the next run as long."""
    kept, at = [], 0
    for opening in re.finditer(r"`+", document):
        if opening.start() < at:
            continue
        closing = re.compile(rf"(?<!`){opening[0]}(?!`)").search(document, opening.end())
        assert closing is not None, "a code span that does not end"
        assert "\n" not in document[opening.end() : closing.start()]
        kept.append(document[at : opening.start()])
        at = closing.end()
    return "".join([*kept, document[at:]])


def test_a_comment_is_never_too_long(ftlint: Run, write: Write) -> None:
    write("old.jsonl", [{"id": str(n), **chat(f"Question {n} " + "ö" * 90, "Yes")} for n in range(900)])
    write("new.jsonl", [{"id": str(n), **chat(f"Question {n} " + "ä" * 90, "No")} for n in range(1800)])
    done = ftlint(
        "data", "diff", "old.jsonl", "new.jsonl", "--no-check", "--max-examples", "2000",
        "--output-format", "markdown",
    )  # fmt: skip
    assert done.returncode == 0
    assert 50_000 < len(done.stdout.encode()) <= 60_000
    assert done.stdout.startswith("### Data diff: 900 added, 900 changed, 0 the same\n")
    assert re.search(r"\*Left out, for there is no more room: [\d,]+ lines\.\*\n\Z", done.stdout)
    assert done.stdout.count("<details>") == done.stdout.count("</details>")
