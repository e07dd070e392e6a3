"""The honest installation: a virtual environment, pip, and the action's own tree, built and installed."""

from __future__ import annotations

import sysconfig

import pytest
from composite import ROOT, Runner
from workflow_commands import annotations
from workspace import Repository, turn


@pytest.fixture
def offline(runner: Runner) -> Runner:
    """pip without an index: the build backend and what ftlint needs are taken from the tests' environment."""
    runner.env |= {
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # read as the value of --build-isolation
        "PYTHONPATH": sysconfig.get_path("purelib"),
    }
    return runner


def test_the_actions_own_ref_is_installed_and_runs(offline: Runner, repository: Repository) -> None:
    repository.write("train.jsonl", [turn("Hi", "Hello there, friend.", "usr")])
    # A module of the repository is never taken for one of Python's or of the action's.
    for name in ("json.py", "check.py", "ftlint.py", "orjson.py", "sitecustomize.py"):
        repository.write(name, "raise SystemExit('taken from the repository')\n")
    done = offline.run({"args": "--select CHAT005", "extras": "parquet, zst"})
    assert done.code == 1, done.log
    assert done.outputs["errors"] == "1"
    (ftlint,) = (offline.folder / "temp").rglob("bin/ftlint")
    assert f"ftlint {done.outputs['version']} at {ftlint}" in done.log
    installed = [path.parent for path in ftlint.parents[1].rglob("site-packages/ftlint/__init__.py")]
    assert len(installed) == 1, "installed, not linked to the tree"
    assert f"Processing {ROOT}" in done.log
    (restored, _) = done.used_of("actions/cache/restore")
    (kept, *_) = done.used_of("actions/cache/save")
    assert kept["key"] == restored["key"]
    assert "taken from the repository" not in done.log
    # A release that no index has, asked for in the same place.
    (plan,) = (offline.folder / "temp").rglob("plan.json")
    plan.write_text(plan.read_text().replace('"version": ""', '"version": "==99.0.0"'))
    code, said = offline.again("Install ftlint")
    assert code == 2
    assert "could not install ftlint[parquet,zst]==99.0.0" in annotations(said)[-1].data
