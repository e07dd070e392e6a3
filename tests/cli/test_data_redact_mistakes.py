"""Mistakes on the command line and in the settings of `ftlint data redact`: told, and nothing is changed."""

from __future__ import annotations

import gzip
import lzma
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.rule import chat

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]

MAIL = "ann.lee@norfolkpaper.io"
ROWS = [chat(f"Write to {MAIL}.", "I will."), chat("Nothing private here.", "No.")]


def refused(done: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    assert done.returncode == 2, done.stderr
    assert MAIL not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize(
    "pack", [gzip.compress, lzma.compress, lambda raw: raw.decode().encode("utf-16"), lambda _: b"PAR1"]
)
def test_what_comes_packed_does_not_pass_unseen(write: Write, tmp_path: Path, pack: Any) -> None:
    raw = pack(write("a.jsonl", ROWS).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "ftlint", "data", "redact", "-"], input=raw, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"standard input is" in done.stderr


def test_a_pipe_by_name_is_refused(ftlint: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "as -" in refused(ftlint("data", "redact", "pipe", "-o", "b.jsonl")).stderr


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("a.jsonl",), "say where to"),
        (("a.jsonl", "-o", "a.jsonl", "--force"), "--in-place if that is meant"),
        (("link.jsonl", "-o", "a.jsonl", "--force"), "--in-place if that is meant"),
        (("a.jsonl", "-o", "old.jsonl"), "--force writes over it"),
        (("a.jsonl", "-o", "b.csv"), "choose another name"),
        (("a.jsonl", "-o", "b.jsonl", "--in-place"), "choose one"),
        (("a.jsonl", "-o", "b.jsonl", "--backup"), "--in-place"),
        (("a.jsonl", "old.jsonl", "-o", "b.jsonl", "--kinds", "mail"), "did you mean email?"),
        (("a.jsonl", "-o", "b.jsonl", "--mode", "pseudonyms"), "unknown mode"),
        (("a.jsonl", "-o", "b.jsonl", "--mode", "cards=mask"), "did you mean card?"),
        (("a.jsonl", "-o", "b.jsonl", "--secrets-only", "--kinds", "email"), "leaves out personal data"),
        (("a.jsonl", "-o", "b.jsonl", "--kinds", "person"), "person"),
        (("a.jsonl", "old.jsonl", "-o", "old.jsonl", "--force"), "several files go to a folder"),
        (("nowhere.jsonl", "-o", "b.jsonl"), "no such file"),
        (("a.jsonl", "-o", "nowhere/b.jsonl"), "there is no folder nowhere to write into: make it first"),
        (("a.jsonl", "old.jsonl", "-o", "nowhere/new"), "there is no folder nowhere"),
        (("-", "-o", "nowhere/b.jsonl"), "there is no folder nowhere"),
        (("-", "a.jsonl"), "goes alone"),
        ((), "name what to redact"),
    ],
)
def test_mistakes_change_nothing(
    ftlint: Run, write: Write, tmp_path: Path, flags: tuple[str, ...], told: str
) -> None:
    write("a.jsonl", ROWS)
    write("old.jsonl", ROWS)
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    done = refused(ftlint("data", "redact", *flags, stdin=subprocess.DEVNULL))
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("settings", "flags", "told"),
    [
        ('mode = "mask"\nmodes = { emial = "mask" }', (), "ftlint.toml:3: unknown kind 'emial'"),
        ('\n[redact.modes]\ncard = "mask"\nemail = "msak"', (), "ftlint.toml:5: unknown mode 'msak'"),
        ('kinds = ["fone"]', (), "ftlint.toml:2: unknown kind 'fone': did you mean phone?"),
        ('kinds = ["person"]', (), "ftlint.toml:2: person cannot be found here"),
        ('key-name = "../../x"', ("--mode", "hash"), "ftlint.toml:2: a key's name is a plain word"),
        ('key-name = "../../x"', ("--new-key",), "ftlint.toml:2: a key's name is a plain word"),
        ('key-file = "keys/team"', ("--mode", "hash"), "ftlint.toml:2: there is no key at "),
        ('key-name = "team"', ("--mode", "hash"), "keys/team: --new-key makes one"),
        ('[pii]\nallow-patterns = ["("]', (), "ftlint.toml:3: [pii] allow-patterns"),
        ('[pii]\nthresholds = { emial = 0.5 }', (), "ftlint.toml:3: [pii] thresholds"),
        ('[secrets]\nignore-kinds = ["jwtt"]', ("--kinds", "email"), "ftlint.toml:3: [secrets] ignore-kinds"),
        ('[[secrets.custom]]\nname = "acme-badge"\npattern = "^A"', (), "ftlint.toml:2: [[secrets.custom]]"),
    ],
)  # fmt: skip
def test_mistakes_in_the_settings_are_told_with_their_place_before_any_file(
    ftlint: Run, write: Write, tmp_path: Path, settings: str, flags: tuple[str, ...], told: str
) -> None:
    write("ftlint.toml", f"[redact]\n{settings}\n")
    home = {"XDG_CONFIG_HOME": str(tmp_path / "home")}
    done = refused(ftlint("data", "redact", "nowhere.jsonl", "-o", "b.jsonl", *flags, env=home))
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["ftlint.toml"]


def test_what_breaks_is_told_without_values(ftlint: Run, write: Write, tmp_path: Path) -> None:
    """An exception of a detector may quote the text it met."""
    write("a.jsonl", ROWS)
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "from ftlint.detect import sensitive\n"
        "def spans(self, text, field=''):\n    raise KeyError(text)\n"
        "sensitive.Finder.spans = spans\n"
    )
    done = refused(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", env={"PYTHONPATH": str(hook)}))
    assert "KeyError" in done.stdout
    assert "sitecustomize.py:3" in done.stdout
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "b.jsonl").exists()
