"""Sound rows of every format, and ways to break them: the seeded mutator of the fuzz test."""

import bz2
import gzip
import io
import json
import lzma
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from ftlint.formats import FORMATS as RECORD_FORMATS

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
