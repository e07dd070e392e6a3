"""Which files are of a training, by split: as its config says, as its dataset declares."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from gate_project import CONFIG, SETTINGS, project, settings_of

from ftlint.engine.training_files import TrainingFiles, training_files
from ftlint.gate.configs import read_config
from ftlint.model import FtlintError

DATASET = SETTINGS.partition("[[training]]")[0]
NO_DATA = {"train_data": None, "eval_data": None, "eval_strategy": None, "eval_steps": None}
ALL = {
    "train": ["data/train.jsonl"],
    "validation": ["data/val.jsonl"],
    "test": ["data/test.jsonl"],
    "general": ["data/general.jsonl"],
}


def files_of(root: Path) -> TrainingFiles:
    settings = settings_of(root)
    return training_files(read_config(CONFIG, settings), settings)


def splits(root: Path) -> dict[str, list[str]]:
    return {name: [each.path for each in some] for name, some in files_of(root).splits.items()}


CASES: dict[str, tuple[str, dict[str, Any], dict[str, list[str]]]] = {
    "a table binds the dataset": (SETTINGS, {}, ALL),
    "the table alone says what is trained on": (SETTINGS, NO_DATA, ALL),
    "a dataset declares what the config names": (DATASET, {}, ALL),
    "nobody declares anything": ("", {}, {**ALL, "test": [], "general": []}),
    "the config names general data": ("", {"general_data": "data/general.jsonl"}, {**ALL, "test": []}),
    "the config goes before the dataset": (
        SETTINGS,
        {"eval_data": "data/test.jsonl"},
        {**ALL, "validation": ["data/test.jsonl"]},
    ),
    "the only dataset beside the only config": ("", NO_DATA, ALL),
    "an excluded file": (f'exclude = ["data/test*"]\n{SETTINGS}', {}, {**ALL, "test": []}),
}


@pytest.mark.parametrize("case", CASES)
def test_files_by_split(tmp_path: Path, case: str) -> None:
    settings, fields, wanted = CASES[case]
    root = project(tmp_path, settings=settings, **fields)
    assert splits(root) == wanted


def test_they_are_those_that_a_check_binds(tmp_path: Path) -> None:
    from ftlint.engine.bind import bind
    from ftlint.engine.pairing import paired
    from ftlint.read.discover import discover

    root = project(tmp_path, general_data=["data/general.jsonl"])
    settings = settings_of(root)
    config = read_config(CONFIG, settings)
    (pair,) = paired(
        [config], bind(discover([str(root)], settings), settings), settings, counting=False
    ).pairs
    bound = {(each.split, Path(file).name) for each in pair.named for file in each.files}
    mine = {(name, Path(each.file).name) for name, some in files_of(root).splits.items() for each in some}
    assert bound == {item for item in mine if item[0] != "test"}
    assert pair.dataset == files_of(root).dataset == "tickets"


def test_general_data_of_a_config_is_general(tmp_path: Path) -> None:
    """A check binds it, too, whatever the file is called, and lets a dataset be without it."""
    from ftlint.engine.bind import bind
    from ftlint.engine.lint import check
    from ftlint.engine.plan import RuleSet
    from ftlint.read.discover import discover
    from ftlint.registry import selected

    settings_text = SETTINGS.replace('general = "data/general.jsonl"\n', "")
    root = project(tmp_path, settings=settings_text, general_data=["other/chats.jsonl"])
    (root / "other").mkdir()
    (root / "data/general.jsonl").rename(root / "other/chats.jsonl")
    assert splits(root)["general"] == ["other/chats.jsonl"]
    settings = settings_of(root)
    found = discover([str(root)], settings, documents="configs")
    report = check(bind(found, settings), settings, RuleSet(selected(settings)), today="2026-11-28")
    codes = {each.code for each in report.groups}
    assert codes.isdisjoint({"FIT021", "FIT076"}), codes


def test_shares(tmp_path: Path) -> None:
    assert files_of(project(tmp_path / "a")).general_share == 0.2
    assert files_of(project(tmp_path / "b", general_share=0.1)).general_share == 0.1
    assert files_of(project(tmp_path / "c", settings="")).general_share is None


MISTAKES = {
    "two datasets": ("", NO_DATA, "there are 2 datasets"),
    "a dataset of nobody": (
        SETTINGS.replace('dataset = "tickets"', 'dataset = "ticket"'),
        {},
        "did you mean",
    ),
    "a store": (SETTINGS.replace('"data/test.jsonl"', '"s3://bucket/test.jsonl"'), {}, "lies in a store"),
    "a name of nobody": ("", {"train_data": "data/trian.jsonl"}, "did you mean data/train.jsonl"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_mistakes(tmp_path: Path, what: str) -> None:
    settings, fields, told = MISTAKES[what]
    root = project(tmp_path, settings=settings, **fields)
    if what == "two datasets":
        shutil.copytree(root / "data", root / "more")
    with pytest.raises(FtlintError, match=told) as error:
        files_of(root)
    assert error.value.path
    assert error.value.line
