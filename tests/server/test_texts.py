"""The small parts of the server: places in a text, edits between two texts, an editor's settings."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.server.choices import Choices, choices
from ftlint.server.document import Document, is_taken, opened
from ftlint.server.edits import edits
from ftlint.server.ignoring import line_ignored, path_ignored
from ftlint.server.lines import Change, Lines, Place, changed

SIGNS = "a\n\r\u2028\x85\x0c\N{GRINNING FACE}é\t"
TEXTS = st.text(SIGNS, max_size=30)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def line_by_the_book(text: str, offset: int) -> tuple[int, int]:
    """Line and start of a place, as the protocol's text says: LF, CRLF and CR end a line."""
    line = start = at = 0
    while at < offset:
        ends = text[at] == "\n" or (text[at] == "\r" and text[at + 1 : at + 2] != "\n")
        at += 1
        if ends:
            line, start = line + 1, at
    return line, start


@given(TEXTS, ENCODINGS, st.data())
def test_places_are_those_of_the_protocol(text: str, encoding: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    lines = Lines(text, encoding)  # type: ignore[arg-type]
    line, start = line_by_the_book(text, offset)
    codec, width = CODECS[encoding]
    assert lines.place(offset) == Place(line, len(text[start:offset].encode(codec)) // width)
    if text[start:offset].rstrip("\r\n") == text[start:offset]:
        assert lines.offset(*lines.place(offset)) == offset


@given(TEXTS, TEXTS)
def test_edits_make_one_text_of_another(old: str, new: str) -> None:
    made, end = old, len(old) + 1
    for edit in reversed(edits(old, new)):
        assert edit.start <= edit.end < end, "in order, none touches the next"
        end = edit.start if edit.start < edit.end else edit.start + 1
        made = made[: edit.start] + edit.new + made[edit.end :]
    assert made == new


def test_edits_are_few_and_small() -> None:
    old = "".join(f"line {index}\n" for index in range(5000))
    new = (
        old.replace("line 7\n", "line seven\n")
        .replace("line 900\n", "")
        .replace("line 4000\n", "new\nline 4000\n")
    )
    assert [(edit.end - edit.start, edit.new) for edit in edits(old, new)] == [
        (1, "seven"),
        (9, ""),
        (0, "new\n"),
    ]


def test_a_change_without_a_range_is_the_whole_text() -> None:
    lines = Lines("a\nb")
    assert changed(lines, [Change("c\nd"), Change("x", Place(1, 0), Place(1, 1))]).text == "c\nx"
    assert changed(lines, [Change("!", Place(9, 9), Place(9, 9))]).text == "a\nb!", "past the end is the end"


@pytest.mark.parametrize(
    ("raw", "clean", "ahead"),
    [
        (b"caf\xc3\xa9\n", True, 0),
        (b"\xef\xbb\xbfcaf\xc3\xa9\n", True, 1),
        ("café\n".encode("utf-16"), True, 1),
        ("café\n".encode("latin-1"), True, 0),
        (b"coffee\n", False, 0),
    ],
)
def test_what_the_editor_holds_is_compared_with_the_file(
    tmp_path: Path, raw: bytes, clean: bool, ahead: int
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(raw)
    document = document_of(file, "café\n")
    assert (document.clean, document.ahead) == (clean, ahead)
    if document.exact and clean:
        assert document.content() == raw, "saved as it was read"
        assert document.decoded(raw) == "café\n"


def document_of(file: Path, text: str) -> Document:
    document = opened(file.as_uri(), str(file), text, 1, "utf-16")
    document.look(1000)
    return document


def test_notebooks_tables_and_archives_are_not_taken() -> None:
    assert all(map(is_taken, ["a.jsonl", "b/c.JSON", "d.csv", "lora.yaml", "ftlint.toml", "run.sh", ".env"]))
    assert not any(map(is_taken, ["a.ipynb", "a.parquet", "a.jsonl.gz", "photo.png", "package-lock.json"]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        'select = ["DUP"]',
        "[per-path-ignores]\n",
        "[per-path-ignores]",
        '[per-path-ignores]\n"a.jsonl" = "DUP"\n[rules.DUP001]\nseverity = "info"\n',
        '[per-path-ignores]\n\'a.jsonl\' = ["DUP", "QUAL"] # known\n',
        '#\n[per-path-ignores] # here\n"b.jsonl" = "DUP"\n\n[[dataset]]\nname = "a"\ntrain = "a.jsonl"\n',
    ],
)
@pytest.mark.parametrize("prefix", [(), ("tool", "ftlint")], ids=["ftlint.toml", "pyproject.toml"])
def test_a_rule_is_ignored_for_a_path(text: str, prefix: tuple[str, ...]) -> None:
    if prefix:
        text = text.replace("[per-path", "[tool.ftlint.per-path").replace("[rules", "[tool.ftlint.rules")
        text = text.replace("[[dataset", "[[tool.ftlint.dataset")
    change = path_ignored(text, "a.jsonl", "CHAT005", prefix)
    assert change is not None
    told = tomllib.loads(text[: change.start] + change.new + text[change.end :])
    before = tomllib.loads(text)
    for part in (*prefix, "per-path-ignores"):
        told, before = told[part], before.get(part, {})
    known = before.get("a.jsonl", [])
    assert told.pop("a.jsonl") == [*([known] if isinstance(known, str) else known), "CHAT005"]
    before.pop("a.jsonl", None)
    assert told == before, "the others stand as they stood"


@pytest.mark.parametrize(
    "text",
    [
        "per-path-ignores = { 'b.jsonl' = ['DUP'] }\n",
        "select = [",
        'per-path-ignores."a.jsonl" = [\n  "DUP",\n]\n',
    ],
)
def test_settings_written_in_a_way_of_their_own_are_left_alone(text: str) -> None:
    assert path_ignored(text, "a.jsonl", "CHAT005") is None


def test_a_comment_goes_where_it_is_one() -> None:
    text = "a: 1\nb: |\n  text\nc: 2  # ftlint: ignore[CFG001]\n"
    made = [
        line_ignored(text, text.index(line), text.index(line) + len(line), "CFG002")
        for line in ("a: 1", "  text")
    ]
    assert made[0] is not None
    assert made[0].new == "  # ftlint: ignore[CFG002]"
    assert made[1] is None, "a number sign in a block of text is text"
    last = text.index("c: 2")
    change = line_ignored(text, last, len(text) - 1, "CFG002")
    assert change is not None
    assert (
        text[last : change.start] + change.new + text[change.end :]
        == "c: 2  # ftlint: ignore[CFG001, CFG002]\n"
    )


def test_choices_and_what_makes_no_sense() -> None:
    given = {"checkOnSave": "file", "maxFileSize": "1MB", "maxDiagnostics": 10, "debounce": 500}
    wanted = Choices(check_on_save="file", max_file_size=1_000_000, max_diagnostics=10, debounce=0.5)
    assert choices(given) == choices({"ftlint": given}) == (wanted, [])
    assert choices(None) == (Choices(), [])
    made, faults = choices({"maxFilesize": "1MB", "debounce": "soon", "checkOnSave": True})
    assert made == Choices()
    assert len(faults) == 3
    assert "did you mean 'maxFileSize'?" in faults[0]
