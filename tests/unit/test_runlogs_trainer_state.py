"""`trainer_state.json` and `log_history`: as they are, as they grow, as they break."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from json_logs import run_of, saved, state, values

from ftlint.model import FtlintError
from ftlint.rule import history


def test_everything_it_says(tmp_path: Path) -> None:
    rows = history([2.0, 1.5], [1.8, 1.7], every=10, eval_every=20, eval_general_loss=[3.0, 3.1])
    rows[-1] |= {"eval_runtime": 4.0, "eval_samples_per_second": 25.0}
    rows[-1] |= {"eval_general_runtime": 2.0, "eval_general_samples_per_second": 10.0}
    rows.append({"train_runtime": 9.5, "train_loss": 1.75, "epoch": 0.4, "step": 40})
    log = run_of(
        saved(tmp_path / "trainer_state.json", state(rows, num_train_epochs=3, eval_steps=20))
    ).read()
    assert log.kind == "trainer-state"
    assert values(log, "loss") == {10: 2.0, 20: 1.5}
    assert {name: list(each.values) for name, each in log.eval_losses.items()} == {
        "": [1.8, 1.7],
        "general": [3.0, 3.1],
    }
    assert values(log, "train_loss") == {40: 1.75}
    assert (log.planned_steps, log.planned_epochs, log.finished) == (100, 3.0, True)
    assert log.eval_rows == {"": 100, "general": 20}
    assert log.arguments["eval_steps"] == 20
    assert log.epoch_at(30) == pytest.approx(0.3)


def test_without_an_end_it_is_not_known_whether_it_finished(tmp_path: Path) -> None:
    file = saved(tmp_path / "trainer_state.json", state(history([2.0, 1.5])))
    assert run_of(file).read().finished is None


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_bare_history(tmp_path: Path, wrapped: bool) -> None:
    rows = history([2.0, 1.5, 1.2], [1.9])
    log = run_of(saved(tmp_path / "log_history.json", {"log_history": rows} if wrapped else rows)).read()
    assert (log.kind, list(log.series["loss"].values)) == ("log-history", [2.0, 1.5, 1.2])


def test_nan_and_infinity_as_python_and_as_strict_writers_have_them(tmp_path: Path) -> None:
    rows = history([2.0, math.nan, 1.0], [math.inf], grad_norm=[math.inf])
    rows[-1]["loss"] = "NaN"
    log = run_of(saved(tmp_path / "trainer_state.json", state(rows))).read()
    loss = list(log.series["loss"].values)
    assert (loss[0], len(loss)) == (2.0, 3)
    assert all(map(math.isnan, loss[1:]))
    assert values(log, "grad_norm") == {10: math.inf}
    assert list(log.eval_losses[""].values) == [math.inf]


def test_nulls_texts_and_flags_are_no_values(tmp_path: Path) -> None:
    rows = [{"loss": None, "eval_loss": 1.0, "note": "warm", "flag": True, "epoch": 1, "step": 5}]
    log = run_of(saved(tmp_path / "trainer_state.json", state(rows))).read()
    assert set(log.series) == {"eval_loss"}


def test_it_grows(tmp_path: Path) -> None:
    rows = history([2.0, 1.9, 1.8, 1.7])
    file = saved(tmp_path / "trainer_state.json", state(rows[:2]))
    run = run_of(file)
    assert values(run.read(), "loss") == {10: 2.0, 20: 1.9}
    saved(file, state(rows))
    log = run.read()
    assert values(log, "loss") == {10: 2.0, 20: 1.9, 30: 1.8, 40: 1.7}
    assert log.restarts == ()


def test_a_state_that_is_just_being_written(tmp_path: Path) -> None:
    """What was read stands; when the file is whole again nothing is told as broken or twice."""
    rows = history([2.0, 1.9, 1.8, 1.7])
    file = saved(tmp_path / "trainer_state.json", state(rows[:3]))
    run = run_of(file)
    run.read()
    whole = json.dumps(state(rows), indent=2)
    file.write_text(whole[:200], encoding="utf-8")
    torn = run.read()
    assert len(torn.series["loss"]) == 3
    assert [each.kind for each in torn.damaged] == ["truncated"]
    file.write_text(whole, encoding="utf-8")
    log = run.read()
    assert (len(log.series["loss"]), log.damaged, log.restarts) == (4, (), ())


def test_every_cut_of_a_state_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Cut anywhere it raises nothing, says that it breaks off, and gives the rows that are whole."""
    rows = history([2.0, 1.9, 1.8], [1.7])
    text = json.dumps(state(rows), indent=2).encode()
    file = tmp_path / "trainer_state.json"
    counts = []
    for cut in range(0, len(text), 7):
        file.write_bytes(text[:cut])
        log = run_of(file).read()
        assert [each.kind for each in log.damaged] == ["truncated"], cut
        counts.append(len(log.series.get("loss", ())))
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 3)


def test_a_resume_from_a_checkpoint(tmp_path: Path) -> None:
    """The state of a checkpoint replaces a longer one, and goes on with other values."""
    first = history([2.0, 1.9, 1.8, 1.7])
    file = saved(tmp_path / "trainer_state.json", state(first))
    run = run_of(file)
    run.read()
    saved(file, state(first[:2]))
    run.read()
    again = [{**row, "loss": row["loss"] + 0.05} for row in history([0.0, 0.0, 1.75, 1.65])][2:]
    saved(file, state([*first[:2], *again]))
    log = run.read()
    assert values(log, "loss") == {10: 2.0, 20: 1.9, 30: pytest.approx(1.8), 40: pytest.approx(1.7)}
    assert [(each.step, each.reached) for each in log.restarts] == [(30, 40)]


def test_rows_that_are_none_and_rows_without_a_step(tmp_path: Path) -> None:
    rows: list[Any] = [{"loss": 2.0, "step": 10}, "note", {"eval_loss": 1.9}, {"loss": 1.8, "step": 20}]
    content = {"global_step": 20, "log_history": rows}
    log = run_of(saved(tmp_path / "trainer_state.json", content)).read()
    assert values(log, "eval_loss") == {10: 1.9}
    assert [(each.kind, each.lost) for each in log.damaged] == [("foreign-rows", 1)]


def test_a_pointer_says_how_to_get_the_log(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint-5" / "trainer_state.json"
    file.parent.mkdir()
    oid = "a" * 64
    file.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12345\n")
    with pytest.raises(FtlintError, match=r"Git LFS pointer.*git lfs pull"):
        run_of(file).read()
