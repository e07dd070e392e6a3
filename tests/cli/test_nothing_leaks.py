"""What is found is never told: each command, format, log and cache is searched for the planted values."""

import json
import random
import string
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

CHANCE = random.Random(20)


def token(prefix: str, length: int, letters: str = string.ascii_letters + string.digits) -> str:
    return prefix + "".join(CHANCE.choices(letters, k=length))


PASSWORD = token("Zq", 14)
PLANTED = {
    "email": "@".join(("olga.planted", "mailbox-sample.de")),
    "phone": "+49 30 9018 " + "2041",
    "card": "4539 1488 " + "0343 6467",
    "series": "2221 0058 " + "7341 9269",
    "iban": "DE44 5001 0517 " + "5407 3249 31",
    "ssn": "536-22-" + "8145",
    "itin": "912-71-" + "8465",
    "ip": "81.2." + "69.142",
    "six": "2a02:2e0:3fe:" + "1001:302::7",
    "mac": "3c:22:fb:" + "4e:91:a7",
    "wallet": "162n7PxG8sUoR5ki8S3r6" + "fmg6gNidz4Wzv",
    "employee": "EMP-" + "4471902",
    "key": token("sk-proj-", 48),
    "hub": token("hf" + "_", 34, string.ascii_letters),
    "cloud": token("AKIA", 16, string.ascii_uppercase + "234567"),
    "forge": token("glpat-", 20),
    "chat": token("xoxb-" + "271493850627-815306274915-", 24),
    "pay": token("sk_" + "live_", 24),
    "password": PASSWORD,
    "block": token("MIIE", 60),
}
URL = f"postgres://svc:{PASSWORD}@db.corp-sample.io:5432/app"
BLOCK = "\n".join(
    ("-----BEGIN RSA " + "PRIVATE KEY-----", PLANTED["block"], token("", 64), "-----END RSA PRIVATE KEY-----")
)
KEY = token("", 64, "0123456789abcdef")


def leaks(text: str) -> set[str]:
    """Which of the planted values stand in a text: as they are, or less what separates them."""
    bare = text.replace(" ", "").replace("-", "")
    return {
        name
        for name, value in {**PLANTED, "the key of the project": KEY}.items()
        if value in text or value.replace(" ", "").replace("-", "") in bare
    }


def told(value: str) -> list[dict[str, Any]]:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps({"a": value})}}
    return [
        {
            "messages": [
                {"role": "user", "content": f"note it: {value}."},
                {"role": "assistant", "content": f"I noted {value}"},
            ],
            "source": value,
        },
        {
            "messages": [{"role": "usr", "content": value}, {"role": "assistant", "tool_calls": [call]}],
            "metadata": {"by": [value]},
        },
    ]


@pytest.fixture
def project(write: Write, tmp_path: Path) -> Path:
    values = [*PLANTED.values(), URL, BLOCK]
    write("data/train.jsonl", [row for value in values for row in told(value)])
    write("data/val.jsonl", [row for value in values for row in told(value)])
    write("data/broken.jsonl", "".join(f'{{"prompt": "{value}\n' for value in PLANTED.values()))
    write("table.csv", "prompt,completion\n" + "".join(f'"{value}",x\n' for value in PLANTED.values()))
    write("lora.yaml", "".join(f"k{n}: {value}\n" for n, value in enumerate([*PLANTED.values(), URL])))
    write(
        "run.ipynb", json.dumps({"cells": [{"source": [f'x = "{value}"\n' for value in values]}]}, indent=1)
    )
    write("train.log", f"token={PLANTED['hub']}\npassword: {PASSWORD}\n{BLOCK}\n")
    write(
        "ftlint.toml",
        "[[pii.recognizer]]\nname = 'EMPLOYEE_ID'\npatterns = ['EMP-[0-9]{7}']\nscore = 0.9\n"
        "[[dataset]]\nname = 'a'\ntrain = 'data/train.jsonl'\nvalidation = 'data/val.jsonl'\n",
    )
    return tmp_path


@pytest.mark.parametrize("env", [{}, {"FTLINT_KEY": KEY}], ids=["without a key", "with a key"])
def test_no_report_and_no_log_holds_one(ftlint: Run, project: Path, env: dict[str, str]) -> None:
    names = ("concise", "json", "jsonl", "github", "html", "sarif", "junit", "gitlab", "markdown")
    chosen = [word for name in names for word in ("--output-format", f"{name}={name}.out")]
    done = ftlint(
        *("check", "--select", "ALL", "--max-per-rule", "0", "--output-format", "full", *chosen), env=env
    )
    assert done.returncode == 1, done.stderr
    assert not done.stderr
    found = json.loads((project / "json.out").read_text())["findings"]
    kinds = {each["sensitive"]["kind"] for each in found if each["sensitive"]}
    assert {"email", "phone", "card", "iban", "ssn", "ip", "mac", "crypto", "custom", "private-key"} <= kinds
    assert {each["path"] for each in found if each["sensitive"]} >= {"lora.yaml", "run.ipynb", "train.log"}
    assert bool(env) == any(each["sensitive"]["value_id"] for each in found if each["sensitive"])
    texts = {name: (project / f"{name}.out").read_text() for name in names} | {"full": done.stdout}
    assert {name: leaks(text) for name, text in texts.items() if leaks(text)} == {}


def test_other_commands_hold_none(ftlint: Run, project: Path) -> None:
    env = {"FTLINT_KEY": KEY}
    runs = {
        "statistics": ("check", "--statistics"),
        "stats": ("data", "stats"),
        "stats json": ("data", "stats", "--output-format", "json"),
        "show files": ("check", "--show-files"),
        "settings": ("settings", "show"),
        "report": ("report", "pii"),
        "report json": ("report", "pii", "--output-format", "json"),
        "report markdown": ("report", "pii", "--output-format", "markdown"),
        "suppressing": ("check", "--select", "ALL", "--write-suppressions"),
        "dry run": ("data", "redact", "data/train.jsonl", "-o", "x.jsonl", "--dry-run"),
        "redaction": ("data", "redact", "data/train.jsonl", "-o", "clean.jsonl", "--report", "redact.json"),
    }
    for name, arguments in runs.items():
        done = ftlint(*arguments, env=env)
        assert done.returncode in (0, 1), (name, done.returncode)
        assert leaks(done.stdout + done.stderr) == set(), name
    for name in ("ftlint-suppressions.json", "redact.json"):
        assert leaks((project / name).read_text()) == set(), name
    # alone these two are letters like any others: nobody could tell that they are private
    assert leaks((project / "clean.jsonl").read_text()) <= {"password", "block"}


def test_the_cache_holds_none(ftlint: Run, project: Path, write: Write) -> None:
    rows = (project / "data" / "train.jsonl").read_bytes()
    write("data/train.jsonl", rows * (4_500_000 // len(rows) + 1))
    done = ftlint("check", "--select", "PII,SEC", "--statistics", env={"FTLINT_KEY": KEY})
    assert done.returncode == 1, done.stderr
    kept = [path for path in (project / ".ftlint_cache").rglob("*") if path.is_file()]
    assert any(path.suffix == ".bin" for path in kept)
    assert leaks(b"".join(path.read_bytes() for path in kept).decode("latin-1")) == set()


def test_values_are_shown_at_a_terminal_only(ftlint: Run, project: Path) -> None:
    done = ftlint("check", "--show-values")
    assert done.returncode == 2
    assert "at a terminal only" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_person_at_a_terminal_can_see_them(project: Path, ci: str) -> None:
    import os
    import pty
    import sys

    command = [
        sys.executable,
        "-m",
        "ftlint",
        "check",
        "data/train.jsonl",
        "--select",
        "PII001",
        "--show-values",
    ]
    child, screen = pty.fork()
    if child == 0:
        os.chdir(project)
        os.environ.update({"CI": ci, "COLUMNS": "120"})
        os.execv(command[0], command)
    seen = b""
    while True:
        try:
            piece = os.read(screen, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.waitpid(child, 0)
    assert (PLANTED["email"].encode() in seen) == (not ci)
