from __future__ import annotations

import io

import pytest

from ftlint.report.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_silent_for_two_seconds_then_tells_rate_and_time_left() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(48_000_000, stream, clock)
    clock.now += 1.9
    progress.advance(1_000_000, 100)
    assert stream.getvalue() == ""
    clock.now += 2.1
    progress.advance(11_000_000, 900)
    line = stream.getvalue().rpartition("\x1b[2K")[2]
    assert line == "checking · 25% of 48 MB · 1,000 rows · 250 rows/s · 0:12 left"
    assert "\n" not in stream.getvalue()
    progress.close()
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_drawn_ten_times_a_second_at_most() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(1000, stream, clock)
    clock.now += 3
    for _ in range(50):
        clock.now += 0.01
        progress.advance(1, 1)
    assert stream.getvalue().count("checking") <= 6


def test_nothing_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    plain, dumb = io.StringIO(), Terminal()
    first = Progress(1000, plain, clock)
    monkeypatch.setenv("TERM", "dumb")
    second = Progress(1000, dumb, clock)
    nowhere = Progress(1000, None, clock)
    clock.now += 10
    for progress in (first, second, nowhere):
        progress.advance(1, 1)
        progress.close()
    assert plain.getvalue() == dumb.getvalue() == ""


def test_short_work_leaves_the_terminal_alone() -> None:
    stream = Terminal()
    with Progress(1000, stream, Clock()) as progress:
        progress.advance(1000, 10)
    assert stream.getvalue() == ""


def test_more_read_than_expected_shows_no_time_left() -> None:
    stream, clock = Terminal(), Clock()
    with Progress(1000, stream, clock) as progress:
        clock.now += 4
        progress.advance(2000, 10)
    assert "%" not in stream.getvalue()
    assert "left" not in stream.getvalue()


def test_cleared_when_the_work_breaks() -> None:
    stream, clock = Terminal(), Clock()

    def breaks() -> None:
        with Progress(1000, stream, clock) as progress:
            clock.now += 4
            progress.advance(500, 10)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks()
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_a_terminal_that_goes_away_does_not_stop_the_work() -> None:
    class Gone(Terminal):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    clock = Clock()
    progress = Progress(1000, Gone(), clock)
    clock.now += 4
    progress.advance(500, 10)
    progress.close()
