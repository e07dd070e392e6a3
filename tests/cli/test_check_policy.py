"""Policy, reasons and baseline results from settings to report: single configs, whole repositories."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]

RECIPE = "ftlint: 1\nbase_model: meta-llama/Llama-3.1-8B\nmethod: sft\ntuning: full\nlearning_rate: 1.0e-5\n"
ROWS = [{"prompt": f"What is {n} + {n}?", "completion": str(2 * n)} for n in range(120)]


def found(run: subprocess.CompletedProcess[str]) -> list[tuple[str, str, str, int | None]]:
    """Rule, severity, path and line of each finding."""
    findings = json.loads(run.stdout)["findings"]
    return [(each["name"], each["severity"], each["path"], each["line"]) for each in findings]


def test_every_rule_of_a_policy_tells_its_line(ftlint: Run, write: Write) -> None:
    write(
        "ftlint.toml",
        "[policy]\nforbid-hub-push = true\nforbid-external-loggers = true\nmax-epochs = 3\n"
        'require-seed = true\nrequire-revision = true\nforbid-remote-code = true\nallow-licences = ["mit"]\n',
    )
    write(
        "lora.yaml",
        RECIPE + "epochs: 4\ntrust_remote_code: true\npush_to_hub: true\nloggers: [wandb, tensorboard]\n",
    )
    done = ftlint("check", "--select", "CFG09", "--output-format", "json")
    assert done.returncode == 1
    assert sorted(found(done), key=lambda each: (each[3] or 0, each[0])) == [
        ("seed-not-set", "error", "lora.yaml", 1),
        ("licence-not-allowed", "error", "lora.yaml", 2),
        ("revision-not-pinned", "error", "lora.yaml", 2),
        ("epochs-above-policy", "error", "lora.yaml", 6),
        ("remote-code-forbidden", "error", "lora.yaml", 7),
        ("hub-push-forbidden", "error", "lora.yaml", 8),
        ("external-logger-forbidden", "error", "lora.yaml", 9),
    ]


def test_without_a_policy_nothing_is_asked(ftlint: Run, write: Write) -> None:
    write("lora.yaml", RECIPE + "epochs: 9\ntrust_remote_code: true\npush_to_hub: true\nloggers: [wandb]\n")
    done = ftlint("check", "--select", "CFG09", "--output-format", "json")
    assert (done.returncode, found(done)) == (0, [])


def test_a_job_at_a_service(ftlint: Run, write: Write) -> None:
    write("ftlint.toml", '[policy]\nallow-providers = ["azure"]\nrequire-on-premise = true\n')
    write("job.json", json.dumps({"ftlint": 1, "base_model": "gpt-4.1", "provider": "openai"}, indent=1))
    done = ftlint("check", "--select", "CFG09", "--output-format", "json")
    assert found(done) == [
        ("provider-not-allowed", "error", "job.json", 4),
        ("trained-off-premise", "error", "job.json", 4),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[reasons]\nmissing-basline = "x"\n', "ftlint.toml:2: unknown rule 'missing-basline': did you mean"),
        ('[reasons]\n\nmissing-baseline = " "\n', "ftlint.toml:3: reasons.missing-baseline is empty"),
        ("[reasons]\nmissing-baseline = true\n", "ftlint.toml:2: reasons.missing-baseline must be a text"),
        ("[policy]\nallow-provider = []\n", "ftlint.toml:2: unknown key 'allow-provider' in policy: did you"),
        ("[policy]\nmax-epochs = -1\n", "ftlint.toml:2: "),
    ],
)
def test_mistakes_in_the_settings(ftlint: Run, write: Write, text: str, message: str) -> None:
    write("ftlint.toml", text)
    write("lora.yaml", RECIPE)
    done = ftlint("check")
    assert done.returncode == 2
    assert message in done.stderr


def test_a_repository_of_recipes_is_told_once_by_each_rule(ftlint: Run, write: Write) -> None:
    for number in range(80):
        write(f"recipes/{number:02}.yaml", RECIPE + "train_data: [us/rows]\n")
    done = ftlint("check", "--select", "FIT07", "--output-format", "json")
    assert done.returncode == 0
    assert found(done) == [
        ("missing-baseline", "info", "", None),
        ("no-general-data", "info", "", None),
        ("full-before-lora", "info", "", None),
        ("no-eval-data", "info", "", None),
    ]
    messages = [each["message"] for each in json.loads(done.stdout)["findings"]]
    assert all("80 configs (recipes/00.yaml and 79 more)" in each for each in messages)


def test_a_training_of_a_project(ftlint: Run, write: Write) -> None:
    tables = (
        '[[dataset]]\nname = "sums"\ntrain = "data/train.jsonl"\n'
        '[[training]]\nname = "sums"\ndataset = "sums"\nconfig = "lora.yaml"\n'
    )
    write("ftlint.toml", tables)
    write("data/train.jsonl", ROWS)
    write("lora.yaml", RECIPE)
    write("other.yaml", RECIPE)
    done = ftlint(
        "check", "--select", "FIT070,FIT077,FIT078", "--output-format", "json", "--fail-on", "warning"
    )
    assert done.returncode == 1
    warned = [each for each in found(done) if each[1] == "warning"]
    assert sorted(warned) == [
        ("full-before-lora", "warning", "lora.yaml", 4),
        ("missing-baseline", "warning", "lora.yaml", 2),
        ("no-eval-data", "warning", "lora.yaml", 1),
    ]
    assert found(ftlint("check", "data", "--select", "FIT07", "--output-format", "json")) == []
    reasons = (
        '[reasons]\nmissing-baseline = "no base model can"\nFIT077 = "LoRA was tried in spring"\n'
        'no-eval-data = "evaluated by the customer"\n'
    )
    write("ftlint.toml", reasons + tables)
    assert found(ftlint("check", "--select", "FIT070,FIT077,FIT078", "--output-format", "json")) == []


def test_a_baseline_from_first_to_last(ftlint: Run, write: Write) -> None:
    held_out = write("data/val.jsonl", ROWS[:3])
    write("data/train.jsonl", ROWS[3:])
    write("lora.yaml", RECIPE + "train_data: data/train.jsonl\neval_data: data/val.jsonl\n")
    rules = ("--select", "FIT070,FIT071,FIT072,FIT073,FIT074,FIT075", "--output-format", "json")
    assert found(ftlint("check", *rules)) == [("missing-baseline", "warning", "lora.yaml", 2)]

    from ftlint.read.baseline import dataset_hash

    record: dict[str, Any] = {
        "ftlint_baseline": 1,
        "model": "meta-llama/Llama-3.1-8B",
        "dataset": {"hash": dataset_hash([str(held_out)]), "split": "validation"},
        "metrics": [{"name": "exact_match", "value": 0.5, "n": 120}],
        "date": "2026-11-01",
    }
    write("baseline.json", json.dumps(record, indent=1))
    assert found(ftlint("check", *rules)) == [("broken-baseline", "warning", "baseline.json", 1)]

    write("baseline.json", json.dumps({**record, "tool": {"name": "x"}}, indent=1))
    assert found(ftlint("check", *rules)) == []
    assert found(ftlint("check", "lora.yaml", *rules)) == []

    write("data/val.jsonl", ROWS[:2])
    assert found(ftlint("check", *rules)) == [("baseline-other-eval-set", "warning", "baseline.json", 5)]

    record["model"] = "meta-llama/Llama-3.1-8B-Instruct"
    record["metrics"][0]["n"] = 3
    write("baseline.json", json.dumps({**record, "tool": {"name": "x"}}, indent=1))
    names = sorted(name for name, *_ in found(ftlint("check", *rules)))
    assert names == ["baseline-other-eval-set", "baseline-other-model", "baseline-too-few-examples"]


def test_pydantic_waits_for_a_baseline_file(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("lora.yaml", RECIPE)
    probe = (
        "import sys\nfrom ftlint.cli.main import main\nmain(['check', '--select', 'FIT07'])\n"
        "print('pydantic' in sys.modules)\n"
    )
    import sys

    def loads() -> str:
        done = subprocess.run(
            [sys.executable, "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.split()[-1]

    assert loads() == "False"
    write("baseline.json", '{"ftlint_baseline": 1}')
    assert loads() == "True"


@pytest.mark.parametrize("key", ["allow-providers", "allow-licences"])
def test_an_empty_list_allows_nothing_and_is_a_mistake(ftlint: Run, write: Write, key: str) -> None:
    write("ftlint.toml", f"[policy]\n{key} = []\n")
    write("lora.yaml", RECIPE)
    done = ftlint("check")
    assert done.returncode == 2
    assert (
        done.stderr
        == f"ftlint: ftlint.toml:2: policy.{key} is empty: name what is allowed, or leave the key out\n"
    )
