from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from ftlint.model import FtlintError
from ftlint.report import Spec, parse_spec, parse_specs, style_for
from ftlint.report.amounts import clock, duration, plural, size
from ftlint.report.cells import cells, cut, cut_left, wrap


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("env", "terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour(env: dict[str, str], terminal: bool, colour: bool) -> None:
    assert style_for(Terminal() if terminal else io.StringIO(), env).colour is colour


@pytest.mark.parametrize(
    ("columns", "terminal", "width"),
    [
        ("100", True, 100),
        ("40", True, 60),
        ("0", True, 80),
        ("wide", True, 80),
        ("100", False, 100),
        (None, False, 120),
    ],
)
def test_width(columns: str | None, terminal: bool, width: int) -> None:
    env = {} if columns is None else {"COLUMNS": columns}
    assert style_for(Terminal() if terminal else io.StringIO(), env).width == width


def test_width_of_a_real_terminal() -> None:
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 93, 0, 0))
    with open(slave, "w", encoding="utf-8") as stream:
        style = style_for(stream, {"TERM": "xterm"})
    os.close(master)
    assert (style.width, style.colour, style.hyperlinks) == (93, True, True)


@pytest.mark.parametrize(
    ("env", "links"),
    [
        ({}, True),
        ({"TERM": "linux"}, False),
        ({"CI": "1"}, False),
        ({"CI": "1", "FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_hyperlinks(env: dict[str, str], links: bool) -> None:
    assert style_for(Terminal(), env).hyperlinks is links


def test_a_closed_stream_is_no_terminal() -> None:
    stream = io.StringIO()
    stream.close()
    assert not style_for(stream, {}).colour
    assert not style_for(None, {"FORCE_COLOR": "1"}).colour


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("full", Spec("full", None)),
        ("json=out.json", Spec("json", "out.json")),
        ("json=a=b.json", Spec("json", "a=b.json")),
        ("json=-", Spec("json", None)),
    ],
)
def test_spec(text: str, spec: Spec) -> None:
    assert parse_spec(text) == spec


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["jsno"], "did you mean 'json'?"),
        (["JSON"], "did you mean 'json'?"),
        (["zzz"], "one of full, concise, json"),
        (["json="], "names no file"),
        (["json", "full"], "both go to standard output"),
        (["json=a", "full=a"], "both go to a"),
    ],
)
def test_wrong_spec(texts: list[str], message: str) -> None:
    with pytest.raises(FtlintError, match="output format") as error:
        parse_specs(texts)
    assert message in str(error.value)


def test_the_same_spec_twice_is_one() -> None:
    assert parse_specs(["json=a", "full", "full"]) == [Spec("json", "a"), Spec("full", None)]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (48_000_000, "48 MB"),
        (999_600, "1.0 MB"),
        (1_340_000_000, "1.3 GB"),
        (10**16, "10,000 TB"),
    ],
)
def test_size(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.01 s"),
        (0.04, "0.04 s"),
        (1.31, "1.3 s"),
        (9.96, "10 s"),
        (59.6, "1 min 0 s"),
        (192, "3 min 12 s"),
        (3725, "1 h 2 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_small_words() -> None:
    assert (plural(1, "row"), plural(0, "row"), plural(1200, "row")) == ("1 row", "0 rows", "1,200 rows")
    assert (clock(41), clock(3761)) == ("0:41", "1:02:41")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc", 3),
        ("日本", 4),
        ("e\u0301", 1),
        ("ﾊﾝ", 2),
        ("한", 2),
        ("👍", 2),
        ("\u1112\u1161\u11ab", 2),
        ("", 0),
    ],
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


def test_cutting() -> None:
    assert (cut("日本語", 5), cut("日本語", 6)) == ("日本…", "日本語")
    assert cut_left("data/deep/train.jsonl", 12) == "…train.jsonl"


@pytest.mark.parametrize(
    "text", ["", "a", "one two three four", "日本語" * 20, "x" * 50, "a " + "b" * 30 + " c"]
)
@pytest.mark.parametrize("width", [2, 7, 20])
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cells(line) <= width for line in lines)


def test_output_is_light_to_load() -> None:
    heavy = {"rich", "numpy", "json", "difflib", "jsonschema", "pydantic", "shutil", "tempfile", "orjson"}
    program = (
        "import sys, ftlint.report.full, ftlint.report.progress, ftlint.report.deliver; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert not heavy & set(loaded.split())
