"""What may be private in a row never leaves it: not in a report, not in the cache, not in suppressions."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

CANARIES = {
    "address": "maria.canary77@mailbox-example.org",
    "card": "4539 1488 0343 6467",
    "key": "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0",
    "aws": "AKIAIOSFODNN7CANARYX",
    "ssn": "536-22-8145",
    "phone": "+49 170 5550 1234",
    "iban": "DE89 3704 0044 0532 0130 00",
}


def leaks(text: str) -> list[str]:
    """The canaries that stand in a text, whole or less their separators."""
    bare = text.replace(" ", "").replace("-", "")
    return [
        name
        for name, value in CANARIES.items()
        if value in text or value.replace(" ", "").replace("-", "") in bare
    ]


def rows(value: str) -> list[Any]:
    """Rows around a value that many rules speak up about, with the value next to what they point at."""
    refusal = f"I'm sorry {value}, but as an AI language model I cannot write to {value}."
    wrong = {"messages": [{"role": "usr", "content": value}, {"role": "assistant", "content": refusal}]}
    return [
        wrong,
        wrong,
        {
            "messages": [
                {"role": value, "content": value},
                {"role": "assistant", "content": f"{value} <|im_end|>"},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": value},
                {"role": "assistant", "content": f"{value} " * 40},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": f"{value} {{{{name}}}}"},
                {"role": "assistant", "content": ""},
            ]
        },
        {
            "messages": [{"role": "user", "content": value}, {"role": "assistant", "content": value}],
            value: value,
        },
        {
            "messages": [
                {"role": "user", "content": 7},
                {"role": "assistant", "content": None, "weight": value},
            ]
        },
        {
            "tools": [{"type": "function", "function": {"name": value, "parameters": {"type": value}}}],
            "messages": [
                {"role": "user", "content": value},
                {
                    "role": "assistant",
                    "tool_calls": [
                        {"id": value, "type": value, "function": {"name": value, "arguments": value}}
                    ],
                },
                {"role": "tool", "tool_call_id": f"{value}x", "content": value},
                {"role": "assistant", "content": [{"type": value, "text": value}]},
            ],
        },
        {"prompt": value, "completion": value, "label": value},
        {"text": f"Human: {value}\n\nAssistant: {value}"},
        [value],
        value,
    ]


def lines(value: str, *, as_key: bool = True) -> bytes:
    """Those rows as JSON lines, and the first of them broken in every way."""
    whole = [json.dumps(row) for row in rows(value) if as_key or not (isinstance(row, dict) and value in row)]
    first = whole[0]
    broken = [
        first[:-1] + ",}",
        first + ",",
        first[:-40],
        first.replace('"', "'"),
        first.replace("sorry", "so\\qrry"),
        first.replace("sorry", "so\trry"),
        first[:-1] + f', "{value}": NaN}}',
        first[:-1] + f', "{value}": 1, "{value}": 2}}',
        first + first,
        json.dumps(first),
        f"// {value}",
        f"<<<<<<< {value}",
        value,
        f"{value} {first}",
        first.replace("{", "{ " + value, 1),
    ]
    if not as_key:
        broken = [line for line in broken if f'"{value}":' not in line]
    return "\n".join([*whole, *broken, ""]).encode() + first.replace("sorry", "s").encode() + b"\xff\n"


@pytest.mark.parametrize("name", CANARIES)
def test_no_report_holds_a_private_value(ftlint: Run, write: Write, tmp_path: Path, name: str) -> None:
    value = CANARIES[name]
    write("train.jsonl", lines(value))
    write("val.jsonl", lines(value))
    write("table.csv", f'prompt,completion\n{value},=HYPERLINK("{value}")\n"{value},a\nb"c,{value},d\n')
    write("all.json", json.dumps(rows(value), indent=1) + ",")
    write(
        "row.json.schema", json.dumps({"properties": {"prompt": {"enum": ["a"]}, "text": {"maxLength": 3}}})
    )
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "a"\ntrain = "train.jsonl"\nvalidation = "val.jsonl"\n'
        'schema = "row.json.schema"\n',
    )
    formats = ["full", "concise=concise.txt", "json=all-out.json.txt", "jsonl=jsonl.txt", "github=github.txt"]
    chosen = [word for each in formats for word in ("--output-format", each)]
    done = ftlint("check", "--select", "ALL", "--max-per-rule", "0", "--max-length", "5", *chosen)
    assert done.returncode == 1, done.stderr
    assert len(json.loads((tmp_path / "all-out.json.txt").read_text())["findings"]) > 60
    outputs = {"full": done.stdout, "stderr": done.stderr}
    outputs |= {path.name: path.read_text() for path in tmp_path.glob("*.txt")}
    assert {where: leaks(text) for where, text in outputs.items() if leaks(text)} == {}
    ftlint("check", "--select", "ALL", "--write-suppressions")
    assert leaks((tmp_path / "ftlint-suppressions.json").read_text()) == []


def test_the_statistics_and_failures_hold_none(ftlint: Run, write: Write) -> None:
    everything = b"".join(lines(value) for value in CANARIES.values())
    done = ftlint("check", "-", "--statistics", input=everything.decode("utf-8", "replace"))
    assert done.returncode == 1
    assert leaks(done.stdout + done.stderr) == []


def test_the_cache_holds_no_text_of_a_row(ftlint: Run, write: Write, tmp_path: Path) -> None:
    everything = b"".join(lines(f"{value} zebra-crossing", as_key=False) for value in CANARIES.values())
    write("train.jsonl", everything * (4_500_000 // len(everything) + 1))
    keyed = b"".join(map(lines, CANARIES.values()))
    write("val.jsonl", keyed * (500_000 // len(keyed)))
    done = ftlint("check", "--select", "ALL", "--statistics")
    assert done.returncode == 1
    kept = [path for path in (tmp_path / ".ftlint_cache").rglob("*") if path.is_file()]
    assert len([path for path in kept if path.suffix == ".bin"]) > 1
    text = b"".join(path.read_bytes() for path in kept).decode("latin-1")
    assert leaks(text) == []
    assert "zebra" not in text
    assert "I'm sorry" not in text


def test_python_itself_warns_of_nothing(ftlint: Run, write: Write) -> None:
    """Reading Python literals warns of odd escapes and would print a piece of the row."""
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{'a': '\\o'}"}}
    row = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [call]}]}
    write("train.jsonl", "{'prompt': 'a\\o', 'completion': 'b'}\n" + json.dumps(row) + "\n")
    loud = {"PYTHONWARNINGS": "always::DeprecationWarning,always::SyntaxWarning"}
    done = ftlint("check", "--select", "FMT,CHAT", env=loud)
    assert done.returncode == 1
    assert "FMT025" in done.stdout
    assert done.stderr == ""
