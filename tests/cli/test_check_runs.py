"""Training logs in a check: which files are some, what is told of a run, where, and how sure."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema

from ftlint.rule import history
from ftlint.testing import log_text

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

SCHEMA = Path(__file__).parents[2] / "src/ftlint/report/report.schema.json"
ROWS = [{"prompt": f"Say {n} twice.", "completion": f"{n} {n}"} for n in range(30)]


def overfitted() -> str:
    """A run whose eval loss is least at step 300 of 800, and whose training loss goes on falling."""
    loss = [2.0 * 0.97**n + 0.1 + 0.01 * (n % 3) for n in range(80)]
    held_out = [1.6, 1.3, 1.1, 1.2, 1.35, 1.5, 1.65, 1.8]
    return log_text(history(loss, held_out, eval_every=100))


def clipped_and_overfitted() -> str:
    loss = [2.0 * 0.97**n + 0.1 + 0.01 * (n % 3) for n in range(80)]
    held_out = [1.6, 1.3, 1.1, 1.2, 1.35, 1.5, 1.65, 1.8]
    return log_text(history(loss, held_out, eval_every=100, grad_norm=[12.0, 9.0, 15.0, 11.0] * 20))


def healthy() -> str:
    loss = [2.0 * 0.97**n + 1.0 + 0.01 * (n % 3) for n in range(80)]
    return log_text(history(loss, [1.6, 1.4, 1.3, 1.25, 1.22, 1.2, 1.19, 1.185], eval_every=100))


def told(done: CompletedProcess[str]) -> dict[str, Any]:
    assert done.stdout, done.stderr
    whole: dict[str, Any] = json.loads(done.stdout)
    return whole


def codes(whole: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in whole["findings"]}


def test_a_person_sees_step_curve_and_cure(ftlint: Run, write: Write) -> None:
    write("runs/exp3/trainer_state.json", overfitted())
    done = ftlint("check", "runs/", "--isolated")
    assert "runs/exp3/trainer_state.json · trainer-state · 800 steps, 8 epochs, 8 evals" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "RUN001" in line)
    assert line.strip().startswith("step 300")
    assert "warning RUN001 overfitting" in line
    drawn = done.stdout.splitlines()
    curve = next(index for index, text in enumerate(drawn) if "│ eval " in text)
    assert "% sure)" in done.stdout
    assert drawn[curve + 1].index("^") == drawn[curve].index("▁")  # of the eval curve: it comes first
    assert "help:" in done.stdout
    assert done.returncode == 0
    assert ftlint("check", "runs/", "--isolated", "--fail-on", "warning").returncode == 1


def test_the_curves_stand_once_and_a_narrow_terminal_shows_which_run_it_is(ftlint: Run, write: Write) -> None:
    write("outputs/qwen-lora/checkpoint-800/trainer_state.json", clipped_and_overfitted())
    done = ftlint("check", "outputs/", "--isolated", env={"COLUMNS": "60"})
    assert done.stdout.splitlines()[:2] == [
        "outputs/qwen-lora/checkpoint-800/trainer_state.json",
        "  trainer-state · 800 steps, 8 epochs, 8 evals",
    ]
    assert "RUN028" in done.stdout
    assert done.stdout.count("│ eval ") == 1
    assert done.stdout.index("│ eval ") > done.stdout.index("RUN001")
    assert max(map(len, done.stdout.splitlines())) <= 60


def test_machines_get_step_line_and_confidence(ftlint: Run, write: Write) -> None:
    file = write("runs/exp3/trainer_state.json", overfitted())
    whole = told(ftlint("check", "runs/", "--isolated", "--output-format", "json"))
    jsonschema.validate(whole, json.loads(SCHEMA.read_text()))
    found = next(finding for finding in whole["findings"] if finding["code"] == "RUN001")
    assert found["step"] == 300
    assert 0.5 < found["confidence"] <= 1
    assert '"step": 300' in file.read_text().splitlines()[found["line"] - 1]


def test_a_healthy_run_is_not_warned_of(ftlint: Run, write: Write) -> None:
    write("runs/exp3/trainer_state.json", healthy())
    whole = told(ftlint("check", "runs/", "--isolated", "--output-format", "json"))
    assert [each["code"] for each in whole["findings"] if each["severity"] != "info"] == []


def test_logs_are_no_data(ftlint: Run, write: Write) -> None:
    """Metrics in JSONL and CSV are read as runs: nobody trains on them."""
    rows = [
        {"current_steps": n, "total_steps": 40, "loss": 2.0 - n / 40, "epoch": n / 20} for n in range(1, 41)
    ]
    write("out/trainer_log.jsonl", rows)
    write(
        "keras/training_log.csv",
        "epoch,loss,val_loss\n" + "".join(f"{n},{2 - n / 9},{2 - n / 10}\n" for n in range(9)),
    )
    write("data/train.jsonl", ROWS)
    shown = ftlint("check", "--isolated", "--show-files").stdout
    data, _, beside = shown.partition("files beside the data")
    assert "train.jsonl" in data
    assert "log" not in data
    assert "trainer_log.jsonl" in beside
    assert "training_log.csv" in beside


def test_a_csv_of_any_name_is_a_log_where_it_is_named(ftlint: Run, write: Write) -> None:
    rows = "".join(f"{n},{2.0 * 0.8**n + 0.1},{abs(n - 3) / 4 + 1}\n" for n in range(12))
    write("curves.csv", f"epoch,loss,val_loss\n{rows}")
    whole = told(ftlint("check", "curves.csv", "--isolated", "--output-format", "json"))
    assert "RUN001" in codes(whole)


def test_columns_of_an_own_format_are_declared(ftlint: Run, write: Write) -> None:
    rows = "".join(f"{n * 10},{2.0 * 0.8**n + 0.1},{abs(n - 3) / 4 + 1}\n" for n in range(12))
    write("metrics.csv", f"it,ce/train,ce/held\n{rows}")
    write("ftlint.toml", '[logs.columns]\nstep = "it"\nloss = "ce/train"\neval_loss = "ce/held"\n')
    whole = told(ftlint("check", "--output-format", "json"))
    found = next(finding for finding in whole["findings"] if finding["code"] == "RUN001")
    assert found["step"] == 30
    assert found["path"] == "metrics.csv"
    assert found["line"] == 5


def test_a_declared_log_is_read_though_git_ignores_it(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("runs/exp3/trainer_state.json", overfitted())
    write("data/train.jsonl", ROWS)
    write(".gitignore", "runs/\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert "RUN001" not in codes(told(ftlint("check", "--output-format", "json")))
    write("ftlint.toml", '[[training]]\nname = "t"\nlog = "runs/exp3"\n')
    assert "RUN001" in codes(told(ftlint("check", "--output-format", "json")))


def test_a_log_of_progress_alone_is_not_called_clean(ftlint: Run, write: Write) -> None:
    rows = [{"current_steps": n, "total_steps": 20, "elapsed_time": f"0:00:{n:02}"} for n in (10, 20)]
    write("runs/exp3/trainer_log.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    done = ftlint("check", "runs/", "--isolated")
    assert "runs/exp3/trainer_log.jsonl: a training log without metrics" in done.stdout + done.stderr


def test_a_finding_can_be_accepted(ftlint: Run, write: Write) -> None:
    write("runs/exp3/trainer_state.json", overfitted())
    done = ftlint("check", "runs/", "--write-suppressions", "--reason", "a known run")
    assert done.returncode == 0, done.stderr
    assert "RUN001" not in codes(told(ftlint("check", "runs/", "--output-format", "json")))


def test_every_format_takes_a_run(ftlint: Run, write: Write) -> None:
    write("runs/exp3/trainer_state.json", overfitted())
    for kind in ("concise", "github", "gitlab", "junit", "markdown", "sarif", "html", "jsonl", "statistics"):
        done = ftlint("check", "runs/", "--isolated", "--output-format", kind)
        assert "RUN001" in done.stdout, kind
        assert done.returncode == 0, (kind, done.stderr)
