"""`ftlint logs compare`: which run is better, and when nobody can tell, in a process of its own."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from logs_written import Command, state, write_run

Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, monkeypatch, capsys)


def test_a_better_run_and_what_differs(ftlint: Run, tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "high", rise=0, seed=2)
    write_run(tmp_path / "runs" / "low", rise=0, seed=3, offset=-0.08, rate=1e-4)
    done = ftlint("logs", "compare", "runs")
    assert (done.returncode, done.stderr) == (0, "")
    heads, high, low, *_ = done.stdout.splitlines()
    assert heads.split()[:3] == ["run", "eval", "loss"]
    assert high.split()[:2] == ["A", "high"]
    assert low.split()[:2] == ["B", "low"]
    assert "  peak learning rate  A 1.87e-4   B 9.33e-5\n" in done.stdout
    told = " ".join(done.stdout.split())
    assert "better: B (low) is better than A (high): eval loss 0.9" in told
    assert "x the noise of the difference, paired over 12 evals" in told
    assert "another seed" in told


def test_the_same_but_for_noise_is_no_evidence(logs: Command, tmp_path: Path) -> None:
    write_run(tmp_path / "one", rise=0, seed=4, noise=0.03)
    write_run(tmp_path / "two", rise=0, seed=5, noise=0.03)
    done = logs("compare", "one", "two", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    (pair,) = json.loads(done.stdout)["comparisons"]
    assert pair["verdict"] == "no evidence"
    assert pair["told"].startswith("no evidence that ")


@pytest.mark.parametrize(
    ("one", "two", "needs"),
    [
        ({"evals": 3}, {"evals": 3}, "needs 1 more eval: too few values"),
        (
            {},
            {"rise": 0.0, "offset": 0.4, "finished": False, "seed": 9},
            "needs the run behind to go on: it is at step 300 of 900",
        ),
    ],
)
def test_what_cannot_be_told_says_what_it_needs(
    logs: Command, tmp_path: Path, one: dict[str, float], two: dict[str, float], needs: str
) -> None:
    write_run(tmp_path / "one", **{"rise": 0.0, **one})
    write_run(tmp_path / "two", **{"rise": 0.0, "offset": 0.4, **two})
    done = logs("compare", "one", "two", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    (pair,) = json.loads(done.stdout)["comparisons"]
    assert pair["verdict"] == "cannot tell"
    assert pair["told"].startswith("cannot tell whether ")
    assert needs in pair["told"]


def test_eval_sets_of_different_size_are_not_compared(logs: Command, tmp_path: Path) -> None:
    for name, rows in (("one", 500), ("two", 1000)):
        written = state(rise=0.0, offset=0.1 * (rows == 500))
        for row in written["log_history"]:
            if "eval_loss" in row:
                row["eval_samples_per_second"] = rows / row["eval_runtime"]
        (tmp_path / name).mkdir()
        (tmp_path / name / "trainer_state.json").write_text(json.dumps(written))
    done = logs("compare", "one", "two")
    assert done.returncode == 0, done.stderr
    assert "needs the same eval set: one has 1,000 rows, the other 500" in " ".join(done.stdout.split())


def test_training_loss_alone_decides_nothing(logs: Command, tmp_path: Path) -> None:
    for name, rate in (("one", 1e-4), ("two", 2e-4)):
        written = state(rate=rate)
        written["log_history"] = [row for row in written["log_history"] if "loss" in row]
        (tmp_path / name).mkdir()
        (tmp_path / name / "trainer_state.json").write_text(json.dumps(written))
    done = logs("compare", "one", "two")
    assert "cannot tell" in done.stdout
    assert "needs an eval" in " ".join(done.stdout.split())


def test_hyperparameters_of_configs_beside_the_logs(logs: Command, tmp_path: Path) -> None:
    for name, rank in (("one", 8), ("two", 16)):
        folder = write_run(tmp_path / name, rise=0.0, seed=rank)
        (folder / "adapter_config.json").write_text(
            json.dumps(
                {"peft_type": "LORA", "r": rank, "lora_alpha": 16, "base_model_name_or_path": "Qwen/Qwen3-8B",
                 "target_modules": ["q_proj"], "task_type": "CAUSAL_LM"}
            )
        )  # fmt: skip
    done = logs("compare", "one", "two", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["differing"] == {"lora_rank": ["8", "16"]}


def test_what_is_secret_is_no_hyperparameter_that_differs(logs: Command, tmp_path: Path) -> None:
    for name, word in (("one", "hunter2"), ("two", "correct-horse")):
        run = tmp_path / name / "mlruns" / "0" / "run"
        for folder in ("metrics", "params"):
            (run / folder).mkdir(parents=True)
        rows = (f"17000000000{n:02} {1 / (n + 1)} {n}\n" for n in range(60))
        (run / "metrics" / "eval_loss").write_text("".join(rows))
        for key, value in {"db.password": word, "passphrase": word, "mail": f"{word}@corp.example"}.items():
            (run / "params" / key).write_text(value)
        (run / "params" / "optimizer").write_text(f"adam {name}")
    for shape in ("text", "json"):
        done = logs("compare", "one", "two", "--output-format", shape)
        assert done.returncode == 0, done.stderr
        assert "adam two" in done.stdout
        assert "hunter2" not in done.stdout
        assert "horse" not in done.stdout


def test_pictures_of_several_runs(logs: Command, tmp_path: Path) -> None:
    for index in range(10):
        write_run(tmp_path / "runs" / f"r{index}", rise=0, seed=index, offset=index / 20)
    for name in ("c.svg", "c.html"):
        done = logs("compare", "runs", "-o", name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), name
    root = ET.fromstring((tmp_path / "c.svg").read_text())
    words = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "A r0" in words
    assert "H r7" in words
    assert "I r8" not in words  # eight are drawn, the best
    assert any("A (r0) is better than C (r2)" in word for word in words)
    assert "and 6 more, further behind" in words


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("one",), "compares two runs or more"),
        (("one", "two", "--metric", "eval_f1"), "--metric eval_f1"),
        (("one", "two", "--metric", "grad_norm"), "Say --higher or --lower"),
        (("one", "two", "--higher", "--lower"), "not allowed with"),
    ],
)
def test_mistakes_are_told_in_a_line(
    logs: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    write_run(tmp_path / "one")
    write_run(tmp_path / "two")
    done = logs("compare", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
