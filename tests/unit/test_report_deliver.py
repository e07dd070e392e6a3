"""Real pipes, real files, real processes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from report_sample import report

from ftlint.model import FtlintError
from ftlint.report import FORMATS, Spec, Style, emit
from ftlint.report.deliver import to_file

HERE = str(Path(__file__).parent)
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from report_sample import report
from ftlint.report import Spec, Style, emit
style = Style(width=100, max_per_rule=0)
print(emit(report(), [Spec(sys.argv[2])], style), file=sys.stderr)
"""


def command(form: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, HERE, form]


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "html"])
def test_a_closed_pipe_is_no_crash(form: str) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command(form), stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "False\n")


def test_a_reader_that_leaves_early_is_no_crash() -> None:
    with subprocess.Popen(command("json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == 0
    assert b"Traceback" not in told
    assert b"Exception ignored" not in told


def test_a_closed_standard_output_is_no_crash() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command("full")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "False\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(command("full"), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert "cannot write to standard output: No space left on device" in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_terminal_that_knows_ascii_only() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    text = subprocess.run(command("full"), capture_output=True, check=True, env=env).stdout
    text.decode("ascii")
    assert b"data/train.jsonl - openai-chat - 8,412 rows" in text
    assert b"| learning_rate" in text


def test_several_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    text = tmp_path / "out.txt"
    assert emit(
        report(), [Spec("concise"), Spec("json", str(out)), Spec("full", str(text))], Style(colour=True)
    )
    assert json.loads(out.read_text())["version"] == 1
    assert "\x1b" not in text.read_text(encoding="utf-8")
    assert "│ learning_rate" in text.read_text(encoding="utf-8")
    assert "\x1b[33mwarning" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "out.txt"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    out.write_text("old")

    def fail(stream: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        to_file(str(out), fail)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_keeps_its_mode_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("")
    old.chmod(0o640)
    mask = os.umask(0o027)
    try:
        for path in (old, new):
            to_file(str(path), lambda out: out.write("x\n"))  # type: ignore[arg-type, return-value]
    finally:
        os.umask(mask)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (old, new)] == [0o640, 0o640]


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    target.write_text("old")
    link.symlink_to(target)
    to_file(str(link), lambda out: out.write("new"))  # type: ignore[arg-type, return-value]
    assert link.is_symlink()
    assert target.read_text() == "new"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as cat:
        to_file(str(pipe), lambda out: out.write("through"))  # type: ignore[arg-type, return-value]
        assert cat.stdout
        assert cat.stdout.read() == b"through"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(FtlintError, match=r"cannot write .*: No such file or directory"):
        to_file(str(tmp_path / "no" / "out.json"), lambda out: None)
