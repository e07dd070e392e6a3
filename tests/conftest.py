import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parent.parent

# small matrices are multiplied faster by one thread, and the threads of several workers wait for each other;
# read when numpy is first imported
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if find_spec("hypothesis"):  # the environment of the parsers has none
    from hypothesis import HealthCheck, settings

    # how long an example takes says how busy the machine is, not whether the code is right
    settings.register_profile("ftlint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("ftlint")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files, or a skip that says what is missing."""
    folder = Path(os.environ.get("FTLINT_CORPUS", REPOSITORY / ".." / "shared" / "corpus")).resolve()
    if not (folder / "datasets" / "MANIFEST.csv").exists():
        pytest.skip(f"no corpus of real files at {folder} (set FTLINT_CORPUS)")
    return folder


@pytest.fixture
def ftlint(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command line in a process of its own, in `tmp_path` unless `cwd` is given."""

    def run(*arguments: str | Path, cwd: Path = tmp_path, **options: Any) -> subprocess.CompletedProcess[str]:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "FTLINT_"))},
            "COLUMNS": "100",
            "NO_COLOR": "1",
            **options.pop("env", {}),
        }
        return subprocess.run(
            [sys.executable, "-m", "ftlint", *map(str, arguments)],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            **options,
        )

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], Path]:
    """Writes a file under `tmp_path`: bytes or text as they are, a list as JSONL."""

    def to(name: str, content: Any) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return to
