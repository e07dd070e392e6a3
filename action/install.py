"""Installs ftlint into a virtual environment of its own: from the action's own ref, or a release."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from inputs import Inputs
from plan import OWN, load
from workflow import ActionError, relay, say, set_outputs


def run() -> None:
    work, plan = load()
    executable = plan.inputs.executable
    ftlint = _installed(executable, plan.folder) if executable else _install(work, plan.inputs)
    version = _version(ftlint)
    say(f"{version} at {ftlint}")
    set_outputs({"ftlint": str(ftlint), "version": version.removeprefix("ftlint ")})


def requirement(inputs: Inputs) -> str:
    """What pip is asked for."""
    extras = f"[{','.join(inputs.extras)}]" if inputs.extras else ""
    return f"ftlint{extras}{inputs.version}" if inputs.version else f"{OWN}{extras}"


def _install(work: Path, inputs: Inputs) -> Path:
    venv = work / "venv"
    # kept by actions/cache, see action.yml
    env = {"PIP_CACHE_DIR": str(work.parent / "packages"), **os.environ}
    wanted = requirement(inputs)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    for argv in ([sys.executable, "-m", "venv", str(venv)], [*pip, wanted]):
        code, _ = relay(argv, env)
        if code:
            raise ActionError(f"could not install {wanted}: see this step's log")
    return venv / "bin" / "ftlint"


def _installed(executable: str, folder: Path) -> Path:
    found = shutil.which(executable) if os.sep not in executable else None
    path = Path(found) if found else folder / executable
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise ActionError(f"input executable: no program at {executable!r}")
    return path


def _version(ftlint: Path) -> str:
    done = subprocess.run([str(ftlint), "--version"], capture_output=True, text=True, check=False)
    said = done.stdout.strip()
    if done.returncode or not said.startswith("ftlint "):
        say(done.stderr)
        raise ActionError(f"{ftlint} --version failed: see this step's log")
    return said
