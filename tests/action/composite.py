"""Runs a composite action as GitHub does: its bash steps for real, its `uses:` steps only noted down."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from expressions import filled, holds

ROOT = Path(__file__).resolve().parents[2]
ACTIONS = {
    "actions/cache/restore": ("cache-hit", "cache-primary-key", "cache-matched-key"),
    "actions/cache/save": (),
    "github/codeql-action/upload-sarif": ("sarif-id",),
}
"""The outputs of the actions that are called."""


class Used(NamedTuple):
    """A step that calls another action."""

    action: str
    given: dict[str, str]


class Run(NamedTuple):
    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    used: list[Used]

    def used_of(self, action: str) -> list[dict[str, str]]:
        return [step.given for step in self.used if step.action.partition("@")[0] == action]


class Runner:
    """A runner with one workspace. `env` is the job's; `used` are outputs of called actions, by step id."""

    def __init__(self, folder: Path, workspace: Path, env: Mapping[str, str] | None = None) -> None:
        self.folder, self.workspace = folder, workspace
        self.used: dict[str, dict[str, str]] = {}
        self.contexts: dict[str, Any] = {}
        (folder / "temp").mkdir(parents=True, exist_ok=True)
        self.env = {
            # not whatever stands for Python elsewhere and takes its time
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_ACTOR": "octocat",
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_REPOSITORY": "octo/data",
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_TEMP": str(folder / "temp"),
            "NO_PROXY": "127.0.0.1",
            **(env or {}),
        }

    def run(
        self,
        inputs: Mapping[str, str],
        event: tuple[str, Mapping[str, Any]] = ("push", {}),
        before: str = "",
    ) -> Run:
        """`before` is what stands in the summary's file before."""
        document = yaml.safe_load((ROOT / "action.yml").read_text())
        if unknown := set(inputs) - set(document["inputs"]):
            raise KeyError(f"no such inputs: {sorted(unknown)}")
        self.env["GITHUB_EVENT_NAME"] = event[0]
        (self.folder / "event.json").write_text(json.dumps(event[1]))
        (self.folder / "summary.md").write_text(before)
        github = {"token": "made-up-token"}
        steps: dict[str, Any] = {}
        contexts = self.contexts = {"github": github, "steps": steps, "inputs": {}}
        contexts["inputs"] = {
            key: inputs.get(key, filled(str(about.get("default", "")), contexts))
            for key, about in document["inputs"].items()
        }
        code, log, used = 0, "", []
        for number, step in enumerate(document["runs"]["steps"]):
            name = step.get("id", f"__{number}")
            if not holds(str(step.get("if", "")), contexts, failed=code != 0):
                steps[name] = {"outputs": _Empty()}
            elif "uses" in step:
                given = {key: filled(str(value), contexts) for key, value in step["with"].items()}
                used.append(Used(step["uses"], given))
                known = dict.fromkeys(ACTIONS[step["uses"].partition("@")[0]], "")
                steps[name] = {"outputs": known | self.used.get(name, {})}
            else:
                ended, said, outputs = self._step(step)
                log += said
                steps[name] = {"outputs": _Empty(outputs) if ended else outputs}
                if ended and not step.get("continue-on-error"):
                    code = ended
        results = {key: filled(about["value"], contexts) for key, about in document["outputs"].items()}
        return Run(code, log, results, (self.folder / "summary.md").read_text(), used)

    def again(self, name: str) -> tuple[int, str]:
        """Runs one step once more: its exit code and what it printed."""
        document = yaml.safe_load((ROOT / "action.yml").read_text())
        (step,) = (step for step in document["runs"]["steps"] if step["name"] == name)
        return self._step(step)[:2]

    def _step(self, step: Mapping[str, Any]) -> tuple[int, str, dict[str, str]]:
        """A script's exit code, what it printed and its outputs."""
        env = {key: filled(str(value), self.contexts) for key, value in step.get("env", {}).items()}
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an expression in a script can be anything"
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
        for path in files.values():
            path.write_text("")
        files["GITHUB_STEP_SUMMARY"] = self.folder / "summary.md"
        (self.folder / "script.sh").write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(self.folder / "script.sh")],
            cwd=self.workspace,
            env={**self.env, **{name: str(path) for name, path in files.items()}, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        assert not files["GITHUB_ENV"].read_text() + files["GITHUB_PATH"].read_text()
        said = done.stdout.decode("utf-8", "surrogateescape")
        return done.returncode, said, outputs_in(files["GITHUB_OUTPUT"].read_text())


class _Empty(dict[str, str]):
    """Outputs of a step that did not run or that failed: whatever was not set is empty."""

    def __missing__(self, key: str) -> str:
        return ""


def outputs_in(text: str) -> dict[str, str]:
    """A file of outputs, as it is read: `name=value`, or `name<<END` and lines up to END."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    while lines:
        line = lines.pop(0)
        if not line:
            continue
        match = re.fullmatch(r"([^=<]+)(?:=(.*)|<<(.+))", line)
        assert match, f"no output: {line!r}"
        if match[3] is None:
            found[match[1]] = match[2]
            continue
        end = lines.index(match[3])
        found[match[1]] = "\n".join(lines[:end])
        del lines[: end + 1]
    return found
