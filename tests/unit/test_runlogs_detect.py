"""What is a log and whose, by its bytes; what only looks like one."""

import json
from pathlib import Path
from typing import Any

import pytest
from json_logs import state

from ftlint.rule import history
from ftlint.runlogs.detect import READERS, is_log_name, kind_of, may_be_log_name
from ftlint.runlogs.runs import reader_of

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 9\n"
STEPS = [{"step": each, "loss": 2.0 - each / 10} for each in range(4)]


def rows(content: list[Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in content)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("trainer_state.json", json.dumps(state(history([2.0, 1.0]))), "trainer-state"),
        ("renamed.json", json.dumps(state(history([2.0, 1.0]))), "trainer-state"),
        ("trainer_state.json", '{"best_metr', "trainer-state"),
        ("trainer_state.json", "", "trainer-state"),
        ("trainer_state.json", POINTER, "pointer"),
        ("log_history.json", json.dumps(history([2.0, 1.0])), "log-history"),
        ("x.json", json.dumps({"log_history": history([2.0])}), "log-history"),
        ("trainer_log.jsonl", '{"current_steps": 1, "total_steps": 9, "loss": 2.0}\n', "llamafactory"),
        ("all_results.json", '{"epoch": 1.0, "train_loss": 2.0, "train_runtime": 1.0}', "all-results"),
        ("metrics.jsonl", rows(STEPS), "jsonl"),
        ("history.json", json.dumps(STEPS), "json"),
        ("history.json", json.dumps({"loss": [2.0, 1.0], "val_loss": [2.0, 1.5]}), "json"),
        ("run.csv", "step,loss\n1,2.0\n2,1.9\n", "csv"),
        ("train.log", "{'loss': 2.0, 'epoch': 0.1}\n{'loss': 1.9, 'epoch': 0.2}\n", "text"),
        ("events.out.tfevents.1.host", "", "tensorboard"),
        ("events.out.tfevents.1.host", POINTER, "pointer"),
        (
            "run.jsonl",
            rows([{"_step": 0, "_timestamp": 1.0, "loss": 2.0}, {"_step": 1, "loss": 1.0}]),
            "wandb-json",
        ),
    ],
)
def test_kinds(tmp_path: Path, name: str, content: str, kind: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    assert kind_of(str(file), name) == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        # data of process rewards, of preference scores, of curricula
        (
            "train.jsonl",
            rows([{"step": 1, "reward": 0.5, "prompt": "hello"}, {"step": 2, "reward": 1, "prompt": "a"}]),
        ),
        ("train.jsonl", rows([{"messages": [{"role": "user", "content": "x"}], "step": 1, "loss": 0.1}])),
        ("scores.jsonl", rows([{"step": each, "reward": 1.0} for each in (5, 1, 4, 2, 3, 0)])),
        ("epochs.json", json.dumps([{"epoch": 1, "loss": 0.2, "content": "An epoch of history"}])),
        ("train.csv", "text,label\nthe loss of the step,1\nanother,0\n"),
        ("train.csv", "step,loss\n5,2.0\n1,1.9\n4,2\n2,3\n3,1\n0,2\n"),
        ("config.json", json.dumps({"learning_rate": 1e-4, "epochs": 3, "loss": "cross_entropy"})),
        ("train_config.json", json.dumps({"epoch": 3, "loss_weights": [1.0, 2.0], "lr": 0.1})),
        ("wandb-summary.json", json.dumps({"_step": 9, "_timestamp": 1.0, "_runtime": 5, "train/loss": 1.0})),
        ("metrics.json", json.dumps({"accuracy": 0.9, "f1": 0.8})),
        ("results.json", json.dumps({"results": {"mmlu": {"acc": 0.5}}})),
        ("notes.txt", "the loss of step 3 was 1.2"),
        ("data.jsonl", POINTER),
        ("empty.jsonl", ""),
        ("x.bin", "\0\1\2"),
    ],
)
def test_no_logs(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    assert kind_of(str(file), name) == ""


def test_columns_of_the_settings_make_a_log(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text(rows([{"n": 1, "objective": 2.0}, {"n": 2, "objective": 1.0}]))
    assert kind_of(str(file), file.name) == ""
    assert kind_of(str(file), file.name, {"step": "n", "loss": "objective"}) == "jsonl"


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert kind_of(str(tmp_path / "trainer_state.json"), "trainer_state.json") == ""


@pytest.mark.parametrize("kind", sorted(READERS))
def test_every_kind_has_its_reader(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "metrics" / "loss"
    file.parent.mkdir()
    file.write_bytes(b"")
    assert callable(reader_of(kind, str(file), {}).more)


def test_names() -> None:
    assert is_log_name("events.out.tfevents.1700000000.host.1.0")
    assert is_log_name("run-2yj0t6dg.wandb")
    assert not is_log_name("metrics.csv")
    assert all(map(may_be_log_name, ("metrics.csv", "training_log.csv", "loss", "slurm-12.out", "debug.log")))
    assert not any(map(may_be_log_name, ("README.md", "model.safetensors", "LICENSE", "data.parquet")))
