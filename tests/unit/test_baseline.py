"""Baseline results: what is read of each form, what is refused and where, and which training gets which."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ftlint.detect.model_names import is_commit, is_hub_id, same_model, same_revision
from ftlint.engine.baselines import with_baselines
from ftlint.model import Training, TrainingConfig
from ftlint.model.config_tree import NOWHERE, Node
from ftlint.model.training_config import Field
from ftlint.read.baseline import baseline_schema, dataset_hash, read_baseline
from ftlint.read.eval_results import day_of
from ftlint.settings import Settings

HASH = "sha256:" + "0f" * 32
SOUND: dict[str, Any] = {
    "ftlint_baseline": 1,
    "model": "Qwen/Qwen3-8B",
    "revision": "b968826d9c46dd6066d109eabc6255188de91218",
    "dataset": {"hash": HASH, "split": "validation", "files": ["data/val.jsonl"]},
    "metrics": [
        {"name": "exact_match", "value": 0.6, "n": 500, "interval": {"low": 0.55, "high": 0.65}},
        {"name": "loss", "value": 2, "n": 500, "higher_is_better": False},
    ],
    "date": "2026-11-20",
    "tool": {"name": "my-eval", "version": "1.4"},
}
HARNESS: dict[str, Any] = {
    "results": {
        "mmlu": {"alias": "mmlu", "acc,none": 0.5, "acc_stderr,none": 0.01},
        "mmlu_law": {"acc,none": 0.4, "acc_stderr,none": "N/A"},
        "gsm8k": {
            "exact_match,strict-match": 0.3,
            "exact_match_stderr,strict-match": 0.02,
            "exact_match,flexible-extract": 0.35,
        },
        "wikitext": {"word_perplexity,none": 9.5},
    },
    "group_subtasks": {"mmlu": ["mmlu_law", "mmlu_art"], "gsm8k": []},
    "n-samples": {
        "mmlu_law": {"original": 100, "effective": 100},
        "mmlu_art": {"original": 50, "effective": 40},
        "gsm8k": {"original": 1319, "effective": 1319},
    },
    "higher_is_better": {"wikitext": {"word_perplexity": False}, "mmlu": {"acc": True}},
    "configs": {"gsm8k": {"dataset_path": "gsm8k"}},
    "config": {
        "model": "vllm",
        "model_args": "pretrained=Qwen/Qwen3-8B,dtype=bfloat16,gpu_memory_utilization=0.9",
        "model_sha": "b968826d9c46dd6066d109eabc6255188de91218",
    },
    "date": 1_792_000_000.5,
    "lm_eval_version": "0.4.9",
    "start_time": 12.5,
    "end_time": 99.5,
}


def read(data: dict[str, Any] | str, declared: bool = False) -> Any:
    text = data if isinstance(data, str) else json.dumps(data, indent=1)
    return read_baseline(text.encode(), "baseline.json", declared)


def test_our_own_form() -> None:
    record = read(SOUND)
    assert (record.model, record.dataset_hash, record.split) == ("Qwen/Qwen3-8B", HASH, "validation")
    assert (record.date, record.tool, record.files) == ("2026-11-20", "my-eval 1.4", ("data/val.jsonl",))
    first, second = record.metrics
    assert (first.value, first.n, first.low, first.high) == (0.6, 500, 0.55, 0.65)
    assert (second.value, second.low, second.higher_is_better) == (2.0, None, False)
    assert record.place("dataset.hash")["line"] == 6
    jsonschema.Draft202012Validator(baseline_schema()).validate(SOUND)


def test_the_example_of_the_page_is_sound() -> None:
    page = (Path(__file__).parents[2] / "docs" / "baseline.md").read_text(encoding="utf-8")
    shown = page.split("```json\n")[1].split("```")[0]
    assert read(shown).problems == ()
    jsonschema.Draft202012Validator(baseline_schema()).validate(json.loads(shown))


@pytest.mark.parametrize(
    ("changed", "message", "written"),
    [
        ({"model": None}, "model is missing", "{"),
        ({"model": ""}, "model is empty", '"model": ""'),
        ({"ftlint_baseline": 2}, "ftlint_baseline must be 1, the one version there is", '"ftlint_baseline"'),
        (
            {"dataset": {"hash": "md5:00"}},
            "dataset.hash must be sha256: and 64 hexadecimal digits",
            '"md5:00"',
        ),
        ({"metrics": []}, "metrics is empty", '"metrics": []'),
        ({"metrics": [{"name": "em", "value": 0.5}]}, "metrics[0].n is missing", "{"),
        (
            {"metrics": [{"name": "em", "value": "0.5", "n": 9}]},
            "metrics[0].value: input should be a valid number",
            '"value": "0.5"',
        ),
        ({"metrics": [SOUND["metrics"][1]] * 2}, "metrics: two metrics have one name", '"metrics": ['),
        ({"date": "20.11.2026"}, "date: must be a date, YYYY-MM-DD", '"date"'),
        ({"tool": {"name": "x", "sha": "1"}}, "unknown key 'tool.sha'", '"sha"'),
        ({"note": "private words"}, "unknown key 'note'", '"note"'),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_without_the_value(
    changed: dict[str, Any], message: str, written: str
) -> None:
    whole = {key: value for key, value in {**SOUND, **changed}.items() if value is not None}
    (problem,) = read(whole).problems
    assert problem.message == message
    assert written in json.dumps(whole, indent=1).split("\n")[problem.line - 1]


@pytest.mark.parametrize(
    "interval", [{"low": 0.7, "high": 0.5}, {"low": 0.7, "high": 0.8}, {"low": 0.5, "high": float("nan")}]
)
def test_an_interval_must_hold_its_value(interval: dict[str, float]) -> None:
    metric = {"name": "em", "value": 0.6, "n": 100, "interval": interval}
    assert read({**SOUND, "metrics": [metric]}).problems


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", '{"ftlint_baseline": 1,', '{"ftlint_baseline": 1, "model": "\ud83d"}', "\0" * 9],
)
def test_a_broken_file_is_a_problem_and_never_a_crash(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    record = read_baseline(data, "base.json", declared=True)
    assert record is not None
    assert record.problems


def test_a_file_of_another_tool_is_left_alone_unless_it_is_declared() -> None:
    other = {"version": "1.5.0", "plugins_used": [], "results": {}}
    assert read(other) is None
    assert read({"eval_loss": 1.5}) is None
    assert "lacks 'ftlint_baseline'" in read(other, declared=True).problems[0].message


def test_lm_evaluation_harness() -> None:
    record = read(HARNESS)
    assert record.origin == "lm-eval"
    assert (record.model, record.date, record.tool) == ("Qwen/Qwen3-8B", "2026-10-14", "lm-eval 0.4.9")
    assert record.revision.startswith("b968826d")
    assert not record.problems
    assert not record.dataset_hash
    metrics = {metric.name: metric for metric in record.metrics}
    assert set(metrics) == {
        "mmlu/acc",
        "mmlu_law/acc",
        "gsm8k/exact_match,strict-match",
        "gsm8k/exact_match,flexible-extract",
        "wikitext/word_perplexity",
    }
    assert metrics["mmlu/acc"].n == 140
    assert metrics["mmlu/acc"].low == pytest.approx(0.5 - 1.96 * 0.01, abs=1e-6)
    assert (metrics["mmlu_law/acc"].n, metrics["mmlu_law/acc"].low) == (100, None)
    assert metrics["gsm8k/exact_match,flexible-extract"].low is None
    assert (metrics["wikitext/word_perplexity"].n, metrics["wikitext/word_perplexity"].higher_is_better) == (
        None,
        False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"pretrained": "Qwen/Qwen3-8B", "api_key": "private"},
        "pretrained=Qwen/Qwen3-8B",
        {"model": "Qwen/Qwen3-8B", "base_url": "http://localhost"},
    ],
)
def test_the_model_of_a_harness_result(arguments: Any) -> None:
    record = read({**HARNESS, "config": {"model_args": arguments}})
    assert record.model == "Qwen/Qwen3-8B"
    assert "private" not in repr(record)


@pytest.mark.parametrize("adapter", ["peft=out/a", "delta=out/a", "lora_local_path=out/a"])
def test_a_result_with_an_adapter_is_no_baseline(adapter: str) -> None:
    tuned = {**HARNESS, "config": {"model_args": f"pretrained=Qwen/Qwen3-8B,{adapter}"}}
    assert read(tuned) is None
    assert "tuned model's result" in read(tuned, declared=True).problems[0].message


def test_old_results_and_local_files() -> None:
    old = {"results": {"piqa": {"acc": 0.5, "acc_stderr": 0.1}}, "versions": {"piqa": 0}, "config": {}}
    record = read({**old, "config": {"model_args": "pretrained=gpt2"}})
    assert [(metric.name, metric.low is not None) for metric in record.metrics] == [("piqa/acc", True)]
    assert "which model" in read(old).problems[0].message
    task = {
        "dataset_path": "json",
        "dataset_kwargs": {
            "data_files": {"train": "data/train.jsonl", "test": ["data/a.jsonl", "data/b.jsonl"]}
        },
        "test_split": "test",
    }
    assert read({**HARNESS, "configs": {"t": task}}).files == ("data/a.jsonl", "data/b.jsonl")


def test_metrics_of_the_trainer_count_where_they_are_declared() -> None:
    metrics = {"eval_loss": 1.5, "eval_accuracy": 0.4, "eval_runtime": 2.0, "eval_samples": 300, "epoch": 1.0}
    record = read(metrics, declared=True)
    assert [(each.name, each.n, each.higher_is_better) for each in record.metrics] == [
        ("loss", 300, False),
        ("accuracy", 300, True),
    ]
    problem = read({**metrics, "train_loss": 0.5}, declared=True).problems[0]
    assert "train_loss says that this run trained" in problem.message
    assert problem.line == 7


@pytest.mark.parametrize(
    ("date", "day"),
    [
        (1_700_000_000, "2023-11-14"),
        ("2024-05-01T12-34-56.789", "2024-05-01"),
        ("soon", ""),
        (None, ""),
        (1e300, ""),
        (True, ""),
    ],
)
def test_days(date: Any, day: str) -> None:
    assert day_of(date) == day


def test_the_hash_is_that_of_the_bytes_one_file_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\n")
    (tmp_path / "b").write_bytes(b"two\r\n")
    both = dataset_hash([str(tmp_path / "a"), str(tmp_path / "b")])
    assert (
        both == f"sha256:{hashlib.sha256(b'one' + chr(10).encode() + b'two' + bytes([13, 10])).hexdigest()}"
    )
    shell = subprocess.run("cat a b | sha256sum", shell=True, cwd=tmp_path, capture_output=True, check=True)
    assert both.removeprefix("sha256:") == shell.stdout.decode().split()[0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Qwen/Qwen3-8B", "qwen/qwen3-8b", True),
        ("Qwen/Qwen3-8B", "unsloth/Qwen3-8B-unsloth-bnb-4bit", True),
        ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B-Base", False),
        ("Qwen/Qwen3-8B", "me/Qwen3-8B", False),
        ("/models/Qwen3-8B/", "Qwen/Qwen3-8B", True),
        ("/tmp/Meta-Llama-3-8B/original", "meta-llama/Meta-Llama-3-8B", True),
        ("/models/base", "Qwen/Qwen3-8B", None),
        ("gpt-4.1-mini", "gpt-4.1", False),
    ],
)
def test_names_of_models(one: str, other: str, same: bool | None) -> None:
    assert same_model(one, other) is same
    assert same_model(other, one) is same


def test_revisions() -> None:
    commit = "b968826d9c46dd6066d109eabc6255188de91218"
    assert same_revision(commit, commit[:8]) is True
    assert same_revision(commit, "0" * 40) is False
    assert same_revision(commit, "main") is None
    assert same_revision("", "") is None
    assert is_commit(commit)
    assert not is_commit("v1.0")
    assert is_hub_id("a/b")
    assert not is_hub_id("./a/b")


# --- which training gets which


def training(path: str, model: str = "Qwen/Qwen3-8B", declared: str = "", output: str = "") -> Training:
    fields = {"base_model": Field(model)} if model else {}
    fields |= {"output_dir": Field(output)} if output else {}
    config = TrainingConfig(path, "ftlint", 1.0, "train", fields, Node("map", NOWHERE, tag="map"))
    return Training(path, config, declared=bool(declared), baseline_path=declared)


def bound(root: Path, *trainings: Training) -> list[str]:
    """The path of each training's baseline, "" for none."""
    found = with_baselines(trainings, Settings(root=str(root)))
    return [each.baseline.path if each.baseline else "" for each in found]


def test_the_nearest_file_wins_and_one_for_many_goes_by_the_model(
    tmp_path: Path, write: Callable[[str, Any], Path]
) -> None:
    write("baseline.json", json.dumps(SOUND))
    write("big/baseline.json", json.dumps({**SOUND, "model": "Qwen/Qwen3-32B"}))
    assert bound(
        tmp_path,
        training("a.yaml"),
        training("b.yaml", "Qwen/Qwen3-4B"),
        training("c.yaml", ""),
        training("big/d.yaml", "Qwen/Qwen3-14B"),
    ) == ["baseline.json", "", "", "big/baseline.json"]


def test_what_a_run_measured_goes_before_files_above_it(
    tmp_path: Path, write: Callable[[str, Any], Path]
) -> None:
    write("baseline.json", json.dumps(SOUND))
    write("runs/one/baseline.json", json.dumps(SOUND))
    assert bound(
        tmp_path,
        training("a.yaml", output="./runs/one/"),
        training("b.yaml", output="runs/two"),
        training("c.yaml", output=str(tmp_path / "runs/one")),
    ) == ["runs/one/baseline.json", "baseline.json", "baseline.json"]


def test_a_table_goes_before_files_beside_the_config(
    tmp_path: Path, write: Callable[[str, Any], Path]
) -> None:
    write("baseline.json", json.dumps(SOUND))
    write("results/base.json", json.dumps(HARNESS))
    there, gone = training("a.yaml", declared="results/base.json"), training("a.yaml", declared="none.json")
    assert bound(tmp_path, there) == ["results/base.json"]
    assert bound(tmp_path, gone) == [""]


def test_results_of_the_harness_are_searched_for_by_the_model(
    tmp_path: Path, write: Callable[[str, Any], Path]
) -> None:
    def results(name: str, **changed: Any) -> None:
        write(name, json.dumps({**HARNESS, **changed}))

    results("out/Qwen__Qwen3-8B/results_2026-01-01T00-00-00.000001.json", date=1_760_000_000)
    results("out/Qwen__Qwen3-8B/results_2026-10-14T00-00-00.000001.json")
    results("out/base_2026-12-01T00-00-00.json", config={"model_args": "pretrained=other/model"})
    results("out/tuned/results_x.json", config={"model_args": "pretrained=Qwen/Qwen3-8B,peft=out/adapter"})
    results("node_modules/results_y.json", date=1_799_000_000)
    write("out/results_broken.json", '{"results": {"Qwen3-8B')
    newest = "out/Qwen__Qwen3-8B/results_2026-10-14T00-00-00.000001.json"
    assert bound(tmp_path, training("a.yaml"), training("b.yaml", "x/y"), training("c.yaml", "")) == [
        newest,
        "",
        "",
    ]


def test_a_config_outside_the_root_is_no_endless_search(tmp_path: Path) -> None:
    outside = training("/elsewhere/config.yaml"), training("../config.yaml")
    assert bound(tmp_path, *outside) == ["", ""]
