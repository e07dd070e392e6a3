"""Nothing heavy is imported before it is needed: fresh processes, and what they have loaded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"torch", "spacy", "presidio_analyzer", "datasketch", "pandas", "pydantic", "pyarrow", "ray"} | {
    "numpy",
    "jsonschema",
    "jsonschema_rs",
    "tokenizers",
    "yaml",
    "rensa",
    "scipy",
    "fsspec",
    "aiohttp",
    "phonenumbers",
    "tldextract",
    "regex",
    "pygls",
    "lsprotocol",
    "matplotlib",
}

PROBE = """
import json, sys
from ftlint.cli.main import main
code = main(json.loads(sys.argv[1]))
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


def modules(arguments: list[str], cwd: Path) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(arguments)],
        cwd=cwd, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


def loaded(arguments: list[str], cwd: Path) -> tuple[int, set[str]]:
    code, names = modules(arguments, cwd)
    return code, {name.partition(".")[0] for name in names}


def clean_rows(count: int) -> str:
    rows = [
        {
            "messages": [
                {
                    "role": "user",
                    "content": f"How long does order number {i} take to arrive in zone {i % 7}?",
                },
                {
                    "role": "assistant",
                    "content": f"Order {i} ships on day {i % 5} and takes {i % 9 + 2} days.",
                },
            ]
        }
        for i in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_version_loads_nothing_heavy(tmp_path: Path) -> None:
    code, names = loaded(["--version"], tmp_path)
    assert code == 0
    assert not names & (HEAVY | {"argparse", "re2", "orjson", "dataclasses"})


def test_rules_of_logs_are_shown_without_numpy(tmp_path: Path) -> None:
    code, names = loaded(["rule", "overfitting"], tmp_path)
    assert code == 0
    assert "numpy" not in names


def test_ray_is_not_loaded_by_another_executor(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text(clean_rows(1000))
    for executor in ("serial", "processes"):
        code, names = loaded(["check", "train.jsonl", "--executor", executor, "-j", "2"], tmp_path)
        assert code == 0
        assert not names & (HEAVY | {"grpc", "cloudpickle"})


def test_statistics_of_a_small_file_load_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text(clean_rows(1000))
    code, names = loaded(["data", "stats", "train.jsonl"], tmp_path)
    assert code == 0
    assert not names & (HEAVY | {"ftlint_rules"})


@pytest.mark.parametrize("extra", [[], ["--output-format", "json=out.json"]])
def test_check_of_a_small_clean_file_loads_nothing_heavy(tmp_path: Path, extra: list[str]) -> None:
    (tmp_path / "train.jsonl").write_text(clean_rows(1000))
    code, names = loaded(["check", "train.jsonl", *extra], tmp_path)
    assert code == 0
    assert not names & HEAVY


def test_a_run_on_data_alone_loads_nothing_of_configs(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text(clean_rows(10))
    code, names = modules(["check", "--exit-zero"], tmp_path)
    assert code == 0
    for package in ("ftlint.dialects", "ftlint.facts.dialects", "ftlint_rules.cfg.", "ftlint_rules.fit."):
        assert not [name for name in names if name.startswith(package)]


def test_a_run_on_a_config_loads_nothing_heavy_but_yaml(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("ftlint: 1\nbase_model: Qwen/Qwen3-8B\nlearning_rate: 2.0e-4\n")
    code, names = modules(["check"], tmp_path)
    assert code == 0
    assert "ftlint_rules.cfg.cfg001_learning_rate_too_high" in names
    assert not names & (HEAVY - {"yaml"})
    assert not [name for name in names if name.startswith("ftlint.detect.memory")]
