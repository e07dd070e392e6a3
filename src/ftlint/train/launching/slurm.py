"""A batch script for Slurm: `sbatch JOB`."""

from __future__ import annotations

import re
import shlex

from ftlint.model import FtlintError
from ftlint.train.launching.job import Job, fetched, starting, words

OPTION = re.compile(r"[a-z][a-z0-9-]*")
VALUE = re.compile(r"[^\s\"'\\#]+")
WARNED = 300
"""Seconds before the end of its time that a job is told: enough for a step and a checkpoint."""


def script(job: Job) -> str:
    """The script. Raises `FtlintError` for an option that `#SBATCH` does not take."""
    start = starting(job, machines='"$SLURM_NNODES"', rank='"$SLURM_NODEID"', head='"$head"', port='"$port"')
    step = f"exec {start}" + ' "$@"'
    lines = ["#!/bin/bash", *(f"# {line}" for line in job.about()), "# submit: sbatch THIS_FILE"]
    lines += [f"#SBATCH {option}" for option in _options(job)]
    # no `set -u`: what modules and environments source does not stand it
    lines += ["set -eo pipefail", "", *_place(job), *job.setup]
    if wanted := fetched(job):
        lines += [f"# the base model, on a node that reaches the hub: {wanted}"]
    lines += [
        "export HF_HUB_OFFLINE=1",
        "# srun does not take over sbatch's --cpus-per-task",
        'if [ -n "$SLURM_CPUS_PER_TASK" ]; then export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"; fi',
    ]
    if job.processes > 1:
        lines += [
            "# the launcher kills its processes 30 seconds after SIGTERM otherwise, saved or not",
            f"export TORCH_ELASTIC_SHUTDOWN_TIMEOUT={WARNED - 30}",
            'head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)',
            "port=$((20000 + SLURM_JOB_ID % 20000))",
            "export head port",
        ]
    lines += [
        "",
        "# one task a node; --resume goes on from the last checkpoint where there is one",
        f"srun --kill-on-bad-exit=1 bash -c {shlex.quote(step)} {words(['ftlint', *job.command])}",
    ]
    return "\n".join(lines) + "\n"


def _options(job: Job) -> list[str]:
    options = {
        "job-name": job.name,
        "nodes": str(job.nodes),
        "ntasks-per-node": "1",
        "comment": f"ftlint-lock:{job.lock}",
        "open-mode": "append",
        "requeue": "",
        "signal": f"TERM@{WARNED}",
    }
    if job.gpus:
        options["gpus-per-node"] = str(job.gpus)
    if job.time:
        options["time"] = job.time
    for name, value in job.options.items():
        if not OPTION.fullmatch(name) or (value and not VALUE.fullmatch(value)):
            raise FtlintError(
                f"--job-option {name}={value}: sbatch takes NAME=VALUE without spaces and quotes"
            )
        options[name] = value
    return [f"--{name}={value}" if value else f"--{name}" for name, value in options.items()]


def _place(job: Job) -> list[str]:
    return [
        "# the project, at the same place on every node",
        f"root={shlex.quote(job.root)}",
        'cd "${FTLINT_ROOT:-$root}"',
    ]
