"""The readers of config files: trees, places, and what is no config or cannot be loaded."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml

from ftlint.model.config_tree import Node
from ftlint.read.config_text import Offsets, Written, parse
from ftlint.read.scalars import resolve


def tree(text: str | bytes, name: str = "a.yaml") -> Node:
    written = parse(text.encode() if isinstance(text, str) else text, name)
    assert written is not None
    assert written.tree is not None, written.broken
    return written.tree


def broken(text: str | bytes, name: str = "a.yaml") -> tuple[str, int, int]:
    written = parse(text.encode() if isinstance(text, str) else text, name)
    assert written is not None
    assert written.tree is None
    assert written.broken is not None
    data = text.encode() if isinstance(text, str) else text
    assert 0 <= written.broken.offset <= len(data)
    return written.broken.message, written.broken.line, written.broken.column


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 5\nb: *x\n",
        "base: &b {lr: 1e-4, n: 2}\nrun:\n  <<: *b\n  n: 3\n",
        "a: 1\na: 2\nb: {c: 1, c: 2}\n",
        "1: a\n'1': b\nyes: c\n2.5: d\nnull: e\n",
        "a: !!str 1\nb: !!int '2'\nc: !!float 3\nd: ! 4\ne: !!str\n",
        "a: |\n  text\n   more\n\n  end\nb: >-\n  folded\n  text\nc: |+\n  kept\n\n\nd: 1\n",
        "a: 'it''s'\nb: \"tab\\t \\u00e9 \\x41\"\nc: plain\n  on two lines\n\n  and three\n",
        "a: {b: [1, 2, {c: d}], 'e': \"f\"}\ng: []\nh: {}\ni:\n- 1\n-\n- - 2\n",
        "--- # start\na: 1\n...\n",
        "%YAML 1.1\n---\na: 1\n",
        "größe: 5 # ü\n数据: [\"é\", 日本]\n😀: '😀😀'\n",
        "a: ~\nb:\nc: null\nd: ''\n",
        "a: 0x1F\nb: 0b101\nc: 010\nd: 1_000\ne: 1:30\nf: .inf\ng: -.INF\n",
        "h: 0o10\ni: 08\nj: +5\nk: 1e3\nl: 1.5e+3\nm: 1_0.5\nn: 1:30.5\n",
        "a: on\nb: No\nc: TRUE\nd: y\ne: Off\n",
    ],
)
def test_a_tree_is_what_pyyaml_loads(text: str) -> None:
    assert resolve(tree(text), "yaml-1.1") == yaml.safe_load(text)


def test_merges() -> None:
    """Of several maps in a merge the first wins, as YAML has it; PyYAML 6.0.4 takes one by chance."""
    text = "a: &a {xx: 1, yy: 1}\nb: &b {xx: 2, zz: 2}\nc:\n  <<: [*a, *b]\n  yy: 3\nd:\n  <<: *a\n  <<: *b\n"
    loaded = resolve(tree(text), "yaml-1.1")
    assert loaded["c"] == {"xx": 1, "yy": 3, "zz": 2}
    assert loaded["d"] == {"xx": 2, "yy": 1, "zz": 2}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_ranges_are_bytes_of_the_file(ends: str, mark: str) -> None:
    text = "# é\nlr: &l 2e-4   # ü\nname: 'ä😀'\nbig: !!str 7\nlist:\n- a\n- \"b\"\nend: {x: 1}\n"
    data = (mark + text.replace("\n", ends)).encode()
    found = {path: (entry.key.range, entry.value.range) for path, entry in tree(data).walk()}
    cut = {path: data[value.start : value.end].decode() for path, (_, value) in found.items()}
    assert cut == {
        "lr": "2e-4",
        "name": "'ä😀'",
        "big": "7",
        "list": f'- a{ends}- "b"',
        "end": "{x: 1}",
        "end.x": "1",
    }
    assert data[found["name"][0].start : found["name"][0].end] == b"name"
    assert found["name"][1][:4] == (3, 7, 3, 11)
    assert found["list"][1][:4] == (6, 1, 7, 6)
    assert [item.text for item in tree(data).entries["list"].value.items] == ["a", "b"]


def test_lines_end_where_an_editor_ends_them() -> None:
    """YAML 1.1 also breaks lines at NEL, LS, PS and a lone CR; places count line feeds alone."""
    text = "a: 'x\u2028  y'\nb: 1\n"
    found = tree(text).entries["b"].value.range
    assert (found.line, found.column) == (2, 4)
    assert tree("a: 1\rb: 2\nc: 3\n").entries["c"].value.range[:2] == (2, 4)


def test_keys_written_twice() -> None:
    written = parse(b"a: 1\nb:\n  c: 1\n  c: 2\na: 3\n'a': 4\n", "x.yml")
    assert written is not None
    assert [(twice.path, twice.first.line, twice.again.line) for twice in written.duplicates] == [
        ("b.c", 3, 4),
        ("a", 1, 5),
        ("a", 5, 6),
    ]
    written = parse(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 2}', "x.json")
    assert written is not None
    assert [twice.path for twice in written.duplicates] == ["b.c", "a"]
    assert parse(b"1: a\n'1': b\n? [x]\n: c\n? [y]\n: d\n", "x.yml").duplicates == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "a.yaml"),
        ("# nothing\n", "a.yaml"),
        ("- 1\n- 2\n", "a.yaml"),
        ("just text\n", "a.yml"),
        ("a: 1\n---\nb: 2\n", "a.yaml"),
        ("[1, 2]", "a.json"),
        ('"text"', "a.json"),
        ("  \n", "a.json"),
        (b"a: \xff\xfe\n", "a.yaml"),
        ("{a: " * 70 + "1" + "}" * 70, "a.yaml"),
        ("[" * 5000, "a.yaml"),
        ('{"a":' * 5000, "a.json"),
        ("- " * 100_000, "a.yaml"),
        ("a: {" + ",".join(f"k{i}: {i}" for i in range(60_000)) + "}", "a.yaml"),
        ("{" + ",".join(f'"k{i}": {i}' for i in range(60_000)) + "}", "a.json"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_config_by_its_form_is_left_alone(text: str | bytes, name: str) -> None:
    assert parse(text.encode() if isinstance(text, str) else text, name) is None


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("a: 1\n\tb: 2\n", (2, 1), "a tab"),
        ("a: [1, 2\nb: 3\n", (2, 2), "did not find expected"),
        ("a: 'open\n", (2, 1), "unexpected end"),
        ("a: b: c\n", (1, 5), "mapping values are not allowed"),
        ("lr: 1\n  x: 2\n", (2, 4), "mapping values are not allowed"),
        ("a: 1\nforgotten\nb: 2\n", (2, 1), "could not find expected ':'"),
        ("a: *nowhere\n", (1, 4), "undefined alias"),
        ("a: 1\nb: @x\n", (2, 4), "cannot start any token"),
        ("é: 1\nb: \x00\n", (2, 4), "control characters"),
        ("a: \x07\n", (1, 4), "control characters"),
    ],
)
def test_yaml_that_cannot_be_parsed(text: str, place: tuple[int, int], says: str) -> None:
    message, line, column = broken(text)
    assert says in message
    assert (line, column) == place


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ('{\n  // why\n  "a": 1\n}', (2, 3), "a comment"),
        ('{"a": 1, # why\n "b": 2}', (1, 10), "a comment"),
        ('/* why */\n{"a": 1}', (1, 1), "a comment"),
        ('{"a": 1,\n}', (2, 1), "a comma stands before the closing bracket"),
        ('{"a": [1, 2, ]}', (1, 14), "a comma stands before the closing bracket"),
        ('{"a": 1 "b": 2}', (1, 9), "',' is missing"),
        ('{"a" 1}', (1, 6), "':' is missing"),
        ("{'a': 1}", (1, 2), "a key in double quotes"),
        ("{a: 1}", (1, 2), "a key in double quotes"),
        ('{"a": }', (1, 7), "a value is missing"),
        ('{"a": 01}', (1, 8), "',' is missing"),
        ('{"a": 1', (1, 8), "',' is missing"),
        ('{"a":', (1, 6), "the file ends too early"),
        ('{"a": "x\ny"}', (1, 9), "a control character"),
        ('{"a": "\\q"}', (1, 7), "a wrong escape"),
        ('{"a": "open}', (1, 7), "not closed"),
        ('{"a": 1} x', (1, 10), "something stands after"),
        ('{"a": truee}', (1, 7), "a value is missing"),
    ],
)
def test_json_that_cannot_be_parsed(text: str, place: tuple[int, int], says: str) -> None:
    message, line, column = broken(text, "a.json")
    assert says in message
    assert (line, column) == place
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_a_message_quotes_nothing_of_the_file() -> None:
    for text in ("key: *sk_secret_alias\n", "a: !sk!secret 1\n", "a: @sk_secret\n", 'x: "\\qsk_secret"\n'):
        assert "secret" not in broken(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -2.5, 1e-4, 2E+3, true, false, null, "x"], "b": {"c": {}, "d": []}}',
        '{"a": "\\u00e9\\ud83d\\ude00\\n\\"", "é": NaN, "i": -Infinity, "j": Infinity, "": 0}',
        '\n\t{"a"\n:\r\n1 ,"b":[ ]}  \n',
        '{"n": 123456789012345678901234567890}',
    ],
)
def test_json_is_what_json_loads(text: str) -> None:
    assert str(resolve(tree(text, "a.json"), "json")) == str(json.loads(text))


def test_an_object_without_an_ending_is_json() -> None:
    assert tree('{"a": 1}', "config").entries["a"].value.tag == "int"
    assert tree('{"a": 1, b: 2}', "config.yaml").entries["b"].value.text == "2"


# --- what is made to hurt


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def timed(text: str | bytes, name: str = "a.yaml") -> Written | None:
    start = time.process_time()
    written = parse(text.encode() if isinstance(text, str) else text, name)
    if written is not None and written.tree is not None:
        for loader in ("yaml-1.1", "omegaconf", "yaml-1.2"):
            resolve(written.tree, loader)
        assert sum(1 for _ in written.tree.walk()) <= 20_000
    assert time.process_time() - start < 10
    return written


def test_a_small_file_with_a_huge_tree() -> None:
    written = timed(laughs(5))
    assert written is not None
    assert written.tree is not None
    assert timed(laughs(30)) is None, "its aliases stand for more than anybody could go through"
    merged = "\n".join(
        f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9) if n else ''}], k{n}: 1}}" for n in range(30)
    )
    timed(merged)


@pytest.mark.parametrize(
    "text",
    ["a: &x {b: *x}\n", "a: &x [*x, *x]\n", "&x a: {b: *x}\n", "a: &x\n  <<: *x\n  c: 1\n", "&r {a: *r}\n"],
)
def test_an_anchor_that_holds_itself(text: str) -> None:
    timed(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a: " + "x" * 10_000_000, "a.yaml"),
        ("a: '" + "é" * 5_000_000 + "'\nb: 1\n", "a.yaml"),
        ("# " + "é" * 5_000_000 + "\na: 1\n", "a.yaml"),
        ('{"a": "' + "é" * 5_000_000 + '", "b": 1}', "a.json"),
        ('{"a": [' + ",".join(['"é"'] * 40_000) + "]}", "a.json"),
        ("a: [" + ",".join(["é"] * 40_000) + "]", "a.yaml"),
        ("é: 1 # " + "ü" * 2_000_000 + "\nb: [" + ",".join(["é"] * 40_000) + "]", "a.yaml"),
        (" " * 3_000_000, "a.json"),
        ("a: " + "9" * 6000 + "\nb: 0x" + "f" * 6000 + "\nc: " + "1:" * 3000 + "1\n", "a.yaml"),
        ('{"a": ' + "9" * 6000 + ', "b": 1e99999}', "a.json"),
        ("a: &" + "x" * 100_000 + " 1\n", "a.yaml"),
        ("a: !" + "x" * 1000 + " 1\n", "a.yaml"),
        ("? " * 3000, "a.yaml"),
        ("a: |" + "\n  x" * 200_000, "a.yaml"),
        ("\x00" * 1000, "a.json"),
        ("{\x00}", "a.json"),
        ("\ufeff\ufeffa: 1\n", "a.yaml"),
        ("a: \ud7ff\ufffd\U0010ffff\n", "a.yaml"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_nothing_hangs_and_nothing_raises(text: str, name: str) -> None:
    timed(text, name)


def test_offsets_of_long_lines() -> None:
    text = "é" * 5000 + "x\n" + "😀a" * 5000
    offsets = Offsets(text, 3)
    for index in (0, 1, 1023, 1024, 1025, 5000, 5001, 5002, 9999, len(text)):
        assert offsets.byte(index) == len(text[:index].encode()) + 3
        before = text[:index]
        assert offsets.place(index) == (before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


def test_a_tree_is_found_by_dotted_keys() -> None:
    found = tree("a:\n  b: [{c: 1}]\n  d.e: 2\nf.g: 3\n")
    assert [path for path, _ in found.walk()] == ["a", "a.b", "a.b.0.c", "a.d.e", "f.g"]
    at: Any = found.at("f.g")
    assert at.text == "3"
    assert found.at("a.x") is None
