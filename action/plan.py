"""The first step: checks the inputs, says where things go and by which keys they are cached."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from inputs import Inputs, read
from workflow import ActionError, set_outputs

OWN = Path(__file__).resolve().parent.parent


class Plan(NamedTuple):
    """What later steps read from the folder `work`."""

    inputs: Inputs
    folder: Path
    cache: Path


def run() -> None:
    inputs = read()
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
    folder = workspace / inputs.working_directory
    if not folder.is_dir():
        raise ActionError(
            f"input working-directory: no folder {inputs.working_directory!r} in the workspace"
            " (does actions/checkout run before this action?)"
        )
    # Same place in every run: the path is part of what a cache is found by.
    kept = Path(os.environ["RUNNER_TEMP"]).resolve() / "ftlint"
    kept.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=kept, prefix="run-"))
    packages = _key("packages", (OWN / "pyproject.toml").read_text("utf-8"), inputs.version, inputs.extras)
    cache = kept / "cache" / _digest(inputs.working_directory, inputs.config, inputs.category)
    found = _key("cache", inputs.version, (OWN / "pyproject.toml").read_text("utf-8"), cache.name)
    written = {"inputs": inputs._asdict(), "folder": str(folder), "cache": str(cache), "found": found}
    (work / "plan.json").write_text(json.dumps(written), "utf-8")
    set_outputs(
        {
            "work": str(work),
            "packages": str(kept / "packages"),
            "packages-key": packages if inputs.cache and not inputs.executable else "",
            "cache": str(cache),
            "cache-key": f"{found}-latest" if inputs.cache else "",
            "cache-prefix": f"{found}-",
            "category": inputs.category,
        }
    )


def load() -> tuple[Path, Plan]:
    """The folder that `run` made, and what it wrote there."""
    work = Path(os.environ["FTLINT_WORK"])
    written = json.loads((work / "plan.json").read_text("utf-8"))
    # JSON knows no tuples.
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in written["inputs"].items()
    }
    return work, Plan(Inputs(**given), Path(written["folder"]), Path(written["cache"]))


def cache_key(work: Path, content: str) -> str:
    """The key under which the findings' cache is kept once it holds `content`."""
    found: str = json.loads((work / "plan.json").read_text("utf-8"))["found"]
    return f"{found}-{content}"


def _key(what: str, *parts: object) -> str:
    machine = f"{os.environ.get('RUNNER_OS', 'Linux')}-{os.environ.get('RUNNER_ARCH', 'X64')}"
    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    return f"ftlint-{what}-{machine}-{python}-{_digest(*parts)}"


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
