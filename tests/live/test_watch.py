"""`ftlint logs watch`: a run that another process writes, kills, resumes; the command that stops it."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from math import exp, nan
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from ftlint.cli.main import main

PATIENCE = 60
WRITER = Path(__file__).with_name("writing_run.py")
Write = Callable[[str, Any], Path]


class Process:
    """A process and what it has written."""

    def __init__(self, folder: Path, *arguments: str | Path) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("FTLINT_")}
        self.output = ""
        self.process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=folder, env={**environment, "COLUMNS": "120", "NO_COLOR": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.stdout, selectors.EVENT_READ)

    def until(self, words: str) -> str:
        """What is written up to these words, taken out of the output."""
        last = monotonic() + PATIENCE
        while words not in self.output:
            waited = self.selector.select(max(0.0, last - monotonic()))
            assert waited, f"not written: {words!r}; there is: {self.output}"
            data = os.read(self.stdout.fileno(), 65536)
            assert data, f"ended without {words!r}: {self.output}"
            self.output += data.decode()
        before, _, self.output = self.output.partition(words)
        return before + words

    def tell(self, line: str) -> None:
        self.stdin.write(line + "\n")
        self.stdin.flush()
        self.until("done\n")

    def ended(self) -> tuple[int, str]:
        """Its exit code and the rest of what it wrote."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, self.output + rest

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self.selector.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def process(*arguments: str | Path) -> Process:
        started.append(Process(tmp_path, *arguments))
        return started[-1]

    yield process
    for each in started:
        each.close()


def watching(start: Callable[..., Process], *arguments: str) -> Process:
    return start("-m", "ftlint", "logs", "watch", "out", "--isolated", "--interval", "0.05", *arguments)


def training(start: Callable[..., Process], format: str, planned: int = 2000) -> Process:
    process = start(WRITER, format, "out", str(planned))
    process.until("ready\n")
    return process


def test_a_run_that_is_killed_and_resumed_is_stopped_once_it_overfits(
    tmp_path: Path, start: Callable[..., Process]
) -> None:
    first = training(start, "lines")
    pid_file = tmp_path / "pid"
    stop = f'{sys.executable} -c "import os; os.kill(int(open({str(pid_file)!r}).read()), 15)"'
    watch = watching(
        start, "--stop-command", stop, "--select", "overfitting,nan-loss", "--output-format", "jsonl"
    )
    first.tell("200")
    assert json.loads(watch.until("}\n"))["message"] == "watching out/trainer_log.jsonl"
    first.tell("torn")
    first.process.kill()
    second = training(start, "lines")
    pid_file.write_text(str(second.process.pid))
    # the torn row and the steps that were done again are no news
    second.tell("from 150")
    second.tell("400")
    second.tell("600")
    code, told = watch.ended()
    rows = [json.loads(line) for line in told.splitlines()]
    assert rows.pop() == {"event": "note", "message": "the stop command has run"}
    events = [row["event"] for row in rows if row["event"] != "pending"]
    assert code == 1, told
    assert events in (["found", "changed", "closed"], ["found", "closed"])
    assert rows[-1]["verdicts"][0]["name"] == "overfitting"
    assert rows[-1]["verdicts"][0]["step"] == 300
    # the stop command ended the training, not the test
    assert second.process.wait(PATIENCE) == -signal.SIGTERM


def test_event_files_of_a_run_that_breaks(tmp_path: Path, start: Callable[..., Process]) -> None:
    """Two event files: the run was resumed; then its loss is no number, which a shell hears of."""
    out = tmp_path / "verdict"
    first = training(start, "events")
    stop = f'printenv | grep ^FTLINT_VERDICT_ > "{out}"; exit 3'
    watch = watching(start, "--stop-on", "nan-loss", "--stop-command", stop, "--shell")
    first.tell("150")
    watch.until("watching out/events.out.tfevents.")
    first.tell("torn")
    first.process.kill()
    second = training(start, "events")
    second.tell("from 100")
    second.tell("1040")
    code, told = watch.ended()
    # the verdict was reached, but whether the run was stopped nobody knows
    assert code == 2
    assert "RUN003 nan-loss" in told
    assert "the watch ends at step" in told
    assert "the stop command ended with exit code 3: the training may still run" in told
    values = dict(line.split("=", 1) for line in out.read_text().splitlines())
    values = {name.removeprefix("FTLINT_VERDICT_"): value for name, value in values.items()}
    assert (values["CODE"], values["RULE"], values["SEVERITY"]) == ("RUN003", "nan-loss", "error")
    assert (values["STEP"], values["CHECKPOINT"]) == ("1000", "")
    assert 1010 <= int(values["LAST_STEP"]) <= 1040
    assert values["RUN"].startswith("out/events.out.tfevents.")
    assert values["MESSAGE"]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """What the command says in this process: exit code, output, error output."""
    try:
        code = main(["logs", "watch", "out", "--isolated", "--interval", "0.01", *arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def lines(losses: Sequence[float], evals: Sequence[float] = (), planned: int = 1000, every: int = 10) -> str:
    """A trainer_log.jsonl: a loss every so many steps, an eval loss every fifth time."""
    rows: list[dict[str, Any]] = []
    for index, value in enumerate(losses, 1):
        rows.append({"current_steps": every * index, "total_steps": planned, "loss": value})
    for index, value in enumerate(evals, 1):
        rows.append({"current_steps": 5 * every * index, "total_steps": planned, "eval_loss": value})
    rows.sort(key=lambda row: row["current_steps"])
    return "".join(
        json.dumps({**row, "percentage": 100 * row["current_steps"] / planned}) + "\n" for row in rows
    )


HEALTHY = [0.3 + 2 * exp(-index / 20) for index in range(100)]
HELD_OUT = [0.5 + 1.5 * exp(-index / 5) for index in range(20)]
RISING = [*HELD_OUT[:8], *(HELD_OUT[7] + 0.1 * index for index in range(1, 8))]


@pytest.mark.parametrize(
    ("content", "arguments", "code", "said"),
    [
        (lines(HEALTHY, HELD_OUT), [], 0, "the run ended at step 1000: clean"),
        (lines(HEALTHY, HELD_OUT), ["--once"], 0, "the run ended at step 1000: clean"),
        (lines(HEALTHY[:50], HELD_OUT[:10]), ["--once"], 0, "not at its end, as far as the log says: clean"),
        (lines(HEALTHY[:75], RISING), ["--once"], 1, "the watch ends at step 750: overfitting"),
        (lines([*HEALTHY[:50], nan, nan, nan]), [], 1, "the watch ends at step 530: nan-loss"),
        # whether it was met while it ran or at its end makes no difference
        (lines(HEALTHY[:75], RISING, 750), [], 1, "the run ended at step 750: overfitting"),
        (lines(HEALTHY[:75], RISING, 750), ["--stop-on", "nan-loss"], 0, "ended at step 750: overfitting"),
        (
            lines(HEALTHY[:75], RISING, 750),
            ["--stop-on", "nan-loss", "--fail-on", "warning"],
            1,
            "ended at step 750: overfitting",
        ),
    ],
    ids=["healthy", "once", "half", "overfits", "nan", "ended", "told alone", "failed"],
)
def test_how_it_ends(
    capsys: pytest.CaptureFixture[str], write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    content: str, arguments: list[str], code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    write("out/trainer_log.jsonl", content)
    ended, out, err = answer(capsys, "--select", "overfitting,nan-loss,divergence", *arguments)
    assert (ended, err) == (code, "")
    assert said in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, ["--once"], "ftlint: out: no training log there\n"),
        ('{"current_steps": ' * 9 + "\n", ["--once"], "a training log without metrics"),
        (None, ["--timeout", "0.05"], "ftlint: out: no training log appeared within 0.05 s\n"),
        (
            lines(HEALTHY[:50], HELD_OUT[:10]),
            ["--timeout", "0.05"],
            "out: nothing was written for 0.05 s at step 500 of 1,000: the run did not come to its end\n",
        ),
        (None, ["--stop-command", "no-such-program 1"], "no program 'no-such-program'"),
        (None, ["--stop-command", "kill '1"], "No closing quotation"),
        (None, ["--stop-command", " "], "names no command"),
        (None, ["--stop-command", ""], "names no command"),
        (None, ["--stop-command", "", "--shell"], "names no command"),
        (None, ["--shell"], "--shell goes with --stop-command"),
        (None, ["--once", "--timeout", "5"], "leave --timeout out"),
        (None, ["--once", "--stop-command", "true"], "leave --stop-command out"),
        (None, ["--stop-on", "overfiting"], "did you mean 'overfitting'?"),
        (None, ["--select", "CHAT"], "no rule of training runs is selected"),
        (None, ["--fail-on", "never"], "unknown severity 'never'"),
        (None, ["--patience", "0"], "a number from 1 on, not '0'"),
        (None, ["--confidence", "95"], "a share from 0 to 1, not '95'"),
        (None, ["--timeout", "soon"], "a number of seconds above 0, not 'soon'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_watched(
    capsys: pytest.CaptureFixture[str], write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    content: str | None, arguments: list[str], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    if content is not None:
        write("out/trainer_log.jsonl", content)
    code, _, err = answer(capsys, *arguments)
    assert code == 2
    assert said in err


def test_one_that_waits_for_a_log_says_so_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    _, out, _ = answer(capsys, "--timeout", "0.05")
    assert out.count("no training log at out yet: waiting for one") == 1


def test_a_log_without_an_end_ends_with_silence(
    capsys: pytest.CaptureFixture[str], write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{index},{value}\n" for index, value in enumerate(HEALTHY))
    write("out/metrics.csv", "step,train_loss\n" + rows)
    code, out, err = answer(capsys, "--timeout", "0.05", "--select", "overfitting,nan-loss")
    assert (code, err) == (0, "")
    assert "silent for 0.05 s at step 99, which is taken for the end of the run: clean" in out


def test_settings_say_which_rules_run_and_what_they_cost(
    capsys: pytest.CaptureFixture[str], write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    write("out/trainer_log.jsonl", lines(HEALTHY[:75], RISING))
    write("ftlint.toml", '[rules.overfitting]\nseverity = "error"\nmin-rise = 0.1\n')
    assert main(["logs", "watch", "out", "--once"]) == 1
    assert "error RUN001 overfitting" in capsys.readouterr().out
    write("ftlint.toml", 'ignore = ["overfitting"]\n')
    assert main(["logs", "watch", "out", "--once"]) == 0
    assert "overfitting" not in capsys.readouterr().out
