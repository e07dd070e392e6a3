"""What frameworks and trackers really write is read as they mean it.

Needs the group `parsers` (`make test-parsers`). Each writes in a process or a folder of its own; the oracle
is what the framework itself returned, or another log of the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ftlint.model import RunLog
from ftlint.runlogs.detect import kind_of
from ftlint.runlogs.runs import Run, run_files

Points = list[tuple[float, float]]


def logs_of(folder: Path) -> dict[str, RunLog]:
    """What a folder logs by kind, each kind on its own."""
    kinds: dict[str, list[str]] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(place, name)
            kinds.setdefault(kind_of(file, name), []).append(file)
    kinds.pop("", None)
    found = {kind: run_files(files) for kind, files in kinds.items()}
    assert all(len(runs) == 1 for runs in found.values())
    return {kind: Run(runs[0]).read() for kind, runs in found.items()}


def points(log: RunLog, name: str) -> Points:
    return list(log.series[name].points())


def near(expected: Points) -> Any:
    """Equal but for single precision, which TensorBoard's files hold, or four digits of what is printed."""
    return [(step, pytest.approx(value, rel=1e-6)) for step, value in expected]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one run of a `Trainer` is logged by all its writers."""
    folder = tmp_path_factory.mktemp("trainer")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("WANDB", "MLFLOW"))}
    script = Path(__file__).parent / "trainer_run.py"
    with (folder / "stdout.log").open("wb") as stdout:
        subprocess.run(
            [sys.executable, script, folder],
            cwd=folder,
            env=environment,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=True,
        )
    return folder


@pytest.fixture(scope="module")
def history(trained: Path) -> list[Mapping[str, float]]:
    """The rows that the Trainer itself kept."""
    state = json.loads((trained / "out" / "checkpoint-48" / "trainer_state.json").read_text())
    rows: list[Mapping[str, float]] = state["log_history"]
    return rows


def rows_of(history: list[Mapping[str, float]], name: str) -> Points:
    return [(row["step"], row[name]) for row in history if name in row]


SERIES = ("loss", "grad_norm", "learning_rate", "eval_main_loss", "eval_general_loss")


def test_a_trainer_is_read_alike_from_all_its_logs(trained: Path, history: list[Mapping[str, float]]) -> None:
    logs = logs_of(trained)
    assert {"trainer-state", "mlflow", "wandb-offline", "text"} <= {*logs}
    for kind in ("trainer-state", "mlflow", "wandb-offline"):
        log = logs[kind]
        for name in SERIES:
            assert points(log, name) == near(rows_of(history, name)), (kind, name)
        assert log.epochs is not None
        assert log.epochs.at(20) == pytest.approx(1.25)
        assert log.steps_per_epoch == pytest.approx(16)
        assert log.eval_rows == {"main": 20, "general": 8}
        assert not log.damaged
        assert not log.restarts
        assert {*log.eval_losses} == {"main", "general"}
    assert logs["trainer-state"].checkpoints == (20, 40, 48)
    assert logs["wandb-offline"].finished is True
    assert logs["mlflow"].finished is True
    for kind in ("mlflow", "wandb-offline"):
        assert logs[kind].arguments["learning_rate"] == 0.01
        assert logs[kind].arguments["per_device_train_batch_size"] == 4
        assert len(logs[kind].series["loss"].times) == len(logs[kind].series["loss"])


def test_what_a_trainer_prints_has_steps_by_its_bar(
    trained: Path, history: list[Mapping[str, float]]
) -> None:
    log = logs_of(trained)["text"]
    assert log.unit == "step"
    assert log.planned_steps == 48
    assert log.finished is True
    for name in SERIES:
        printed = [(step, float(f"{value:.4g}")) for step, value in rows_of(history, name)]
        assert points(log, name) == [(step, pytest.approx(value)) for step, value in printed], name


def test_wandb_offline_as_its_own_messages_read(trained: Path) -> None:
    """The records that W&B's own classes find in the file, against ours."""
    from wandb.proto import wandb_internal_pb2 as messages

    log = logs_of(trained)["wandb-offline"]
    found: Points = []
    for record in records(Path(log.path).read_bytes()):
        message = messages.Record()
        message.ParseFromString(record)
        if message.WhichOneof("record_type") != "history":
            continue
        values: dict[str, Any] = {}
        for item in message.history.item:
            name = "/".join(item.nested_key) or item.key
            values[name] = json.loads(item.value_json) if item.value_json else item.number or item.integer
        if "train/loss" in values:
            found.append((values["train/global_step"], values["train/loss"]))
    assert len(found) == 10
    assert points(log, "loss") == found


def records(data: bytes) -> list[bytes]:
    """The records of LevelDB's log format, of a file that is whole."""
    found: list[bytes] = []
    place = 7
    while place + 7 <= len(data):
        room = 32768 - place % 32768
        if room < 7:
            place += room
            continue
        length, kind = int.from_bytes(data[place + 4 : place + 6], "little"), data[place + 6]
        piece = data[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in (1, 2):
            found.append(piece)
        else:
            found[-1] += piece
    return found


def test_wandb_offline_while_it_is_written(tmp_path: Path) -> None:
    """The file of a run in another process, read as it grows, after a kill too."""
    script = (
        "import os, sys, wandb\n"
        "run = wandb.init(project='p', dir=sys.argv[1], mode='offline',\n"
        "                 settings=wandb.Settings(console='off', silent=True, x_disable_stats=True))\n"
        "for step in range(600):\n"
        "    run.log({'loss': 3 - step / 256, 'nested': {'value': step}, 'bad': float('nan')})\n"
        "print('logged', flush=True)\n"
        "sys.stdin.read()\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "WANDB_MODE": "offline"},
    )
    assert writer.stdout is not None
    assert writer.stdin is not None
    try:
        assert writer.stdout.readline().strip() == "logged"
        (file,) = tmp_path.glob("wandb/offline-run-*/*.wandb")
        (found,) = run_files([str(file)])
        run = Run(found)
        deadline = time.monotonic() + 60
        while len((early := run.read()).series.get("loss", ())) < 100:
            assert time.monotonic() < deadline, "no more than the first rows are ever read"
        assert early.finished is None
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
        writer.stdin.close()
    deadline = time.monotonic() + 60
    while repr(late := run.read()) != repr(Run(found).read()):
        assert time.monotonic() < deadline, "what is read in pieces stays other than what is read at once"
    steps = len(late.series["loss"])
    assert steps >= len(early.series["loss"])
    assert points(late, "loss") == [(step, 3 - step / 256) for step in range(steps)]
    assert points(late, "nested/value") == [(step, step) for step in range(steps)]


def test_mlflow_as_its_client_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    import mlflow

    client = mlflow.MlflowClient(f"file://{tmp_path}/mlruns")
    experiment = client.create_experiment("e")
    made = client.create_run(experiment).info.run_id
    for step in range(40):
        client.log_metric(made, "train/loss", 3 - step / 64, step=10 * step)
        if step % 8 == 0:
            client.log_metric(made, "val/loss", float("nan") if step == 16 else 2.5, step=10 * step)
    client.log_param(made, "lr", 0.001)
    client.set_terminated(made, "FAILED")
    log = logs_of(tmp_path)["mlflow"]
    for ours, theirs in (("loss", "train/loss"), ("eval_loss", "val/loss")):
        history = client.get_metric_history(made, theirs)
        assert repr(points(log, ours)) == repr([(float(each.step), each.value) for each in history])
        assert list(log.series[ours].times) == [each.timestamp / 1000 for each in history]
    assert log.arguments == {"lr": 0.001}
    assert log.finished is False


def test_lightning(tmp_path: Path) -> None:
    import pytorch_lightning as lightning
    import torch
    from pytorch_lightning.callbacks import LearningRateMonitor
    from pytorch_lightning.loggers import CSVLogger
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(0)
    seen: dict[str, Points] = {"loss": [], "eval_loss": [], "learning_rate": []}

    class Tiny(lightning.LightningModule):
        def __init__(self, lr: float = 0.1) -> None:
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(4, 1)

        def training_step(self, batch: Any, index: int) -> Any:
            loss = ((self.layer(batch[0]) - batch[1]) ** 2).mean()
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            if (self.global_step + 1) % 3 == 0:
                seen["loss"].append((self.global_step, loss.item()))
            return loss

        def validation_step(self, batch: Any, index: int) -> None:
            self.log("val_loss", ((self.layer(batch[0]) - batch[1]) ** 2).mean())

        def on_validation_epoch_end(self) -> None:
            if not self.trainer.sanity_checking:
                value = self.trainer.callback_metrics["val_loss"].item()
                seen["eval_loss"].append((self.global_step - 1, value))

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), lr=0.01)

    x = torch.randn(40, 4)
    loader = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=4)
    trainer = lightning.Trainer(
        max_epochs=3,
        logger=CSVLogger(tmp_path, flush_logs_every_n_steps=1),
        log_every_n_steps=3,
        callbacks=[LearningRateMonitor("step")],
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Tiny(), loader, loader)
    log = logs_of(tmp_path)["lightning-csv"]
    assert points(log, "loss") == near(seen["loss"])
    assert points(log, "eval_loss") == near(seen["eval_loss"])
    assert {value for _, value in points(log, "learning_rate")} == {0.01}
    assert log.epoch_at(10) == 1
    assert log.epoch_at(30) == pytest.approx(3)
    assert log.checkpoints == (30,)
    assert log.arguments == {"lr": 0.1}
    assert not log.damaged


def test_keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    import keras
    import numpy as np

    x = np.random.default_rng(0).random((40, 4))
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse", metrics=["mae"])
    kept: dict[str, list[float]] = {}
    for first, append in ((0, False), (3, True)):
        history = model.fit(
            x,
            x.sum(1),
            epochs=first + 3,
            initial_epoch=first,
            validation_split=0.25,
            verbose=0,
            callbacks=[keras.callbacks.CSVLogger(tmp_path / "training.csv", append=append)],
        ).history
        for name, values in history.items():
            kept.setdefault(name, []).extend(values)
    log = logs_of(tmp_path)["keras-csv"]
    assert log.unit == "epoch"
    for ours, theirs in (("loss", "loss"), ("eval_loss", "val_loss"), ("eval_mae", "val_mae")):
        assert points(log, ours) == list(enumerate(kept[theirs]))
    assert not log.restarts
