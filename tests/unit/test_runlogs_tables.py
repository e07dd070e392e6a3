"""Logs that are tables: Keras, Lightning, OpenAI, W&B's charts, and those of nobody known."""

from __future__ import annotations

import base64
import csv
import io
import math
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from ftlint.model import RunLog
from ftlint.runlogs.detect import kind_of
from ftlint.runlogs.runs import Run, run_files


def run_of(file: Path, columns: Mapping[str, str] = {}) -> Run:
    (files,) = run_files([str(file)], columns)
    return Run(files, columns)


def log_of(file: Path, columns: Mapping[str, str] = {}) -> RunLog:
    return run_of(file, columns).read()


def points(log: RunLog, name: str) -> list[tuple[float, float]]:
    return list(log.series[name].points())


@pytest.mark.corpus
def test_keras_tables_of_others(corpus: Path) -> None:
    files = sorted((corpus / "logs").glob("*training_log.csv"))
    assert len(files) == 5
    for file in files:
        assert kind_of(str(file), file.name) == "keras-csv"
        log = log_of(file)
        assert log.unit == "epoch"
        assert not log.damaged
        with file.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        for ours, theirs in {
            "loss": "loss",
            "eval_loss": "val_loss",
            "eval_accuracy": "val_accuracy",
        }.items():
            assert points(log, ours) == [(float(row["epoch"]), float(row[theirs])) for row in rows]


def test_keras_tells_nothing_where_an_epoch_had_no_validation(tmp_path: Path) -> None:
    file = tmp_path / "training.log.csv"
    file.write_text("epoch,loss,lr,val_loss,val_lr\n0,2.5,0.001,NA,NA\n1,nan,0.001,2.25,NA\n")
    log = log_of(file)
    assert [step for step, _ in points(log, "loss")] == [0, 1]
    assert math.isnan(points(log, "loss")[1][1])
    assert points(log, "eval_loss") == [(1, 2.25)]
    assert points(log, "learning_rate") == [(0, 0.001), (1, 0.001)]
    assert "eval_lr" not in log.series


LIGHTNING = (
    "epoch,lr-AdamW,step,train_loss_epoch,train_loss_step,val_loss\n"
    "0,,0,,3.5,\n,0.01,0,,,\n0,,50,,3.0,\n0,,63,,,2.75\n0,,63,3.125,,\n"
    "1,,100,,2.5,\n1,,127,,,2.5\n1,,127,2.25,,\n2,,150,,2.0,\n"
)


def test_lightning_steps_and_epochs(tmp_path: Path) -> None:
    file = tmp_path / "version_0" / "metrics.csv"
    (file.parent / "checkpoints").mkdir(parents=True)
    file.write_text(LIGHTNING)
    (file.parent / "checkpoints" / "epoch=1-step=128.ckpt").touch()
    (file.parent / "hparams.yaml").write_text("lr: 0.01\nbatch_size: 8\nnet: !!python/object:x.Y {}\n")
    log = log_of(file)
    assert log.kind == "lightning-csv"
    assert points(log, "loss") == [(0, 3.5), (50, 3.0), (100, 2.5), (150, 2.0)]
    assert points(log, "loss_epoch") == [(63, 3.125), (127, 2.25)]
    assert points(log, "eval_loss") == [(63, 2.75), (127, 2.5)]
    assert points(log, "learning_rate") == [(0, 0.01)]
    assert log.epochs is not None
    assert list(log.epochs.points()) == [(64, 1), (128, 2)]
    assert log.epoch_at(192) == 3
    assert log.checkpoints == (128,)
    assert not log.arguments, "a file that is no plain YAML says nothing"
    (file.parent / "hparams.yaml").write_text("lr: 0.01\nbatch_size: 8\nlayers: [1, 2]\n")
    assert log_of(file).arguments == {"lr": 0.01, "batch_size": 8}


def test_lightning_several_loaders_and_a_loss_of_epochs_alone(tmp_path: Path) -> None:
    file = tmp_path / "metrics.csv"
    file.write_text(
        "epoch,step,train_loss_epoch,val_loss/dataloader_idx_0,val_loss/dataloader_idx_1\n"
        "0,9,2.5,2.0,3.0\n1,19,2.25,1.75,3.5\n"
    )
    log = log_of(file)
    assert points(log, "loss") == [(9, 2.5), (19, 2.25)]
    assert {name: list(each.values) for name, each in log.eval_losses.items()} == {
        "": [2.0, 1.75],
        "loader_1": [3.0, 3.5],
    }


def test_litgpt(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "csv" / "version_0" / "metrics.csv"
    file.parent.mkdir(parents=True)
    file.write_text(
        "epoch,iter,iter_time,learning_rate,loss,step,tokens,total_tokens,val_loss\n"
        "1,4,0.5,0.0001,2.5,4,1024,2048,\n1,8,0.5,0.0002,2.25,8,2048,4096,\n,,,,,8,,,2.375\n"
    )
    log = log_of(file)
    assert points(log, "loss") == [(4, 2.5), (8, 2.25)]
    assert points(log, "eval_loss") == [(8, 2.375)]
    assert points(log, "num_tokens") == [(4, 2048), (8, 4096)]
    assert points(log, "step_time") == [(4, 0.5), (8, 0.5)]


def test_a_table_written_anew_with_more_columns_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "metrics.csv"
    file.write_text("epoch,step,train_loss\n0,0,3.5\n0,10,3.0\n")
    run = run_of(file)
    assert points(run.read(), "loss") == [(0, 3.5), (10, 3.0)]
    file.write_text("epoch,step,train_loss,val_loss\n0,0,3.5,\n0,10,3.0,\n0,10,,3.25\n")
    log = run.read()
    assert points(log, "loss") == [(0, 3.5), (10, 3.0)]
    assert points(log, "eval_loss") == [(10, 3.25)]


OPENAI = (
    "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n"
    "1,1.5,0.5,,\n2,1.25,0.625,1.75,0.25\n3,1.125,0.75,,\n"
)


def test_openai_results(tmp_path: Path) -> None:
    file = tmp_path / "step_metrics.csv"
    file.write_text(OPENAI)
    log = log_of(file)
    assert log.kind == "openai-csv"
    assert points(log, "loss") == [(1, 1.5), (2, 1.25), (3, 1.125)]
    assert points(log, "eval_loss") == [(2, 1.75)]
    assert points(log, "mean_token_accuracy") == [(1, 0.5), (2, 0.625), (3, 0.75)]
    assert points(log, "eval_mean_token_accuracy") == [(2, 0.25)]
    encoded = tmp_path / "results.csv"
    encoded.write_bytes(base64.encodebytes(OPENAI.encode()))
    assert kind_of(str(encoded), encoded.name) == "openai-csv"
    run = run_of(encoded)
    assert run.read().series == log.series
    encoded.write_bytes(base64.encodebytes(OPENAI.encode())[:-20])
    cut = run.read()
    assert len(cut.series["loss"]) == 2
    assert {each.kind for each in cut.damaged} == {"truncated", "unreadable-rows"}


def test_openai_results_of_the_whole_validation_file(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text(
        "step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss\n"
        "1,1.5,0.5,2.0,0.5,\n2,1.25,0.5,1.5,0.5,1.75\n"
    )
    log = log_of(file)
    assert log.kind == "openai-csv"
    assert {name: list(each.points()) for name, each in log.eval_losses.items()} == {
        "": [(1, 2.0), (2, 1.5)],
        "full": [(2, 1.75)],
    }


@pytest.mark.parametrize(
    ("text", "unit", "loss", "evals"),
    [
        ("iter,train/loss,val/loss\n0,3.5,\n10,3.0,3.25\n", "step", [(0, 3.5), (10, 3)], [(10, 3.25)]),
        ("step;loss;val_loss\n1;3,5;\n2;3,25;3,75\n", "step", [(1, 3.5), (2, 3.25)], [(2, 3.75)]),
        ("step\tloss\n1\t3.5\n2\tNaN\n3\t2.5\n", "step", [(1, 3.5), (2, "nan"), (3, 2.5)], None),
        # fastai
        (
            "epoch,train_loss,valid_loss,accuracy,time\n0,1.5,1.25,0.5,00:10\n1,1.0,1.125,0.75,00:10\n",
            "epoch",
            [(0, 1.5), (1, 1)],
            [(0, 1.25), (1, 1.125)],
        ),
        ("\ufeffStep,Training Loss,Validation Loss\r\n10,2.5,2.25\r\n20,2.0,2.125", "step",
         [(10, 2.5), (20, 2)], [(10, 2.25), (20, 2.125)]),
        ("step,loss\n1,\"tensor(2.5, device='cuda:0')\"\n2,tensor(2.25)\n", "step",
         [(1, 2.5), (2, 2.25)], None),
    ],
)  # fmt: skip
def test_tables_of_no_known_writer(
    tmp_path: Path,
    text: str,
    unit: str,
    loss: list[tuple[float, float]],
    evals: list[tuple[float, float]] | None,
) -> None:
    file = tmp_path / "history.csv"
    file.write_text(text, encoding="utf-8", newline="")
    log = log_of(file)
    assert log.kind == "csv"
    assert log.unit == unit
    assert repr(points(log, "loss")) == repr([(float(a), float(b)) for a, b in loss])
    assert (points(log, "eval_loss") if evals else evals) == evals
    assert "" not in log.series


def test_columns_as_the_settings_call_them(tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("n,ce,held_out,t\n1,3.5,4.0,1700000000\n2,3.25,3.75,1700000060\n")
    assert not run_files([str(file)])
    columns = {"step": "n", "loss": "ce", "eval_loss": "held_out", "time": "t"}
    log = log_of(file, columns)
    assert points(log, "loss") == [(1, 3.5), (2, 3.25)]
    assert points(log, "eval_loss") == [(1, 4.0), (2, 3.75)]
    assert list(log.series["loss"].times) == [1700000000, 1700000060]
    assert set(log.series) == {"loss", "eval_loss"}


@pytest.mark.parametrize(
    "text",
    [
        "prompt,completion\nhi,there\n",
        "step,loss,answer\nfirst do this,of weight,ok\n",
        # one row for each of several runs
        "epoch,loss,dropout\n10,0.5,0.1\n3,0.6,0.2\n10,0.4,0.1\n3,0.7,0.3\n10,0.5,0.4\n",
        "step,train_time,memory\n1,2,3\n2,3,4\n",
        "1,2.5\n2,2.25\n",
        "loss\n1.5\n",
        "",
    ],
)
def test_what_is_no_log(tmp_path: Path, text: str) -> None:
    file = tmp_path / "train_log.csv"
    file.write_text(text)
    assert kind_of(str(file), file.name) == ""


def test_rows_that_cannot_be_read_are_told_by_line(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("step,loss\n1,3.5\n2,3.0,9\nx,2.5\n\n3,2.25\n4,2.0\n")
    log = log_of(file)
    assert points(log, "loss") == [(1, 3.5), (3, 2.25), (4, 2.0)]
    assert [(each.kind, each.line, each.message) for each in log.damaged] == [
        ("unreadable-rows", 3, "has 3 cells under 2 columns"),
        ("unreadable-rows", 4, "has no step"),
    ]


def test_a_resumed_table(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    head = "step,loss\n"
    first = "".join(f"{step},{4 - step / 64}\n" for step in range(0, 64, 2))
    again = "".join(f"{step},{8 - step / 64}\n" for step in range(40, 80, 2))
    file.write_text(head + first + head + again)
    log = log_of(file)
    assert [step for step, _ in points(log, "loss")] == list(range(0, 80, 2))
    assert points(log, "loss")[20] == (40, 8 - 40 / 64)
    (restart,) = log.restarts
    assert (restart.step, restart.reached) == (40, 62)
    assert not log.damaged


CHART = (
    '"train/global_step","warm-sun-1 - train/loss","warm-sun-1 - train/loss__MIN",'
    '"warm-sun-1 - train/loss__MAX",'
    '"cold-sea-2 - train/loss","cold-sea-2 - train/loss__MIN","cold-sea-2 - train/loss__MAX"\n'
    '"10","2.5","2.5","2.5","3.5","3.5","3.5"\n"20","2.25","2.25","2.25","","",""\n'
)


def test_a_chart_of_wandb(tmp_path: Path) -> None:
    file = tmp_path / "wandb_export_2024-01-01T00_00_00.csv"
    file.write_text(CHART)
    log = log_of(file)
    assert log.kind == "wandb-csv"
    assert points(log, "loss") == [(10, 2.5), (20, 2.25)]
    assert set(log.series) == {"loss"}
    assert [(each.kind, each.message) for each in log.damaged] == [
        ("foreign-rows", "the chart shows 2 runs; only the first is read")
    ]


def test_a_chart_of_wandb_over_epochs(tmp_path: Path) -> None:
    file = tmp_path / "wandb_export.csv"
    file.write_text(
        "train/epoch,a-1 - _step,a-1 - _step__MIN,a-1 - _step__MAX,"
        "a-1 - eval/loss,a-1 - eval/loss__MIN,a-1 - eval/loss__MAX\n"
        "1,10,10,10,2.5,2.5,2.5\n2,20,20,20,2.25,2.25,2.25\n"
    )
    log = log_of(file)
    assert log.kind == "wandb-csv"
    assert log.unit == "epoch"
    assert {name: list(each.points()) for name, each in log.series.items()} == {
        "eval_loss": [(1, 2.5), (2, 2.25)]
    }


def test_a_history_of_wandb_as_a_table(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(
        ",_step,_runtime,_timestamp,train/loss,train/global_step,train/epoch,eval/loss\n"
        "0,0,1.0,1700000000.5,2.5,10,0.5,\n1,1,2.0,1700000001.5,,10,0.5,2.75\n2,2,3.0,1700000002.5,2.25,20,1.0,\n"
    )
    log = log_of(file)
    assert log.kind == "wandb-csv"
    assert points(log, "loss") == [(10, 2.5), (20, 2.25)]
    assert points(log, "eval_loss") == [(10, 2.75)]
    assert list(log.series["loss"].times) == [1700000000.5, 1700000002.5]
    assert log.epoch_at(20) == 1.0


@pytest.mark.parametrize("text", [LIGHTNING, OPENAI, CHART, "step,loss\n1,3.5\n2,1e-05\n3,2.25\n"])
def test_only_new_bytes_are_read_and_the_end_is_the_same(tmp_path: Path, text: str) -> None:
    whole = tmp_path / "whole" / "metrics.csv"
    whole.parent.mkdir()
    whole.write_text(text)
    expected = log_of(whole)
    growing = tmp_path / "growing" / "metrics.csv"
    growing.parent.mkdir()
    data = text.encode()
    for size in (1, 7, 41):
        growing.write_bytes(data[: data.index(b"\n") + 1 + size])
        run = run_of(growing)
        for end in range(data.index(b"\n") + 1 + size, len(data) + size, size):
            growing.write_bytes(data[:end])
            log = run.read()
            assert not any(each.kind == "unreadable-rows" for each in log.damaged if end >= len(data))
        assert log.series == expected.series
        assert log.epochs == expected.epochs
        assert log.restarts == ()
        assert [each.kind for each in log.damaged] == [each.kind for each in expected.damaged]


def test_a_row_without_an_end_is_taken_once_and_then_whole(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("step,loss\n1,3.5\n2,3.2")
    run = run_of(file)
    assert points(run.read(), "loss") == [(1, 3.5), (2, 3.2)]
    assert points(run.read(), "loss") == [(1, 3.5), (2, 3.2)]
    with file.open("a") as stream:
        stream.write("5\n3,3")
    assert points(run.read(), "loss") == [(1, 3.5), (2, 3.25)]
    with file.open("a") as stream:
        stream.write(".0\n")
    assert points(run.read(), "loss") == [(1, 3.5), (2, 3.25), (3, 3.0)]


def test_a_table_that_another_takes_the_place_of(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("step,loss\n1,3.5\n2,3.25\n3,3.0\n")
    run = run_of(file)
    assert len(run.read().series["loss"]) == 3
    other = tmp_path / "other"
    other.write_text("step,loss\n1,9.5\n2,9.25\n3,9.0\n4,8.75\n")
    os.replace(other, file)
    assert points(run.read(), "loss") == [(1, 9.5), (2, 9.25), (3, 9.0), (4, 8.75)]
    shutil.copyfile(file, other)
    file.write_text("step,loss\n1,7.5\n")
    assert points(run.read(), "loss") == [(1, 7.5)]


def test_a_long_table_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftlint.runlogs.tail.CHUNK", 1000)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["step", "loss"])
    writer.writerows([step, 3 - step / 4096] for step in range(4096))
    file = tmp_path / "log.csv"
    file.write_text(buffer.getvalue(), newline="")
    log = log_of(file)
    assert points(log, "loss") == [(step, 3 - step / 4096) for step in range(4096)]
    assert not log.damaged
