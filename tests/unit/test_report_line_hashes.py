"""The hash of lines, beside one that is computed character by character as the description says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ftlint.report import line_hashes as module
from ftlint.report.line_hashes import line_hashes


def rolled(text: str) -> dict[int, str]:
    """Each line's hash, by a window that moves on one UTF-16 unit at a time."""
    units = text.encode("utf-16-le", "surrogatepass")
    chars = [units[at] | units[at + 1] << 8 for at in range(0, len(units), 2)]
    kept: list[int] = []
    after_cr = False
    for char in chars:
        skipped = char in (32, 9) or (after_cr and char == 10)
        after_cr = char == 13
        if not skipped:
            kept.append(10 if char == 13 else char)
    kept.append(0xFFFF)
    starts = [0, *(at + 1 for at, char in enumerate(kept) if char == 10)]
    kept += [0] * 100
    found, counts = {}, Counter[int]()
    for line, start in enumerate(starts, 1):
        value = 0
        for char in kept[start : start + 100]:
            value = (37 * value + char) % 2**64
        counts[value] += 1
        found[line] = f"{value:x}:{counts[value]}"
    return found


TEXTS = {
    "empty": "",
    "no last newline": '{"a": 1}\n{"a": 2}',
    "alike": '{"a": 1}\n' * 5 + "end",
    "long lines": ("x" * 99 + "\n" + "x" * 100 + "\n" + "x" * 101 + "a\n" + "x" * 101 + "b\n") * 3,
    "line ends": "a\r \n\r\r\n\n  \n\t \r\nlong",
    "beyond the first plane": "a" + "😀" * 60 + "\na" + "😀" * 61 + "\n" + "日本語 " * 90,
    "a mark and odd bytes": "\ufeffx\ny\ufffd\ufffdz\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("chunk", [7, 150, 1 << 20])
def test_hashes(text: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "data.jsonl"
    file.write_bytes(text.encode())
    monkeypatch.setattr(module, "CHUNK", chunk)
    expected = rolled(text)
    assert line_hashes(str(file), list(expected)) == expected
    some = list(expected)[::2]
    assert line_hashes(str(file), some) == {line: expected[line] for line in some}


def test_broken_utf8_reads_as_a_replacement(tmp_path: Path) -> None:
    file = tmp_path / "data.jsonl"
    file.write_bytes(b"x\xff\n\xe2\x82z\n")
    assert line_hashes(str(file), [1, 2]) == {
        line: value for line, value in rolled("x\ufffd\n\ufffdz\n").items() if line < 3
    }


def test_no_hash_of_what_is_no_text_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "data.jsonl.gz"
    file.write_bytes(b"\x1f\x8b\x08rest\n")
    (tmp_path / "utf16").write_text("abc\n", encoding="utf-16")
    for name in ("data.jsonl.gz", "utf16", "gone", "."):
        assert line_hashes(str(tmp_path / name), [1]) == {}
    (tmp_path / "short").write_text("one\n")
    assert set(line_hashes(str(tmp_path / "short"), [1, 2, 3])) == {1, 2}
