"""Personal data and secrets in the engine: what is looked at, who is told, where it is said to stand."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect.sensitive import Finder, Wanted, _placed, leaves, texts, undone
from ftlint.engine.bind import bind
from ftlint.engine.executors import Processes, Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.engine.sensitive import Sensitive
from ftlint.formats import by_name
from ftlint.model import Finding, Record, Span, Text
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.report.json import as_json
from ftlint.rule import Rule, Severity
from ftlint.settings import load

Write = Callable[[str, Any], Path]

MAIL = "@".join(("jane.roe", "mailbox-sample.de"))
OTHER = "@".join(("bob", "corp-sample.co.uk"))


class Address(Rule[Span]):
    """Finds addresses."""

    code = "TST001"
    name = "test-address"
    severity = Severity.WARNING
    kinds = ("email",)

    def check(self, span: Span) -> Iterator[Finding]:
        yield Finding(f"an address of {span.length} characters")


class Card(Address):
    """Finds cards."""

    code = "TST002"
    name = "test-card"
    kinds = ("card",)


def report(folder: Path, *rules: Rule[Any], **options: Any) -> Report:
    settings = load([str(folder)])
    chosen = RuleSet(rules)
    found = discover([str(folder)], settings, documents=chosen.reads_documents)
    options.setdefault("executor", Serial())
    return check(bind(found, settings), settings, chosen, today="2026-11-01", **options)


def places(told: Report) -> list[tuple[Any, ...]]:
    return [(finding.row, finding.pointer, finding.start, finding.end) for finding, _ in told.findings()]


def test_every_text_has_a_pointer() -> None:
    data = {"a": "x", "b/c": ["y", {"~": "z"}], "n": 7, "none": None, "deep": [[["w"]]]}
    assert list(leaves(data)) == [("/a", "x"), ("/b~1c/0", "y"), ("/b~1c/1/~0", "z"), ("/deep/0/0/0", "w")]


def test_texts_keep_what_they_are_to_training() -> None:
    record = Record({"instruction": "a", "output": "b", "source": "c"}, by_name("alpaca"))
    told = {text.pointer: text.where for text in texts(record.data, record.texts)}
    assert told == {"/instruction": "prompt", "/output": "target", "/source": "meta"}


CALL = {
    "id": "1",
    "type": "function",
    "function": {"name": "send", "arguments": json.dumps({"to": MAIL})},
}


def chatted(asked: str, answered: str, **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return {"messages": turns, **more}


ROWS: list[tuple[dict[str, Any], str]] = [
    (chatted(f"to {MAIL}", "x"), "/messages/0/content"),
    (chatted("x", MAIL), "/messages/1/content"),
    (chatted("x", "y", author=MAIL), "/author"),
    (chatted("x", "y", metadata={"by": [{"mail": MAIL}]}), "/metadata/by/0/mail"),
    (
        {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": [CALL]}]},
        "/messages/1/tool_calls/0/function/arguments",
    ),
    ({"instruction": "x", "input": "", "output": "y", "contact": MAIL}, "/contact"),
    (chatted("x", "y", **{MAIL: 1}), ""),
    (chatted("x", "y", metadata={"by": {MAIL: "x"}}), "/metadata/by"),
    ({"prompt": f"é {MAIL}", "completion": "y"}, "/prompt"),
    ({"text": f"a \ud83d lone {MAIL}"}, "/text"),
]


@pytest.mark.parametrize(("row", "pointer"), ROWS, ids=[pointer or "in a key" for _, pointer in ROWS])
def test_no_corner_of_a_record_is_left_out(tmp_path: Path, row: dict[str, Any], pointer: str) -> None:
    clean = json.loads(json.dumps(row).replace(MAIL, "nobody"))
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(each) + "\n" for each in [clean] * 3 + [row]))
    told = report(tmp_path, Address())
    assert not told.failures
    assert [(row, where) for row, where, _, _ in places(told)] == [(3, pointer)]
    (finding,) = [finding for finding, _ in told.findings()]
    in_key = pointer in ("", "/metadata/by")
    assert (finding.end or 0) - (finding.start or 0) == (0 if in_key else len(MAIL))
    assert finding.kind == "email"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"body": f"Mail:\n{MAIL}"}),
        json.dumps({"body": f'a\t{MAIL}\n"quoted"'}),
        json.dumps({"body": MAIL}).replace("@", r"\u0040"),
        json.dumps({"body": f"\U0001f600 {MAIL}"}),
    ],
)
def test_escapes_hide_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "data.jsonl").write_text(json.dumps({"prompt": text, "completion": "x"}) + "\n")
    ((_, pointer, start, end),) = places(report(tmp_path, Address()))
    assert pointer == "/prompt"
    assert text[start:end].replace(r"\u0040", "@") == MAIL


@given(st.text(st.sampled_from('ab\n\t"\\é/😀'), max_size=30))
def test_places_of_an_undone_text_lead_back(text: str) -> None:
    for ascii_only in (True, False):
        written = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        plain, known = undone(written)
        assert plain.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")
        for at in range(len(plain) + 1):
            back = _placed(known, at)
            assert plain[:at].encode("utf-16", "surrogatepass") == undone(written[:back])[0].encode(
                "utf-16", "surrogatepass"
            )


def test_many_findings_of_a_row_mask_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ftlint.detect import mask as module

    masked: list[int] = []
    whole = module.mask
    monkeypatch.setattr(module, "mask", lambda text: masked.append(1) or whole(text))
    text = " ".join("@".join((f"jane.roe{n}", "mailbox-sample.de")) for n in range(200))
    (tmp_path / "data.jsonl").write_text(json.dumps({"prompt": text, "completion": "x"}) + "\n")
    assert len({identity for _, identity in report(tmp_path, Address()).findings()}) == 200
    assert len(masked) == 1


def test_the_key_is_in_no_picture_of_what_is_wanted() -> None:
    key = b"0123456789abcdef" * 2
    assert key.decode() not in repr(Wanted(frozenset({"email"}), key=key))


def test_a_columnar_file_is_looked_through(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"prompt": ["x", "y"], "completion": ["y", MAIL], "by": [OTHER, "z"]})
    pq.write_table(table, tmp_path / "data.parquet")
    found = places(report(tmp_path, Address()))
    assert [(row, where) for row, where, _, _ in found] == [(0, "/by"), (1, "/completion")]


def test_a_file_of_no_known_format_is_looked_through(tmp_path: Path) -> None:
    row = {"problem_id": "7", "tests": [f"assert f({MAIL!r})"]}
    (tmp_path / "data.jsonl").write_text(json.dumps(row) + "\n")
    told = report(tmp_path, Address())
    assert told.files[0].format == ""
    assert [where for _, where, _, _ in places(told)] == ["/tests/0"]


def test_workers_and_shards_find_the_same(tmp_path: Path) -> None:
    rows = [chatted(f"{n} {MAIL if n % 7 == 0 else 'x'}", "y" * n) for n in range(200)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    alone = places(report(tmp_path, Address()))
    assert len(alone) == 29
    assert places(report(tmp_path, Address(), shard_bytes=999)) == alone
    assert places(report(tmp_path, Address(), shard_bytes=999, executor=Processes(2))) == alone


def test_the_cache_gives_back_kind_and_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ftlint.engine.cache import Cache

    monkeypatch.setenv("FTLINT_KEY", "0123456789abcdef" * 4)
    (tmp_path / "data.jsonl").write_text(json.dumps({"prompt": MAIL, "completion": "x"}) + "\n")
    cache = Cache(str(tmp_path / "cache"))
    first = [as_json(*each, Severity.WARNING) for each in report(tmp_path, Address(), cache=cache).findings()]
    again = [as_json(*each, Severity.WARNING) for each in report(tmp_path, Address(), cache=cache).findings()]
    assert first == again
    assert first[0]["sensitive"]["value_id"]
    assert first[0]["sensitive"]["length"] == len(MAIL)
    monkeypatch.setenv("FTLINT_KEY", "fedcba9876543210" * 4)
    other = [as_json(*each, Severity.WARNING) for each in report(tmp_path, Address(), cache=cache).findings()]
    assert other[0]["sensitive"]["value_id"] != first[0]["sensitive"]["value_id"]
    monkeypatch.delenv("FTLINT_KEY")
    bare = [as_json(*each, Severity.WARNING) for each in report(tmp_path, Address(), cache=cache).findings()]
    assert bare[0]["sensitive"] == {"kind": "email", "length": len(MAIL), "value_id": None}


def test_the_same_value_has_one_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTLINT_KEY", "0123456789abcdef" * 4)
    rows = [{"prompt": MAIL, "completion": OTHER}, {"prompt": MAIL.upper(), "completion": "x"}]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    ids = [finding.fingerprint for finding, _ in report(tmp_path, Address()).findings()]
    assert len(ids) == 3
    assert len(set(ids)) == 2


def test_an_excerpt_of_another_rule_hides_what_was_found(tmp_path: Path) -> None:
    """Also what the mask alone would not know: here the span is a plain word, as a name is."""
    from ftlint.engine.groups import FileGroup

    row = {"prompt": "Ask Lovelace again, please", "completion": "x"}
    (tmp_path / "data.jsonl").write_text(json.dumps(row) + "\n")
    told = report(tmp_path, Address(), Row())
    (group,) = [group for group in told.groups if isinstance(group, FileGroup)]
    start = row["prompt"].index("Lovelace")
    from ftlint.engine.entries import Entries

    assert group.locator is not None
    found = Finding("", row=0, pointer="/prompt", start=start, end=start + len("Lovelace"), kind="person")
    group.locator.private.append(Entries([found]))
    (finding,) = list(group.findings())
    excerpt = group.excerpt(finding)
    assert excerpt is not None
    assert "Ask ‹…› again" in excerpt.text
    bare = group.excerpt(finding, bare=True)
    assert bare is not None
    assert "Lovelace" in bare.text


class Row(Rule[Record]):
    """Finds every row."""

    code = "TST003"
    name = "test-row"
    severity = Severity.INFO

    def check(self, record: Record) -> Iterator[Finding]:
        yield Finding("a row", pointer="/prompt")


def test_a_secret_wins_over_an_address_inside_it() -> None:
    url = "postgres://" + "admin:" + "x9$Lw0pQz7".replace("$", "") + "@db-sample.corp-sample.io/app"
    both = Finder(Wanted(frozenset({"email"}), secrets=True))
    kinds = [span.family for span in both.spans(f"connect to {url} now")]
    assert kinds == ["secret"]
    assert Finder(Wanted(frozenset({"email"}))).spans(f"connect to {url} now") == []
    assert [span.kind for span in both.spans(f"write to {MAIL}")] == ["email"]


def test_deselecting_one_kind_changes_no_other() -> None:
    text = f"mail {MAIL}, card 4539 1488 0343 6467, call +49 30 9018 2041, host 81.2.69.142"
    every = frozenset({"email", "card", "phone", "ip"})
    whole = {(span.kind, span.start, span.end) for span in Finder(Wanted(every)).spans(text)}
    assert {kind for kind, _, _ in whole} == every
    for kind in every:
        fewer = {(s.kind, s.start, s.end) for s in Finder(Wanted(every - {kind})).spans(text)}
        assert fewer == {span for span in whole if span[0] != kind}


def test_half_an_escaped_sign_breaks_nothing() -> None:
    finder = Finder(Wanted(frozenset({"email", "phone", "card"}), secrets=True))
    for half in ("\ud83d", "\\ud83d", "\ud800\udc00", "\\ud800\\udc00"):
        (span,) = finder.all_spans(f"{half} {MAIL}")
        assert (span.start, span.end) == (len(half) + 1, len(half) + 1 + len(MAIL))


def test_rows_are_marked_by_all_their_text() -> None:
    sensitive = Sensitive(Wanted(frozenset({"email"})), {})
    rows = ["clean", f"é {MAIL}", "", f"{OTHER}", "also clean"]
    assert list(sensitive.marked(rows)) == [1, 3]
    assert list(sensitive.marked(["clean", ""])) == []


def test_a_span_knows_its_value_only_through_its_text() -> None:
    span = Span("email", 2, 5, text=Text("/a", "abcdefg"))
    assert (span.value, span.length) == ("cde", 3)
    assert Span("email", 2, 5).value == ""
