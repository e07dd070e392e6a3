"""Which data belongs to which config, and what is measured of it for that."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.engine.bind import bind
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import Dataset, Finding, FtlintError, Severity, Training
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.rule import Example, Rule, chat
from ftlint.settings import load

Write = Callable[[str, Any], Path]

ROWS = [chat(f"Question {n}?", f"Answer {n}.") for n in range(6)]
CONFIG = "ftlint: 1\nbase_model: Qwen/Qwen3-8B\nmethod: sft\ntuning: lora\n"


class Seen(Rule[Training]):
    """Remembers what it is told of."""

    code = "SEEN001"
    name = "seen"
    severity = Severity.INFO
    needs = (AnswerLengths,)
    bad = (Example(ROWS),)
    good = (Example(ROWS),)

    def check(self, training: Training) -> Iterator[Finding]:
        yield Finding("a training")


class Other(Rule[Dataset]):
    """Remembers datasets."""

    code = "SEEN002"
    name = "other"
    severity = Severity.INFO
    bad = (Example(ROWS),)
    good = (Example(ROWS),)

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        yield Finding("a dataset")


class Project:
    """A project on disk, checked with rules that keep what they see."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.trainings: list[Training] = []
        self.datasets: list[Dataset] = []
        self.report: Report

    def check(self, *paths: str) -> list[Training]:
        settings = load([str(self.root)])
        seen, other = Seen(), Other()
        self.trainings.clear()
        self.datasets.clear()
        seen.check = self.training  # type: ignore[method-assign]
        other.check = self.dataset  # type: ignore[method-assign]
        rules = RuleSet([seen, other])
        named = [str(self.root / path) for path in paths or (".",)]
        found = discover(named, settings, documents=rules.reads_documents)
        self.report = check(bind(found, settings), settings, rules)
        assert not self.report.failures
        return self.trainings

    def training(self, training: Training) -> Iterator[Finding]:
        self.trainings.append(training)
        return iter(())

    def dataset(self, dataset: Dataset) -> Iterator[Finding]:
        self.datasets.append(dataset)
        return iter(())

    @property
    def told(self) -> list[str]:
        return [each.reason for each in self.report.not_run]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def splits(training: Training) -> dict[str, list[str]]:
    if training.dataset is None:
        return {}
    return {name: [part.path for part in split.parts] for name, split in training.dataset.splits.items()}


def test_a_table_binds_what_the_config_does_not_name(project: Project, write: Write) -> None:
    write("a.jsonl", ROWS)
    write("b.jsonl", ROWS)
    write("lora.yaml", CONFIG)
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "mine"\ntrain = "a.jsonl"\n'
        '[[training]]\nname = "first"\ndataset = "mine"\nconfig = "lora.yaml"\n',
    )
    [training] = project.check()
    assert (training.name, training.declared, splits(training)) == ("first", True, {"train": ["a.jsonl"]})
    assert training.uses == ()


def test_the_table_goes_before_the_config(project: Project, write: Write) -> None:
    write("a.jsonl", ROWS)
    write("b.jsonl", ROWS)
    write("lora.yaml", f"{CONFIG}train_data: b.jsonl\n")
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "mine"\ntrain = "a.jsonl"\n'
        '[[training]]\nname = "first"\ndataset = "mine"\nconfig = "lora.yaml"\n',
    )
    [training] = project.check()
    assert splits(training) == {"train": ["a.jsonl"]}
    assert training.other_data == ("b.jsonl",)


def test_a_config_that_names_a_part_of_the_dataset_trains_on_that(project: Project, write: Write) -> None:
    for name in ("a", "b", "val"):
        write(f"{name}.jsonl", ROWS)
    write("lora.yaml", f"{CONFIG}train_data: b.jsonl\n")
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "mine"\ntrain = ["a.jsonl", "b.jsonl"]\nvalidation = "val.jsonl"\n'
        '[[training]]\nname = "first"\ndataset = "mine"\nconfig = "lora.yaml"\n',
    )
    [training] = project.check()
    assert splits(training) == {"train": ["b.jsonl"], "validation": ["val.jsonl"]}
    assert (training.other_data, training.regrouped) == ((), False)


def test_a_config_binds_what_it_names(project: Project, write: Write) -> None:
    for name in ("data/train", "data/val", "other"):
        write(f"{name}.jsonl", ROWS)
    write("lora.yaml", f"{CONFIG}train_data: data/train.jsonl\neval_data: data/val.jsonl\n")
    [training] = project.check()
    assert splits(training) == {"train": ["data/train.jsonl"], "validation": ["data/val.jsonl"]}
    assert (training.regrouped, training.unread) == (False, ())


@pytest.mark.parametrize(
    ("train", "evaluate", "regrouped"),
    [
        ("[data/train.jsonl]", "[data/val.jsonl]", False),
        ("[data/train.jsonl]", "[other.jsonl]", True),
        ("[data/val.jsonl]", "[data/train.jsonl]", True),
        ("[data/train.jsonl, other.jsonl]", "[data/val.jsonl]", True),
        ("[data/train.jsonl, other.jsonl]", "[]", False),
    ],
)
def test_a_config_may_use_files_otherwise_than_their_dataset(
    project: Project, write: Write, train: str, evaluate: str, regrouped: bool
) -> None:
    for name in ("data/train", "data/val", "other"):
        write(f"{name}.jsonl", ROWS)
    write("lora.yaml", f"{CONFIG}train_data: {train}\neval_data: {evaluate}\n")
    [training] = project.check()
    assert training.regrouped == regrouped


@pytest.mark.parametrize(
    ("lines", "bound"),
    [
        ("", True),
        ("train_data: ${DATA}\n", True),
        ("train_data: org/data\n", False),
        ("train_data: missing.jsonl\n", False),
    ],
)
def test_the_only_config_trains_on_the_only_dataset(
    project: Project, write: Write, lines: str, bound: bool
) -> None:
    write("data/train.jsonl", ROWS)
    write("data/val.jsonl", ROWS)
    write("lora.yaml", CONFIG + lines)
    [training] = project.check()
    assert (training.dataset is not None) == bound
    if bound:
        assert training.dataset is project.datasets[0]


def test_two_datasets_or_two_configs_are_no_pair(project: Project, write: Write) -> None:
    write("one/train.jsonl", ROWS)
    write("two/train.jsonl", ROWS)
    write("lora.yaml", CONFIG)
    [training] = project.check()
    assert training.dataset is None
    assert project.told == [
        "config against data: lora.yaml: no data named: a [[training]] table binds it",
    ]
    os.remove(project.root / "two/train.jsonl")
    write("more.yaml", CONFIG)
    assert [training.dataset for training in project.check()] == [None, None]
    assert len(project.told) == 1
    assert "lora.yaml and 1 more" in project.told[0]


def test_what_lies_beside_a_checked_config_is_told_with_the_command(
    project: Project, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("data/train.jsonl", ROWS)
    write("data/val.jsonl", ROWS)
    write("configs/lora.yaml", f"{CONFIG}train_data: data/train.jsonl\neval_data: data/val.jsonl\n")
    monkeypatch.chdir(project.root)
    project.check("configs/lora.yaml")
    assert project.told == [
        "config against data: configs/lora.yaml: data that was not part of this check: "
        "ftlint check configs/lora.yaml data/train.jsonl data/val.jsonl"
    ]
    project.check("configs/lora.yaml", "data/train.jsonl", "data/val.jsonl")
    assert project.told == []
    monkeypatch.chdir(project.root / "configs")
    project.check("configs/lora.yaml")
    assert project.told[0].endswith("ftlint check lora.yaml ../data/train.jsonl ../data/val.jsonl")


def test_many_files_are_named_by_their_root(
    project: Project, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        write(f"data/{number}.jsonl", ROWS)
        write(f"configs/{number}.yaml", f"{CONFIG}train_data: data/{number}.jsonl\n")
    monkeypatch.chdir(project.root)
    project.check("configs")
    assert project.told == [
        "config against data: configs/0.yaml and 5 more: data that was not part of this check: ftlint check ."
    ]


def test_hub_data_is_told_once_for_all_configs(project: Project, write: Write) -> None:
    for number in range(3):
        write(f"{number}.yaml", f"{CONFIG}train_data: org/data\n")
    project.check()
    assert project.told == ["config against data: 0.yaml and 2 more: data on a hub, which is never asked"]


def test_only_files_that_a_training_uses_are_measured_for_it(project: Project, write: Write) -> None:
    write("one/train.jsonl", ROWS)
    write("two/train.jsonl", ROWS)
    project.check()
    assert [_measured(dataset) for dataset in project.datasets] == [False, False]
    write("lora.yaml", f"{CONFIG}train_data: two/train.jsonl\n")
    project.check()
    assert {dataset.path: _measured(dataset) for dataset in project.datasets} == {
        "one/train.jsonl": False,
        "two/train.jsonl": True,
    }


def _measured(dataset: Dataset) -> bool:
    return any(AnswerLengths in part.measures for _, part in dataset.parts)


WORDS = json.dumps(
    {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"},
    }
)


@pytest.mark.parametrize(
    ("settings", "table", "counted"),
    [
        ("", "", "models/own/tokenizer.json"),
        ('tokenizer = "models/set"\n', "", "models/set/tokenizer.json"),
        (
            'tokenizer = "models/set"\n',
            'tokenizer = "models/table/tokenizer.json"\n',
            "models/table/tokenizer.json",
        ),
        ('tokenizer = "bytes"\n', "", "bytes"),
    ],
)
def test_tokens_are_counted_with_what_is_set_else_with_the_local_model(
    project: Project, write: Write, settings: str, table: str, counted: str
) -> None:
    pytest.importorskip("tokenizers")
    for name in ("own", "set", "table"):
        write(f"models/{name}/tokenizer.json", WORDS)
    write("train.jsonl", ROWS)
    write("lora.yaml", CONFIG.replace("Qwen/Qwen3-8B", "models/own"))
    write(
        "ftlint.toml",
        f'{settings}[[dataset]]\nname = "mine"\ntrain = "train.jsonl"\n'
        f'[[training]]\nname = "first"\ndataset = "mine"\nconfig = "lora.yaml"\n{table}',
    )
    [training] = project.check()
    assert training.tokenizer in (counted, str(project.root / counted))
    assert training.dataset is not None
    [part] = training.dataset.splits["train"].parts
    lengths = part.measure(AnswerLengths)
    assert list(lengths.by) == [training.tokenizer]
    if counted != "bytes":
        assert list(lengths.of(training.tokenizer).lengths[:2]) == [
            3 + 4,
            3 + 4,
        ]  # three words, and a template


def test_a_tokenizer_that_is_set_and_not_there_is_a_mistake(project: Project, write: Write) -> None:
    write("train.jsonl", ROWS)
    write("lora.yaml", CONFIG)
    write("ftlint.toml", 'tokenizer = "models/none"\n')
    with pytest.raises(FtlintError, match=r"ftlint\.toml:1: no tokenizer\.json at models/none"):
        project.check()


def test_a_local_tokenizer_that_is_not_pulled_is_told(project: Project, write: Write) -> None:
    pytest.importorskip("tokenizers")
    write("models/own/tokenizer.json", "version https://git-lfs.github.com/spec/v1\n")
    write("train.jsonl", ROWS)
    write("lora.yaml", CONFIG.replace("Qwen/Qwen3-8B", "models/own"))
    [training] = project.check()
    assert training.tokenizer == ""
    assert project.told == [
        "tokens are estimated: models/own/tokenizer.json is no tokenizer file (not pulled?)"
    ]


def test_components_are_found_from_the_config_and_from_the_root(project: Project, write: Write) -> None:
    write("train.jsonl", ROWS)
    write("configs/ds.json", '{"zero_optimization": {"stage": 2}, "train_micro_batch_size_per_gpu": 1}')
    write(
        "configs/train.yaml",
        "model_name_or_path: a/b\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\ndataset: x\n"
        "deepspeed: configs/ds.json\n",
    )
    trainings: Sequence[Training] = project.check()
    assert [each.path for each in trainings[0].components] == ["configs/ds.json"]


TABLE = '[[training]]\nname = "first"\n'


def test_a_table_may_name_a_config_alone(project: Project, write: Write) -> None:
    write("train.jsonl", ROWS)
    write("lora.yaml", CONFIG)
    write("ftlint.toml", f'{TABLE}config = "lora.yaml"\n')
    [training] = project.check()
    assert (training.declared, splits(training)) == (True, {"train": ["train.jsonl"]})


def test_a_table_that_names_no_config_there_is_a_mistake(project: Project, write: Write) -> None:
    write("train.jsonl", ROWS)
    write("ftlint.toml", f'{TABLE}config = "lroa.yaml"\n')
    with pytest.raises(FtlintError, match=r"ftlint\.toml:3: no such file: lroa\.yaml"):
        project.check()


def test_what_of_a_table_was_not_read_is_told(
    project: Project, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    write("train.jsonl", ROWS)
    write("lora.yaml", CONFIG)
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "support"\ntrain = "train.jsonl"\n'
        f'{TABLE}config = "lora.yaml"\ndataset = "suport"\n',
    )
    project.check("train.jsonl")
    assert project.told == [
        "[[training]] first: lora.yaml is no config that this check has read",
        "ftlint.toml:7: no dataset 'suport' among the files: did you mean 'support'?",
    ]
