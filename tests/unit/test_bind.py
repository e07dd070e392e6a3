import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.bind import Binding, bind, describe, unclear
from ftlint.engine.infer import infer
from ftlint.model import FtlintError
from ftlint.read.discover import discover
from ftlint.settings import load, override

Write = Callable[[str, Any], Path]

NAMED: list[tuple[str, Mapping[str, tuple[str, str, str]]]] = [
    (
        "a folder",
        {"data/train.jsonl": ("data", "train", "named"), "data/val.jsonl": ("data", "validation", "named")},
    ),
    (
        "the root",
        {"train.jsonl": ("dataset", "train", "named"), "test.jsonl": ("dataset", "test", "named")},
    ),
    (
        "a common stem",
        {
            "digit987_training_data.jsonl": ("digit987_data", "train", "named"),
            "digit987_training_data_prepared.jsonl": ("digit987_data_prepared", "train", "named"),
            "digit987_validation_data_prepared.jsonl": ("digit987_data_prepared", "validation", "named"),
        },
    ),
    (
        "three splits and another dataset",
        {
            "cot_train.jsonl": ("cot", "train", "named"),
            "cot_eval.jsonl": ("cot", "validation", "named"),
            "cot_test.jsonl": ("cot", "test", "named"),
            "sql_train.csv": ("sql", "train", "named"),
            "sql_dev.csv": ("sql", "validation", "named"),
        },
    ),
    (
        "shards of the hub",
        {
            "main/train-00000-of-00002.parquet": ("main", "train", "named"),
            "main/train-00001-of-00002.parquet": ("main", "train", "named"),
            "main/test-00000-of-00001-0a1b2c3d4e5f6071.parquet": ("main", "test", "named"),
            "other/train-00000-of-00001.parquet": ("other", "train", "named"),
        },
    ),
    (
        "shards without a split",
        {
            "raw/part-00000.jsonl": ("raw", "train", "lone"),
            "raw/part-00001.jsonl": ("raw", "train", "lone"),
        },
    ),
    (
        "folders named by split",
        {
            "d/train/a.jsonl": ("d", "train", "named"),
            "d/train/b.jsonl": ("d", "train", "named"),
            "d/valid/a.jsonl": ("d", "validation", "named"),
        },
    ),
    (
        "a folder of software tests is no split",
        {
            "test/case.jsonl": ("case", "train", "lone"),
            "dev/notes.jsonl": ("notes", "train", "lone"),
        },
    ),
    (
        "two folders of one name",
        {
            "a/data/train.jsonl": ("a/data", "train", "named"),
            "b/data/train.jsonl": ("b/data", "train", "named"),
        },
    ),
    (
        "a file and its held-out part",
        {
            "s/support.jsonl": ("support", "train", "named"),
            "s/support_eval.jsonl": ("support", "validation", "named"),
        },
    ),
    (
        "one training file in the folder",
        {
            "u/sft_train.jsonl": ("u", "train", "named"),
            "u/val.jsonl": ("u", "validation", "named"),
            "u/general.jsonl": ("u", "general", "named"),
        },
    ),
    (
        "two training files leave the held-out one alone",
        {
            "u/cats_train.jsonl": ("cats", "train", "named"),
            "u/dogs_train.jsonl": ("dogs", "train", "named"),
            "u/val.jsonl": ("u", "validation", "named"),
        },
    ),
    (
        "twins",
        {
            "w/train.json": ("w", "train", "named"),
            "w/val.json": ("w", "validation", "named"),
            "w/train.jsonl": ("w.jsonl", "train", "named"),
        },
    ),
    (
        "twins, one of them packed",
        {
            "x_train.jsonl": ("x", "train", "named"),
            "x_train.jsonl.gz": ("x.jsonl.gz", "train", "named"),
            "x_train.json": ("x.json", "train", "named"),
        },
    ),
    (
        "lone twins",
        {
            "s/a.json": ("s/a.json", "train", "lone"),
            "s/a.jsonl": ("s/a.jsonl", "train", "lone"),
        },
    ),
    (
        "camel case",
        {
            "trainData.json": ("dataset", "train", "named"),
            "validData.json": ("dataset", "validation", "named"),
            "HumanEval.jsonl": ("HumanEval", "train", "lone"),
        },
    ),
    (
        "names that only look like a split",
        {
            "general_qa.jsonl": ("general_qa", "train", "lone"),
            "trained_models.jsonl": ("trained_models", "train", "lone"),
            "contest.jsonl": ("contest", "train", "lone"),
            "gpteacher_sim0.7.json": ("gpteacher_sim0.7", "train", "lone"),
        },
    ),
    (
        "the last word of a name counts",
        {
            "test_harness_train.jsonl": ("test_harness", "train", "named"),
            "test_harness_held_out.jsonl": ("test_harness", "test", "named"),
        },
    ),
    (
        "numbered",
        {"train1.jsonl": ("dataset", "train", "named"), "train2.jsonl": ("dataset", "train", "named")},
    ),
]


@pytest.mark.parametrize("expected", [case for _, case in NAMED], ids=[name for name, _ in NAMED])
def test_inference(expected: Mapping[str, tuple[str, str, str]]) -> None:
    assert infer(list(expected)) == expected
    assert infer(list(expected)[::-1]) == expected


def test_the_corpus(corpus: Path) -> None:
    names = sorted(file.name for file in (corpus / "datasets").iterdir() if file.suffix != ".csv")
    said = infer(names)
    together = {name: dataset for name, (dataset, _, _) in said.items()}
    assert together["text2sql_train.jsonl"] == together["text2sql_valid.jsonl"]
    assert together["network_llm_train.jsonl"] == together["network_llm_validation.jsonl"]
    assert together["gsm8k_train.jsonl"] == together["gsm8k_test.jsonl"] != together["gsm8k_as_alpaca.json"]
    assert together["allyarc_train.json"] != together["allyarc_train.jsonl"]
    assert said["bedrock_nova_tooluse_test.jsonl"] == ("bedrock_nova_tooluse", "test", "named")


def test_many_files_are_quick() -> None:
    paths = [f"d{index % 500}/file{index}_{'train' if index % 3 else 'val'}.jsonl" for index in range(10_000)]
    assert len(infer(paths)) == 10_000


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def bound(*paths: str, **changes: Any) -> dict[str, Binding]:
    settings = override(load(paths), **changes)
    return {binding.path: binding for binding in bind(discover(paths, settings), settings)}


ROW = [{"messages": [{"role": "user", "content": "Hi"}]}]


def test_declared_datasets_come_first(write: Write, tmp_path: Path) -> None:
    for name in (
        "data/train-1.jsonl",
        "data/train-2.jsonl",
        "data/val.jsonl",
        "other_train.jsonl",
        "mix.jsonl",
    ):
        write(name, ROW)
    write("s.json", "{}")
    write(
        "ftlint.toml",
        """
target = "openai"
[[dataset]]
name = "support"
format = "openai-chat"
max-length = 512
schema = "s.json"
train = "data/*.jsonl"
validation = "data/val.jsonl"
ignore-field = "skip"
""",
    )
    files = bound()
    assert list(files) == [
        *("data/train-1.jsonl", "data/train-2.jsonl", "data/val.jsonl", "mix.jsonl", "other_train.jsonl")
    ]
    train, val, mix = files["data/train-1.jsonl"], files["data/val.jsonl"], files["mix.jsonl"]
    assert (train.dataset, train.split, train.evidence) == ("support", "train", "declared")
    assert (train.format, train.max_length, train.ignore_field) == ("openai-chat", 512, "skip")
    assert train.schema == str(tmp_path / "s.json")
    assert val.split == "validation", "the more exact glob wins"
    assert (mix.dataset, mix.evidence, mix.format, mix.target) == ("mix", "lone", "", "openai")
    assert not train.partial
    text = describe(list(files.values()))
    assert "support · declared in settings · format openai-chat · target openai · max-length 512" in text
    assert "\n  validation  data/val.jsonl\n" in text
    assert "other · inferred from names" in text


def test_a_part_of_a_dataset_is_known_as_such(write: Write) -> None:
    for name in ("data/train.jsonl", "data/val.jsonl", "alone.jsonl"):
        write(name, ROW)
    whole = bound("data")
    assert not whole["data/train.jsonl"].partial
    one = bound("data/val.jsonl", "alone.jsonl")
    assert (one["data/val.jsonl"].dataset, one["data/val.jsonl"].split) == ("data", "validation")
    assert one["data/val.jsonl"].partial
    assert not one["alone.jsonl"].partial
    write(
        "ftlint.toml", '[[dataset]]\nname = "x"\ntrain = "data/train.jsonl"\nvalidation = "data/v*.jsonl"\n'
    )
    assert bound("data/val.jsonl")["data/val.jsonl"].partial
    assert not bound("data")["data/val.jsonl"].partial


def test_declared_files_outside_the_root(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("shared/train.jsonl", "far/val.jsonl"):
        write(name, ROW)
    write(
        "project/ftlint.toml",
        f'[[dataset]]\nname = "x"\ntrain = "../shared/*.jsonl"\nvalidation = "{tmp_path}/far/*.jsonl"\n',
    )
    monkeypatch.chdir(tmp_path / "project")
    files = bound()
    assert {path: (each.dataset, each.split, each.partial) for path, each in files.items()} == {
        "../shared/train.jsonl": ("x", "train", False),
        "../far/val.jsonl": ("x", "validation", False),
    }
    assert bound("../shared/train.jsonl")["train.jsonl"].dataset != "x", "other settings hold there"
    settings = load(config="ftlint.toml")
    found = discover([str(tmp_path / "shared" / "train.jsonl")], settings)
    assert bind(found, settings)[0].dataset == "x"


def test_excluded_files_do_not_make_a_dataset_partial(write: Write) -> None:
    for name in ("data/train.jsonl", "data/bad.jsonl"):
        write(name, ROW)
    write("ftlint.toml", 'exclude = ["data/bad.jsonl"]\n[[dataset]]\nname = "x"\ntrain = "data/*.jsonl"\n')
    (binding,) = bound().values()
    assert (binding.path, binding.partial) == ("data/train.jsonl", False)


def test_the_command_line_wins_over_the_table(write: Write) -> None:
    write("train.jsonl", ROW)
    write(
        "ftlint.toml", '[[dataset]]\nname = "x"\ntrain = "train.jsonl"\nformat = "alpaca"\nmax-length = 9\n'
    )
    assert bound()["train.jsonl"].format == "alpaca"
    binding = bound(format="openai-chat", max_length=5)["train.jsonl"]
    assert (binding.format, binding.max_length) == ("openai-chat", 5)


def test_an_inferred_dataset_of_the_same_name_stays_apart(write: Write) -> None:
    for name in ("x_train.jsonl", "declared.jsonl"):
        write(name, ROW)
    write("ftlint.toml", '[[dataset]]\nname = "x"\ntrain = "declared.jsonl"\n')
    assert bound()["x_train.jsonl"].dataset == "x (inferred)"


def test_what_is_unclear_is_said(write: Write) -> None:
    write("shared.jsonl", ROW)
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "a"\ntrain = "shared.jsonl"\nvalidation = "none*.jsonl"\n'
        '[[dataset]]\nname = "b"\ntrain = "shared.jsonl"\n',
    )
    settings = load()
    assert unclear(discover([], settings), settings) == [
        "ftlint.toml:4: no file matches validation = 'none*.jsonl' of a",
        "shared.jsonl is declared in a, b: checked as part of a",
    ]


MISTAKES = [
    ('format = "openai-cht"', 4, "openai-chat"),
    ('target = "no-such-target-at-all"', 4, "unknown target"),
    ('schema = "none.json"', 4, "no such file: none.json"),
]


@pytest.mark.parametrize(("line", "number", "message"), MISTAKES)
def test_a_name_that_does_not_exist(write: Write, line: str, number: int, message: str) -> None:
    write("train.jsonl", ROW)
    write("ftlint.toml", f'[[dataset]]\nname = "x"\ntrain = "train.jsonl"\n{line}\n')
    with pytest.raises(FtlintError, match=message) as raised:
        bound()
    assert (raised.value.path, raised.value.line) == ("ftlint.toml", number)


def test_a_format_of_the_command_line_that_does_not_exist(write: Write) -> None:
    write("train.jsonl", ROW)
    with pytest.raises(FtlintError, match=r"--format: .*openai-chat"):
        bound(format="openai-cht")


def test_own_target_facts(write: Write, tmp_path: Path) -> None:
    write("train.jsonl", ROW)
    write("ftlint.toml", 'target = "openai"\ntarget-facts = "facts.toml"\n')
    write("facts.toml", "")
    assert bound()["train.jsonl"].target == f"{tmp_path}/facts.toml#openai"


def test_a_registry_of_llama_factory_says_the_format(write: Write) -> None:
    rows = [{"question": "2+2?", "reply": "4"}]
    write("data/mine.json", json.dumps(rows))
    for name in ("data/sub/more.jsonl", "data/other.jsonl"):
        write(name, rows)
    entry = {"columns": {"prompt": "question", "response": "reply"}}
    registry = {
        "mine": {"file_name": "mine.json", **entry},
        "more": {"file_name": "sub", **entry},
        "hub": {"hf_hub_url": "x/y"},
    }
    write("data/dataset_info.json", json.dumps(registry))
    files = bound()
    assert set(files) == {"data/mine.json", "data/sub/more.jsonl", "data/other.jsonl"}
    for name in ("data/mine.json", "data/sub/more.jsonl"):
        known = files[name].known
        assert known is not None
        assert [text.value for text in known.texts(rows[0])] == ["2+2?", "4"]
    assert files["data/other.jsonl"].known is None
    assert bound(format="qa")["data/mine.json"].known is None
    write("data/dataset_info.json", json.dumps({"description": "of the datasets library", "features": {}}))
    assert bound()["data/mine.json"].known is None
