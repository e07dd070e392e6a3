"""Which files on disk a config's names of data stand for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.configs import configs_of
from ftlint.engine.references import Named, Places, named
from ftlint.formats.dataset_info import source_of
from ftlint.model import DataRef, Node, TrainingConfig
from ftlint.model.config_tree import NOWHERE
from ftlint.model.training_config import Field

Write = Callable[[str, Any], Path]
ROWS = [{"prompt": "Hi", "completion": "Hello"}]
NOTHING = Node("map", NOWHERE)

LLAMAFACTORY = "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., list[Named]]:
    def run(config: TrainingConfig, known: Sequence[str] = ()) -> list[Named]:
        files = {os.path.realpath(tmp_path / path): path for path in known}
        return named(config, Places(str(tmp_path), files))

    return run


def config(
    *train: DataRef,
    evaluate: Sequence[DataRef] = (),
    path: str = "configs/lora.yaml",
    dialect: str = "ftlint",
) -> TrainingConfig:
    fields = {"train_data": Field(tuple(train)), "eval_data": Field(tuple(evaluate))}
    return TrainingConfig(path, dialect, 1.0, "train", fields, NOTHING)


def paths(each: Named, root: Path) -> list[str]:
    return [os.path.relpath(file, root) for file in each.files]


@pytest.mark.parametrize(
    ("name", "kind", "files"),
    [
        ("data/train.jsonl", "file", ["data/train.jsonl"]),
        ("./data/train.jsonl", "file", ["data/train.jsonl"]),
        ("../data/train.jsonl", "file", ["data/train.jsonl"]),
        ("beside.jsonl", "file", ["configs/beside.jsonl"]),
        ("file://data/train.jsonl", "file", ["data/train.jsonl"]),
        ("data/*.jsonl", "file", ["data/train.jsonl", "data/val.jsonl"]),
        ("data/t{rain,est}.jsonl", "file", []),
        ("data", "hub", ["data/train.jsonl"]),
        ("data/", "file", ["data/train.jsonl"]),
        ("deep", "hub", ["deep/train/a.jsonl"]),
        ("data/train.jsonl#500", "file", ["data/train.jsonl"]),
        ("org/data", "hub", []),
        ("data/nowhere.jsonl", "file", []),
    ],
)
def test_a_name_is_looked_for_from_the_root_and_from_the_config(
    tmp_path: Path, write: Write, found: Callable[..., list[Named]], name: str, kind: Any, files: list[str]
) -> None:
    for path in ("data/train.jsonl", "data/val.jsonl", "configs/beside.jsonl", "deep/train/a.jsonl"):
        write(path, ROWS)
    write("data/notes.md", "none\n")
    [each] = found(config(DataRef(name, kind)))
    assert paths(each, tmp_path) == files


def test_a_limit_in_a_path_limits_the_rows(write: Write, found: Callable[..., list[Named]]) -> None:
    write("train.jsonl", ROWS)
    [each] = found(config(DataRef("train.jsonl#500", "file")))
    assert each.ref.limit == 500


@pytest.mark.parametrize(
    ("name", "kind", "lack", "near", "sure"),
    [
        ("data/trian.jsonl", "file", "missing", "data/train.jsonl", True),
        ("data/other.jsonl", "file", "missing", "", True),
        ("elsewhere/train.jsonl", "file", "missing", "data/train.jsonl", True),
        ("elsewhere/more.jsonl", "file", "missing", "", False),
        ("/mnt/data/train.jsonl", "file", "remote", "", False),
        ("org/data", "hub", "hub", "", False),
        ("s3://bucket/train.jsonl", "remote", "remote", "", False),
        ("${DATA}", "unknown", "unknown", "", False),
        ("support", "registered", "unregistered", "", False),
    ],
)
def test_what_is_not_there_is_told_with_its_reason(
    write: Write, found: Callable[..., list[Named]], name: str, kind: Any, lack: str, near: str, sure: bool
) -> None:
    write("data/train.jsonl", ROWS)
    [each] = found(config(DataRef(name, kind)), known=["data/train.jsonl"])
    assert (each.files, each.lack, each.near, each.sure) == ((), lack, near, sure)
    assert each.reason


def test_a_split_of_one_file_is_not_the_file(write: Write, found: Callable[..., list[Named]]) -> None:
    write("train.jsonl", ROWS)
    train = DataRef("train.jsonl", "file", "train")
    _, held_out = found(config(train, evaluate=[DataRef("train.jsonl", "file", "test")]))
    assert (held_out.files, held_out.lack) == ((), "unregistered")
    _, same = found(config(train, evaluate=[train]))
    assert same.files


def test_of_a_folder_each_side_takes_its_split(
    tmp_path: Path, write: Write, found: Callable[..., list[Named]]
) -> None:
    for name in ("train", "valid", "test"):
        write(f"data/{name}.jsonl", ROWS)
    folder = DataRef("data", "file")
    train, held_out = found(config(folder, evaluate=[folder]))
    assert (paths(train, tmp_path), paths(held_out, tmp_path)) == (["data/train.jsonl"], ["data/valid.jsonl"])
    _, test = found(config(folder, evaluate=[folder._replace(split="test[:50%]")]))
    assert paths(test, tmp_path) == ["data/test.jsonl"]


REGISTRY = {
    "support": {"file_name": "support.json", "num_samples": 200},
    "shards": {"file_name": "shards"},
    "lost": {"file_name": "lost.json"},
    "both": {"hf_hub_url": "org/support", "file_name": "support.json"},
    "made": {"script_url": "make"},
}


@pytest.mark.parametrize(
    ("name", "files", "lack"),
    [
        ("support", ["data/support.json"], ""),
        ("shards", ["data/shards/a.jsonl", "data/shards/b.jsonl"], ""),
        ("lost", [], "missing"),
        ("suport", [], "missing"),
        ("both", [], "hub"),
        ("made", [], "remote"),
        ("loose.json", ["data/loose.json"], ""),
    ],
)
def test_llama_factory_names_are_explained_by_their_registry(
    tmp_path: Path, write: Write, found: Callable[..., list[Named]], name: str, files: list[str], lack: str
) -> None:
    write("data/dataset_info.json", json.dumps(REGISTRY))
    for path in ("support.json", "loose.json", "shards/a.jsonl", "shards/b.jsonl"):
        write(f"data/{path}", ROWS)
    write("examples/train.yaml", f"{LLAMAFACTORY}dataset: {name}\n")
    [read] = configs_of(str(tmp_path / "examples/train.yaml"), "examples/train.yaml")
    [each] = found(read)
    assert (paths(each, tmp_path), each.lack) == (files, lack)
    if name == "support":
        assert each.ref.limit == 200
    if name == "suport":
        assert (each.near, each.sure) == ("support", True)


def test_the_folder_of_the_registry_may_be_written(
    tmp_path: Path, write: Write, found: Callable[..., list[Named]]
) -> None:
    write("sets/dataset_info.json", json.dumps({"support": {"file_name": "support.json"}}))
    write("sets/support.json", ROWS)
    write("train.yaml", f"{LLAMAFACTORY}dataset: support\ndataset_dir: sets\n")
    [read] = configs_of(str(tmp_path / "train.yaml"), "train.yaml")
    [each] = found(read)
    assert paths(each, tmp_path) == ["sets/support.json"]


def test_a_config_outside_the_root_sees_its_own_folder(tmp_path: Path, write: Write) -> None:
    write("away/data.jsonl", ROWS)
    write("away/lora.yaml", "")
    root = tmp_path / "project"
    root.mkdir()
    [each] = named(config(DataRef("data.jsonl", "file"), path="../away/lora.yaml"), Places(str(root), {}))
    assert [os.path.basename(file) for file in each.files] == ["data.jsonl"]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"file_name": "a.json", "split": "train", "num_samples": 5}, ("file", "a.json", "train", 5)),
        ({"ms_hub_url": "org/a"}, ("hub", "org/a", "", None)),
        ({"cloud_file_name": "s3://b/a.json"}, ("remote", "s3://b/a.json", "", None)),
        ({}, ("remote", "", "", None)),
    ],
)
def test_an_entry_says_where_its_data_is(entry: dict[str, Any], told: tuple[Any, ...]) -> None:
    assert tuple(source_of(entry)) == told
