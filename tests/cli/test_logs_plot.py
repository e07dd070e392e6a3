"""`ftlint logs plot`: SVG, PNG and a page, in a process of its own."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from logs_written import Command, state, write_run

Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, monkeypatch, capsys)


SVG = "{http://www.w3.org/2000/svg}"


def texts(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def test_an_svg_with_everything_that_is_to_be_seen(ftlint: Run, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    done = ftlint("logs", "plot", "run", "-o", "run.svg")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = (tmp_path / "run.svg").read_text()
    assert len(text) < 40_000
    root = ET.fromstring(text)
    words = texts(root)
    for told in ("train loss", "eval loss", "best 1.207", "+6%", "RUN001", "epoch 1", "epoch 2", "step"):
        assert told in words, told
    assert any(word.startswith("RUN001 overfitting: eval loss bottomed at 1.207") for word in words)
    dots = [each for each in root.iter(f"{SVG}circle") if each.get("class") == "f-c1"]
    assert len(dots) == 12 + 1  # each eval, and one in the legend
    strokes = [each for each in root.iter(f"{SVG}path") if each.get("class") == "s-c0"]
    assert {each.get("stroke-opacity") for each in strokes} >= {"0.28", None}  # raw faint, median bold
    best = next(each for each in root.iter(f"{SVG}path") if each.get("class") == "s-best")
    assert best.get("stroke-dasharray") == "6 4"
    assert any(each.get("class") == "f-rise" for each in root.iter(f"{SVG}path"))
    assert root.find(f"{SVG}desc") is not None


def test_a_run_that_does_not_rise_has_no_shade(logs: Command, tmp_path: Path) -> None:
    write_run(tmp_path / "run", rise=0, seed=2)
    assert logs("plot", "run", "-o", "run.svg").returncode == 0
    root = ET.fromstring((tmp_path / "run.svg").read_text())
    assert not [each for each in root.iter() if "rise" in each.get("class", "")]
    assert any(word.startswith("nothing found by") for word in texts(root))


def test_a_png_of_the_same(logs: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    write_run(tmp_path / "run")
    for kind in ("png", "svg"):
        assert logs("plot", "run", "-o", f"run.{kind}").returncode == 0
    content = (tmp_path / "run.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    root = ET.fromstring((tmp_path / "run.svg").read_text())
    assert (width, height) == (2 * float(root.get("width", "")), int(2 * float(root.get("height", ""))))
    assert len(zlib.compress(content)) > 20_000  # not an empty sheet


def test_without_matplotlib_png_names_the_extra(tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    hidden = (
        "import sys; sys.modules['matplotlib'] = None; from ftlint.cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", hidden, "logs", "plot", "run", "-o", "run.png"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'ftlint[plot]'" in done.stderr
    assert not (tmp_path / "run.png").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "-o", "run.jpeg"), "a picture ends in .png, .svg or .html"),
        (("run", "-o", "nowhere/run.svg"), "cannot write nowhere/run.svg"),
        ((".", "-o", "run.svg"), "holds 2 runs: name one of them"),
    ],
)
def test_mistakes_are_told_in_a_line(
    logs: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    write_run(tmp_path / "run")
    write_run(tmp_path / "other")
    done = logs("plot", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_link_to_the_log_is_not_drawn_over(logs: Command, tmp_path: Path) -> None:
    log = write_run(tmp_path / "run") / "trainer_state.json"
    before = log.read_bytes()
    (tmp_path / "run.svg").symlink_to(log)
    done = logs("plot", "run", "-o", "run.svg")
    assert done.returncode == 2
    assert "-o run.svg is the log itself: name another file" in done.stderr
    assert log.read_bytes() == before


def test_hostile_names_are_text(logs: Command, tmp_path: Path) -> None:
    written = state()
    for row in written["log_history"]:
        row["</script><script>window.hit=1</script>"] = 1.0 + row["step"]
        row["]]><!--&"] = 2.0 + row["step"]
    (tmp_path / "trainer_state.json").write_text(json.dumps(written))
    for name in ("run.svg", "run.html"):
        assert logs("plot", ".", "-o", name).returncode == 0
        assert "<script>window" not in (tmp_path / name).read_text()
    ET.fromstring((tmp_path / "run.svg").read_text())
