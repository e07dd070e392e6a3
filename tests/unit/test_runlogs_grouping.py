"""Which files log one run, and what each of them adds to it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from event_files import event, plain, version, write
from json_logs import lines, run_of, saved, state, values

from ftlint.rule import history
from ftlint.runlogs.runs import Run, RunFiles, run_files


def events(folder: Path, curves: Mapping[str, Iterable[float]], *, at: int = 1, first: int = 10) -> Path:
    """An event file with a value of each tag at every tenth step, begun at a time."""
    made = [version()]
    for tag, curve in curves.items():
        made += [event(first + 10 * index, plain(tag, value)) for index, value in enumerate(curve)]
    return write(folder / f"events.out.tfevents.{1_700_000_000 + at}.host.{at}.0", made)


def found(folder: Path) -> list[RunFiles]:
    return run_files([str(path) for path in folder.rglob("*") if path.is_file()])


def shown(runs: Iterable[RunFiles], folder: Path) -> list[list[str]]:
    return [
        [Path(file).relative_to(folder).as_posix() for part in run.parts for file in part.files]
        for run in runs
    ]


LOSS = [2.0, 1.9, 1.8, 1.7]


def test_checkpoints_of_one_run(tmp_path: Path) -> None:
    """Each checkpoint holds the history so far: the furthest counts."""
    for step in (5, 10, 40):
        rows = history(LOSS[: step // 10])
        saved(tmp_path / f"out/checkpoint-{step}/trainer_state.json", state(rows, global_step=step))
    (tmp_path / "out/checkpoint-20").mkdir()
    (run,) = found(tmp_path)
    assert shown([run], tmp_path) == [["out/checkpoint-40/trainer_state.json"]]
    log = Run(run).read()
    assert log.checkpoints == (5, 10, 20, 40)
    assert log.nearest_checkpoint(28) == 20
    saved(tmp_path / "out/trainer_state.json", state(history(LOSS), global_step=40))
    assert shown(found(tmp_path), tmp_path) == [["out/trainer_state.json"]]


def test_two_outputs_are_two_runs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        saved(tmp_path / name / "checkpoint-40/trainer_state.json", state(history(LOSS)))
    assert len(found(tmp_path)) == 2


def test_event_files_of_a_trainer_belong_to_its_output(tmp_path: Path) -> None:
    """The values say which: those of another training in the same folder are a run of their own."""
    rows = history(LOSS[:3])
    saved(tmp_path / "out/checkpoint-30/trainer_state.json", state(rows, num_train_epochs=2))
    events(tmp_path / "out/runs/Jan01_host", {"train/loss": [5.0, 4.0, 3.0]}, at=1)
    events(tmp_path / "out/runs/Jan02_host", {"train/loss": LOSS, "train/extra": [1.0]}, at=2)
    runs = found(tmp_path)
    assert shown(runs, tmp_path) == [
        [
            "out/checkpoint-30/trainer_state.json",
            "out/runs/Jan02_host/events.out.tfevents.1700000002.host.2.0",
        ],
        ["out/runs/Jan01_host/events.out.tfevents.1700000001.host.1.0"],
    ]
    log = Run(runs[0]).read()
    assert list(log.series["loss"].values) == pytest.approx(LOSS)  # the event file goes further
    assert values(log, "extra") == {10: 1.0}
    assert (log.kind, log.planned_epochs, len(log.files)) == ("trainer-state", 2, 2)


def test_llamafactory_with_all_it_writes(tmp_path: Path) -> None:
    rows = history(LOSS, [1.8, 1.75], eval_every=20, grad_norm=[1.0, 1.1, 1.2, 1.3])
    saved(tmp_path / "trainer_state.json", state(rows))
    log_rows = [
        {"current_steps": 10 * (each + 1), "total_steps": 40, "loss": loss, "epoch": 0.1, "throughput": 9.0}
        for each, loss in enumerate(LOSS)
    ]
    lines(tmp_path / "trainer_log.jsonl", log_rows)
    saved(tmp_path / "all_results.json", {"epoch": 0.4, "train_loss": 1.85, "train_runtime": 3.0})
    (run,) = found(tmp_path)
    log = Run(run).read()
    assert run.primary == str(tmp_path / "trainer_state.json")
    assert len(log.series["grad_norm"]) == len(log.series["tokens_per_second"]) == 4
    assert log.finished is True
    assert values(log, "loss") == {10: 2.0, 20: 1.9, 30: 1.8, 40: 1.7}


def test_event_files_of_one_folder_go_on_or_start_over(tmp_path: Path) -> None:
    first = events(tmp_path, {"train/loss": LOSS[:2]}, at=1)
    second = events(tmp_path, {"train/loss": LOSS[2:]}, at=2, first=30)
    third = events(tmp_path, {"train/loss": [3.0, 2.0]}, at=3)
    runs = found(tmp_path)
    assert shown(runs, tmp_path) == [[first.name, second.name], [third.name]]
    assert list(Run(runs[0]).read().series["loss"].values) == pytest.approx(LOSS)


def test_writers_beside_each_other_are_one_run(tmp_path: Path) -> None:
    events(tmp_path, {"train/loss": LOSS}, at=1)
    events(tmp_path, {"val/f1": [0.1, 0.2]}, at=2)
    (run,) = found(tmp_path)
    assert set(Run(run).read().series) == {"loss", "eval_f1"}


def test_keras_writes_train_and_validation_apart(tmp_path: Path) -> None:
    events(tmp_path / "logs/train", {"epoch_loss": LOSS, "epoch_accuracy": LOSS})
    events(tmp_path / "logs/validation", {"epoch_loss": [2.1, 2.0], "epoch_accuracy": [0.5, 0.6]})
    (run,) = found(tmp_path)
    log = Run(run).read()
    assert list(log.series["loss"].values) == pytest.approx(LOSS)
    assert list(log.eval_losses[""].values) == pytest.approx([2.1, 2.0])
    assert list(log.series["eval_accuracy"].values) == pytest.approx([0.5, 0.6])


def test_add_scalars_writes_a_folder_for_each_curve(tmp_path: Path) -> None:
    events(tmp_path / "exp", {"lr": [0.1, 0.1]})
    events(tmp_path / "exp/loss_train", {"loss": LOSS})
    events(tmp_path / "exp/loss_val", {"loss": [2.1, 2.0]})
    (run,) = found(tmp_path)
    log = Run(run).read()
    assert set(log.series) == {"loss", "eval_loss", "learning_rate"}


def test_a_run_that_happens_to_be_called_test_is_no_eval_set(tmp_path: Path) -> None:
    events(tmp_path / "runs/bert_test", {"train/loss": LOSS})
    events(tmp_path / "runs/gpt_train", {"train/loss": LOSS})
    runs = found(tmp_path)
    assert len(runs) == 2
    assert all("loss" in Run(run).read().series for run in runs)


def test_rows_of_eval_sets_and_the_end_from_event_files(tmp_path: Path) -> None:
    curves = {
        "eval/loss": [1.5],
        "eval/runtime": [4.0],
        "eval/samples_per_second": [25.0],
        "train/train_runtime": [60.0],
        "train/train_loss": [1.9],
    }
    events(tmp_path, {"train/loss": LOSS, **curves})
    (run,) = found(tmp_path)
    log = Run(run).read()
    assert (log.eval_rows, log.finished, values(log, "train_loss")[10]) == (
        {"": 100},
        True,
        pytest.approx(1.9),
    )


def test_numbers_of_running_epochs_are_made_progress(tmp_path: Path) -> None:
    """Lightning writes 0 as long as the first epoch runs: it is done where 1 begins."""
    numbers = [each // 10 for each in range(30)]
    events(tmp_path, {"train_loss": [1 / (1 + each) for each in range(30)], "epoch": numbers})
    log = Run(*found(tmp_path)).read()
    assert log.steps_per_epoch == pytest.approx(100, abs=6)
    assert log.epoch_at(300) == pytest.approx(3, abs=0.1)


def test_a_run_goes_on_in_new_files(tmp_path: Path) -> None:
    """`refresh` takes over what a run wrote since: a new event file, a further checkpoint."""
    events(tmp_path / "tb", {"train/loss": LOSS[:2]}, at=1)
    run = Run(*found(tmp_path))
    assert len(run.read().series["loss"]) == 2
    events(tmp_path / "tb", {"train/loss": LOSS[2:]}, at=2, first=30)
    run.refresh(*found(tmp_path))
    assert list(run.read().series["loss"].values) == pytest.approx(LOSS)

    saved(tmp_path / "out/checkpoint-20/trainer_state.json", state(history(LOSS[:2])))
    run = Run(*found(tmp_path / "out"))
    assert len(run.read().series["loss"]) == 2
    saved(tmp_path / "out/checkpoint-40/trainer_state.json", state(history(LOSS)))
    run.refresh(*found(tmp_path / "out"))
    log = run.read()
    assert (len(log.series["loss"]), log.restarts, log.checkpoints) == (4, (), (20, 40))


def test_pointers_are_told_once_for_a_run_and_not_where_the_log_is_there(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 1\n"
    for step in (10, 20):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        (folder / "trainer_state.json").write_text(pointer)
    assert [run.kind for run in found(tmp_path)] == ["pointer"]
    saved(tmp_path / "trainer_state.json", state(history(LOSS)))
    assert [run.kind for run in found(tmp_path)] == ["trainer-state"]


def test_what_a_trainer_printed_belongs_to_the_run_it_printed(tmp_path: Path) -> None:
    """Whatever the file is called and wherever it lies; the output of another run is another run."""
    losses = [2.0 - each / 7 for each in range(8)]
    printed = [{"loss": round(each, 4), "epoch": (1 + index) / 10} for index, each in enumerate(losses)]
    saved(tmp_path / "out/checkpoint-80/trainer_state.json", state(history(losses)))
    saved(tmp_path / "copy/log_history.json", history(losses))
    (tmp_path / "nohup.out").write_text("".join(f"{row}\n" for row in printed))
    saved(tmp_path / "other/log_history.json", history([each + 1 for each in losses]))
    runs = shown(found(tmp_path), tmp_path)
    assert [each[0] for each in runs if "nohup.out" not in each] == ["other/log_history.json"]
    assert "copy/log_history.json" in runs[-1]


def test_planned_epochs_stand_in_for_those_not_logged(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"loss": each, "step": 10 * index} for index, each in enumerate(LOSS)]
    log = run_of(saved(tmp_path / "trainer_state.json", state(rows, num_train_epochs=2, max_steps=50))).read()
    assert (log.steps_per_epoch, log.epoch_at(25)) == (25.0, 1.0)


def test_the_log_of_ftlint_train_stands_for_its_copies(tmp_path: Path) -> None:
    """Checkpoints and TensorBoard hold what log.jsonl holds; without a manifest they are runs, too."""
    rows = [{"step": step, "loss": 2.0 - 0.1 * step, "epoch": step / 10} for step in range(1, 9)]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows))
    state = tmp_path / "checkpoint-4" / "trainer_state.json"
    state.parent.mkdir()
    state.write_text(json.dumps({"global_step": 4, "max_steps": 8, "log_history": rows[:4]}))
    paths = [str(log), str(state)]
    assert [run.primary for run in run_files(paths)] == sorted([str(state), str(log)])
    (tmp_path / "run.json").write_text('{\n  "ftlint_run": 1\n}\n')
    (only,) = run_files(paths)
    assert (only.primary, only.checkpoints) == (str(log), (4,))
