"""The GitLab job's own script, run on a real repository as a merge request and as a branch."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import yaml
from composite import ROOT
from workspace import FTLINT, Repository, good, turn

JOB = yaml.safe_load((ROOT / "templates" / "ftlint.gitlab-ci.yml").read_text())["ftlint"]
FAULT = turn("Hi", "Hello there, friend.", "usr")


def run(repository: Repository, **variables: str) -> tuple[int, str]:
    """The job's script with the tested ftlint. Exit code and log."""
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(JOB["script"])],
        cwd=repository.folder,
        env={
            "PATH": f"{FTLINT.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(repository.folder.parent),
            "CI": "true",
            "CI_PROJECT_DIR": str(repository.folder),
            **JOB["variables"],
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def told(repository: Repository) -> list[tuple[str, int]]:
    report = json.loads((repository.folder / JOB["artifacts"]["reports"]["codequality"]).read_text())
    return [(each["location"]["path"], each["location"]["lines"]["begin"]) for each in report]


def test_a_branch_and_a_merge_request(repository: Repository) -> None:
    repository.git("init", "-q")
    repository.write("ftlint.toml", 'select = ["CHAT005"]\n')
    repository.write("train.jsonl", [*good(5), FAULT])
    base = repository.commit()
    repository.write("train.jsonl", [*good(5), FAULT, turn("Hello?", "Hello there, friend.", "usr")])
    repository.write("more data/val.jsonl", good(3))
    repository.commit()
    code, log = run(repository)
    assert (code, told(repository)) == (1, [("train.jsonl", 6), ("train.jsonl", 7)]), log
    code, log = run(repository, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert (code, told(repository)) == (1, [("train.jsonl", 7)]), log
    assert "unknown-role" in log
    junit = ElementTree.parse(repository.folder / JOB["artifacts"]["reports"]["junit"]).getroot()
    assert junit.iter("failure")
    assert len(list(junit.iter("failure"))) == 1
    code, log = run(repository, FTLINT_PATHS="more* $(touch${IFS}hacked)", FTLINT_ARGS="--exit-zero")
    assert code == 2, "a path that does not exist"
    assert not list(Path(repository.folder).rglob("hacked"))
    code, _ = run(repository, FTLINT_PATHS="more*", FTLINT_SINCE="")
    assert (code, told(repository)) == (0, [])
