"""A third party's rule package: found by entry point, selected, configured, documented, tested."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PLUGIN = Path(__file__).parent / "plugin"
LOUD = {
    "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "GO AWAY RIGHT NOW"}]
}
LOUDER = "CALL THE SHOP AND ASK THEM TODAY"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The plugin, installed by pip into a folder of its own; the environment that finds it."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--target", str(folder), str(PLUGIN)],
        check=True, timeout=300,
    )  # fmt: skip
    return {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])}


def rows(answer: str) -> list[Any]:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": answer}]
    return [{"messages": messages}]


def checked(ftlint: Run, environment: dict[str, str], *arguments: str) -> list[dict[str, Any]]:
    done = ftlint("check", "--output-format", "json", *arguments, env=environment)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["findings"]


def test_found_and_selected(ftlint: Run, write: Callable[..., Path], installed: dict[str, str]) -> None:
    write("train.jsonl", rows(LOUDER))
    found = checked(ftlint, installed, "--select", "shouting")
    column = json.dumps(rows(LOUDER)[0]).index("CALL") + 1
    assert [(f["code"], f["line"], f["column"]) for f in found] == [("ACME001", 1, column)]
    assert checked(ftlint, installed, "--select", "ACME") == found
    assert checked(ftlint, installed, "--ignore", "ACME001", "--select", "ACME") == []
    assert "ACME001" in {f["code"] for f in checked(ftlint, installed)}


def test_configured(ftlint: Run, write: Callable[..., Path], installed: dict[str, str]) -> None:
    write("train.jsonl", rows(LOUDER))
    write("ftlint.toml", "[rules.shouting]\nwords = 8\n")
    assert checked(ftlint, installed, "--select", "ACME") == []
    write("ftlint.toml", '[rules.shouting]\nwords = 5\nseverity = "error"\n')
    assert [f["severity"] for f in checked(ftlint, installed, "--select", "ACME")] == ["error"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[rules.shouting]\nwords = 3\n", 2, "4 to 100"),
        ("[rules.shouting]\nword = 5\n", 2, "words"),
        ('[rules.shouting]\nwords = "many"\n', 2, "words"),
        ("[rules.shoutin]\nwords = 5\n", 1, "shouting"),
    ],
)
def test_configured_wrongly(
    ftlint: Run, write: Callable[..., Path], installed: dict[str, str], text: str, line: int, says: str
) -> None:
    write("train.jsonl", rows("ok"))
    write("ftlint.toml", text)
    done = ftlint("check", env=installed)
    assert done.returncode == 2
    assert f"ftlint.toml:{line}:" in done.stderr
    assert says in done.stderr


def test_documented(ftlint: Run, installed: dict[str, str]) -> None:
    done = ftlint("rule", "ACME001", env=installed)
    assert done.returncode == 0
    assert "Our customers do not like to be shouted at" in done.stdout
    assert "words" in done.stdout


def test_tested_with_its_own_examples(installed: dict[str, str], tmp_path: Path) -> None:
    program = (
        "from acme_rules.acme001_shouting import Shouting\n"
        "from acme_rules.configs.acme002_unserved_model import UnservedModel\n"
        "from ftlint.testing import cases, prove\n"
        "for rule in (Shouting, UnservedModel):\n"
        "    for case in cases(rule): prove(case); print(case)\n"
    )
    environment = {**os.environ, **installed}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout.split()) == 5 + 6


def test_a_rule_of_configs(ftlint: Run, write: Callable[..., Path], installed: dict[str, str]) -> None:
    """It meets every dialect, with its options; a run on data alone does not load it."""
    write("lora.yaml", "base_model: a/b\nadapter: lora\nlora_r: 8\nsequence_len: 512\nmicro_batch_size: 2\n")
    write("train.sh", "trl sft \\\n  --model_name_or_path a/b --learning_rate 2e-4\n")
    found = checked(ftlint, installed, "--select", "unserved-model")
    assert [(f["code"], f["path"], f["line"], f["column"]) for f in found] == [
        ("ACME002", "lora.yaml", 1, 13),
        ("ACME002", "train.sh", 2, 24),
    ]
    write("ftlint.toml", '[rules.unserved-model]\nmodel = "a/b"\n')
    assert checked(ftlint, installed, "--select", "ACME") == []


@pytest.mark.parametrize(("name", "loaded"), [("train.jsonl", "False"), ("lora.yaml", "True")])
def test_rules_beside_the_data_are_loaded_for_files_beside_the_data(
    write: Callable[..., Path], installed: dict[str, str], tmp_path: Path, name: str, loaded: str
) -> None:
    write(
        name,
        "base_model: a/b\nadapter: lora\nlora_r: 8\nsequence_len: 512\nmicro_batch_size: 2\n"
        if name == "lora.yaml"
        else rows("ok"),
    )
    program = (
        "import sys\nfrom ftlint.cli.main import main\nmain(['check', '--quiet'])\n"
        "print('acme_rules.configs.acme002_unserved_model' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, **installed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == loaded


def test_a_plugin_that_does_not_import_stops_the_run(
    ftlint: Run, write: Callable[..., Path], installed: dict[str, str], tmp_path: Path
) -> None:
    write("train.jsonl", rows("ok"))
    shadow = write("shadow/acme_rules/__init__.py", "import nothing_of_that_name\n").parent.parent
    path = os.pathsep.join([str(shadow), installed["PYTHONPATH"]])
    done = ftlint("check", env={"PYTHONPATH": path})
    assert done.returncode == 2
    assert "acme" in done.stderr
    assert "nothing_of_that_name" in done.stderr
