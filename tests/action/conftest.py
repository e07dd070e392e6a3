from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from composite import Runner
from workspace import FTLINT, Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "work" / "data")
    made.git("init", "-q")
    return made


@pytest.fixture
def runner(tmp_path: Path, repository: Repository) -> Runner:
    return Runner(tmp_path / "runner", repository.folder)


@pytest.fixture
def act(runner: Runner) -> Callable[..., Any]:
    """Runs the action with the ftlint that is tested."""

    def run(event: tuple[str, Any] = ("push", {}), before: str = "", **inputs: str) -> Any:
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return runner.run({"executable": str(FTLINT), **given}, event, before)

    return run
