"""A task for SkyPilot: `sky launch JOB`; `sky jobs launch JOB` moves it when its machine is taken away."""

from __future__ import annotations

import json
from typing import Any

from ftlint.model import FtlintError
from ftlint.train.launching.job import PORT, Job, fetched, starting, words

ACCELERATORS = {
    "H100-80GB": "H100",
    "A100-40GB": "A100",
    "H200": "H200",
    "GH200-96GB": "GH200",
    "V100-32GB": "V100-32GB",
    "V100-16GB": "V100",
}
"""What SkyPilot calls devices otherwise than their maker: its catalogue, `sky gpus list --all`."""

TASK = ("infra", "accelerators", "cpus", "memory", "instance_type", "use_spot", "disk_size", "disk_tier")
"""Options that go to `resources`; others are refused."""


def task(job: Job) -> str:
    """The task as YAML. Raises `FtlintError` for an option that its resources do not have."""
    start = starting(
        job,
        machines='"$SKYPILOT_NUM_NODES"',
        rank='"$SKYPILOT_NODE_RANK"',
        head='"$head"',
        port=str(PORT),
    )
    # setup and run are two shells: what sets an environment up is wanted in both, so it is in the second
    setup = [] if job.setup else ["pip install 'ftlint[train]'"]
    run = ["set -e", *job.setup]
    if wanted := fetched(job):
        (run if job.setup else setup).append(wanted)
    run.append("export HF_HUB_OFFLINE=1")
    if job.processes > 1:
        run.append('head=$(echo "$SKYPILOT_NODE_IPS" | head -n 1)')
    run.append(f"exec {start} {words(job.command)}")
    lines = [f"# {line}" for line in job.about()]
    lines += [
        "# workdir is copied there, less what .skyignore or else .gitignore names: data that git ignores",
        "# must be mounted. The run's folder stays there: fetch it, or mount a bucket on it (file_mounts).",
        f"name: {job.name}",
        f"workdir: {json.dumps(job.root)}",
        f"num_nodes: {job.nodes}",
        *_resources(job),
        *(_block("setup", setup) if setup else []),
        *_block("run", run),
    ]
    return "\n".join(lines) + "\n"


def accelerator(name: str) -> str:
    """A device as SkyPilot's catalogue calls it: `RTX-4090` is `RTX4090` there."""
    known = ACCELERATORS.get(name, name)
    return known.replace("RTX-", "RTX", 1)


def _resources(job: Job) -> list[str]:
    values: dict[str, Any] = {}
    named, _, count = job.options.get("accelerators", accelerator(job.gpu)).partition(":")
    if count and count != str(job.gpus):
        raise FtlintError(
            f"--job-option accelerators: {count} of them, but --gpus says {job.gpus} for each node"
        )
    if job.gpus and not named:
        raise FtlintError(
            "SkyPilot must be told which GPU: set [hardware] gpu, or --job-option accelerators=H100"
        )
    if job.gpus:
        values["accelerators"] = f"{named}:{job.gpus}"
    for name, value in job.options.items():
        if name not in TASK:
            raise FtlintError(f"--job-option {name}: SkyPilot's resources take {', '.join(TASK)}")
        if name != "accelerators":
            values[name] = value == "true" if value in ("true", "false") else value
    return (
        ["resources:", *(f"  {name}: {json.dumps(value)}" for name, value in values.items())]
        if values
        else []
    )


def _block(name: str, lines: list[str]) -> list[str]:
    return ["", f"{name}: |", *(f"  {line}" for each in lines for line in each.splitlines())]
