"""Configs held against data, from the command line."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from ftlint.rule import chat

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]

ROWS = [chat(f"Question {n}?", f"Answer {n}: " + "words " * (n % 50)) for n in range(400)]
AXOLOTL = """\
base_model: Qwen/Qwen3-8B
adapter: lora
lora_r: 16
learning_rate: 0.0002
micro_batch_size: 8
gradient_accumulation_steps: 4
num_epochs: 6
warmup_steps: 100  # as for the large dataset
sequence_len: 40
datasets:
  - path: data/train.jsonl
    type: chat_template
test_datasets:
  - path: data/train.jsonl
    type: chat_template
"""


@pytest.fixture
def found(ftlint: Run) -> Callable[..., dict[str, Any]]:
    def run(*arguments: str, code: int | None = None) -> dict[str, Any]:
        done = ftlint("check", "--select", "FIT", "--ignore", "FIT07", "--output-format", "json", *arguments)
        assert done.returncode in ((0, 1) if code is None else (code,)), done.stderr
        return dict(json.loads(done.stdout))

    return run


Found = Callable[..., dict[str, Any]]


def told(report: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {each["code"]: (each["severity"], each["line"]) for each in report["findings"]}


def test_faults_between_config_and_data_stand_at_their_lines(write: Write, found: Found) -> None:
    write("data/train.jsonl", ROWS)
    write("configs/lora.yml", AXOLOTL)
    report = found(code=1)
    assert {each["path"] for each in report["findings"]} == {"configs/lora.yml"}
    assert told(report) == {
        "FIT001": ("warning", 7),  # 6 epochs over 400 rows
        "FIT002": ("error", 8),  # 100 of 78 steps
        "FIT004": ("warning", 9),  # dropped
        "FIT011": ("error", 14),  # evaluated on the training data
    }
    messages = {each["code"]: each["message"] for each in report["findings"]}
    assert messages["FIT002"] == (
        "warmup_steps 100 of 78 steps (400 rows, batch 32 on 1 device): warmup takes the whole run"
    )
    assert "sequence_len 40" in messages["FIT004"]
    assert "estimated to within 25%" in messages["FIT004"]


def test_a_comment_on_the_line_ignores(write: Write, found: Found) -> None:
    write("data/train.jsonl", ROWS)
    write("lora.yml", AXOLOTL.replace("# as for", "# ftlint: ignore[warmup-exceeds-run] as for"))
    assert "FIT002" not in told(found())


def test_the_unsafe_fixes_leave_nothing_of_it(write: Write, ftlint: Run, found: Found) -> None:
    write("data/train.jsonl", ROWS)
    file = write("lora.yml", AXOLOTL)
    before = found()
    assert "FIT001" in told(before)
    fixable = {each["code"] for each in before["findings"] if each["fix"]}
    assert {"FIT001", "FIT002"} <= fixable
    file.write_text(
        AXOLOTL.replace("num_epochs: 6", "num_epochs: 3").replace("warmup_steps: 100", "warmup_steps: 2")
    )
    assert not {"FIT001", "FIT002"} & set(told(found()))


def test_a_config_alone_tells_the_command_that_checks_both(write: Write, ftlint: Run, found: Found) -> None:
    write("data/train.jsonl", ROWS)
    write("configs/lora.yml", AXOLOTL)
    report = found("configs/lora.yml", code=0)
    assert report["findings"] == []
    [reason] = [each["reason"] for each in report["not_run"]]
    start = "config against data: configs/lora.yml: data that was not part of this check: "
    assert reason.startswith(start)
    command = shlex.split(reason.removeprefix(start))
    assert command[:2] == ["ftlint", "check"]
    assert {"FIT001", "FIT002", "FIT004", "FIT011"} <= set(told(found(*command[2:])))
    shown = ftlint("check", "configs/lora.yml").stdout
    assert "not run: config against data: configs/lora.yml: data that was not part of this check" in shown


def test_configs_of_hub_data_are_one_line(write: Write, ftlint: Run) -> None:
    for name in ("a", "b", "c"):
        write(f"{name}.yml", AXOLOTL.replace("data/train.jsonl", "tatsu-lab/alpaca"))
    shown = ftlint("check").stdout
    assert shown.count("config against data") == 1
    assert "a.yml and 2 more: data on a hub, which is never asked" in " ".join(shown.split())


def test_without_a_config_nothing_of_trainings_is_told(write: Write, ftlint: Run, found: Found) -> None:
    write("data/train.jsonl", ROWS)
    write("settings.yaml", "name: web\nport: 80\n")
    report = found()
    assert (report["findings"], report["not_run"]) == ([], [])


def test_two_faults_in_two_trainings_of_one_file(write: Write, found: Found) -> None:
    write("data/train.jsonl", ROWS)
    write("short.yml", AXOLOTL)
    write("long.yml", AXOLOTL.replace("sequence_len: 40", "sequence_len: 4096"))
    paths = {each["path"] for each in found()["findings"] if each["code"] == "FIT004"}
    assert paths == {"short.yml"}


WORDS = json.dumps(
    {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"},
    }
)


def test_a_log_that_is_not_there_is_told_where_it_is_named(write: Write, ftlint: Run) -> None:
    write("data/train.jsonl", ROWS)
    write("lora.yml", AXOLOTL)
    write("ftlint.toml", '[[training]]\nname = "lora"\nconfig = "lora.yml"\nlog = "outputs/lora"\n')
    assert "ftlint.toml:4: no training log at outputs/lora" in " ".join(ftlint("check").stdout.split())
    write("outputs/lora/trainer_state.json", '{"log_history": [{"step": 1, "loss": 2.5}]}')
    assert "no training log" not in ftlint("check").stdout


def test_a_tokenizer_counts(write: Write, found: Found) -> None:
    pytest.importorskip("tokenizers")
    write("data/train.jsonl", ROWS)
    write("lora.yml", AXOLOTL)
    write("model/tokenizer.json", WORDS)
    [finding] = [each for each in found("--tokenizer", "model")["findings"] if each["code"] == "FIT004"]
    # A row has 3 + 4 tokens of the question and 3 + n + 4 of the answer: over 40 from n = 27 on.
    longer = sum(3 + 4 + 3 + n % 50 + 4 > 40 for n in range(400))
    assert finding["message"].startswith(f"{longer / 4:.1f}% of records ({longer} of 400)")
    assert "counted with the model's tokenizer" in finding["message"]
    [in_bytes] = [each for each in found("--tokenizer", "bytes")["findings"] if each["code"] == "FIT004"]
    assert "counted in bytes" in in_bytes["message"]


def test_a_tokenizer_that_is_not_there_is_a_mistake(write: Write, ftlint: Run) -> None:
    write("data/train.jsonl", ROWS)
    write("lora.yml", AXOLOTL)
    done = ftlint("check", "--tokenizer", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ftlint: --tokenizer: no tokenizer.json at nowhere\n"


def test_the_tokenizer_is_that_of_rules_with_an_option_for_it(write: Write, ftlint: Run) -> None:
    write("data.jsonl", [chat("Hi", "word " * 20)])
    select = ("--select", "over-max-length-exact", "--max-length", "64")
    assert "clean" in ftlint("check", *select).stdout
    assert "tokens, max-length is 64" in ftlint("check", *select, "--tokenizer", "bytes").stdout


def test_llama_factory_names_are_resolved(write: Write, found: Found) -> None:
    write("data/support.json", json.dumps([{"instruction": "Hi", "input": "", "output": "Hello"}] * 300))
    write("data/dataset_info.json", json.dumps({"support": {"file_name": "support.json"}}))
    write(
        "examples/train.yaml",
        "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
        "dataset: support\nmax_samples: 100\ncutoff_len: 2048\nper_device_train_batch_size: 2\n"
        "num_train_epochs: 3.0\nlearning_rate: 1.0e-4\n",
    )
    report = found()
    assert told(report)["FIT019"] == ("warning", 6)
    assert report["not_run"] == []


def test_the_report_does_not_depend_on_how_the_work_is_shared(write: Write, ftlint: Run) -> None:
    write("data/train.jsonl", ROWS * 3)
    write("data/val.jsonl", ROWS[:40])
    write("lora.yml", AXOLOTL)
    runs = [
        ftlint("check", "--output-format", "jsonl", "--today", "2026-11-01", *flags).stdout
        for flags in (("-j", "1", "-n"), ("-j", "2", "-n"), ("-j", "1"), ("-j", "1"))
    ]
    assert len({run.partition('"seconds"')[0] for run in runs}) == 1
