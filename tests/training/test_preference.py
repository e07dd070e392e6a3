"""DPO: the losses of TRL's own script, the same whatever the micro batch, the same after a crash."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import preferences
import pytest
import torch
from safetensors.torch import load_file

from ftlint.model import FtlintError, MissingExtraError
from ftlint.train import checkpoints
from ftlint.train.data import Pairs, pairs
from ftlint.train.logs import without_times
from ftlint.train.order import order
from ftlint.train.plan import Plan
from ftlint.train.preference import check
from ftlint.train.run import run
from ftlint.weights.tokenizer import load_tokenizer

ENDS = (
    "{% for message in messages %}{% if not loop.first %}{{ '\\n' }}{% endif %}"
    "<|im_start|>{{ message['role'] + '\\n' + message['content'] }}<|im_end|>{% endfor %}"
    "{% if add_generation_prompt %}{{ '\\n<|im_start|>assistant\\n' }}{% endif %}"
)
"""ChatML without the line break behind the last turn."""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return preferences.world(tmp_path_factory.mktemp("preferences"))


def trained(plan: Plan, **more: Any) -> list[dict[str, Any]]:
    """Runs a plan and gives its log."""
    tokenizer = load_tokenizer(plan.model_folder)
    run(plan, pairs(plan, tokenizer), tokenizer, stream=None, **more)
    return without_times((Path(plan.output) / "log.jsonl").read_text())


def adapter(plan: Plan) -> dict[str, torch.Tensor]:
    return dict(load_file(Path(plan.output) / "adapter" / "adapter_model.safetensors"))


def test_losses_are_those_of_the_bare_script(root: Path) -> None:
    """TRL tokenises the rows itself, in the same order, and trains them."""
    from datasets import Dataset
    from peft import LoraConfig
    from torch.utils.data import SequentialSampler
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    plan = preferences.plan(root, "bare", epochs=1.0)
    log = trained(plan)
    tokenizer = load_tokenizer(plan.model_folder)
    prepared = pairs(plan, tokenizer)
    rows = preferences.rows(21, 0)
    by_ids = {tuple(tokenizer.encode(row["chosen"][0]["content"])): row for row in rows}
    assert len(by_ids) == len(rows)  # each row is told by its answer
    found = [
        next(row for ids, row in by_ids.items() if tuple(pair["chosen_ids"][: len(ids)]) == ids)
        for pair in (prepared.train[at] for at in order(21, plan.seed, 0))
    ]

    class Bare(DPOTrainer):  # type: ignore[misc]
        def _get_train_sampler(self, dataset: Any = None) -> SequentialSampler:
            return SequentialSampler(self.train_dataset)

    theirs = AutoTokenizer.from_pretrained(plan.model_folder)
    # TRL trains what the template puts behind the last end token, too; ours ends with it
    theirs.chat_template = ENDS
    bare = Bare(
        model=AutoModelForCausalLM.from_pretrained(plan.model_folder),
        args=DPOConfig(
            str(root / "bare-trl"),
            per_device_train_batch_size=2,
            gradient_accumulation_steps=2,
            num_train_epochs=1,
            learning_rate=1e-3,
            lr_scheduler_type="constant",
            logging_steps=1,
            save_strategy="no",
            bf16=False,
            use_cpu=True,
            gradient_checkpointing=False,
            report_to=[],
            seed=plan.seed,
            weight_decay=0.0,
            disable_tqdm=True,
        ),
        train_dataset=Dataset.from_list(found),
        processing_class=theirs,
        peft_config=LoraConfig(r=4, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"),
    )
    bare.train()
    found_there = [row["loss"] for row in bare.state.log_history if "loss" in row]
    ours = [row["loss"] for row in log if "loss" in row]
    assert len(ours) == 6
    assert ours[0] == pytest.approx(math.log(2))
    assert ours[4] < ours[0] - 0.02
    # the last step holds one pair: the script averages micro batches, of which there is one, as well
    assert ours == pytest.approx(found_there, abs=1e-6)


def test_the_micro_batch_changes_nothing(root: Path) -> None:
    """21 pairs, 4 to a step: the last step of an epoch holds one."""
    plans = [
        preferences.plan(root, f"micro-{size}", micro_batch=size, accumulation=4 // size)
        for size in (1, 2, 4)
    ]
    logs = [trained(plan) for plan in plans]
    first = logs[0]
    assert first[0]["eval_narrow_loss"] == pytest.approx(math.log(2))
    assert first[0]["eval_narrow_rewards/margins"] == 0  # the reference is the base
    for log in logs[1:]:
        for ours, theirs in zip(first, log, strict=True):
            assert ours.keys() == theirs.keys()
            for name in ours.keys() - {"epoch"}:
                assert ours[name] == pytest.approx(theirs[name], abs=2e-5), name
    states = [adapter(plan) for plan in plans]
    assert all(torch.allclose(states[0][name], each[name], atol=1e-5) for each in states[1:] for name in each)
    assert all("ref" not in name for name in states[0])


def test_a_crash_leaves_no_trace(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, broken = preferences.plan(root, "whole", dropout=0.1, log_steps=4), None
    log = trained(whole)
    assert log[-1]["step"] == 12

    class Killed(BaseException):
        pass

    broken = preferences.plan(root, "broken", dropout=0.1, log_steps=4)
    commit = checkpoints.commit

    def killed(staged: Path, target: Path) -> None:
        if target.name == "checkpoint-9":
            raise Killed
        commit(staged, target)

    monkeypatch.setattr(checkpoints, "commit", killed)
    with pytest.raises(Killed):
        trained(broken)
    monkeypatch.undo()
    assert checkpoints.whole(broken.output)[-1] == 6  # between two rows of the log
    assert trained(broken, resume_run=True) == log
    files = [Path(plan.output) / "adapter" / "adapter_model.safetensors" for plan in (whole, broken)]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_dropout_is_what_the_plan_says(root: Path) -> None:
    plain = trained(preferences.plan(root, "without", epochs=0.5))
    dropped = trained(preferences.plan(root, "dropped", epochs=0.5, dropout=0.5))
    assert plain[2]["loss"] != dropped[2]["loss"]


def test_an_ipo_loss_is_another_one(root: Path) -> None:
    log = trained(preferences.plan(root, "ipo", epochs=0.5, loss_type="ipo", beta=0.5))
    assert log[0]["eval_narrow_loss"] == pytest.approx(1.0)  # (0 - 1 / (2 beta)) ** 2


def test_nothing_is_sent_and_no_card_is_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trl.trainer import base_trainer

    def sent(*given: Any, **named: Any) -> None:
        raise AssertionError("statistics were sent")

    monkeypatch.setattr(base_trainer, "send_telemetry", sent)
    monkeypatch.delenv("CI", raising=False)
    plan = preferences.plan(root, "quiet", epochs=0.2)
    trained(plan)
    assert not list(Path(plan.output).rglob("README.md"))


def test_a_loss_that_hangs_on_the_batch_is_refused(root: Path) -> None:
    with pytest.raises(FtlintError, match="loss_type 'aot' is not run by ftlint train: one of sigmoid"):
        trained(preferences.plan(root, "aot", loss_type="aot"))


@pytest.mark.parametrize("changed", [{"train_on_inputs": True}, {"neftune_alpha": 5.0}])
def test_what_a_preference_has_no_use_for_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(FtlintError, match=f"{next(iter(changed))} is for supervised training"):
        check(preferences.plan(tmp_path, "out", **changed))


def test_without_trl_it_says_what_is_missing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trl", None)
    monkeypatch.delitem(sys.modules, "ftlint.train.pairwise", raising=False)
    with pytest.raises(MissingExtraError, match="train"):
        trained(preferences.plan(root, "no-trl"))


def test_a_base_in_four_bits_needs_a_gpu(root: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(FtlintError, match=r"4 bit \(QLoRA\) needs an NVIDIA GPU"):
        trained(preferences.plan(root, "qlora", tuning="qlora", load_in_4bit=True))


def test_the_manifest_says_what_was_read(root: Path) -> None:
    plan = preferences.plan(root, "read", epochs=1.0)
    tokenizer = load_tokenizer(plan.model_folder)
    prepared: Pairs = pairs(plan, tokenizer)
    found = run(plan, prepared, tokenizer, stream=None)
    assert found.method == "dpo"
    assert found.trained.target_tokens == sum(
        len(row["chosen_ids"]) + len(row["rejected_ids"]) for row in prepared.train
    )
    assert found.trained.tokens == found.trained.target_tokens + 2 * sum(
        len(row["prompt_ids"]) for row in prepared.train
    )
    assert json.loads((Path(plan.output) / "run.json").read_text())["data"]["rows"] == {
        "train": 21,
        "validation": 7,
    }
