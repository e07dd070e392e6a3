"""A program for Ray: `ray job submit --address ADDRESS -- python JOB`, or `python JOB` on a node."""

from __future__ import annotations

from ftlint.model import FtlintError
from ftlint.train.launching.job import Job, fetched, starting, words

PROGRAM = """\
{about}
# run on a node of the cluster: python THIS_FILE (RAY_ADDRESS names the cluster; a Ray of this machine else)

import os
import socket
import subprocess
import sys

import ray
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

# the project, at the same place on every node
ROOT = os.environ.get("FTLINT_ROOT") or {root!r}
NODES, GPUS, CPUS = {nodes}, {gpus}, {cpus}
SETUP = {setup!r}
START = {start!r}


@ray.remote(max_retries=0)
def address():
    with socket.socket() as free:
        free.bind(("", 0))
        return ray.util.get_node_ip_address(), str(free.getsockname()[1])


@ray.remote(max_retries=0)
def train(rank, head, port):
    if not os.path.isdir(ROOT):
        raise SystemExit(f"{{ROOT}} is not on this node: share the folder, or set FTLINT_ROOT")
    places = {{"RANK_OF_NODE": str(rank), "HEAD": head, "PORT": port, "HF_HUB_OFFLINE": "1"}}
    lines = "\\n".join(["set -e", *SETUP, START])
    return subprocess.run(["bash", "-c", lines], cwd=ROOT, env=os.environ | places).returncode


def main():
    ray.init(address=os.environ.get("RAY_ADDRESS") or "local", log_to_driver=True)
    # a bundle a node: its GPUs are seen by the training alone
    bundle = {{"CPU": CPUS, "GPU": GPUS}} if GPUS else {{"CPU": CPUS}}
    group = placement_group([bundle] * NODES, strategy={strategy!r})
    ray.get(group.ready(), timeout={timeout})

    def on(node, **amounts):
        where = PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=node)
        return {{"scheduling_strategy": where, **amounts}}

    head, port = ray.get(address.options(**on(0, num_cpus=0)).remote())
    wanted = {{"num_cpus": CPUS, "num_gpus": GPUS}}
    nodes = [train.options(**on(node, **wanted)).remote(node, head, port) for node in range(NODES)]
    codes = ray.get(nodes)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
"""

WAIT = 1800
"""Seconds that the cluster may take to have the nodes."""


def program(job: Job) -> str:
    """The program. Raises `FtlintError` for an option other than `cpus`."""
    if unknown := job.options.keys() - {"cpus"}:
        raise FtlintError(f"--job-option {min(unknown)}: Ray takes cpus=N, those of one node")
    cpus = job.options.get("cpus", "1")
    if not cpus.isdigit() or not int(cpus):
        raise FtlintError(f"--job-option cpus={cpus}: a number from 1")
    start = starting(job, machines=str(job.nodes), rank='"$RANK_OF_NODE"', head='"$HEAD"', port='"$PORT"')
    about = [*job.about(), *([f"the base model, on every node: {fetched(job)}"] if fetched(job) else [])]
    return PROGRAM.format(
        about="\n".join(f"# {line}" for line in about),
        root=job.root,
        nodes=job.nodes,
        gpus=job.gpus,
        cpus=int(cpus),
        setup=list(job.setup),
        start=f"exec {start} {words(job.command)}",
        strategy="STRICT_SPREAD" if job.nodes > 1 else "PACK",
        timeout=WAIT,
    )
