"""What a run writes, how it ends, and that each kind of adapter goes on as it was."""

from __future__ import annotations

import json
import math
import random
import signal
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import models
import pytest
import torch
from trainings import came_to, ended, files_in, killed_after, loaded, planned, started, trained

from ftlint.gate.manifest import read_manifest
from ftlint.model import FtlintError
from ftlint.train import checkpoints
from ftlint.train.memory import halved
from ftlint.train.order import order

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    assert ended(started(lambda: models.random_model(folder))) == 0
    loaded()
    return folder


def run_to_its_end(plan: Any, before: Any = None) -> Any:
    """Train in a process of its own, after `before` was called there; the manifest."""

    def work() -> None:
        if before is not None:
            before()
        trained(plan)

    assert ended(started(work)) == 0
    return read_manifest(plan.output)


def rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path(output) / "log.jsonl").read_text().splitlines()]


def test_what_stands_in_the_folder(tmp_path: Path, base: Path) -> None:
    plan = planned(tmp_path, base, log_steps=1, max_steps=6, eval_steps=3)
    manifest = run_to_its_end(plan)
    assert manifest.status == "finished"
    names = ["checkpoint-6", "log.jsonl", "run.json", "tensorboard"]
    assert [name for name in files_in(plan.output) if not name.startswith(".")] == ["adapter", *names]
    wanted = {"adapter_config.json", "adapter_model.safetensors", "tokenizer.json", "chat_template.jinja"}
    assert wanted <= {each.path.removeprefix("adapter/") for each in manifest.adapter}
    assert (
        json.loads((Path(plan.output) / "adapter/adapter_config.json").read_text())["base_model_name_or_path"]
        == "base"
    )
    evaluated = [row for row in rows(plan.output) if "eval_narrow_loss" in row]
    assert [row["step"] for row in evaluated] == [0, 3, 6]
    assert all("eval_general_loss" in row for row in evaluated)
    steps = [row for row in rows(plan.output) if "loss" in row]
    assert [row["step"] for row in steps] == [1, 2, 3, 4, 5, 6]
    wanted = {"loss", "grad_norm", "learning_rate", "tokens", "tokens_per_second", "seconds", "epoch"}
    assert all(wanted <= row.keys() for row in steps)
    assert any("loss_general" in row for row in steps)
    assert manifest.trained.best_step == 6
    assert manifest.trained.best_loss == evaluated[-1]["eval_narrow_loss"]
    assert manifest.precision.model_dump() == {
        "weights": "float32",
        "compute": "float32",
        "adapter": "float32",
        "quantization": "",
        "merge": "float32",
        "device": "cpu",
    }


def test_the_losses_and_the_adapter_are_those_of_the_bare_trainer(tmp_path: Path, base: Path) -> None:
    """The Trainer that it stands on, with the same items in the same order, gives the same weights."""
    plan = planned(tmp_path, base, log_steps=1, dropout=0.0, keep_best=False)
    run_to_its_end(plan)
    theirs = tmp_path / "theirs.json"

    def bare() -> None:
        from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
        from safetensors.torch import load_file
        from transformers import AutoModelForCausalLM, Trainer, TrainingArguments, set_seed

        from ftlint.train.data import collator, prepare
        from ftlint.weights.tokenizer import load_tokenizer

        torch.set_num_threads(1)
        tokenizer = load_tokenizer(str(base), today=plan.date)
        items = list(prepare(plan, tokenizer).train)
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        set_seed(42)
        model = get_peft_model(model, LoraConfig(r=4, lora_alpha=32.0, target_modules="all-linear"))
        epochs = iter(range(9))

        class Sampler(torch.utils.data.Sampler):  # type: ignore[misc,type-arg]
            def __len__(self) -> int:
                return len(items)

            def __iter__(self) -> Any:
                yield from order(len(items), 42, next(epochs))

        class Bare(Trainer):  # type: ignore[misc]
            def _get_train_sampler(self, *_: Any) -> Sampler:
                return Sampler()

        arguments = TrainingArguments(
            str(tmp_path / "bare"),
            per_device_train_batch_size=4,
            gradient_accumulation_steps=2,
            num_train_epochs=2,
            learning_rate=5e-3,
            lr_scheduler_type="cosine",
            optim="adamw_torch",
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            use_cpu=True,
            remove_unused_columns=False,
            disable_tqdm=True,
        )
        trainer = Bare(model, arguments, data_collator=collator(tokenizer.pad_id, False), train_dataset=items)
        trainer.train()
        theirs.write_text(json.dumps([row["loss"] for row in trainer.state.log_history if "loss" in row]))
        ours = load_file(Path(plan.output) / "adapter/adapter_model.safetensors")
        for name, weights in get_peft_model_state_dict(trainer.model).items():
            assert torch.equal(weights, ours[name]), name

    assert ended(started(bare)) == 0
    ours = [row["loss"] for row in rows(plan.output) if "loss" in row]
    assert ours == pytest.approx(json.loads(theirs.read_text()), rel=1e-6)


@pytest.mark.parametrize(
    "changed",
    [
        {"dora": True, "packing": True, "length": 128, "epochs": 4},
        {"rslora": True, "modules_to_save": ("lm_head",), "targets": ("q_proj", "v_proj")},
        {"compute": "bf16", "model_dtype": "bf16", "gradient_checkpointing": True},
        {"eval_strategy": "epoch", "epochs": 3, "scheduler": "linear", "warmup_ratio": 0.2},
        {"data_less": True},
    ],
    ids="-".join,
)
def test_each_kind_of_run_goes_on_as_it_was(tmp_path: Path, base: Path, changed: dict[str, Any]) -> None:
    """Killed in the middle and resumed it comes to the bytes of the run that nothing happened to."""
    if changed == {"data_less": True}:
        changed = {"data": {"train": ("train.jsonl",)}, "general_share": None}
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for each in (whole, broken):
        each.mkdir()
    began = time.monotonic()
    run_to_its_end(planned(whole, base, **changed))
    took = time.monotonic() - began
    plan = planned(broken, base, **changed)
    killed_after(lambda: trained(plan), random.Random(str(changed)).uniform(0.3, 0.9) * took)
    assert ended(started(lambda: trained(plan, resume_run=True))) == 0
    assert came_to(plan.output) == came_to(whole / "out")


def losing(step: int, value: float) -> None:
    """Have the loss multiplied from a step on; its gradients are, too."""
    from ftlint.train.engine import Tuner

    real = Tuner._losses

    def losses(self: Any, model: Any, inputs: Any) -> Any:
        found = real(self, model, inputs)
        return found * value if model.training and self.state.global_step >= step else found

    Tuner._losses = losses  # type: ignore[method-assign]


def test_a_loss_that_is_no_number_stops_it(tmp_path: Path, base: Path) -> None:
    plan = planned(tmp_path, base, log_steps=1, eval_steps=3, epochs=6)
    manifest = run_to_its_end(plan, lambda: losing(7, math.nan))
    assert (manifest.status, manifest.trained.stopped_by) == ("stopped", "nan-loss")
    assert manifest.trained.steps < manifest.trained.planned_steps
    assert manifest.trained.best_step == 6  # the last evaluation before it broke
    assert [checkpoints.whole(plan.output)[0], manifest.trained.best_step] == [6, 6]
    from safetensors.torch import load_file

    weights = load_file(Path(plan.output) / "adapter/adapter_model.safetensors")
    assert all(torch.isfinite(each).all() for each in weights.values())


def test_a_run_that_broke_before_it_was_evaluated_gives_no_adapter(tmp_path: Path, base: Path) -> None:
    plan = planned(tmp_path, base, log_steps=1, eval_strategy="no", epochs=6)
    manifest = run_to_its_end(plan, lambda: losing(2, math.nan))
    assert (manifest.status, manifest.adapter) == ("stopped", [])
    assert "adapter" not in files_in(plan.output)


def test_the_settings_it_was_approved_by_choose_the_rules(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not a settings file that lies about where one happens to stand (`--isolated`, another folder)."""
    from ftlint.settings import Settings

    (tmp_path / "ftlint.toml").write_text('ignore = ["nan-loss"]\n')
    monkeypatch.chdir(tmp_path)
    plan = planned(tmp_path, base, log_steps=1, eval_strategy="no", max_steps=12)

    def work() -> None:
        losing(2, math.nan)
        trained(plan, settings=Settings(root=str(tmp_path)))

    assert ended(started(work)) == 0
    assert read_manifest(plan.output).trained.stopped_by == "nan-loss"


def test_early_stopping_needs_evaluations(tmp_path: Path, base: Path) -> None:
    plan = planned(tmp_path, base, early_stopping=2, eval_strategy="no")
    with pytest.raises(FtlintError, match="early_stopping needs validation rows"):
        trained(plan)


def test_early_stopping_keeps_the_best(tmp_path: Path, base: Path) -> None:
    plan = planned(tmp_path, base, learning_rate=0.3, early_stopping=2, eval_steps=2, epochs=20)
    manifest = run_to_its_end(plan)
    losses = {row["step"]: row["eval_narrow_loss"] for row in rows(plan.output) if "eval_narrow_loss" in row}
    after = [loss for step, loss in losses.items() if step]
    best = min(range(len(after)), key=after.__getitem__)
    assert manifest.status in ("finished", "stopped")
    assert manifest.trained.best_loss == after[best]
    assert manifest.trained.steps < manifest.trained.planned_steps
    if manifest.trained.stopped_by == "early-stopping":
        assert len(after) - 1 - best == 2
    assert checkpoints.whole(plan.output)[0] == manifest.trained.best_step
    known = checkpoints.place(plan.output, manifest.trained.best_step) / "adapter_model.safetensors"
    assert known.read_bytes() == (Path(plan.output) / "adapter/adapter_model.safetensors").read_bytes()


def test_a_second_signal_ends_it_at_once(tmp_path: Path, base: Path) -> None:
    from ftlint.train.signals import Signals

    def work() -> None:
        with Signals() as signals:
            signal.raise_signal(signal.SIGTERM)
            assert signals.name == "SIGTERM"
            signal.raise_signal(signal.SIGTERM)

    assert ended(started(work)) == -signal.SIGTERM


@pytest.mark.parametrize(
    ("micro", "accumulation", "smaller"),
    [(8, 1, (4, 2)), (2, 3, (1, 6)), (3, 2, (1, 6)), (6, 1, (3, 2)), (5, 4, (2, 10)), (1, 8, None)],
)
def test_half_the_batch_makes_the_same_step(
    micro: int, accumulation: int, smaller: tuple[int, int] | None
) -> None:
    assert halved(micro, accumulation) == smaller


def test_the_order_is_the_same_everywhere() -> None:
    assert order(8, 42, 0) == [1, 2, 5, 7, 6, 0, 3, 4]
    assert sorted(order(50, 1, 3)) == list(range(50))
    assert order(50, 1, 3) != order(50, 1, 4) != order(50, 2, 4)


def test_an_evaluation_without_room_halves_its_batch() -> None:
    from ftlint.train.kept import Kept

    trainer = SimpleNamespace(
        args=SimpleNamespace(per_device_eval_batch_size=8), accelerator=SimpleNamespace(num_processes=1)
    )

    def measured(most: int) -> int:
        if trainer.args.per_device_eval_batch_size > most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return trainer.args.per_device_eval_batch_size

    assert Kept.halving(trainer, partial(measured, 2)) == 2
    assert Kept.halving(trainer, partial(measured, 8)) == 2
    with pytest.raises(torch.OutOfMemoryError):
        Kept.halving(trainer, partial(measured, 0))
