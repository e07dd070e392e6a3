"""`Writer` around torch's own `SummaryWriter`."""

from __future__ import annotations

import re
from math import exp
from pathlib import Path

import pytest
import torch
from torch.utils.tensorboard import SummaryWriter

from ftlint.live.writer import Writer
from ftlint.runlogs.runs import Run, run_files


def test_a_loop_with_tensors_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    writer = Writer(SummaryWriter("run"), on_verdict=lambda change: None)
    for step in range(10, 2001, 10):
        distance = torch.tensor(step / 300 - 1)
        writer.add_scalar("train/loss", torch.exp(torch.tensor(-step / 200)), step)
        if step % 50 == 0:
            writer.add_scalar("eval/loss", 1 + 0.8 * distance**2, step)
        if writer.should_stop:
            break
    writer.add_text("note", "stopped", step)
    writer.close()
    assert writer.stopped_by is not None
    assert (writer.stopped_by.name, writer.stopped_by.step) == ("overfitting", 300)
    assert step < 1000
    (files,) = run_files([str(file) for file in Path("run").iterdir()])
    log = Run(files).read()
    assert list(log.series["loss"].steps) == list(range(10, step + 1, 10))


def test_the_loop_of_the_guide_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs" / "logs.md").read_text()
    (block,) = [
        each
        for each in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        if "SummaryWriter" in each
    ]
    evals = iter(1 + 0.8 * (index / 5 - 1) ** 2 for index in range(1, 30))
    scope = {"train_one": lambda step: 0.3 + exp(-step / 400), "evaluate": lambda: next(evals)}
    exec(block, scope)
    assert capsys.readouterr().out.startswith("eval loss bottomed at 1 (step 500)")
    assert 700 <= scope["step"] < 2000
