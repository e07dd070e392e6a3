"""Secrets in files beside the data: configs, logs, notebooks and code of a repository."""

import json
import random
import string
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

LETTERS = string.ascii_letters


def made(prefix: str, length: int, seed: int = 1) -> str:
    """A token of the right form that nobody has, and that stands in no file as it is."""
    return prefix + "".join(random.Random(seed).choices(LETTERS, k=length))


TOKEN = made("hf" + "_", 34)


@pytest.fixture
def found(ftlint: Run) -> Callable[..., list[tuple[str, int, int, str]]]:
    def run(*arguments: str) -> list[tuple[str, int, int, str]]:
        done = ftlint("check", "--select", "SEC", "--output-format", "json", *arguments)
        assert done.returncode in (0, 1), done.stderr
        assert TOKEN not in done.stdout + done.stderr
        findings = json.loads(done.stdout)["findings"]
        return [(each["path"], each["line"], each["column"], each["sensitive"]["kind"]) for each in findings]

    return run


Found = Callable[..., list[tuple[str, int, int, str]]]

FILES = {
    "lora.yaml": f"lr: 1.0e-4\nhub_token: {TOKEN}\n",
    "train.py": f'import os\n\nlogin(token="{TOKEN}")\n',
    "run.sh": f"#!/bin/sh\nexport HF_TOKEN={TOKEN}\n",
    "logs/train.log": f"step 1\nlogged in with {TOKEN}\n",
    "adapter/config.json": json.dumps({"a": 1, "token": TOKEN}, indent=1),
    ".github/workflows/train.yml": f"env:\n  HF_TOKEN: {TOKEN}\n",
    "Dockerfile": f"FROM python\nENV HF_TOKEN={TOKEN}\n",
    ".npmrc": f"# mine\ntoken={TOKEN}\n",
    "explore.ipynb": json.dumps(
        {"cells": [{"cell_type": "code", "source": [f'login("{TOKEN}")\n']}], "nbformat": 4}, indent=1
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_each_kind_of_file_is_looked_through(found: Found, write: Write, name: str) -> None:
    text = FILES[name]
    write(name, text)
    before = text[: text.index(TOKEN)]
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    assert found() == [(name, line, column, "hugging-face-token")]
    assert found(name) == found(), "a file that is named is the same file"


def test_data_is_data_and_the_rest_is_beside_it(ftlint: Run, write: Write) -> None:
    write("train.jsonl", [{"prompt": f"q{n}", "completion": f"a{n}"} for n in range(3)])
    write("config.yaml", "a: 1\n")
    write("notes.md", "words\n")
    write("poetry.lock", f"hash {TOKEN}\n")
    write("picture.png", b"\x89PNG\r\n\x1a\n")
    shown = ftlint("check", "--show-files").stdout
    assert "2, read for secrets and training configs\n  config.yaml\n  notes.md\n" in shown
    assert "train.jsonl" in shown
    configs = ftlint("check", "--show-files", "--ignore", "SEC").stdout
    assert "config.yaml" in configs
    assert "notes.md" not in configs
    held_out = ftlint("check", "--show-files", "--ignore", "SEC,CFG,FIT").stdout
    assert "config.yaml" in held_out, "missing-held-out asks whether a config holds rows out"
    without = ftlint("check", "--show-files", "--ignore", "SEC,CFG,FIT,RUN,SPLIT004").stdout
    assert "config.yaml" not in without
    done = ftlint("check", "--select", "SEC")
    assert done.returncode == 0, done.stdout
    assert "3 rows" in done.stdout


def test_a_declared_file_is_data_whatever_its_name(ftlint: Run, write: Write) -> None:
    write("corpus.txt", f"a line\nand {TOKEN}\n")
    write("ftlint.toml", '[[dataset]]\nname = "a"\nformat = "text"\ntrain = "corpus.txt"\n')
    done = ftlint("check", "--select", "SEC", "--output-format", "json")
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["row"], finding["pointer"]) == (1, "/text")


def test_what_git_ignores_is_not_looked_into(found: Found, write: Write, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(".gitignore", ".env\n")
    write(".env", f"HF_TOKEN={TOKEN}\n")
    write(".dvc/config", "[core]\n")
    assert found() == []
    assert [path for path, *_ in found("--no-respect-gitignore")] == [".env"]


def test_a_comment_on_the_line_accepts_it(found: Found, write: Write) -> None:
    lines = [
        f"a: {TOKEN}  # ftlint: ignore[SEC003]",
        f"b: {TOKEN}  # ftlint: ignore",
        f"c: {TOKEN}  # ftlint: ignore[model-provider-key]",
        f"d: {TOKEN}  # ftlint: ignore[SEC001]",
    ]
    write("a.yaml", "\n".join(lines) + "\n")
    assert [line for _, line, _, _ in found()] == [4]


def test_a_suppression_is_of_one_line(ftlint: Run, found: Found, write: Write) -> None:
    write("a.yaml", f"one: {TOKEN}\n")
    ftlint("check", "--select", "SEC", "--write-suppressions")
    assert found() == []
    other = made("hf" + "_", 34, seed=2)
    write("a.yaml", f"zero: 0\none: {TOKEN}\ntwo: {other}\n")
    assert [line for _, line, _, _ in found()] == [3]
    write("a.yaml", f"one: {other}\n")
    assert [line for _, line, _, _ in found()] == [1], "another token in the same place is another finding"
    assert TOKEN not in (write("x", "").parent / "ftlint-suppressions.json").read_text()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read(found: Found, write: Write, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    write("a.yaml", f"{mark}é: 1\nü: {TOKEN}\n".encode(encoding))
    assert found() == [("a.yaml", 2, 4, "hugging-face-token")]


def test_bytes_that_are_no_text_do_not_hide_it(found: Found, write: Write) -> None:
    write("a.log", b"\xff\xfe\xfa\x00 raw\n\xc3( token: " + TOKEN.encode() + b"\n")
    write("b.log", b"\xc3( token: " + TOKEN.encode() + b"\n")
    assert ("b.log", 1) in [(path, line) for path, line, _, _ in found()]


def test_a_large_log_is_read_in_pieces(found: Found, write: Write) -> None:
    """Every place of a token around the cut between two pieces, each found once and at its line."""
    from ftlint.engine.documents import OVERLAP, PIECE

    line = b"step 100 loss 1.25 grad 0.5\n"
    places = [PIECE - OVERLAP - 40, PIECE - OVERLAP, PIECE - 20, PIECE, PIECE + 7, 2 * PIECE + 1]
    for place in places:
        count = place // len(line)
        text = (
            line * count + b"x" * (place - count * len(line)) + b" " + TOKEN.encode() + b"\n" + line * 200_000
        )
        write("train.log", text)
        assert found() == [("train.log", count + 1, place - count * len(line) + 2, "hugging-face-token")]


def test_bytes_that_are_no_utf8_move_no_place(found: Found, write: Write) -> None:
    """Each such byte is one sign: a token near the cut between two pieces is neither lost nor told twice."""
    from ftlint.engine.documents import OVERLAP, PIECE

    line = "größer als früher, sagt er\n".encode("latin-1")
    count = (PIECE - OVERLAP - 80) // len(line)
    write("train.log", line * count + b"\xe4: " + TOKEN.encode() + b"\n" + line * 300_000)
    assert found() == [("train.log", count + 1, 4, "hugging-face-token")]


def test_one_line_longer_than_a_piece(found: Found, write: Write) -> None:
    from ftlint.engine.documents import PIECE

    before = "é" * (PIECE // 2 + 7) + " x " * (PIECE // 3)
    write("made.js", before + TOKEN + " é" * PIECE)
    assert found() == [("made.js", 1, len(before) + 1, "hugging-face-token")]


def test_a_key_block_across_pieces_is_one_finding(found: Found, write: Write) -> None:
    from ftlint.engine.documents import PIECE

    begin, end = ("-----" + word + " RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
    body = "\n".join(made("", 64, seed) for seed in range(25))
    block = f"{begin}\n{body}\n{end}\n"
    filler = "word " * 12 + "\n"
    count = (PIECE - len(block) // 2) // len(filler)
    write("a.log", filler * count + block + filler * 1000)
    assert found() == [("a.log", count + 1, 1, "private-key")]


def test_the_terminal_shows_place_and_kind(ftlint: Run, write: Write) -> None:
    write("lora.yaml", f"lr: 1.0e-4\nhub_token: {TOKEN}\n")
    done = ftlint("check")
    assert done.returncode == 1
    assert "lora.yaml · text" in done.stdout
    assert "2:12  error   SEC003 model-provider-key" in done.stdout
    assert TOKEN not in done.stdout
