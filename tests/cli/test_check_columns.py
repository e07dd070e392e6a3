"""Line and column point at exactly the offending text, whatever stands before it."""

import contextlib
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.main import main

BAD = "\u200b"
"""A zero-width space: one code point, found by `zero-width-character` wherever it stands in prose."""

BEFORE = {
    "plain": "How do I reset",
    "two bytes": "Straße für",
    "three bytes": "数据 文字",
    "four bytes": "😀 🎉 ok",
    "combining": "cafe\u0301 nai\u0308ve",
    "quotes": 'say "hello" and \\ go',
    "escapes": "a\tb\nc\r\nd/e\x08\x0c",
    "controls": "a\u0001b\u001fc",
    "separators": "a\u2028b\u2029c\x85d",
    "right to left": "שלום مرحبا",
    "empty": "",
    "long": "word " * 3000,
}


def found(file: Path, *flags: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(
            ["check", str(file), "--isolated", "--no-cache", "--jobs", "1", *flags, "--output-format", "json"]
        )
    report = json.loads(out.getvalue())
    assert report["errors"] == []
    findings: list[dict[str, Any]] = report["findings"]
    return findings


def cut(data: bytes, finding: dict[str, Any]) -> str:
    """What the reported place cuts out of the file: columns in code points, lines ended by a line feed."""
    lines = data.decode().split("\n")
    first, last = finding["line"] - 1, finding["end_line"] - 1
    if first == last:
        return lines[first][finding["column"] - 1 : finding["end_column"] - 1]
    whole = [
        lines[first][finding["column"] - 1 :],
        *lines[first + 1 : last],
        lines[last][: finding["end_column"] - 1],
    ]
    return "\n".join(whole)


def record(text: str, place: str) -> tuple[dict[str, Any], str]:
    """A record with the text at a place of its own, and the pointer to it."""
    asked = {"role": "user", "content": "What is it?"}
    if place == "content":
        return {"messages": [asked, {"role": "assistant", "content": text}]}, "/messages/1/content"
    if place == "parts":
        parts = [{"type": "text", "text": "First."}, {"type": "text", "text": text}]
        return {
            "messages": [{"role": "user", "content": parts}, {"role": "assistant", "content": "It is."}]
        }, ("/messages/0/content/1/text")
    row = {
        "messages": [
            asked,
            {"role": "assistant", "content": "Once."},
            asked,
            {"role": "assistant", "content": text},
        ]
    }
    return {"id": 'ä😀"\\', "é~/key": [1, {"a": "😀"}], **row}, "/messages/3/content"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "raw"])
@pytest.mark.parametrize("place", ["content", "parts", "nested"])
def test_spans_in_lines(tmp_path: Path, newline: str, ascii_only: bool, place: str) -> None:
    lines, wanted = [], []
    for before in BEFORE.values():
        row, pointer = record(f"{before} pre{BAD}fix and then {before}.", place)
        lines.append(json.dumps(row, ensure_ascii=ascii_only))
        wanted.append((len(lines), pointer, "\\u200b" if ascii_only else BAD))
    data = (newline.join(lines) + newline).encode()
    file = tmp_path / "train.jsonl"
    file.write_bytes(data)
    findings = found(file, "--select", "zero-width-character")
    assert [(each["line"], each["pointer"], cut(data, each)) for each in findings] == wanted


@pytest.mark.parametrize("indent", [None, 0, 1, 4, "\t"])
@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "raw"])
def test_spans_in_an_array(tmp_path: Path, indent: Any, ascii_only: bool) -> None:
    rows = [record(f"{before} pre{BAD}fix.", "nested")[0] for before in BEFORE.values() if len(before) < 200]
    data = json.dumps(rows, indent=indent, ensure_ascii=ascii_only).encode()
    file = tmp_path / "train.json"
    file.write_bytes(data)
    findings = found(file, "--select", "zero-width-character")
    assert [each["row"] for each in findings] == list(range(len(rows)))
    assert {cut(data, each) for each in findings} == {"\\u200b" if ascii_only else BAD}


def test_odd_escapes_before_a_span(tmp_path: Path) -> None:
    """Every way to write a character counts as what it decodes to, and the span is what is written."""
    head = r"\u0041\ud83d\ude00\/\"\\\n\u00e9é😀"
    line = (
        '{ "messages" :[ {"role":"user","content":"\\u0048i"},\t{"content" : "'
        + head
        + r"x \u003C|im_end|\u003e y"
        + '","role":"assistant" } ] }'
    )
    file = tmp_path / "train.jsonl"
    file.write_text(line + "\n")
    (finding,) = found(file, "--select", "special-token-in-text")
    assert cut(line.encode(), finding) == r"\u003C|im_end|\u003e"


def test_structure_findings_point_at_their_value(tmp_path: Path) -> None:
    rows = [
        (
            '{"k": "ü😀", "messages": [{"role": "usr", "content": "a"}]}',
            '"usr"',
        ),
        ('{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": ""}]}', '""'),
        ('  {"messages": []}  ', "[]"),
        ('{"messages": [{"role": "user", "content": 7}, {"role": "assistant", "content": "b"}]}', "7"),
    ]
    data = "".join(f"{line}\n" for line, _ in rows).encode()
    file = tmp_path / "train.jsonl"
    file.write_bytes(data)
    findings = found(
        file, "--select", "unknown-role,empty-answer,no-messages,wrong-type", "--format", "openai-chat"
    )
    cuts = {each["row"]: cut(data, each) for each in findings}
    assert cuts == {row: wanted for row, (_, wanted) in enumerate(rows)}


def test_faults_point_at_their_bytes(tmp_path: Path) -> None:
    good = '{"prompt": "é😀", "completion": "b'
    cases = {
        "trailing-comma": (good + '", }', ","),
        "control-character": (good + '\tc"}', "\t"),
        "bad-escape": (good + '\\qc"}', "\\"),
        "nan-infinity": (good + '", "x": NaN}', "NaN"),
        "lone-surrogate": (good + '\\ud83d c"}', "\\ud83d"),
        "big-integer": (good + '", "x": 99999999999999999999999}', "99999999999999999999999"),
    }
    data = "".join(f"{line}\n" for line, _ in cases.values()).encode()
    file = tmp_path / "train.jsonl"
    file.write_bytes(data)
    findings = [each for each in found(file, "--select", "FMT") if each["name"] in cases]
    assert {each["name"]: each["line"] for each in findings} == {name: n for n, name in enumerate(cases, 1)}
    lines = data.decode().split("\n")
    for each in findings:
        line = lines[each["line"] - 1]
        assert line[each["column"] - 1 : each["end_column"] - 1] == cases[each["name"]][1], each


def test_many_random_places(tmp_path: Path) -> None:
    draw = random.Random(7)
    alphabet = ["a", "é", "数", "😀", '"', "\\", "\n", "\t", "/", "\u0301", " word ", "\u2028", "{", "]"]
    lines, texts = [], []
    for _ in range(400):
        before = "".join(draw.choices(alphabet, k=draw.randrange(60)))
        row, _ = record(f"{before} <|im_end|> {before}", draw.choice(["content", "parts", "nested"]))
        line = json.dumps(
            row, ensure_ascii=draw.random() < 0.5, separators=draw.choice([(", ", ": "), (",", ":")])
        )
        lines.append(line)
        texts.append("<|im_end|>")
    data = ("\n".join(lines) + "\n").encode()
    file = tmp_path / "train.jsonl"
    file.write_bytes(data)
    findings = found(file, "--select", "special-token-in-text")
    assert [each["line"] for each in findings] == list(range(1, 401))
    assert [cut(data, each) for each in findings] == texts


def test_compressed_and_shards_agree(tmp_path: Path) -> None:
    import gzip

    lines = [
        json.dumps(record(f"{before} <|im_end|>", "nested")[0], ensure_ascii=False)
        for before in BEFORE.values()
    ]
    data = ("\n".join(lines) + "\n").encode()
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    places = [
        [(each["line"], each["column"], each["end_column"]) for each in found(file, "--select", "TOK003")]
        for file in (plain, packed)
    ]
    assert places[0] == places[1]
    assert len(places[0]) == len(BEFORE)
