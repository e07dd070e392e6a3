"""`ftlint data redact` in a process of its own: containers, targets, keys, mistakes."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import stat
import string
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.rule import chat

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]

KEY = {"FTLINT_KEY": "0123456789abcdef" * 2}
MAIL = "ann.lee@norfolkpaper.io"
PHONE = "415-892-2671"
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def token(body: str = "Vq7RtN2kXw9LzB4mHs8DyP3cJf6GaK") -> str:
    """A GitHub token in form: the last six characters are a checksum in base 62."""
    rest, check = zlib.crc32(body.encode()), ""
    for _ in range(6):
        rest, place = divmod(rest, 62)
        check = DIGITS[place] + check
    return "gh" + "p_" + body + check


TOKEN = token()
GONE = b"<SECRET_GITHUB_TOKEN>"
TOKENS = [chat(f"My token is {TOKEN}.", "Take it back."), chat("Nothing here.", "No.")]
"""For what has nothing to do with personal data: looking for that takes a second to begin with."""

ROWS = [
    {**chat(f"Write to {MAIL} or call {PHONE}.", "I will."), "n": 1.50},
    chat("Nothing private here.", "No."),
    {**chat("Hi", f"Ask {MAIL.upper()}"), "meta": {"from": MAIL}},
]


def read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def sound(done: subprocess.CompletedProcess[str], code: int = 0) -> subprocess.CompletedProcess[str]:
    assert done.returncode == code, done.stderr
    for told in (done.stdout, done.stderr):
        assert not any(value in told for value in (MAIL, MAIL.upper(), PHONE, TOKEN))
    return done


def test_a_copy_with_placeholders_and_the_report(ftlint: Run, write: Write, tmp_path: Path) -> None:
    before = write("a.jsonl", ROWS).read_bytes()
    done = sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", "--report", "r.json"))
    assert done.stderr == ""
    assert (tmp_path / "a.jsonl").read_bytes() == before
    old, new = before.splitlines(), (tmp_path / "b.jsonl").read_bytes().splitlines()
    assert new[0] == old[0].replace(MAIL.encode(), b"<EMAIL_ADDRESS>").replace(
        PHONE.encode(), b"<PHONE_NUMBER>"
    )
    assert new[1] == old[1]
    assert json.loads(new[2])["meta"] == {"from": "<EMAIL_ADDRESS>"}
    report = json.loads((tmp_path / "r.json").read_text())
    kinds = [(each["kind"], each["mode"], each["values"], each["rows"]) for each in report["kinds"]]
    assert kinds == [("email", "replace", 3, 2), ("phone", "replace", 1, 1)]
    assert (report["rows"], report["rows_changed"], report["values"]) == (3, 2, 4)
    assert any("person" in note for note in report["not_covered"])
    assert "email" in done.stdout
    assert "not covered:" in done.stdout
    assert not any(value in (tmp_path / "r.json").read_text() for value in (MAIL, PHONE))
    # once more changes nothing
    sound(ftlint("data", "redact", "b.jsonl", "-o", "c.jsonl"))
    assert (tmp_path / "c.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_value_has_one_pseudonym_in_all_files_runs_and_containers(
    ftlint: Run, write: Write, tmp_path: Path
) -> None:
    write("in/train.jsonl", ROWS)
    write("in/deep/val.json", json.dumps([chat(f"{MAIL} {PHONE}", "ok")]))
    write("in/more.csv", f"prompt,completion\n{MAIL},call {PHONE}\n")
    for folder in ("one", "two"):
        sound(ftlint("data", "redact", "in", "-o", folder, "--mode", "pseudonym", env=KEY))
    assert (tmp_path / "one/deep/val.json").read_text() == (tmp_path / "two/deep/val.json").read_text()
    found = read(tmp_path / "one/train.jsonl")
    mail, phone = found[2]["meta"]["from"], found[0]["messages"][0]["content"].split("call ")[1][:-1]
    assert mail.endswith("@example.com")
    assert (
        json.loads((tmp_path / "one/deep/val.json").read_text())[0]["messages"][0]["content"]
        == f"{mail} {phone}"
    )
    assert (tmp_path / "one/more.csv").read_text() == f"prompt,completion\n{mail},call {phone}\n"
    sound(
        ftlint(
            "data",
            "redact",
            "in",
            "-o",
            "three",
            "--mode",
            "pseudonym",
            env={"FTLINT_KEY": "fedcba9876543210" * 2},
        )
    )
    assert mail not in (tmp_path / "three/train.jsonl").read_text()


def test_modes_by_kind_and_secrets(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("a.jsonl", [{"text": f"{MAIL} {PHONE} 4539 1488 0343 6467 {TOKEN}"}])
    flags = ("--mode", "hash", "--mode", "card=mask", "--mode", "phone=replace")
    sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", *flags, env=KEY))
    mail, phone, *card, token = read(tmp_path / "b.jsonl")[0]["text"].split()
    assert mail.startswith("<EMAIL_ADDRESS:")
    assert (phone, card, token) == (
        "<PHONE_NUMBER>", ["****", "****", "****", "6467"], "<SECRET_GITHUB_TOKEN>",
    )  # fmt: skip
    (tmp_path / "ftlint.toml").write_text('[redact]\nmode = "mask"\nmodes = { email = "replace" }\n')
    sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", "--force", "--kinds", "email,phone"))
    assert read(tmp_path / "b.jsonl")[0]["text"].startswith("<EMAIL_ADDRESS> ***-***-**** 4539")
    done = sound(ftlint("data", "redact", "a.jsonl", "-o", "c.jsonl", "--secrets-only"))
    assert read(tmp_path / "c.jsonl")[0]["text"].endswith("4539 1488 0343 6467 <SECRET_GITHUB_TOKEN>")
    assert "email" in done.stdout.partition("not covered:")[2]


def test_the_key_is_made_once_and_never_shown(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("a.jsonl", ROWS)
    home = {"XDG_CONFIG_HOME": str(tmp_path / "home")}
    refused = sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", "--mode", "hash", env=home), 2)
    assert "--new-key" in refused.stderr
    assert not (tmp_path / "b.jsonl").exists()
    made = sound(ftlint("data", "redact", "--new-key", env=home))
    file = next((tmp_path / "home/ftlint/keys").iterdir())
    done = sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", "--mode", "hash", env=home))
    again = sound(ftlint("data", "redact", "--new-key", env=home), 2)
    key = file.read_text().strip()
    assert made.stdout == f"made a key: {file}\n"
    for told in (made, done, again):
        assert key not in told.stdout + told.stderr
    assert key not in (tmp_path / "b.jsonl").read_text()


@pytest.mark.parametrize(
    ("name", "pack", "unpack"),
    [
        ("a.jsonl.gz", gzip.compress, gzip.decompress),
        ("a.jsonl.bz2", bz2.compress, bz2.decompress),
        ("a.jsonl.xz", lzma.compress, lzma.decompress),
    ],
)
def test_archives(
    ftlint: Run,
    write: Write,
    tmp_path: Path,
    name: str,
    pack: Callable[[bytes], bytes],
    unpack: Callable[[bytes], bytes],
) -> None:
    plain = write("plain.jsonl", TOKENS).read_bytes()
    write(name, pack(plain))
    redact = ("data", "redact", "--secrets-only")
    sound(ftlint(*redact, name, "-o", "out/"))
    sound(ftlint(*redact, "plain.jsonl", "-o", "b.jsonl"))
    assert (tmp_path / "b.jsonl").read_bytes() == plain.replace(TOKEN.encode(), GONE)
    assert unpack((tmp_path / "out" / name).read_bytes()) == (tmp_path / "b.jsonl").read_bytes()
    sound(ftlint(*redact, name, "-o", "unpacked.jsonl"))
    assert (tmp_path / "unpacked.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    write(name, pack(plain)[:-20])
    cut = sound(ftlint(*redact, name, "-o", "cut.jsonl"), 2)
    assert f"NOT REDACTED {name}" in cut.stdout
    assert not (tmp_path / "cut.jsonl").exists()


def test_zstd(ftlint: Run, write: Write, tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    plain = write("a.jsonl", TOKENS).read_bytes()
    write("a.jsonl.zst", zstandard.compress(plain))
    sound(ftlint("data", "redact", "a.jsonl.zst", "-o", "b.jsonl.zst", "--secrets-only"))
    stream = zstandard.ZstdDecompressor().stream_reader((tmp_path / "b.jsonl.zst").read_bytes())
    assert stream.read() == plain.replace(TOKEN.encode(), GONE)


def test_tables_keep_their_quotes(ftlint: Run, write: Write, tmp_path: Path) -> None:
    raw = (
        f'id,"text","meta"\r\n1,"say ""hi"" to {MAIL}\r\nnow, {PHONE}",{{}}\r\n'
        f'"2",plain,"{{""to"": ""\\n{MAIL}""}}"\r\n3,{MAIL},"x"\r\n4,"open {MAIL}\r\n'
    )
    write("a.csv", raw)
    sound(ftlint("data", "redact", "a.csv", "-o", "b.csv"))
    new = (tmp_path / "b.csv").read_bytes().decode()
    assert new == raw.replace(MAIL, "<EMAIL_ADDRESS>").replace(PHONE, "<PHONE_NUMBER>")
    rows = list(csv.reader(io.StringIO(new, newline="")))
    assert json.loads(rows[2][2]) == {"to": "\n<EMAIL_ADDRESS>"}
    write("a.tsv", f"text\tlabel\nx {MAIL}\ty\n")
    sound(ftlint("data", "redact", "a.tsv", "-o", "b.tsv"))
    assert (tmp_path / "b.tsv").read_text() == "text\tlabel\nx <EMAIL_ADDRESS>\ty\n"


def test_arrays_objects_text_and_encodings(ftlint: Run, write: Write, tmp_path: Path) -> None:
    block = (
        "-----BEGIN RSA PRIVATE "
        + "KEY-----\n"
        + "MIIEpAIBAAKCAQEAx0V4+bqL7yQ9\n" * 12
        + "-----END RSA PRIVATE "
        + "KEY-----\n"
    )
    cases = {
        "array.json": f'[\n  {{"text": "{MAIL}"}},\n  {{"text": "é",  "n": 1.0}}\n]\n',
        "object.json": f'{{"by": "{MAIL}", "data": [{{"text": "{MAIL}"}} , {{"text":"x"}}], "z": "{MAIL}"}}',
        "broken.json": f'[{{"text": "{MAIL}"}}, {{"text": "{MAIL}", }}, {{"text": "{MAIL}',
        "pretty.jsonl": f'{{\n  "text": "{MAIL}"\n}}\n',
        "notes.txt": f"To {MAIL}\n\nfrom {PHONE}\nlast {MAIL}",
        "mark.jsonl": "\ufeff" + json.dumps({"text": MAIL}) + "\r\n",
    }  # fmt: skip
    for name, raw in cases.items():
        write(f"in/{name}", raw)
    write(
        "in/wide.jsonl",
        ("\ufeff" + json.dumps({"text": f"é {MAIL}"}, ensure_ascii=False) + "\n").encode("utf-16-le"),
    )
    write("in/key.txt", f"before\n{block}after\n")
    sound(ftlint("data", "redact", "in", "in/notes.txt", "in/key.txt", "-o", "out"))
    for name, raw in cases.items():
        wanted = raw.replace(MAIL, "<EMAIL_ADDRESS>").replace(PHONE, "<PHONE_NUMBER>")
        assert (tmp_path / "out" / name).read_bytes().decode() == wanted, name
    wide = (tmp_path / "out/wide.jsonl").read_bytes().decode("utf-16-le")
    assert wide == '\ufeff{"text": "é <EMAIL_ADDRESS>"}\n'
    told = (tmp_path / "out/key.txt").read_text()
    assert told.startswith("before\n<SECRET_")
    assert told.endswith("after\n")
    assert "MIIE" not in told


def test_parquet(ftlint: Run, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"text": [f"to {TOKEN}", None, "x"], "n": [1, 2, 3]}), tmp_path / "a.parquet")
    done = sound(ftlint("data", "redact", "a.parquet", "-o", "b.parquet", "--secrets-only"))
    assert pq.read_table(tmp_path / "b.parquet").to_pydict() == {
        "text": [f"to {GONE.decode()}", None, "x"],
        "n": [1, 2, 3],
    }
    assert "changed 1 of 3 rows" in done.stdout


def test_standard_input_and_output(write: Write, tmp_path: Path) -> None:
    raw = write("a.jsonl", TOKENS).read_bytes()
    command = [sys.executable, "-m", "ftlint", "data", "redact", "--secrets-only"]
    done = subprocess.run([*command, "-"], input=raw, capture_output=True, check=True, cwd=tmp_path)
    assert done.stdout == raw.replace(TOKEN.encode(), GONE)
    assert b"changed 1 of 2 rows" in done.stderr
    other = subprocess.run([*command, "a.jsonl", "-o", "-"], capture_output=True, check=True, cwd=tmp_path)
    assert other.stdout == done.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_dry_run_writes_nothing(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("a.jsonl", TOKENS)
    done = sound(ftlint("data", "redact", "a.jsonl", "--dry-run", "--secrets-only"))
    assert "would change 1 of 2 rows" in done.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


def test_in_place_with_and_without_a_backup(ftlint: Run, write: Write, tmp_path: Path) -> None:
    file = write("a.jsonl", TOKENS)
    file.chmod(0o640)
    before = file.read_bytes()
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")
    redact = ("data", "redact", "--secrets-only", "--in-place")
    sound(ftlint(*redact, "link.jsonl", "--backup"))
    assert (tmp_path / "a.jsonl.bak").read_bytes() == before
    assert (tmp_path / "link.jsonl").is_symlink()
    assert TOKEN not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    file.write_bytes(before)
    assert "never written over" in sound(ftlint(*redact, "a.jsonl", "--backup"), 2).stderr
    assert file.read_bytes() == before
    sound(ftlint(*redact, "a.jsonl"))
    assert TOKEN not in file.read_text()
    os.link(file, tmp_path / "twin.jsonl")
    assert "hard links" in sound(ftlint(*redact, "a.jsonl"), 2).stderr


def test_a_kind_of_ones_own_can_be_named(ftlint: Run, write: Write, tmp_path: Path) -> None:
    badge = "ACME-" + "".join(reversed("x7Kq2mVbN9sT"))
    write("a.jsonl", [chat(f"{badge} {TOKEN}", "ok")])
    write(
        "ftlint.toml",
        '[redact]\nmodes = { acme-badge = "mask" }\n'
        "[[secrets.custom]]\nname = 'acme-badge'\npattern = 'ACME-[0-9A-Za-z]{12}'\n",
    )
    sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", "--secrets-only", "--kinds", "acme-badge"))
    assert read(tmp_path / "b.jsonl")[0]["messages"][0]["content"] == f"****-{'*' * 12} {TOKEN}"
    sound(
        ftlint("data", "redact", "a.jsonl", "-o", "c.jsonl", "--secrets-only", "--mode", "acme-badge=replace")
    )
    told = read(tmp_path / "c.jsonl")[0]["messages"][0]["content"]
    assert told == "<SECRET_ACME_BADGE> <SECRET_GITHUB_TOKEN>"


def test_a_file_that_cannot_be_redacted_stops_no_other(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("in/a.jsonl", TOKENS)
    write("in/b.jsonl", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    write("in/c.jsonl", b"")
    done = sound(ftlint("data", "redact", "in", "-o", "out", "--secrets-only"), 2)
    assert "NOT REDACTED in/b.jsonl" in done.stdout
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["a.jsonl", "c.jsonl"]


def test_without_the_extra_nothing_is_half_redacted(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("a.jsonl", ROWS)
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as u\nreal = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'presidio_analyzer' else real(name, *a)\n"
    )
    path = {"PYTHONPATH": str(hidden)}
    done = sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", env=path), 2)
    assert "ftlint[pii]" in done.stderr
    assert not (tmp_path / "b.jsonl").exists()
    sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", "--secrets-only", env=path))


def test_permissions_of_the_copy(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("a.jsonl", TOKENS).chmod(0o600)
    sound(ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl", "--secrets-only"))
    assert stat.S_IMODE((tmp_path / "b.jsonl").stat().st_mode) == 0o600


def test_kinds_and_numbers_can_be_set(ftlint: Run, write: Write, tmp_path: Path) -> None:
    first, second = ("@".join((name, "mailbox-sample.de")) for name in ("olga.roe", "ivan.roe"))
    card = "4539 1488 " + "0343 6467"
    write("train.jsonl", [{"prompt": f"{first} {second} {first} {card}", "completion": "x"}])
    write("ftlint.toml", '[redact]\nkinds = ["email"]\nnumber = true\n')
    assert ftlint("data", "redact", "train.jsonl", "-o", "clean.jsonl").returncode == 0
    told = json.loads((tmp_path / "clean.jsonl").read_text())["prompt"]
    assert told == f"<EMAIL_ADDRESS_1> <EMAIL_ADDRESS_2> <EMAIL_ADDRESS_1> {card}"
