"""Logs of trackers: W&B's offline files and exported histories, MLflow's file store."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wandb_files import HEADER, config, ended, history, log, typed

from ftlint.model import RunLog
from ftlint.runlogs.detect import kind_of
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.runs import Run, run_files
from ftlint.runlogs.wandb_offline import OfflineReader

RUN = [
    config({"learning_rate": 0.001, "optim": "adamw", "nested": {"rank": 8}, "_wandb": {"x": 1}}),
    *(
        history(
            {
                "train/loss": 3 - step / 64,
                "train/global_step": 10 * step,
                "train/epoch": step / 4,
                "_timestamp": 1.5e9 + step,
                "note": "words",
            },
            2 * step,
        )
        for step in range(12)
    ),
    history({"eval/loss": 2.5, "eval/general_loss": 3.5, "train/global_step": 110}, 24),
    history({"eval/runtime": 2.0, "eval/samples_per_second": 16.0, "train/global_step": 110}, 25),
]


def log_of(*files: Path) -> RunLog:
    (found,) = run_files(map(str, files))
    return Run(found).read()


def points(found: RunLog, name: str) -> list[tuple[float, float]]:
    return list(found.series[name].points())


def wandb(folder: Path, data: bytes) -> Path:
    file = folder / "wandb" / "offline-run-20240101_000000-abc123" / "run-abc123.wandb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def test_an_offline_run(tmp_path: Path) -> None:
    found = log_of(wandb(tmp_path, log([*RUN, ended(0)])))
    assert found.kind == "wandb-offline"
    assert points(found, "loss") == [(10 * step, 3 - step / 64) for step in range(12)]
    assert {name: list(each.points()) for name, each in found.eval_losses.items()} == {
        "": [(110, 2.5)],
        "general": [(110, 3.5)],
    }
    assert list(found.series["loss"].times) == [1.5e9 + step for step in range(12)]
    assert found.epoch_at(110) == 11 / 4
    assert found.arguments == {"learning_rate": 0.001, "optim": "adamw", "nested/rank": 8}
    assert found.eval_rows == {"": 32}
    assert found.finished is True
    assert not found.damaged


def test_values_in_fields_of_their_type(tmp_path: Path) -> None:
    records = [
        typed("loss", 6, 2.5),
        typed("count", 5, (-3 << 1) ^ -1),
        typed("on", 4, 1),
        typed("name", 7, b"words"),
        typed("more", 8, b'{"a": 1}'),
    ]
    found = log_of(wandb(tmp_path, log([*records, ended(1)])))
    assert points(found, "loss") == [(0, 2.5)]
    assert points(found, "count") == [(0, -3)]
    assert points(found, "more/a") == [(0, 1)]
    assert set(found.series) == {"loss", "count", "more/a"}
    assert found.finished is False


def test_rows_without_a_global_step_count_by_the_calls_that_logged(tmp_path: Path) -> None:
    found = log_of(wandb(tmp_path, log(history({"loss": 4 - step}, step) for step in range(3))))
    assert points(found, "loss") == [(0, 4), (1, 3), (2, 2)]


def test_a_record_over_several_blocks(tmp_path: Path) -> None:
    long = history({"text": "x" * 100_000, "loss": 1.5}, 7)
    found = log_of(wandb(tmp_path, log([*RUN, long, history({"loss": 1.25, "train/global_step": 200}, 26)])))
    assert points(found, "loss")[-2:] == [(110, 1.5), (200, 1.25)]
    assert not found.damaged


def test_only_new_records_of_an_offline_run_are_read(tmp_path: Path) -> None:
    data = log([*RUN, ended(0)])
    file = wandb(tmp_path, data[: len(HEADER)])
    into = Recorder(str(file), "wandb-offline")
    reader = OfflineReader(str(file), str(file))
    assert not reader.more(into)
    for end in range(len(HEADER), len(data) + 1, 11):
        file.write_bytes(data[:end])
        reader.more(into)
    assert [each.kind for each in into.damaged] in ([], ["truncated"])
    file.write_bytes(data)
    reader.more(into)
    assert not reader.more(into)
    whole = log_of(file)
    assert into.log().series == whole.series
    assert not into.damaged


def test_damage_of_an_offline_run_is_told_and_what_follows_is_read(tmp_path: Path) -> None:
    filler = [
        history({"train/loss": 1.0, "train/global_step": step, "text": "x" * 400}, step)
        for step in range(200)
    ]
    data = bytearray(log(filler))
    data[1000] ^= 0x40
    found = log_of(wandb(tmp_path, bytes(data)))
    assert [each.kind for each in found.damaged] == ["corrupt"]
    steps = found.series["loss"].steps
    assert steps[-1] == 199
    assert 100 < len(steps) < 200
    cut = log_of(wandb(tmp_path, log(RUN)[:-3]))
    assert [each.kind for each in cut.damaged] == ["truncated"]
    assert len(cut.series["loss"]) == 12


@given(st.data())
def test_no_bytes_break_the_reader_of_offline_runs(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray(log(RUN))
    for place in data.draw(st.lists(st.integers(7, len(whole) - 1), max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(whole)))
    body = bytes(whole[:end]) + data.draw(st.binary(max_size=64))
    file = tmp_path_factory.getbasetemp() / "fuzzed.wandb"
    file.write_bytes(body)
    into = Recorder(str(file), "wandb-offline")
    reader = OfflineReader(str(file), str(file))
    reader.more(into)
    assert not reader.more(into)
    into.log()


HISTORY = [
    {"_step": 0, "_runtime": 1.5, "_timestamp": 1.5e9, "train/loss": 2.5, "train/global_step": 5,
     "eval/loss": None},
    {"_step": 1, "_runtime": 2.5, "_timestamp": 1.5e9 + 1, "eval/loss": "NaN", "train/global_step": 5},
    {"_step": 2, "_runtime": 3.5, "_timestamp": 1.5e9 + 2, "train/loss": 2.25, "train/global_step": 10,
     "gradients/w": {"_type": "histogram", "values": [1]}, "system": {"gpu": 1.5}},
]  # fmt: skip


@pytest.mark.parametrize("form", ["list", "lines", "columns"])
def test_a_history_as_json(tmp_path: Path, form: str) -> None:
    file = tmp_path / ("wandb-history.jsonl" if form == "lines" else "history.json")
    if form == "lines":
        file.write_text("".join(f"{json.dumps(each)}\n" for each in HISTORY))
    elif form == "list":
        file.write_text(json.dumps(HISTORY, indent=1))
    else:
        names = list(dict.fromkeys(name for each in HISTORY for name in each))
        columns = {name: {str(at): each.get(name) for at, each in enumerate(HISTORY)} for name in names}
        file.write_text(json.dumps(columns))
    assert kind_of(str(file), file.name) == "wandb-json"
    found = log_of(file)
    assert points(found, "loss") == [(5, 2.5), (10, 2.25)]
    assert [step for step, _ in points(found, "eval_loss")] == [5]
    assert math.isnan(found.series["eval_loss"].values[0])
    assert points(found, "system/gpu") == [(10, 1.5)]
    assert "gradients/w/values" not in found.series
    assert list(found.series["loss"].times) == [1.5e9, 1.5e9 + 2]


def mlflow(folder: Path, metrics: dict[str, str], status: int = 3) -> list[Path]:
    run = folder / "mlruns" / "0" / "0123456789abcdef0123456789abcdef"
    for name, text in metrics.items():
        file = run / "metrics" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (run / "params").mkdir(exist_ok=True)
    (run / "params" / "learning_rate").write_text("0.001")
    (run / "params" / "optim").write_text("adamw")
    (run / "meta.yaml").write_text(f"end_time: null\nrun_name: calm-owl\nstatus: {status}\n")
    return [run / "metrics" / name for name in metrics]


LOSS = "".join(f"{1_700_000_000_000 + 1000 * step} {3 - step / 64} {10 * step}\n" for step in range(8))


def test_mlflow_metrics_are_one_run(tmp_path: Path) -> None:
    files = mlflow(
        tmp_path,
        {
            "train/loss": LOSS,
            "eval_loss": "1700000005000 2.5 40\n1700000009000 nan 80\n",
            "learning_rate": "1700000000000 1e-05 0\n",
            "epoch": "1700000000000 0.5 10\n1700000001000 1.0 20\n",
        },
    )
    found = log_of(*files)
    assert found.kind == "mlflow"
    assert points(found, "loss") == [(10 * step, 3 - step / 64) for step in range(8)]
    assert [step for step, _ in points(found, "eval_loss")] == [40, 80]
    assert math.isnan(found.series["eval_loss"].values[1])
    assert list(found.series["loss"].times)[:2] == [1_700_000_000, 1_700_000_001]
    assert found.arguments == {"learning_rate": 0.001, "optim": "adamw"}
    assert found.finished is True
    assert found.epoch_at(20) == 1


def test_mlflow_summary_of_a_trainer_is_not_its_loss(tmp_path: Path) -> None:
    files = mlflow(tmp_path, {"loss": LOSS, "train_loss": "1700000009000 2.0 80\n"}, status=1)
    found = log_of(*files)
    assert len(found.series["loss"]) == 8
    assert points(found, "train_loss") == [(80, 2.0)]
    assert found.finished is None


def test_mlflow_rows_that_are_none_and_those_without_a_step(tmp_path: Path) -> None:
    files = mlflow(tmp_path, {"loss": "1700000000000 2.5\n1700000001000 2.25\nhalf of it\n"}, status=4)
    found = log_of(*files)
    assert points(found, "loss") == [(0, 2.5), (1, 2.25)]
    assert [(each.kind, each.line) for each in found.damaged] == [("unreadable-rows", 3)]
    assert found.finished is False


def test_only_new_rows_of_mlflow_are_read(tmp_path: Path) -> None:
    (file,) = mlflow(tmp_path, {"loss": LOSS[:60]}, status=1)
    (found,) = run_files([str(file)])
    run = Run(found)
    for end in range(60, len(LOSS) + 1):
        file.write_text(LOSS[:end])
        run.read()
    mlflow(tmp_path, {"loss": LOSS})
    whole = run.read()
    assert points(whole, "loss") == [(10 * step, 3 - step / 64) for step in range(8)]
    assert whole.finished is True
    assert not whole.damaged
