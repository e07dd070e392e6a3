"""Anything in: no exception out, no rule that breaks, and the same bytes each time.

`FTLINT_FUZZ_ROWS` says how many mutated rows are tried; `make test-fuzz` tries 200,000.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.engine.bind import bind
from ftlint.engine.executors import Serial
from ftlint.engine.fixes import placed_fixes
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.facts.targets import names as target_names
from ftlint.fix.apply import apply
from ftlint.formats import FORMATS as RECORD_FORMATS
from ftlint.model import FtlintError
from ftlint.model.report import Report
from ftlint.read.classify import classify
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.report import FORMATS, style_for
from ftlint.settings import Settings, load, override

ROWS = int(os.environ.get("FTLINT_FUZZ_ROWS", "3000"))
ROWS_A_FILE = 100
TODAY = "2026-11-01"


@cache
def rule_set() -> RuleSet:
    """Every rule there is, those that are off by default too."""
    return RuleSet(selected(override(load([], isolated=True), select=("ALL",))))


def report_of(root: Path, shard_bytes: int = 1 << 30, **chosen: Any) -> Report:
    known = Settings(root=str(root), ignore_field="skip")
    known = override(known, **chosen) if chosen else known
    bindings = bind(discover([str(root)], known), known)
    return check(bindings, known, rule_set(), executor=Serial(), shard_bytes=shard_bytes, today=TODAY)


def rendered(report: Report, name: str = "json") -> str:
    report.seconds = 0.0
    out = io.StringIO()
    FORMATS[name](report, out, style_for(out, {}))
    return out.getvalue()


def hold(root: Path, where: str, shard_bytes: int, **chosen: Any) -> int:
    """Check everything under `root` and hold what must be true of any input; how many findings there are."""
    first = report_of(root, **chosen)
    broken = [
        f"{failure.code} {failure.path}:{failure.line}: {failure.message}" for failure in first.failures
    ]
    assert not broken, f"{where}: {broken}"
    whole = rendered(first)
    found = json.loads(whole)["findings"]
    for finding in found:
        assert finding["message"].strip(), f"{where}: {finding}"
        assert finding["line"] is None or finding["line"] >= 1, f"{where}: {finding}"
        assert finding["column"] is None or finding["column"] >= 1, f"{where}: {finding}"
    for name in ("full", "github"):
        rendered(first, name).encode()
    again = report_of(root, shard_bytes, **chosen)
    assert rendered(again) == whole, f"{where}: not the same bytes with shards of {shard_bytes} bytes"
    mended(root, first)
    return len(found)


def mended(root: Path, report: Report) -> None:
    """Every fix of a report can be applied in memory."""
    edits = placed_fixes(report)
    for path, placed in edits.items():
        source, _ = classify(str(root / path), path)
        if not source.compression:
            apply((root / path).read_bytes(), placed, source.container)


# -- any bytes, any JSON ------------------------------------------------------------------------------------

WORDS = sorted(
    {key for known in RECORD_FORMATS.values() for key in known.keys}.union(
        [
            "role",
            "from",
            "content",
            "value",
            "parts",
            "text",
            "type",
            "weight",
            "tool_calls",
            "function",
            "name",
            "arguments",
            "function_call",
            "id",
            "tool_call_id",
            "tools",
            "parameters",
            "properties",
            "image_url",
            "url",
            "detail",
            "inlineData",
            "fileData",
            "mimeType",
            "data",
            "skip",
            "toolUse",
            "toolResult",
            "functionCall",
            "functionResponse",
            "args",
            "reasoningContent",
            "cachePoint",
        ]
    )
)
STRINGS = st.sampled_from(
    [
        "", " ", "text", "user", "assistant", "system", "tool", "human", "gpt", "model",
        "function", "<image>",
        "I'm sorry, but as an AI language model I cannot", "{{name}}", "```python\nx", "<|im_end|>", "â€™",
        "\u200b", "\u202e", "\ufffd", "N/A", "object", "data:image/png;base64,AAAA", "https://example.com/a.png",
        "{\"a\": 1}", "[1", "<think>", "\\n", "&amp;", "=1+1", "Human: a\n\nAssistant: b", "ALL", "😀",
    ]
)  # fmt: skip
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, -1, 2**63, 2**64, 10**400, 1e308, -0.0])
SCALARS = st.none() | st.booleans() | NUMBERS | STRINGS | st.text(max_size=8)
KEYS = st.sampled_from(WORDS) | st.text(max_size=3)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
LINES = (
    TREES.map(lambda row: json.dumps(row).encode())
    | st.dictionaries(st.sampled_from(WORDS), TREES, max_size=5).map(lambda row: json.dumps(row).encode())
    | st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
NAMES = st.sampled_from(
    [
        "a.jsonl",
        "train.jsonl",
        "a.json",
        "a.csv",
        "a.tsv",
        "a.parquet",
        "a.jsonl.gz",
        "a.arrow",
        "a.jsonl.zst",
    ]
)
OPTIONS = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(
    lines=st.lists(LINES, max_size=6),
    newline=st.sampled_from([b"\n", b"\r\n", b"\r", b"", b",\n"]),
    name=NAMES,
    ends=st.sampled_from(
        [(b"", b""), (b"[", b"]"), (b"\xef\xbb\xbf", b""), (b"", b"\n"), (b"\xff\xfe", b"")]
    ),
    shard_bytes=st.integers(16, 400),
)
@OPTIONS
def test_any_file(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[bytes],
    newline: bytes,
    name: str,
    ends: tuple[bytes, bytes],
    shard_bytes: int,
) -> None:
    root = tmp_path_factory.mktemp("any")
    (root / name).write_bytes(ends[0] + newline.join(lines) + ends[1])
    hold(root, name, shard_bytes)


@given(
    known=st.sampled_from(sorted(RECORD_FORMATS)),
    target=st.sampled_from(["", *target_names()]),
    rows=st.lists(st.dictionaries(st.sampled_from(WORDS), TREES, max_size=6), min_size=1, max_size=4),
    skip=st.sampled_from([None, True, "ALL", "CHAT", ["DUP001", 3], {"a": 1}, 7]),
)
@OPTIONS
def test_any_json_as_any_format(
    tmp_path_factory: pytest.TempPathFactory, known: str, target: str, rows: list[Any], skip: Any
) -> None:
    root = tmp_path_factory.mktemp("format")
    rows = [{**row, "skip": skip} for row in rows] if skip else rows
    (root / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    chosen = {"format": known, "max_length": 8, **({"target": target} if target else {})}
    hold(root, f"{known} for {target or 'no target'}", 50, **chosen)


# -- rows that look real, and what goes wrong with them -----------------------------------------------------

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "find",
            "parameters": {
                "type": "object",
                "properties": {"q": {"type": "string"}, "n": {"type": "integer", "minimum": 1}},
                "required": ["q"],
            },
        },
    }
]
CALL = {"id": "call_1", "type": "function", "function": {"name": "find", "arguments": '{"q": "router"}'}}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}
ASKED = "How do I reset my router after the update of Straße 5? 😀"
TOLD = "Hold the button for ten seconds.\n\n```sh\nreset --all\n```\nThen wait \\frac{1}{2} a minute."


def said(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


SEEDS: dict[str, dict[str, Any]] = {
    "openai-chat": {
        "messages": [said("system", "You help."), said("user", ASKED), said("assistant", TOLD, weight=1)]
    },
    "openai-chat tools": {
        "tools": TOOLS,
        "parallel_tool_calls": False,
        "messages": [
            said("user", ASKED),
            said("assistant", None, tool_calls=[CALL]),
            said("tool", "found", tool_call_id="call_1"),
            said("assistant", TOLD),
        ],
    },
    "openai-chat vision": {
        "messages": [said("user", [{"type": "text", "text": ASKED}, IMAGE]), said("assistant", TOLD)]
    },
    "openai-dpo": {
        "input": {"messages": [said("user", ASKED)], "tools": TOOLS},
        "preferred_output": [said("assistant", TOLD)],
        "non_preferred_output": [said("assistant", "No.")],
    },
    "openai-rft": {"messages": [said("user", ASKED)], "reference_answer": "42"},
    "prompt-completion": {"prompt": ASKED, "completion": TOLD},
    "bedrock-converse": {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "You help."}],
        "messages": [said("user", [{"text": ASKED}]), said("assistant", [{"text": TOLD}])],
    },
    "bedrock-claude": {
        "system": "You help.",
        "messages": [said("user", ASKED), said("assistant", TOLD)],
    },
    "gemini": {
        "systemInstruction": {"role": "system", "parts": [{"text": "You help."}]},
        "contents": [
            {
                "role": "user",
                "parts": [{"text": ASKED}, {"fileData": {"mimeType": "image/png", "fileUri": "g"}}],
            },
            {"role": "model", "parts": [{"functionCall": {"name": "find", "args": {"q": "router"}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "find", "response": {"a": 1}}}]},
            {"role": "model", "parts": [{"text": TOLD}]},
        ],
    },
    "trl-preference": {
        "prompt": [said("user", ASKED)],
        "chosen": [said("assistant", TOLD)],
        "rejected": [said("assistant", "No.")],
    },
    "trl-unpaired": {"prompt": ASKED, "completion": TOLD, "label": True},
    "trl-stepwise": {"prompt": ASKED, "completions": ["one", "two"], "labels": [True, False]},
    "kto": {"messages": [said("user", ASKED), said("assistant", TOLD)], "kto_tag": True},
    "sharegpt": {
        "conversations": [{"from": "human", "value": ASKED}, {"from": "gpt", "value": TOLD}],
        "tools": json.dumps(TOOLS),
    },
    "alpaca": {"instruction": ASKED, "input": "", "output": TOLD, "history": [["a", "b"]]},
    "dolly": {"instruction": ASKED, "context": "", "response": TOLD, "category": "open_qa"},
    "hh": {"chosen": f"\n\nHuman: {ASKED}\n\nAssistant: {TOLD}", "rejected": "\n\nHuman: a\n\nAssistant: b"},
    "text": {"text": f"{ASKED}\n{TOLD}"},
    "tokenised": {"input_ids": [1, 2, 3], "labels": [-100, 2, 3], "attention_mask": [1, 1, 1]},
    "qa": {"question": ASKED, "answer": TOLD, "id": 7},
}  # fmt: skip

SPICE = [
    b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", "\u2028".encode(), "\u200b".encode(),
    b"\xef\xbb\xbf", b"\r", b"\n",
    b"\\", b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b"\\ud83d", b"\\u0000", b"\\f", b"\\q",
    b"\t", b"\x0b",
    b"NaN", b"-Infinity", b"None", b"True", b"//", b"/*", b"<<<<<<< HEAD\n", b"9" * 40,
    b"9" * 5000, b"1e999", b"-",
    b"[" * 600, b'{"a":' * 600, b"<|im_start|>", b"<s>", b"}{",
    "\U0001f468\u200d\U0001f469".encode(), b"\x1a",
    "مي‌خواهم".encode(), b"e\xcc\x81" * 50, b'","role":"user","x":"', b"version https://git-lfs",
]  # fmt: skip
SWAPS: list[Any] = [
    None, True, False, 0, 1, -1, 2**63, 10**400, 0.5, float("nan"), float("inf"), "", " ", "x",
    "user", "assistant",
    "system", "tool", "\ud83d", "\u2028", [], {}, [[]], [{}], [None], {"": ""}, {"role": "user"},
    ["a", 1, None],
    {"text": "a"}, [{"type": "text", "text": "a"}], "[1, 2", '{"a": 1}', "a" * 5000, "word " * 300,
    "la " * 200,
    "I cannot help with that.", "As an AI language model developed by OpenAI,", "â€™Ã©",
    "{{ name }}", "<think>",
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a JSON value, and of itself."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*at, key))


def put(row: Any, at: tuple[Any, ...], change: Callable[[Any, Any], None]) -> None:
    for key in at[:-1]:
        row = row[key]
    change(row, at[-1])


def mutated(row: dict[str, Any], draw: random.Random) -> Any:
    """The row with a value swapped, dropped, doubled, wrapped, moved or renamed."""
    row = deepcopy(row)
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        known = [at for at in places(row) if at]
        if not known:
            break
        at = draw.choice(known)
        other = deepcopy(draw.choice(SWAPS))
        kind = draw.randrange(7)
        if kind <= 1:
            put(row, at, lambda holder, key, other=other: holder.__setitem__(key, other))  # type: ignore[misc]
        elif kind == 2:
            put(row, at, lambda holder, key: holder.__delitem__(key))
        elif kind == 3:
            put(row, at, lambda holder, key: holder.__setitem__(key, [holder[key], deepcopy(holder[key])]))
        elif kind == 4:
            put(row, at, lambda holder, key: holder.__setitem__(key, {str(key): holder[key]}))
        elif kind == 5:
            put(row, at, lambda holder, key: holder.__setitem__(key, json.dumps(holder[key])))
        else:
            word = draw.choice(WORDS)
            put(
                row,
                at,
                lambda holder, key, word=word, other=other: (  # type: ignore[misc]
                    holder.__setitem__(word, holder.pop(key))
                    if isinstance(holder, dict)
                    else holder.append(other)
                ),
            )  # fmt: skip
    return row


def bitten(line: bytes, draw: random.Random) -> bytes:
    """The line with bytes flipped, cut, inserted or repeated."""
    for _ in range(draw.choice([1, 1, 2, 5])):
        at = draw.randrange(len(line) + 1)
        kind = draw.randrange(5)
        if kind == 0 and at < len(line):
            line = line[:at] + bytes([line[at] ^ (1 << draw.randrange(8))]) + line[at + 1 :]
        elif kind == 1:
            line = line[:at]
        elif kind == 2:
            line = line[:at] + line[at : at + draw.randrange(40)] + line[at:]
        elif kind == 3:
            line = line[:at] + line[at + draw.randrange(1, 20) :]
        else:
            line = line[:at] + draw.choice(SPICE) + line[at:]
    return line


def rows_like(seed: dict[str, Any], count: int, draw: random.Random) -> Iterator[bytes]:
    for number in range(count):
        kind = draw.randrange(5)
        row = mutated(seed, draw) if kind in (1, 2) else deepcopy(seed)
        if kind != 3 and isinstance(row, dict):
            row["id"] = number
        line = json.dumps(row, ensure_ascii=draw.random() < 0.3)
        raw = line.encode("utf-8", "surrogatepass")
        yield bitten(raw, draw) if kind >= 3 and draw.random() < 0.7 else raw


def csv_like(seed: dict[str, Any], count: int, draw: random.Random) -> bytes:
    import csv

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(seed)
    for _ in range(count):
        row = mutated(seed, draw)
        cells = row.values() if isinstance(row, dict) else [row]
        writer.writerow([cell if isinstance(cell, str) else json.dumps(cell) for cell in cells])
    lines = out.getvalue().encode("utf-8", "surrogatepass").split(b"\n")
    return b"\n".join(bitten(line, draw) if draw.random() < 0.1 else line for line in lines)


def file_like(seed: dict[str, Any], count: int, draw: random.Random) -> tuple[str, bytes]:
    """A file of `count` rows in a container of its own, and its name."""
    kind = draw.randrange(12)
    if kind == 0:
        return draw.choice([".csv", ".tsv"]), csv_like(seed, count, draw)
    lines = list(rows_like(seed, count, draw))
    if kind == 1:
        return ".json", b"[" + b",\n  ".join(lines) + b"]"
    newline = draw.choice([b"\n"] * 6 + [b"\r\n", b"\n\n"])
    whole = newline.join(lines) + draw.choice([b"", newline])
    if kind == 2:
        pack, ending = draw.choice([(gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")])
        packed = pack(whole)
        return f".jsonl{ending}", bitten(packed, draw) if draw.random() < 0.3 else packed
    return ".jsonl", whole


def batches() -> list[int]:
    return list(range(max(1, ROWS // ROWS_A_FILE)))


def test_the_seeds_are_what_they_are_called(tmp_path: Path) -> None:
    for name, row in SEEDS.items():
        (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for _ in range(9)))
        assert report_of(tmp_path).files[0].format == name.split()[0]


def test_mutated_rows(tmp_path_factory: pytest.TempPathFactory) -> None:
    names = sorted(SEEDS)
    targets = target_names()
    counted = 0
    wrong: list[str] = []
    for number in batches():
        draw = random.Random(number)
        name = names[number % len(names)]
        ending, data = file_like(SEEDS[name], ROWS_A_FILE, draw)
        root = tmp_path_factory.mktemp("mutated")
        file = root / f"train{ending}"
        file.write_bytes(data)
        chosen: dict[str, Any] = {}
        if draw.random() < 0.4:
            chosen = {"format": name.split()[0], "target": draw.choice(targets), "max_length": 20}
        where = f"seed {number}, {name}{ending} {chosen}"
        try:
            counted += hold(root, where, draw.randrange(200, 20_000), **chosen)
        except AssertionError as error:
            wrong.append(str(error)[:1500])
        except FtlintError as error:
            wrong.append(f"{where}: {error}")
        except Exception as error:  # the seed is what a person needs to see it again
            wrong.append(f"{where}: {type(error).__name__}: {error}")
        file.unlink()
    assert not wrong, f"{len(wrong)} of {len(batches())} files:\n" + "\n".join(wrong[:20])
    assert counted > len(batches())
