"""Rows, batches and steps of a run, from a config and its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ftlint.detect.measures.answer_lengths import AnswerLengths, Counted
from ftlint.model import DataRef, Dataset, Node, Part, Source, Split, Training, TrainingConfig
from ftlint.model.config_tree import NOWHERE
from ftlint.model.policy import Hardware
from ftlint.model.project import Unread, Use
from ftlint.model.training_config import Field
from ftlint_rules.fit.run_size import held_out_rows, run_size, train_rows


def config(dialect: str = "ftlint", **values: Any) -> TrainingConfig:
    fields = {name: Field(value) for name, value in values.items()}
    return TrainingConfig("lora.yaml", dialect, 1.0, "train", fields, Node("map", NOWHERE))


def part(records: int, tokens: int = 100, path: str = "train.jsonl") -> Part:
    measure = AnswerLengths()
    measure.by[""] = Counted()
    for _ in range(records):
        measure.by[""].add([0, tokens])
    source = Source(path, path, 0, "jsonl")
    return Part(source, None, records, records, {AnswerLengths: measure})


def training(config: TrainingConfig, *parts: Part, uses: Sequence[Use] = (), **more: Any) -> Training:
    dataset = Dataset("data", {"train": Split("train", list(parts))}) if parts else None
    return Training("t", config, dataset, uses=tuple(uses), **more)


BASE: Mapping[str, Any] = {"micro_batch_size": 2, "gradient_accumulation": 4, "epochs": 3}


@pytest.mark.parametrize(
    ("dialect", "values", "steps", "epochs"),
    [
        ("trl", {}, 39, 3),  # 13 steps of 8 an epoch, the last of 4 rows
        ("torchtune", {}, 36, 3),  # the last is dropped
        ("trl", {"world_size": 4}, 12, 3),
        ("trl", {"global_batch_size": 50}, 6, 3),
        ("trl", {"eval_split": 0.2}, 30, 3),
        ("trl", {"eval_split": 20}, 30, 3),
        ("trl", {"max_samples": 40}, 15, 3),
        ("trl", {"epochs": 0.5}, 7, 0.5),
        ("trl", {"max_steps": 5}, 5, 5 / 13),
        ("trl", {"max_steps": 500}, 500, 500 / 13),
        ("axolotl", {"max_steps": 500}, 39, 3),  # only a bound there
        ("trl", {"max_steps": -1}, 39, 3),
        ("trl", {"packing": True, "sequence_length": 1000}, 6, 3),  # 100 rows of 100 tokens in 10 sequences
        ("trl", {"method": "grpo", "num_generations": 8}, 300, 3),
        ("trl", {"method": "grpo"}, None, 3),
        ("trl", {"method": "ppo"}, None, 3),
        ("trl", {"micro_batch_size": None}, None, 3),
        ("trl", {"max_steps": 500, "micro_batch_size": None}, 500, None),
    ],
)
def test_steps_follow_from_rows_batch_and_epochs(
    dialect: str, values: Mapping[str, Any], steps: int | None, epochs: float | None
) -> None:
    size = run_size(training(config(dialect, **{**BASE, **values}), part(100)))
    assert (size.steps, size.epochs) == (steps, epochs)


def test_devices_come_from_config_component_and_hardware() -> None:
    plain = config("trl", **BASE)
    assert run_size(training(plain, part(100))).on == " on 1 device"
    eight = Hardware("H100-80GB", 80, 8)
    size = run_size(training(plain, part(100), hardware=eight))
    assert (size.batch, size.on) == (64, "")
    accelerate = config("accelerate", world_size=2)
    size = run_size(training(plain, part(100), hardware=eight, components=(accelerate,)))
    assert (size.batch, size.devices) == (16, 2)


@pytest.mark.parametrize(
    ("ref", "rows"),
    [
        (DataRef("train.jsonl", "file"), 100),
        (DataRef("train.jsonl", "file", limit=30), 30),
        (DataRef("train.jsonl", "file", weight=1.0), 100),
        (DataRef("train.jsonl", "file", weight=0.3), None),
        (DataRef("train.jsonl", "file", split="train[:10%]"), None),
        (DataRef("train.jsonl", "file", split="train[:30]", limit=30), 30),
    ],
)
def test_rows_are_those_that_a_reference_takes(ref: DataRef, rows: int | None) -> None:
    one = part(100)
    assert train_rows(training(config(), one, uses=[Use(ref, "train", (one,))])) == rows


def test_a_cap_is_of_each_dataset() -> None:
    one, two = part(100), part(30, path="more.jsonl")
    uses = [Use(DataRef(each.path, "file"), "train", (each,)) for each in (one, two)]
    assert train_rows(training(config(max_samples=50), one, two, uses=uses)) == 80


def test_rows_are_unknown_where_some_were_not_read() -> None:
    lost = (Unread("more", "data on a hub"),)
    assert train_rows(training(config(), part(100), unread=lost)) is None
    assert train_rows(training(config(), part(100), unread=(lost[0]._replace(split="validation"),))) == 100
    assert train_rows(training(config())) is None
    partial = Dataset("data", {"train": Split("train", [part(100)])}, partial=True)
    assert train_rows(Training("t", config(), partial)) is None


def test_a_template_is_unknown_and_no_number() -> None:
    whole = config(**BASE)
    for name in ("max_steps", "eval_split", "max_samples", "gradient_accumulation"):
        fields = {**whole.fields, name: Field(None, unknown=True)}
        assert run_size(training(whole._replace(fields=fields), part(100))).steps is None, name
    assert held_out_rows(training(config(eval_split=0.25), part(100))) == 25
