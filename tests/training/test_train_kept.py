"""A run is never lost: killed at any moment, told to stop, out of room or memory, it goes on the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import models
import pytest
import torch
from trainings import came_to, ended, files_in, killed_after, loaded, planned, started, trained

from ftlint.gate.manifest import read_manifest
from ftlint.model import FtlintError
from ftlint.train import adapter, checkpoints
from ftlint.train.logs import without_times
from ftlint.train.plan import Plan
from ftlint.train.resume import earlier

MOMENTS = int(os.environ.get("FTLINT_KILLS", "20"))
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    assert ended(started(lambda: models.random_model(folder))) == 0
    loaded()
    return folder


@pytest.fixture(scope="session")
def unbroken(tmp_path_factory: pytest.TempPathFactory, base: Path) -> dict[str, Any]:
    """A run that nothing happened to, and how long it took."""
    folder = tmp_path_factory.mktemp("unbroken")
    began = time.monotonic()
    assert ended(started(lambda: trained(planned(folder, base)))) == 0
    return came_to(folder / "out") | {"took": time.monotonic() - began}


def same(output: str | Path, unbroken: dict[str, Any]) -> None:
    found = came_to(output)
    for name, value in found.items():
        assert value == unbroken[name], name
    left = [name for name in files_in(output) if name.startswith((".saving", ".removing"))]
    assert not left


def test_two_runs_are_the_same_bytes(tmp_path: Path, base: Path, unbroken: dict[str, Any]) -> None:
    assert ended(started(lambda: trained(planned(tmp_path, base)))) == 0
    same(tmp_path / "out", unbroken)


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_at_a_random_moment(tmp_path: Path, base: Path, unbroken: dict[str, Any], moment: int) -> None:
    plan = planned(tmp_path, base)
    chosen = random.Random(moment)
    after = chosen.uniform(0.05, unbroken["took"])
    assert killed_after(lambda: trained(plan), after) in (-signal.SIGKILL, 0)
    if chosen.random() < 0.5:  # and again, while it goes on
        killed_after(lambda: trained(plan, resume_run=True), chosen.uniform(0.05, unbroken["took"]))
    assert ended(started(lambda: trained(plan, resume_run=True))) == 0
    same(plan.output, unbroken)


def killing_at(name: str, call: int) -> None:
    """Have this process killed at the nth call of a function that saves, a checkpoint or the adapter."""
    module = adapter if name == "given" else checkpoints
    real = getattr(module, name)
    calls = 0

    def called(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)

    setattr(module, name, called)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("write_json", 2),
        ("_sync", 3),
        ("_sync", 30),
        ("commit", 2),
        ("rotate", 2),
        ("discard", 1),
        ("discard", 2),
        ("given", 1),
    ],
)
def test_killed_while_it_saves(
    tmp_path: Path, base: Path, unbroken: dict[str, Any], name: str, call: int
) -> None:
    plan = planned(tmp_path, base)

    def killed() -> None:
        killing_at(name, call)
        trained(plan)

    assert ended(started(killed)) == -signal.SIGKILL
    whole = checkpoints.whole(plan.output)
    for step in whole:
        checkpoints.state_of(plan.output, step)
    assert ended(started(lambda: trained(plan, resume_run=True))) == 0
    same(plan.output, unbroken)


@pytest.mark.parametrize(
    ("changed", "name", "call"),
    [
        ({"eval_strategy": "epoch", "save_strategy": "epoch"}, "rotate", 1),
        ({"max_steps": 5}, "given", 1),  # in the midst of an epoch
        ({"early_stopping": 1, "learning_rate": 0.05, "eval_steps": 2, "epochs": 4}, "given", 1),
        ({"learning_rate": 1e6, "eval_steps": 3, "log_steps": 1, "save_steps": 1}, "stopped", 1),
    ],
    ids=["an epoch's end", "the last step", "early stopping", "a rule"],
)
def test_killed_when_it_had_ended(
    tmp_path: Path, base: Path, changed: dict[str, Any], name: str, call: int
) -> None:
    """Not a step more, not an evaluation less than of the run that nobody killed."""
    wanted, plan = tmp_path / "wanted", tmp_path / "killed"
    wanted.mkdir()
    plan.mkdir()
    whole, broken = (planned(each, base, **changed) for each in (wanted, plan))

    def killed() -> None:
        if name == "stopped":
            from ftlint.train import attempt

            def never(*arguments: Any) -> None:
                os.kill(os.getpid(), signal.SIGKILL)

            attempt._written = never  # type: ignore[assignment]
        else:
            killing_at(name, call)
        trained(broken)

    assert ended(started(lambda: trained(whole))) == 0
    assert ended(started(killed)) == -signal.SIGKILL
    assert ended(started(lambda: trained(broken, resume_run=True))) == 0
    before, after = (read_manifest(each.output) for each in (whole, broken))
    assert after.status == before.status
    assert after.trained.model_dump(exclude={"seconds"}) == before.trained.model_dump(exclude={"seconds"})
    logs = [without_times((Path(each.output) / "log.jsonl").read_text()) for each in (whole, broken)]
    assert json.dumps(logs[0]) == json.dumps(logs[1])  # NaN is NaN
    assert [each.sha256 for each in after.adapter] == [each.sha256 for each in before.adapter]
    if before.status == "stopped":  # and it is no use to resume it
        assert ended(started(lambda: trained(broken, resume_run=True))) == 0
        assert read_manifest(broken.output) == after


def test_what_is_not_as_it_was_is_told(tmp_path: Path, base: Path) -> None:
    """Other versions, a log that was cut: it goes on, and says so."""
    plan = planned(tmp_path, base, max_steps=5)

    def killed() -> None:
        killing_at("rotate", 1)
        trained(plan)

    assert ended(started(killed)) == -signal.SIGKILL
    path = Path(plan.output) / "run.json"
    manifest = json.loads(path.read_text())
    manifest["versions"]["torch"] = "1.0"
    path.write_text(json.dumps(manifest))
    os.truncate(Path(plan.output) / "log.jsonl", 10)

    def resumed() -> None:
        with open(tmp_path / "said", "w", encoding="utf-8") as stream:
            trained(plan, resume_run=True, stream=stream)

    assert ended(started(resumed)) == 0
    said = (tmp_path / "said").read_text()
    assert f"resumed with other versions, so not to the same bytes: torch 1.0 -> {torch.__version__}" in said
    assert "log.jsonl has 10 of the " in said
    after = read_manifest(plan.output)
    assert (after.status, after.trained.steps) == ("finished", 5)
    assert after.attempts[1]["versions"]["torch"] == torch.__version__
    assert "versions" not in after.attempts[0]


@pytest.mark.parametrize("name", ["log.jsonl", "adapter"])
def test_what_another_left_in_the_folder_is_not_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("ours")
    with pytest.raises(FtlintError, match=f"holds {name} and no run.json"):
        earlier(tmp_path, resume=True)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_saves_and_ends(
    tmp_path: Path, base: Path, unbroken: dict[str, Any], sent: signal.Signals
) -> None:
    plan = planned(tmp_path, base)
    child = started(lambda: trained(plan))
    log = Path(plan.output) / "log.jsonl"
    wait_for(lambda: log.exists() and '"step": 6' in log.read_text())
    os.kill(child, sent)
    assert ended(child) == 0
    manifest = read_manifest(plan.output)
    if manifest.status == "finished":
        pytest.skip("it was over before the signal came")
    assert (manifest.status, manifest.trained.stopped_by) == ("interrupted", sent.name)
    assert checkpoints.whole(plan.output)[-1] == manifest.trained.steps < manifest.trained.planned_steps
    assert ended(started(lambda: trained(plan, resume_run=True))) == 0
    same(plan.output, unbroken)


def wait_for(there: Any, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.002)


def test_a_full_disk_keeps_the_last_good_checkpoint(
    tmp_path: Path, base: Path, unbroken: dict[str, Any]
) -> None:
    plan = planned(tmp_path, base)
    room = tmp_path / "out"

    def filled() -> None:
        real, calls = torch.save, 0

        def save(value: Any, path: Any, **more: Any) -> None:
            nonlocal calls
            calls += 1
            if calls > 7:  # in the second checkpoint
                raise RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed")
            real(value, path, **more)

        torch.save = save
        with pytest.raises(
            FtlintError, match=r"disk is full: checkpoint-5 .*checkpoint-4 \(.* KB\) stands.*--resume"
        ):
            trained(plan)

    assert ended(started(filled)) == 0
    assert checkpoints.whole(room) == [4]
    assert not (room / ".saving").exists()
    manifest = read_manifest(plan.output)
    assert (manifest.status, manifest.attempts[-1]["ended"]) == ("failed", "no room")
    assert ended(started(lambda: trained(plan, resume_run=True))) == 0
    same(plan.output, unbroken)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB, 400 KiB of it free: one checkpoint goes on it, the second doesn't."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip("only root mounts a disk")
    try:
        (disk / "ballast").write_bytes(bytes(624 << 10))
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full(
    tmp_path: Path, base: Path, unbroken: dict[str, Any], small_disk: Path
) -> None:
    plan = planned(tmp_path, base, output=str(small_disk / "out"), rank=16)
    other = tmp_path / "other"
    other.mkdir()
    assert ended(started(lambda: trained(planned(other, base, rank=16)))) == 0

    def filled() -> None:
        with pytest.raises(FtlintError, match=r"disk is full: checkpoint-\d+ .*checkpoint-\d+ \("):
            trained(plan)

    assert ended(started(filled)) == 0
    assert checkpoints.whole(plan.output)
    assert ".saving" not in files_in(plan.output)
    (small_disk / "ballast").unlink()
    assert ended(started(lambda: trained(plan, resume_run=True))) == 0
    same(plan.output, came_to(other / "out"))


def out_of_memory_above(micro_batch: int) -> None:
    """Have forward passes over more rows than that fail as a GPU's do."""
    from ftlint.train.engine import Tuner

    real = Tuner._losses

    def losses(self: Any, model: Any, inputs: Any) -> Any:
        if model.training and len(inputs["input_ids"]) > micro_batch:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return real(self, model, inputs)

    Tuner._losses = losses  # type: ignore[method-assign]


def test_out_of_memory_the_step_stays_the_same(tmp_path: Path, base: Path, unbroken: dict[str, Any]) -> None:
    plan = planned(tmp_path, base, dropout=0.0)
    said = tmp_path / "said"

    def small() -> None:
        out_of_memory_above(1)
        with said.open("w") as stream:
            trained(plan, stream=stream)

    assert ended(started(small)) == 0
    other = tmp_path / "other"
    other.mkdir()
    assert ended(started(lambda: trained(planned(other, base, dropout=0.0)))) == 0
    manifest = read_manifest(plan.output)
    assert manifest.status == "finished"
    batches = [(each["micro_batch"], each["accumulation"], each["ended"]) for each in manifest.attempts]
    assert batches == [(4, 2, "out of memory"), (2, 4, "out of memory"), (1, 8, "finished")]
    assert (
        "out of memory: micro batch 2, accumulation 4 from here on, 8 examples to a step" in said.read_text()
    )
    rows = zip(came_to(plan.output)["log"], came_to(other / "out")["log"], strict=True)
    for ours, theirs in rows:
        losses = {name: value for name, value in ours.items() if "loss" in name}
        assert losses == pytest.approx({name: theirs[name] for name in losses}, rel=1e-4), ours["step"]
        assert (ours["step"], ours.keys()) == (theirs["step"], theirs.keys())


def test_out_of_memory_at_a_batch_of_one_says_what_to_change(tmp_path: Path, base: Path) -> None:
    plan = planned(tmp_path, base)

    def small() -> None:
        out_of_memory_above(0)
        with pytest.raises(FtlintError, match="micro batch of 1: shorten sequence_length"):
            trained(plan)

    assert ended(started(small)) == 0
    assert read_manifest(plan.output).status == "failed"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"learning_rate": 1e-3}, r"learning_rate was 0.005 and is 0.001 now"),
        ({"seed": 7}, r"seed was 42 and is 7 now"),
        ({"accumulation": 4, "eval_steps": 5, "save_steps": 4}, r"the effective batch was 8 and is 16 now"),
        ({}, r"the rows are not those it was trained on"),
    ],
)
def test_another_run_is_refused(tmp_path: Path, base: Path, changed: dict[str, Any], told: str) -> None:
    plan = planned(tmp_path, base, max_steps=2)
    assert ended(started(lambda: trained(plan))) == 0
    again = planned(tmp_path, base, max_steps=2, **changed)
    if not changed:
        (tmp_path / "train.jsonl").write_text((tmp_path / "val.jsonl").read_text())
    with pytest.raises(FtlintError, match=told):
        trained(again, resume_run=True)
    with pytest.raises(FtlintError, match=r"holds a run already \(finished, 2 of 2 steps\): for a new one"):
        trained(again)


def test_a_damaged_checkpoint_is_told(tmp_path: Path, base: Path) -> None:
    plan = planned(tmp_path, base)
    child = started(lambda: trained(plan))
    wait_for(lambda: checkpoints.whole(plan.output))
    os.kill(child, signal.SIGKILL)
    ended(child)
    last = checkpoints.place(plan.output, checkpoints.whole(plan.output)[-1])
    weights = bytearray((last / "adapter_model.safetensors").read_bytes())
    weights[-1] ^= 1
    (last / "adapter_model.safetensors").write_bytes(weights)
    with pytest.raises(FtlintError, match=r"damaged: adapter_model.safetensors is not as it was written"):
        trained(plan, resume_run=True)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, base: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(FtlintError, match="cannot be written"):
        trained(planned(tmp_path, base))


def test_one_process_to_a_folder(tmp_path: Path, base: Path) -> None:
    from ftlint.train.resume import occupied

    plan: Plan = planned(tmp_path, base)
    with occupied(Path(plan.output)), pytest.raises(FtlintError, match="another process is training"):
        trained(plan)
