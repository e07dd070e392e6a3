"""Rows of JSON Lines, JSON and LLaMA-Factory, while they are written and whatever they are called."""

import json
from pathlib import Path
from typing import Any

import pytest
from json_logs import lines, run_of, saved, values

from ftlint.model.run_log import Damaged
from ftlint.runlogs.rows import EvalRows


def factory(step: int, **values: Any) -> dict[str, Any]:
    clock = {"percentage": step, "elapsed_time": "1 day, 0:00:30", "remaining_time": "0:01:00"}
    return {"current_steps": step, "total_steps": 100, **values, "epoch": step / 50, **clock}


def test_llamafactory(tmp_path: Path) -> None:
    rows = [
        factory(10, loss=2.0, eval_loss=None, predict_loss=None, reward=None, learning_rate=1e-5),
        factory(20, loss=1.5, lr=2e-5, throughput=900.0, total_tokens=5000),
        factory(20, loss=None, eval_loss=1.6),
        factory(100, accuracy=0.75),
    ]
    log = run_of(lines(tmp_path / "trainer_log.jsonl", rows)).read()
    assert values(log, "loss") == {10: 2.0, 20: 1.5}
    assert values(log, "eval_loss") == {20: 1.6}
    assert values(log, "learning_rate") == {10: 1e-5, 20: 2e-5}
    assert (values(log, "tokens_per_second"), values(log, "num_tokens")) == ({20: 900.0}, {20: 5000.0})
    assert values(log, "rewards/accuracies") == {100: 0.75}
    assert log.objective == "preference"
    assert values(log, "elapsed_seconds")[10] == 24 * 3600 + 30
    assert (log.planned_steps, log.finished, log.epoch_at(25)) == (100, True, pytest.approx(0.5))


def test_only_new_bytes_of_a_growing_log_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [factory(step, loss=2.0 - step / 100) for step in range(1, 61)]
    file = lines(tmp_path / "trainer_log.jsonl", rows[:50])
    run = run_of(file)
    run.read()
    parsed: list[bytes] = []
    from ftlint.runlogs import lines as module

    loads = module.loads
    monkeypatch.setattr(module, "loads", lambda text: parsed.append(text) or loads(text))
    assert len(run.read().series["loss"]) == 50
    assert parsed == []
    lines(file, rows)
    assert len(run.read().series["loss"]) == 60
    assert len(parsed) == 10


def test_every_way_to_cut_the_bytes_gives_the_same_log(tmp_path: Path) -> None:
    """A row that is not yet whole waits, and is told as torn only for as long as it is."""
    rows = [factory(step, loss=2.0 - step / 100) for step in (1, 2, 3)]
    whole = lines(tmp_path / "whole.jsonl", rows).read_bytes()
    for cut in range(1, len(whole)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        file = folder / "trainer_log.jsonl"
        file.write_bytes(whole[:cut])
        run = run_of(file) if cut > 60 else None
        before = run.read() if run else None
        if before is not None:
            torn = whole[:cut].rpartition(b"\n")[2]
            assert [each.kind for each in before.damaged] == (
                ["truncated"] if torn and not torn.endswith(b'"}') else []
            ), cut
        file.write_bytes(whole)
        log = (run or run_of(file)).read()
        assert values(log, "loss") == {1: 1.99, 2: 1.98, 3: 1.97}, cut
        assert (log.damaged, log.restarts) == ((), ()), cut


def test_broken_rows_are_told_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "trainer_log.jsonl"
    good = json.dumps(factory(10, loss=2.0)).encode()
    file.write_bytes(b"\xef\xbb\xbf" + good + b'\r\n{"current_steps": 20, "lo\r\n[1]\r\n\r\n' + good[:20])
    log = run_of(file).read()
    assert values(log, "loss") == {10: 2.0}
    assert [(each.kind, each.line) for each in log.damaged] == [
        ("unreadable-rows", 2),
        ("foreign-rows", 3),
        ("truncated", 5),
    ]


def test_a_log_that_is_begun_again_is_read_from_its_beginning(tmp_path: Path) -> None:
    file = lines(tmp_path / "trainer_log.jsonl", [factory(step, loss=2.0) for step in range(1, 30)])
    run = run_of(file)
    run.read()
    lines(file, [factory(step, loss=1.0) for step in range(1, 6)])
    log = run.read()
    assert values(log, "loss") == dict.fromkeys((1, 2, 3, 4, 5), 1.0)


@pytest.mark.parametrize(
    ("rows", "loss", "evals"),
    [
        (
            [{"step": 1, "train_loss": 2.0}, {"step": 2, "train_loss": 1.0, "val_loss": 1.5}],
            {1: 2.0, 2: 1.0},
            {2: 1.5},
        ),
        (
            [{"iter": 5, "train": {"loss": 2.0}}, {"iter": 9, "val": {"loss": 1.5}, "train": {"loss": 1.0}}],
            {5: 2.0, 9: 1.0},
            {9: 1.5},
        ),
        (
            [{"step": 1, "split": "train", "loss": 2.0}, {"step": 1, "split": "val", "loss": 1.5}],
            {1: 2.0},
            {1: 1.5},
        ),
        # steps of an epoch that begin anew in each
        (
            [
                {"mode": "train", "epoch": 1, "iter": 50, "loss": 2.0},
                {"mode": "train", "epoch": 1, "iter": 100, "loss": 1.8},
                {"mode": "train", "epoch": 2, "iter": 50, "loss": 1.7},
            ],
            {50: 2.0, 100: 1.8, 150: 1.7},
            {},
        ),
        # Fireworks' metrics file
        (
            [
                {"step": 1, "timestamp": 1.7e9, "data": {"train/loss": 2.0, "train/epoch": 0.1}},
                {"step": 2, "timestamp": 1.7e9, "data": {"train/loss": 1.0, "eval/loss": 1.2}},
            ],
            {1: 2.0, 2: 1.0},
            {2: 1.2},
        ),
    ],
)
def test_json_lines_of_anybody(
    tmp_path: Path, rows: list[Any], loss: dict[float, float], evals: dict[float, float]
) -> None:
    log = run_of(lines(tmp_path / "metrics.jsonl", rows)).read()
    assert values(log, "loss") == loss
    assert values(log, "eval_loss") == evals


def test_two_names_of_one_metric_stay_two(tmp_path: Path) -> None:
    """The one that is called by the canonical name has it, even where it comes later; else the first."""
    rows = [
        {"step": 1, "train_loss": 2.0, "lr": 1.0, "learning-rate": 3.0},
        {"step": 2, "loss": 9.0, "train_loss": 1.0},
    ]
    log = run_of(lines(tmp_path / "log.jsonl", rows)).read()
    assert (values(log, "loss"), values(log, "train_loss")) == ({2: 9.0}, {1: 2.0, 2: 1.0})
    assert (values(log, "learning_rate"), values(log, "learning-rate")) == ({1: 1.0}, {1: 3.0})


def test_a_log_by_epochs(tmp_path: Path) -> None:
    rows = [{"epoch": each, "loss": 2.0 - each, "val_loss": 1.9} for each in (0, 1)]
    log = run_of(lines(tmp_path / "log.jsonl", rows)).read()
    assert (log.unit, values(log, "loss"), log.steps_per_epoch) == ("epoch", {0: 2.0, 1: 1.0}, 1.0)


def test_columns_that_the_settings_name(tmp_path: Path) -> None:
    rows = [{"n": each, "obj": 3.0 - each, "held/ce": 2.0, "at": 1_700_000_000 + each} for each in (1, 2)]
    file = lines(tmp_path / "run.jsonl", rows)
    columns = {"step": "n", "loss": "obj", "eval_loss": "held/ce", "time": "at"}
    log = run_of(file, columns=columns).read()
    assert values(log, "loss") == {1: 2.0, 2: 1.0}
    assert values(log, "eval_loss") == {1: 2.0, 2: 2.0}
    assert list(log.series["loss"].times) == [1_700_000_001, 1_700_000_002]


@pytest.mark.parametrize(
    "content",
    [
        {"loss": [2.0, 1.0], "val_loss": [1.9, 1.5], "lr": [0.1, 0.1]},
        {"history": {"loss": [2.0, 1.0], "val_loss": [1.9, 1.5]}},
        [{"epoch": 0, "train_loss": 2.0, "val_loss": 1.9}, {"epoch": 1, "train_loss": 1.0, "val_loss": 1.5}],
    ],
)
def test_histories_dumped_as_json(tmp_path: Path, content: Any) -> None:
    log = run_of(saved(tmp_path / "history.json", content)).read()
    assert (log.kind, log.unit) == ("json", "epoch")
    assert values(log, "loss") == {0: 2.0, 1: 1.0}
    assert values(log, "eval_loss") == {0: 1.9, 1: 1.5}


def test_all_results_add_what_they_know(tmp_path: Path) -> None:
    lines(tmp_path / "trainer_log.jsonl", [factory(10, loss=2.0), factory(20, loss=1.5, eval_loss=1.6)])
    results = {"epoch": 0.4, "eval_loss": 1.6, "eval_samples": 812, "train_loss": 1.75, "train_runtime": 9.0}
    saved(tmp_path / "all_results.json", results)
    log = run_of(tmp_path / "trainer_log.jsonl", tmp_path / "all_results.json").read()
    assert (log.kind, log.unit, log.finished, log.eval_rows) == ("llamafactory", "step", True, {"": 812})
    assert values(log, "eval_loss") == {20: 1.6}
    assert log.arguments["train_loss"] == 1.75


def test_all_results_alone(tmp_path: Path) -> None:
    results = {"epoch": 3.0, "eval_loss": 1.6, "eval_runtime": 2.0, "train_loss": 1.75, "train_runtime": 9.0}
    log = run_of(saved(tmp_path / "all_results.json", results)).read()
    assert (log.unit, values(log, "eval_loss"), values(log, "train_loss")) == ("epoch", {3: 1.6}, {3: 1.75})


@pytest.mark.parametrize(
    ("seconds", "rate", "rows"),
    [(4.0, 25.0, 100), (14008.3643, 4.997, 70000), (63.3066, 1.659, 105), (0.0519, 1541.667, 80)],
)
def test_rows_of_an_eval_set_with_no_more_digits_than_are_sure(
    seconds: float, rate: float, rows: int
) -> None:
    evals = EvalRows()
    evals.add({"eval_runtime": seconds, "eval_samples_per_second": rate})
    assert evals.found() == {"": rows}


def test_a_document_that_breaks_off(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    rows = [{"epoch": each, "train_loss": 2.0 - each} for each in (0, 1, 2)]
    file.write_text(json.dumps(rows)[:-10])
    log = run_of(file).read()
    assert values(log, "loss") == {0: 2.0, 1: 1.0}
    assert log.damaged == (
        Damaged("truncated", str(file), "breaks off within its JSON", offset=len(file.read_bytes())),
    )
