"""action.yml, the GitLab template and the workflows in the docs, as their own linters see them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from composite import ACTIONS, ROOT

BIN = Path(sys.executable).parent
TEMPLATE = ROOT / "templates" / "ftlint.gitlab-ci.yml"
BLOCKS = re.findall(
    r"^```yaml\n(.*?)^```$", (ROOT / "docs/github-action.md").read_text(), re.MULTILINE | re.DOTALL
)
WORKFLOWS = [block for block in BLOCKS if block.startswith("name: ")]
INPUTS = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]


def said(*command: str | Path) -> str:
    """What a linter prints, with its exit code where it is not 0."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    return (
        f"{done.stdout}{done.stderr}"
        if done.returncode == 0
        else f"{done.returncode}: {done.stdout}{done.stderr}"
    )


def in_schema(schema: str, *files: Path) -> str:
    return said(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


def test_schemas(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.yml" for number, _ in enumerate(WORKFLOWS)]
    for file, text in zip(files, WORKFLOWS, strict=True):
        file.write_text(text)
    assert len(files) == 4
    assert in_schema("github-actions", ROOT / "action.yml") == "ok -- validation done\n"
    assert in_schema("github-workflows", *files) == "ok -- validation done\n"
    assert in_schema("gitlab-ci", TEMPLATE) == "ok -- validation done\n"


def test_a_linter_that_finds_nothing_can_find_something(tmp_path: Path) -> None:
    broken = (ROOT / "action.yml").read_text().replace("      shell: bash\n", "", 1)
    (tmp_path / "action.yml").write_text(broken)
    assert in_schema("github-actions", tmp_path / "action.yml").startswith("1: ")
    inline = (ROOT / "action.yml").read_text().replace('exit "$EXIT_CODE"', "echo ${{ inputs.args }}")
    (tmp_path / "action.yml").write_text(inline)
    assert "template-injection" in said(BIN / "zizmor", "--offline", tmp_path / "action.yml")


def test_zizmor(tmp_path: Path) -> None:
    assert "No findings to report" in said(
        BIN / "zizmor", "--offline", "--persona=pedantic", ROOT / "action.yml"
    )
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, text in enumerate(WORKFLOWS):
        # A reader fills in the owner, and a commit in place of the tag.
        (folder / f"{number}.yml").write_text(text.replace("@v0.1.0", f"@{'0' * 40} # v0.1.0"))
    assert "No findings to report" in said(BIN / "zizmor", "--offline", tmp_path)


def test_action_validator(tmp_path: Path) -> None:
    program = Path(os.environ.get("FTLINT_NODE_MODULES", "/nowhere")) / "@action-validator/cli/cli.mjs"
    node = shutil.which("node")
    if node is None or not program.exists():
        pytest.skip(
            "no @action-validator/cli (set FTLINT_NODE_MODULES to the folder that npm installed it into)"
        )
    assert said(node, program, ROOT / "action.yml") == ""
    (tmp_path / "action.yml").write_text(
        (ROOT / "action.yml").read_text().replace("using: composite", "using: magic")
    )
    assert said(node, program, tmp_path / "action.yml").startswith("1: ")


def test_every_called_action_is_pinned_to_one_commit() -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    used = {step["uses"] for step in steps if "uses" in step}
    assert {action.partition("@")[0] for action in used} == set(ACTIONS)
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in used)


def test_the_docs_name_every_input_and_no_other() -> None:
    text = (ROOT / "docs/github-action.md").read_text()
    table = text.partition("## Inputs")[2].partition("\n\n`paths` and")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == set(INPUTS)
    outputs = text.partition("## Outputs")[2].partition("The step fails")[0]
    named = {
        name
        for line in re.findall(r"^\| (`.*?) \|", outputs, re.MULTILINE)
        for name in re.findall("`(.*?)`", line)
    }
    assert named == set(yaml.safe_load((ROOT / "action.yml").read_text())["outputs"])
    for workflow in WORKFLOWS:
        for job in yaml.safe_load(workflow)["jobs"].values():
            (step,) = (step for step in job["steps"] if step.get("uses", "").startswith("OWNER/ftlint@"))
            assert set(step["with"]) <= set(INPUTS)
