"""`ftlint logs show`: charts in a terminal, in a process of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from ftlint.report.cells import cells
from logs_written import Command, state, write_run

Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, monkeypatch, capsys)


def test_show_draws_the_curves_and_says_what_is_wrong(ftlint: Run, tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "exp3")
    done = ftlint("logs", "show", "runs/exp3")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("runs/exp3/trainer_state.json · trainer-state · 300 steps, 3 epochs, 12 evals")
    assert "train loss (median)" in lines[1]
    assert "╎ best 1.207 at step 175" in lines[1]
    chart = lines[2:16]
    assert sum(line.count("●") for line in chart) == 12
    assert {line.index("╎") for line in chart if "╎" in line} == {lines[2].index("╎")}
    assert max(line.count("┊") for line in chart) == 2  # the ends of the first two epochs
    assert any("+6%" in line for line in chart)
    assert "0" in lines[17]
    assert "step" in lines[17]
    assert any(line.startswith("  learning rate  ▄▆█") for line in lines)
    found = next(line for line in lines if "RUN001" in line)
    assert found.startswith("  warning RUN001 overfitting  step 175")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("width", [60, 80, 133])
def test_no_line_is_wider_than_the_terminal(logs: Command, tmp_path: Path, width: int) -> None:
    write_run(tmp_path / "a-run-with-a-name-that-is-longer-than-sixty-characters-altogether" / "outputs")
    write_run(tmp_path / "b", rise=0)
    for arguments in (
        ("show", "a-run-with-a-name-that-is-longer-than-sixty-characters-altogether"),
        ("show", "."),
        ("compare", "."),
    ):
        done = logs(*arguments, columns=width)
        assert done.returncode == 0, done.stderr
        wide = [line for line in done.stdout.splitlines() if cells(line) > width]
        assert not wide, (arguments, wide)


def test_colours_are_asked_for_and_end_with_each_line(logs: Command, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    done = logs("show", "run", NO_COLOR="", FORCE_COLOR="1")
    assert "\x1b[34m" in done.stdout
    for line in done.stdout.splitlines():
        assert line.count("\x1b[") == 2 * line.count("\x1b[0m"), line
    plain = logs("show", "run", FORCE_COLOR="1")  # NO_COLOR wins
    assert "\x1b" not in plain.stdout


def test_a_terminal_that_knows_ascii_alone(ftlint: Run, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    done = ftlint("logs", "show", "run", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert "\\u" not in done.stdout
    chart = done.stdout.splitlines()[2:16]
    assert sum(line.count("o") for line in chart) == 12
    assert any("*" in line for line in chart)


def test_series_axis_and_stretch(logs: Command, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    done = logs("show", "run", "--series", "grad_*", "--series", "loss", "--x", "epoch", "--from", "150")
    assert done.returncode == 0, done.stderr
    assert "grad norm (median)" in done.stdout
    assert "train loss (median)" in done.stdout
    axes = [line for line in done.stdout.splitlines() if line.endswith("epoch") and "┊" not in line]
    assert len(axes) == 2
    assert "1.5" in axes[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "--series", "los"), "did you mean loss?"),
        (("run", "--from", "9", "--to", "3"), "--from 9 --to 3"),
        (("nowhere",), "nowhere: no such file or folder"),
        (("empty",), "empty: holds no training log"),
        (("note.txt",), "note.txt: is no training log of a known kind"),
    ],
)
def test_mistakes_are_told_in_a_line(
    logs: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    write_run(tmp_path / "run")
    (tmp_path / "empty").mkdir()
    (tmp_path / "note.txt").write_text("a note\n")
    done = logs("show", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_several_runs_are_a_line_each(logs: Command, tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "rises")
    write_run(tmp_path / "runs" / "falls", rise=0, seed=2)
    done = logs("show", "runs")
    assert done.returncode == 0, done.stderr
    falls, rises, hint = done.stdout.splitlines()
    assert falls.startswith("falls  █")
    assert falls.rstrip().endswith("nothing found")
    assert "eval loss 1.207 at step 175" in rises
    assert "overfitting" in rises
    assert hint.startswith("2 runs: name one")


def test_json_holds_numbers_that_programs_can_read(logs: Command, tmp_path: Path) -> None:
    written = state()
    written["log_history"][3]["loss"] = float("nan")
    (tmp_path / "trainer_state.json").write_text(json.dumps(written))
    done = logs("show", "trainer_state.json", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    (run,) = json.loads(done.stdout, parse_constant=pytest.fail)["runs"]
    assert (run["unit"], run["last_step"], run["finished"]) == ("step", 300, True)
    assert run["series"]["loss"]["not_finite"] == 1
    assert run["series"]["eval_loss"]["least"]["step"] == 175
    assert run["verdicts"]["overfitting"]["state"] == "yes"
    assert "overfitting" in {finding["name"] for finding in run["findings"]}


def test_a_log_on_standard_input(ftlint: Run, tmp_path: Path) -> None:
    rows = [row for row in state()["log_history"] if "loss" in row]
    text = "".join(f"{ ({name: row[name] for name in row if name != 'step'})!r}\n" for row in rows)
    done = ftlint("logs", "show", "-", "--stdin-filename", "train.log", input=text)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("train.log · ")
    assert "train loss (median)" in done.stdout
    assert "eval-missing" in done.stdout


def test_a_run_is_called_by_its_folder_and_not_by_its_last_checkpoint(logs: Command, tmp_path: Path) -> None:
    for name, rise in (("lora", 0.45), ("lora-low", 0.0)):
        write_run(tmp_path / "outputs" / name / "checkpoint-300", rise=rise)
    told = logs("show", "outputs", columns=60).stdout.splitlines()
    assert [line.split()[0] for line in told if " at step " in line] == ["lora-low", "lora"]
    assert "best_metric" not in logs("compare", "outputs").stdout
    two = ["outputs/lora/checkpoint-300/trainer_state.json", "outputs/lora/checkpoint-200/trainer_state.json"]
    write_run(tmp_path / "outputs/lora/checkpoint-200")
    assert "checkpoint-200" in logs("compare", *two).stdout


def test_a_checkpoint_far_from_the_best_step_is_not_recommended(logs: Command, tmp_path: Path) -> None:
    write_run(tmp_path / "run/checkpoint-300")
    told = " ".join(logs("show", "run").stdout.split())
    assert "no checkpoint near it was saved, the nearest is checkpoint-300" in told
    write_run(tmp_path / "run/checkpoint-175", steps=175)
    assert "; keep checkpoint-175 " in " ".join(logs("show", "run").stdout.split())


def test_what_names_hold_cannot_take_over_the_terminal(logs: Command, tmp_path: Path) -> None:
    written = state()
    for row in written["log_history"]:
        row["\x1b[2Jevil\u202e"] = 1.0 + row["step"]
        row["api_key=sk-abcdefghijklmnopqrstuvwx"] = 2.0 + row["step"]
    (tmp_path / "trainer_state.json").write_text(json.dumps(written))
    for shape in (("show", "."), ("show", ".", "--output-format", "json")):
        done = logs(*shape)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout
        assert "abcdefghijklmnop" not in done.stdout
