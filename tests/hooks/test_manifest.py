"""The manifest: valid, passing every name that a check takes, and in an environment that is small."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hook_repositories import ROOT, run, sound

from ftlint.read.candidates import ENDINGS, is_data_name
from ftlint.read.documents import (
    _ENDINGS,
    _LAUNCHER_NAMES,
    _LAUNCHERS,
    _NAMES,
    _STARTS,
    CONFIGS,
    is_config_name,
    is_document_name,
)

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())}
CONFIG_NAMES = [*(f"x{end}" for end in (*CONFIGS, *_LAUNCHERS)), *_LAUNCHER_NAMES]
DATA_NAMES = [f"x{end}" for end in ENDINGS]
NAMES = [
    *DATA_NAMES,
    *CONFIG_NAMES,
    *(f"x{end}" for end in _ENDINGS),
    *_NAMES,
    *(f"{start}x" for start in _STARTS),
]
ALLOWED = {
    *("orjson", "google-re2", "xxhash", "numpy", "pathspec", "pyyaml"),
    *("jsonschema", "jsonschema-specifications", "referencing", "rpds-py", "attrs", "jsonschema-rs"),
    *("pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection"),
}
"""All that an environment of the core may hold. What is added here is installed by everyone's hook."""
LARGEST = 40 << 20


def test_pre_commit_finds_it_valid() -> None:
    sound(run("pre-commit", "validate-manifest", MANIFEST, cwd=ROOT))
    for hook in HOOKS.values():
        assert hook["stages"] == ["pre-commit", "pre-push", "manual"]
        assert hook.get("require_serial") or hook["pass_filenames"] is False


def test_the_configurations_in_the_docs_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "pre-commit.md").read_text()
    blocks = [
        yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]
    whole, *parts = blocks
    assert len(parts) > 3
    repositories = [*whole["repos"], *({**whole["repos"][0], "hooks": part} for part in parts)]
    for hook in (hook for repository in repositories for hook in repository["hooks"]):
        assert hook.keys() - {"additional_dependencies", "verbose"} <= {
            *HOOKS["ftlint"],
            "args",
            "always_run",
        }
        assert hook["id"] in HOOKS
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text(yaml.safe_dump({"repos": repositories}))
    sound(run("pre-commit", "validate-config", config, cwd=tmp_path))


def passed(hook: str, path: str) -> bool:
    return re.search(HOOKS[hook]["files"], path) is not None


@pytest.mark.parametrize("path", ["{}", "a folder/ü/{}"])
def test_every_name_that_a_check_takes_is_passed(path: str) -> None:
    for name in NAMES:
        assert is_data_name(name) or is_document_name(name) or is_config_name(name), name
        assert passed("ftlint", path.format(name)), name
        assert passed("ftlint", path.format(name.upper())), name
    for name in (*DATA_NAMES, *CONFIG_NAMES):
        assert passed("ftlint-fix", path.format(name)), name


@pytest.mark.parametrize(
    "name", ["x.png", "x.safetensors", "train.jsonl.dvc", "jsonl", "x.bin", "a.jsonl/x.pt"]
)
def test_other_names_are_not(name: str) -> None:
    assert not passed("ftlint", name)
    assert not passed("ftlint-fix", name)


def test_the_environment_is_small_and_extras_come_from_the_pinned_revision(
    wheelhouse: Path, tmp_path: Path
) -> None:
    """`pip install . 'ftlint[zst]'`, as pre-commit does it; no index has ftlint here."""
    report = tmp_path / "report.json"
    command = ("python", "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheelhouse)}
    sound(run(*command, "--report", report, ROOT, "ftlint[zst]", cwd=tmp_path, **offline))
    found = {_normal(each["metadata"]["name"]): each for each in json.loads(report.read_text())["install"]}
    ours = found.pop("ftlint")
    assert ours["download_info"]["url"] == ROOT.as_uri()
    assert found.pop("zstandard")["requested"] is False
    assert found.keys() <= ALLOWED
    wheels = [Path(each["download_info"]["url"].removeprefix("file://")) for each in found.values()]
    assert sum(wheel.stat().st_size for wheel in wheels) < LARGEST


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
