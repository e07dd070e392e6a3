"""Logs that are what trainers print."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from ftlint.model import RunLog
from ftlint.runlogs.detect import kind_of
from ftlint.runlogs.runs import Run, run_files
from ftlint.runlogs.step_lines import said


def log_of(file: Path) -> RunLog:
    (files,) = run_files([str(file)])
    assert files.kind == "text"
    return Run(files).read()


def written(folder: Path, text: str | bytes, name: str = "train.log") -> RunLog:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return log_of(file)


def points(log: RunLog, name: str) -> list[tuple[float, float]]:
    return list(log.series[name].points())


NANOGPT = """\
number of parameters: 10.65M
step 0: train loss 4.2500, val loss 4.3750
iter 0: loss 4.2700, time 55432.00ms, mfu -100.00%
iter 10: loss 3.1250, time 125.00ms, mfu 17.50%
step 20: train loss 2.5000, val loss 2.7500
saving checkpoint to out
iter 20: loss 2.6250, time 250.00ms, mfu 17.50%
"""
MEGATRON = """\
------------------------ arguments ------------------------
  lr .............................................. 0.00015
  train_iters ..................................... 500
 [2024-04-02 01:59:23] iteration       10/     500 | consumed samples:          160 | \
elapsed time per iteration (ms): 1250.0 | throughput per GPU (TFLOP/s/GPU): 120.5 | \
learning rate: 1.500000E-05 | global batch size:    16 | lm loss: 1.096875E+01 | \
loss scale: 65536.0 | grad norm: 3.500 | number of skipped iterations:   0 | \
number of nan iterations:   0 |
 [2024-04-02 01:59:35] iteration       20/     500 | consumed samples:          320 | \
elapsed time per iteration (ms): 1000.0 | learning rate: 3.000000E-05 | \
lm loss: 9.500000E+00 | grad norm: 2.250 |
------------------------------------------------------------------------------------
 validation loss at iteration 20 | lm loss value: 9.750000E+00 | lm loss PPL: 1.7154E+04 |
 validation loss at iteration 20 on test set | lm loss value: 9.875000E+00 | lm loss PPL: 1.9438E+04 |
"""
TORCHTUNE = """\
Step 1 | loss:1.84375 lr:2e-06 tokens_per_second_per_gpu:1250.5 grad_norm:0.5
Step 2 | loss:nan lr:4e-06 tokens_per_second_per_gpu:1300.0 grad_norm:inf
Step 3 | loss:1.5 lr:6e-06 tokens_per_second_per_gpu:1280.0 grad_norm:0.25
"""


def test_nanogpt(tmp_path: Path) -> None:
    log = written(tmp_path, NANOGPT)
    assert points(log, "loss") == [(0, 4.27), (10, 3.125), (20, 2.625)]
    assert points(log, "eval_loss") == [(0, 4.375), (20, 2.75)]
    assert points(log, "train loss at evals") == [(0, 4.25), (20, 2.5)]
    assert points(log, "step_time") == [(0, 55.432), (10, 0.125), (20, 0.25)]


def test_nanogpt_of_evals_alone(tmp_path: Path) -> None:
    lines = [line for line in NANOGPT.splitlines(keepends=True) if not line.startswith("iter")]
    log = written(tmp_path, "".join(lines))
    assert points(log, "loss") == [(0, 4.25), (20, 2.5)]
    assert points(log, "eval_loss") == [(0, 4.375), (20, 2.75)]


def test_megatron(tmp_path: Path) -> None:
    log = written(tmp_path, MEGATRON, "slurm-1234.out")
    assert points(log, "loss") == [(10, 10.96875), (20, 9.5)]
    assert points(log, "eval_loss") == [(20, 9.75)]
    assert points(log, "eval_test_loss") == [(20, 9.875)]
    assert points(log, "grad_norm") == [(10, 3.5), (20, 2.25)]
    assert points(log, "learning_rate") == [(10, 1.5e-05), (20, 3e-05)]
    assert points(log, "step_time") == [(10, 1.25), (20, 1.0)]
    assert log.planned_steps == 500
    assert log.arguments == {"lr": "0.00015", "train_iters": "500"}
    times = log.series["loss"].times
    assert times[1] - times[0] == 12


def test_torchtune(tmp_path: Path) -> None:
    log = written(tmp_path, TORCHTUNE, "log_1700000000.txt")
    assert [step for step, _ in points(log, "loss")] == [1, 2, 3]
    assert math.isnan(log.series["loss"].values[1])
    assert list(log.series["grad_norm"].values) == [0.5, math.inf, 0.25]
    assert points(log, "tokens_per_second")[0] == (1, 1250.5)


@pytest.mark.parametrize(
    ("line", "step", "values"),
    [
        # litgpt
        ("Epoch 1 | iter 40 step 10 | loss train: 2.345, val: n/a | iter time: 410.00 ms (step) remaining",
         10, {"loss": 2.345, "step_time": 0.41}),
        # mlx-lm
        ("Iter 10: Train loss 2.125, Learning Rate 1e-05, It/sec 1, Tokens/sec 312.5, Trained Tokens 301",
         10, {"train loss": 2.125, "learning rate": 1e-5, "tokens_per_second": 312.5, "num_tokens": 301}),
        ("Iter 1: Val loss 2.750, Val took 12.3s", 1, {"val loss": 2.75}),
        # llm.c
        ("s:250 tel:5.0625", 250, {"val loss": 5.0625}),
        ("s:2 trl:10.875 lr:6e-7 norm:15.25", 2, {"loss": 10.875, "lr": 6e-7, "grad_norm": 15.25}),
        ("step    1/19560 | loss 11.013 (+nanz)| norm 15.4 (+nanz)| lr 6.00e-07 | 150.00 ms | 51.3% bf16 MFU",
         1, {"loss": 11.013, "grad_norm": 15.4, "lr": 6e-7}),
        # build-nanogpt
        ("step     3 | loss: 9.875 | lr 1.0000e-04 | norm: 2.5 | dt: 338.00ms | tok/sec: 1,550.25",
         3, {"loss": 9.875, "lr": 1e-4, "grad_norm": 2.5, "step_time": 0.338, "tokens_per_second": 1550.25}),
        ("250 val 5.0625", 250, {"val loss": 5.0625}),
        ("250 hella 0.2500", 250, {"eval_hellaswag": 0.25}),
        # torchtitan
        ("2025-01-01 10:00:00,123 - root - INFO - step:  1  loss:  8.2104  grad_norm:  1.25  tps: 1,234",
         1, {"loss": 8.2104, "grad_norm": 1.25, "tokens_per_second": 1234}),
        # NeMo
        ("Training epoch 0, iteration 1/99 | lr: 1.1e-08 | global_step: 7 | reduced_train_loss: 11.03",
         7, {"lr": 1.1e-8, "loss": 11.03}),
        # Megatron before it wrote colons
        (" iteration       10/     500 | elapsed time per iteration (ms): 1250.0 | learning rate 1.500E-05 | "
         "lm loss 1.096875E+01 |", 10, {"step_time": 1.25, "learning rate": 1.5e-5, "lm loss": 10.96875}),
        ("Validation loss at iteration 300: 2.375", 300, {"loss": 2.375}),
        ("2024-04-02 01:59:23,123 INFO step 5 loss=-0.5", 5, {"loss": -0.5}),
    ],
)  # fmt: skip
def test_kinds_of_lines(line: str, step: float, values: dict[str, float]) -> None:
    told = said(line)
    assert told is not None
    assert told.step == step
    assert {name: told.values.get(name) for name in values} == pytest.approx(values)


@pytest.mark.parametrize(
    "text",
    [
        "The loss at step 5 was high\nIt fell at step 10\n",
        "Saving checkpoint at step 500 (loss is 3.2)\nSaving checkpoint at step 600 (loss is 3.1)\n",
        "1 train 2\n",
        "loss = 3\nloss = 2\n",
        "step 5: loss 3.5\n",
        "# Chapter\n\nHow to lower the loss by 3 steps in 5 epochs.\n",
        "",
    ],
)
def test_texts_that_are_no_logs(tmp_path: Path, text: str) -> None:
    file = tmp_path / "train.log"
    file.write_text(text)
    assert kind_of(str(file), file.name) == ""


def test_steps_within_epochs(tmp_path: Path) -> None:
    lines = [
        f"Epoch [{epoch}/2], Step [{step}/200], Loss: {4 / (epoch + step / 128)}\n"
        for epoch in (1, 2)
        for step in (64, 128, 192)
    ]
    log = written(tmp_path, "".join(lines))
    assert [step for step, _ in points(log, "loss")] == [64, 128, 192, 264, 328, 392]
    assert not log.restarts
    assert log.planned_epochs == 2


def test_epochs_alone(tmp_path: Path) -> None:
    log = written(
        tmp_path, "Epoch 1/10: train loss 0.52, val loss 0.61\nEpoch 2/10: train loss 0.42, val loss 0.51\n"
    )
    assert log.unit == "epoch"
    assert points(log, "loss") == [(1, 0.52), (2, 0.42)]
    assert points(log, "eval_loss") == [(1, 0.61), (2, 0.51)]


def bar(count: int, total: int, title: str = "") -> str:
    return f"\r{title} {100 * count // total:3d}%|###       | {count}/{total} [00:01<00:03,  9.69it/s]"


def row(text: str, count: int, total: int) -> str:
    return f"\r{' ' * 47}\r{text}\n{bar(count, total)}"


TRAINER = (
    bar(0, 40)
    + bar(8, 40)
    + row("{'loss': '2.5', 'grad_norm': '1.25', 'learning_rate': '5e-05', 'epoch': '0.5'}", 10, 40)
    + "\n\r  0%|          | 0/900 [00:00<?, ?it/s]\x1b[A"
    + row(
        "{'eval_loss': '2.75', 'eval_runtime': '2', 'eval_samples_per_second': '50', 'epoch': '0.5'}", 10, 40
    )
    + "\n"
    + bar(1, 1, "Writing model shards:")
    + "\n"
    + bar(18, 40)
    + row("{'loss': nan, 'grad_norm': inf, 'learning_rate': 0.0, 'epoch': 1.0}", 20, 40)
    + row("{'loss': 2.25, 'rewards/chosen': -0.5, 'epoch': 1.5}", 30, 40)
    + row("{'eval_general_loss': 3.5, 'eval_general_runtime': 1.0, 'epoch': 1.5}", 30, 40)
    + row("{'train_runtime': 3.5, 'train_loss': 2.4, 'epoch': 2.0}", 40, 40)
    + "\n"
)


def test_a_trainer_prints_epochs_and_a_bar_tells_steps(tmp_path: Path) -> None:
    log = written(tmp_path, TRAINER, "nohup.out")
    assert log.unit == "step"
    assert [step for step, _ in points(log, "loss")] == [10, 20, 30]
    assert math.isnan(log.series["loss"].values[1])
    assert points(log, "eval_loss") == [(10, 2.75)]
    assert points(log, "eval_general_loss") == [(30, 3.5)]
    assert points(log, "train_loss") == [(40, 2.4)]
    assert log.eval_rows == {"": 100}
    assert log.planned_steps == 40
    assert log.finished
    assert log.epochs is not None
    assert list(log.epochs.points()) == [(10, 0.5), (20, 1.0), (30, 1.5)]


def test_a_trainer_without_a_bar(tmp_path: Path) -> None:
    log = written(
        tmp_path,
        "{'loss': 2.5, 'epoch': 0.5}\n{'eval_loss': 2.75, 'epoch': 0.5}\n{'loss': 2.25, 'epoch': 1.0}\n"
        "{'loss': 2.0, 'epoch': 1.5}\n{'train_runtime': 3.5, 'train_loss': 2.25, 'epoch': 1.5}\n",
    )
    assert log.unit == "epoch"
    assert points(log, "loss") == [(0.5, 2.5), (1, 2.25), (1.5, 2)]
    assert points(log, "eval_loss") == [(0.5, 2.75)]
    assert log.finished


def test_rows_are_counted_where_epochs_are_rounded_alike(tmp_path: Path) -> None:
    log = written(
        tmp_path,
        "{'loss': 2.5, 'epoch': 0.0}\n{'eval_loss': 2.75, 'epoch': 0.0}\n{'loss': 2.25, 'epoch': 0.0}\n"
        "{'loss': 2.0, 'epoch': 0.01}\n",
    )
    assert log.unit == "row"
    assert points(log, "loss") == [(1, 2.5), (2, 2.25), (3, 2)]
    assert points(log, "eval_loss") == [(1, 2.75)]


def test_text_in_utf_16(tmp_path: Path) -> None:
    log = written(tmp_path, TORCHTUNE.encode("utf-16"))
    assert [step for step, _ in points(log, "loss")] == [1, 2, 3]


@pytest.mark.parametrize("text", [NANOGPT, MEGATRON, TORCHTUNE, TRAINER])
@pytest.mark.parametrize("size", [13, 97])
def test_only_new_bytes_are_read_and_the_end_is_the_same(tmp_path: Path, text: str, size: int) -> None:
    expected = written(tmp_path, text, "whole.log")
    file = tmp_path / "growing.log"
    data = text.encode()
    start = data.index(b"\n", data.index(b"loss")) + 1
    file.write_bytes(data[: len(data) // 2 if kind_of(str(file), file.name) else start])
    while not kind_of(str(file), file.name):
        file.write_bytes(data[: file.stat().st_size + size])
    (files,) = run_files([str(file)])
    run = Run(files)
    for end in range(file.stat().st_size, len(data) + size, size):
        file.write_bytes(data[:end])
        log = run.read()
    assert repr(log.series) == repr(expected.series)
    assert log.epochs == expected.epochs
    assert (log.unit, log.planned_steps, log.finished) == (
        expected.unit,
        expected.planned_steps,
        expected.finished,
    )


@pytest.mark.parametrize(
    "line",
    [
        "loss " + "a-" * 100_000,
        "step 1 loss " + "a " * 2000,
        "step 1 " * 580 + "loss",
        "loss " * 800 + "step 1",
        "epoch 1 " * 500 + "loss",
        "{'loss': " * 400 + "1",
        "{'loss': [" + "1," * 200_000,
        "step 1 | loss: " + "1" * 4000,
    ],
)
def test_no_line_takes_long(tmp_path: Path, line: str) -> None:
    begun = time.process_time()
    written(tmp_path, "step 1 | loss: 2.5\nstep 2 | loss: 2.25\n" + f"{line}\n" * 3)
    assert time.process_time() - begun < 1
