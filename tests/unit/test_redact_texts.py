"""Redaction of texts, JSON rows and broken rows: nothing else changes, and a second time nothing does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftlint.detect.pii.kinds import DEFAULT_KINDS
from ftlint.detect.sensitive import Finder, Wanted
from ftlint.model import Span
from ftlint.prepare.batches import Batch, Form, redacted
from ftlint.prepare.disguise import Disguise, Mode
from ftlint.prepare.json_text import literals, spliced
from ftlint.prepare.pieces import batches
from ftlint.prepare.texts import Redactor, told_apart
from ftlint.read.classify import classify

KEY = b"k" * 32
MODES: tuple[Mode, ...] = ("replace", "mask", "hash", "pseudonym")


class Mails:
    """A stand-in that finds addresses, numbers of nine digits, and a word of capitals behind `id`."""

    gate = r"@|[0-9]{9}|id [A-Z]"
    asked: list[str]

    def __init__(self) -> None:
        self.asked = []

    def spans(self, text: str, field: str = "") -> list[Span]:
        self.asked.append(field)
        found = [Span("email", *match.span()) for match in re.finditer(r"[\w.]+@\w+\.\w+", text)]
        found += [Span("phone", *match.span()) for match in re.finditer(r"(?<!\d)\d{9}(?!\d)", text)]
        found += [
            Span("id-word", *match.span(1), family="secret") for match in re.finditer(r"id ([A-Z<>_]+)", text)
        ]
        return sorted(found, key=lambda span: span.start)


def redactor(mode: Mode = "replace", **more: Any) -> Redactor:
    return Redactor(Mails(), Disguise(mode, {}, KEY), **more)  # type: ignore[arg-type]  # what is asked of a finder


def line(raw: str, **more: Any) -> str:
    return redactor(**more).line(raw.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ('{"a": "x a@b.io y"}', '{"a": "x <EMAIL_ADDRESS> y"}'),
        # spacing, order, number spelling, escapes elsewhere, keys written twice
        (
            '{ "n" :1.50e3,"a":"caf\\u00e9 \\/ a@b.io",  "a" : "c@d.io" , "z":[ ]}',
            '{ "n" :1.50e3,"a":"caf\\u00e9 \\/ <EMAIL_ADDRESS>",  "a" : "<EMAIL_ADDRESS>" , "z":[ ]}',
        ),
        # what is written with escapes
        ('{"a":"a\\u0040b.io"}', '{"a":"<EMAIL_ADDRESS>"}'),
        ('{"a":"\\ud83d\\ude00 \\ud800 a@b.io \\n"}', '{"a":"\\ud83d\\ude00 \\ud800 <EMAIL_ADDRESS> \\n"}'),
        ('{"a":"\\na@b.io\\t"}', '{"a":"\\n<EMAIL_ADDRESS>\\t"}'),
        ('{"a":"\\\\na@b.io"}', '{"a":"\\\\n<EMAIL_ADDRESS>"}'),
        # keys, told apart where they would be the same
        ('{"a@b.io":1,"c@d.io":2}', '{"<EMAIL_ADDRESS>":1,"<EMAIL_ADDRESS>_2":2}'),
        ('{"<EMAIL_ADDRESS>":1,"c@d.io":2}', '{"<EMAIL_ADDRESS>":1,"<EMAIL_ADDRESS>_2":2}'),
        # numbers are no text; in a text that is JSON they are
        ('{"a":123456789}', '{"a":123456789}'),
        ('{"a":"{\\"n\\": 123456789}"}', '{"a":"{\\"n\\": \\"<PHONE_NUMBER>\\"}"}'),
        ('{"a":"{\\"n\\": \\"\\\\na@b.io\\"}"}', '{"a":"{\\"n\\": \\"\\\\n<EMAIL_ADDRESS>\\"}"}'),
        ('{"a":"[\\"a\\\\u0040b.io\\"]"}', '{"a":"[\\"<EMAIL_ADDRESS>\\"]"}'),
        # NaN and a raw tab are let pass
        ('{"a":NaN,"b":"\ta@b.io"}', '{"a":NaN,"b":"\t<EMAIL_ADDRESS>"}'),
        # no object
        ('"a@b.io"', '"<EMAIL_ADDRESS>"'),
        ('["a@b.io", 1]', '["<EMAIL_ADDRESS>", 1]'),
        # broken rows
        ('{"a": "x a@b.io', '{"a": "x <EMAIL_ADDRESS>'),
        ('{"a": "x a\\u0040b.io', '{"a": "x <EMAIL_ADDRESS>'),
        ("a@b.io\udcff", "<EMAIL_ADDRESS>\udcff"),
        ('{"a": "{\\"b\\": \\"a\\\\u0040b.io', '{"a": "{\\"b\\": \\"<EMAIL_ADDRESS>'),
        ("{'a': 'C:\\users a@b.io'}", "{'a': 'C:\\users <EMAIL_ADDRESS>'}"),
    ],
)
def test_only_what_is_found_is_changed(raw: str, wanted: str) -> None:
    assert line(raw) == wanted
    assert line(wanted) == wanted
    # the scan of a whole batch does not miss it, either
    row = raw.encode("utf-8", "surrogateescape")
    data, _ = redacted(redactor(), Batch([b"{}", row], ["json"], b"\n"))
    assert data == b"{}\n" + wanted.encode("utf-8", "surrogateescape")


def test_a_row_with_backslashes_that_begin_no_escape_is_looked_at() -> None:
    class Paths(Mails):
        gate = r"\\q"

        def spans(self, text: str, field: str = "") -> list[Span]:
            return [Span("email", match.start() + 2, match.end()) for match in re.finditer(r"\\qX+", text)]

    made = Redactor(Paths(), Disguise())  # type: ignore[arg-type]
    data, _ = redacted(made, Batch([b"{}", b'{"a": "C:\\qXX"}', b"{}"], ["json"], b"\n"))
    assert data == b'{}\n{"a": "C:\\q<EMAIL_ADDRESS>"}\n{}'


def test_pointers_are_those_of_the_record() -> None:
    finder = Mails()
    Redactor(finder, Disguise()).line(b'{"a/b":{"~":["@","@"]},"c":[{"d":"@"}], "@":"@"}')  # type: ignore[arg-type]
    assert set(finder.asked) == {"/a~1b/~0/0", "/a~1b/~0/1", "/c/0/d", "", "/@"}


def test_numbers_count_within_a_record() -> None:
    raw = '{"a":"a@b.io c@d.io a@b.io","b":"c@d.io 123456789"}'
    mails = [f"<EMAIL_ADDRESS_{number}>" for number in (1, 2, 1, 2)]
    wanted = '{{"a":"{} {} {}","b":"{} <PHONE_NUMBER_1>"}}'.format(*mails)
    assert line(raw, number=True) == wanted
    assert line(wanted.replace("<PHONE_NUMBER_1>", "e@f.io"), number=True).endswith(
        '"<EMAIL_ADDRESS_2> <EMAIL_ADDRESS_3>"}'
    )


def test_what_grows_beside_a_placeholder_is_looked_at_again() -> None:
    """Behind `id ` a placeholder begins another value: it is left whole, and the rest goes, too."""
    once = line('{"a":"id ABC_a@b.io id X"}')
    assert once == line(once)
    assert "ABC" not in once
    assert json.loads(once)["a"].count("<") == json.loads(once)["a"].count(">")


def test_a_span_amid_an_escape_leaves_the_escape_whole() -> None:
    class Greedy:
        gate = "n"

        def spans(self, text: str, field: str = "") -> list[Span]:
            return [Span("email", match.start() + 1, match.end()) for match in re.finditer(r"\\nn@b", text)]

    made = Redactor(Greedy(), Disguise())  # type: ignore[arg-type]
    done = made.line(json.dumps({"a": json.dumps({"b": "\nn@b"}), "c": "\\nn@b"}).encode())
    assert json.loads(json.loads(done)["a"])["b"] == "\n<EMAIL_ADDRESS>"
    assert json.loads(done)["c"] == "\\n<EMAIL_ADDRESS>"


def test_kinds_that_are_not_wanted_and_samples_stay() -> None:
    class Sampled(Mails):
        def spans(self, text: str, field: str = "") -> list[Span]:
            return [span._replace(placeholder=span.kind == "phone") for span in super().spans(text, field)]

    raw = b'{"a":"a@b.io 123456789 id X"}'

    def done(**more: Any) -> bytes:
        return Redactor(Sampled(), Disguise(), **more).line(raw)  # type: ignore[arg-type]

    assert done() == b'{"a":"<EMAIL_ADDRESS> 123456789 id <SECRET_ID_WORD>"}'
    assert done(kinds=frozenset({"id-word"})) == b'{"a":"a@b.io 123456789 id <SECRET_ID_WORD>"}'
    assert done(samples=True) == b'{"a":"<EMAIL_ADDRESS> <PHONE_NUMBER> id <SECRET_ID_WORD>"}'


def test_names_are_told_apart_as_keys_are() -> None:
    assert told_apart(["a", "b", "c", "N_2"], ["N", "N", "N", "N_2"]) == ["N", "N_3", "N_4", "N_2"]
    assert told_apart(["N", "a", "b"], ["N", "N", "M"]) == ["N", "N_2", "M"]


HEADER = b'id,"a@b.io",c@d.io,"say ""e@f.io"""\r\n'


@pytest.mark.parametrize("forms", [["names", "cells", "cells"]])
def test_names_of_columns_that_would_be_the_same_are_numbered(forms: list[Form]) -> None:
    rows = [HEADER, b"1,a@b.io,c@d.io,x\r\n", b"\r\n"]
    made = redactor()
    data, tally = redacted(made, Batch(rows, forms, b"", ["/id", "/a@b.io", "/c@d.io", "/x"], ","))
    assert data == (
        b'id,"<EMAIL_ADDRESS>",<EMAIL_ADDRESS>_2,"say ""<EMAIL_ADDRESS>"""\r\n'
        b"1,<EMAIL_ADDRESS>,<EMAIL_ADDRESS>,x\r\n\r\n"
    )
    assert (tally.rows_read, tally.rows_changed, tally.elsewhere) == (1, 1, 1)
    assert (tally.spans["pii", "email"], tally.rows["pii", "email"]) == (5, 1)
    again = Batch(data.splitlines(keepends=True), forms, b"", (), ",")
    assert redacted(redactor(), again)[0] == data


def test_a_table_begins_with_its_names(tmp_path: Path) -> None:
    def forms(raw: bytes) -> list[str]:
        (tmp_path / "a.csv").write_bytes(raw)
        source, _ = classify(str(tmp_path / "a.csv"), "a.csv")
        return [form for batch in batches(source) for form in batch.forms]

    assert forms(b"\nprompt,b\n1,2\n") == ["cells", "names", "cells"]
    assert forms(b"1,2\n3,4\n") == ["cells", "cells"]


def test_counts() -> None:
    made = redactor()
    rows = [b'{"a":"a@b.io c@d.io"}', b'{"a":"e@f.io 123456789"}', b"{}", b"", b'{"a":"g@h.io']
    data, tally = redacted(made, Batch(rows, ["json"], b"\n"))
    assert data.count(b"\n") == 4
    assert dict(tally.spans) == {("pii", "email"): 4, ("pii", "phone"): 1}
    assert dict(tally.rows) == {("pii", "email"): 3, ("pii", "phone"): 1}
    assert (tally.rows_read, tally.rows_changed, tally.broken) == (4, 3, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["a@b.io", "\na@b.io", "id X", "123456789", "\\"])
    | st.sampled_from(['{"t":"\\na@b.io","n":123456789}', '["a\\u0040b.io"]']),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=6) | st.just("k@b.io"), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@given(value=JSON, ascii_only=st.booleans())
@settings(deadline=None, max_examples=150)
def test_json_stays_json_and_twice_is_once(mode: Mode, value: Any, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace")
    once, _ = redacted(redactor(mode), Batch([raw], ["json"], b"\n"))
    json.loads(once)
    assert redacted(redactor(mode), Batch([once], ["json"], b"\n"))[0] == once
    assert b"a@b.io" not in once
    assert b"k@b.io" not in once


@given(st.binary(max_size=60) | st.text('ab@.io\\nu0{}[]":, 123456789', max_size=60).map(str.encode))
@settings(deadline=None, max_examples=300)
@example(b'{"a":"\\')
@example(b'{"a":"\\u')
@example(b'{"a": "a\\\\\\u0040b.io')
def test_no_bytes_break_it(raw: bytes) -> None:
    raw = raw.replace(b"\n", b" ")
    made = redactor()
    once = made.line(raw)
    assert redactor().line(once) == once
    assert redacted(redactor(), Batch([raw], ["json"], b"\n"))[0] in (once, raw)


@given(st.text(st.characters(codec="utf-8")) | st.sampled_from(['{"a":{"b":[1,"x"]}}']))
def test_literals_put_together_are_the_document(text: str) -> None:
    raw = json.dumps({"k": text, "list": [text, {"n": text}]})
    assert [literal.pointer for literal in literals(raw) if not literal.is_key] == [
        "/k",
        "/list/0",
        "/list/1/n",
    ]
    assert all(json.loads(raw[each.start : each.end]) in (text, "k", "list", "n") for each in literals(raw))
    assert spliced(raw, []) == raw


def real(mode: Mode) -> Redactor:
    return Redactor(Finder(Wanted(DEFAULT_KINDS, secrets=True)), Disguise(mode, {}, KEY))


PIECES = (
    "ann.lee@firm.io", "Call +1 (415) 892-2671 now", "415-892-2671", "4539 1488 0343 6467",
    "4539148803436467", "GB33 BUKB 2020 1555 5555 55", "DE89370400440532013000", "536-90-4399",
    "93.184.216.34", "2a00:1450:4001:81b::200e", "3c:5a:b4:1e:22:90", "my bank account 12345678901",
    "passport C03005988", "gh" + "p_" + "Vq7RtN2kXw9LzB4mHs8DyP3cJf6GaKx5Tn2E", "NHS 9434765919",
    "password = " + "hT7#kq92LmZx", " ", "\n", ", ", ": ", ":", "x:", "mac:", "a", "7", "xxxxx",
    "https://firm.io/u?id=1", "2a00:1450:4001:81b:1:2:3:200e", "\u7535\u8bdd",
    "postgres://" + "app:" + "s9Kd02mfLq" + "@db.firm.io/x",
)  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8))
@settings(deadline=None, max_examples=60)
@example(["3c:5a:b4:1e:22:90", ": "])
@example(["3c:5a:b4:1e:22:90", ":", "Call +1 (415) 892-2671 now"])
@example(["mac:", "3c:5a:b4:1e:22:90"])
@example(["x:", "2a00:1450:4001:81b::200e", ": "])
@example(["x:", "2a00:1450:4001:81b:1:2:3:200e", ":", "a"])
def test_twice_is_once_with_all_that_is_found(mode: Mode, parts: list[str]) -> None:
    raw = json.dumps({"t": "".join(parts)}).encode()
    once = real(mode).line(raw)
    json.loads(once)
    assert real(mode).line(once) == once


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.integers(0, 3), st.booleans())
@settings(deadline=None, max_examples=150)
def test_the_scan_of_a_batch_misses_nothing(parts: list[str], depth: int, ascii_only: bool) -> None:
    """A row that is passed on unseen is one in which nothing is found, however deep it is wrapped."""
    value: Any = {"é": "\n".join(parts)}
    for _ in range(depth):
        value = {"t": json.dumps(value, ensure_ascii=ascii_only)}
    row = json.dumps(value, ensure_ascii=ascii_only).encode()
    rows = [b'{"t": "nothing"}', row, b"", b'{"t": ""}']
    data, _ = redacted(real("replace"), Batch(rows, ["json"], b"\n"))
    assert data.split(b"\n") == [rows[0], real("replace").line(row), *rows[2:]]


@pytest.mark.parametrize("mode", ["replace", "hash", "pseudonym"])
def test_what_takes_a_values_place_hides_none_beside_it(mode: Mode) -> None:
    """Kinds redacted one after the other are as gone as those redacted together."""
    raw = b'{"t": "ann.lee@firm.io +49 30 8973 5512, 4539 1488 0343 6467 ann.lee@firm.io"}'
    once = raw
    for kind in ("email", "card", "phone"):
        finder = Finder(Wanted(frozenset({kind})))
        once = Redactor(finder, Disguise(mode, {}, KEY), frozenset({kind})).line(once)
    assert once == real(mode).line(raw)
    assert not any(value in once for value in (b"8973", b"0343", b"ann.lee"))
