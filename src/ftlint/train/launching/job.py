"""What every job file holds: where it runs, on how many devices, and the command, bound to the lock."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ftlint.detect.mask import visible

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
PORT = 29500


@dataclass(frozen=True, slots=True)
class Job:
    """One training as a job. Paths are absolute where they are not below `root`.

    `command` are the arguments of `ftlint`; `gpus` are those of one node, 0 for a training on CPUs; `gpu` is
    the device's name. `time` is the longest it may take (`HH:MM:SS`). `sharding` is ddp or fsdp. `setup` are
    shell lines that run first; `options` go to the scheduler as they are. `model` and `revision` name a base
    model of a hub, "" for a folder. `output` is the run's folder.
    """

    name: str
    root: str
    config: str
    lock: str
    command: Sequence[str]
    output: str
    gpus: int = 0
    nodes: int = 1
    gpu: str = ""
    time: str = ""
    sharding: str = "ddp"
    setup: Sequence[str] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    revision: str = ""

    @property
    def processes(self) -> int:
        """Of all nodes together: one for each GPU, one for each node without."""
        return max(1, self.gpus) * self.nodes

    def about(self) -> list[str]:
        """The lines that say what this is, without the sign of a comment."""
        return [
            f"ftlint train {visible(self.config)}",
            f"approved in ftlint.lock: {self.lock}",
            "Where the lock there says otherwise, or a file is not as it was approved, nothing is trained.",
        ]


def safe_name(config: str) -> str:
    """A name that every scheduler takes, of a config's path."""
    stem = config.rpartition("/")[2].rpartition(".")[0] or config
    return "ftlint-" + (re.sub(r"[^a-z0-9-]+", "-", stem.lower()).strip("-") or "train")[:40].rstrip("-")


def starting(job: Job, *, machines: str, rank: str, head: str, port: str) -> str:
    """The shell command that starts the processes of one node; the arguments of `ftlint` follow it.

    `machines`, `rank`, `head` and `port` are shell words: how many nodes there are, which this is, the
    address of the first and a free port of it.
    """
    if job.processes == 1:
        return "ftlint"
    if not job.gpus:
        # accelerate starts one process where there is no GPU
        return (
            f"torchrun --nnodes {machines} --nproc_per_node 1 --node_rank {rank} "
            f"--master_addr {head} --master_port {port} -m ftlint"
        )
    where = f" --machine_rank {rank} --main_process_ip {head}" if job.nodes > 1 else ""
    return (
        f"accelerate launch --num_machines {machines} --num_processes {job.processes}{where} "
        f"--main_process_port {port} {SHARDING[job.sharding]} --mixed_precision no --dynamo_backend no "
        "-m ftlint"
    )


SHARDING = {
    "ddp": "--multi_gpu",
    "fsdp": (
        "--use_fsdp --fsdp_version 2 --fsdp_auto_wrap_policy TRANSFORMER_BASED_WRAP "
        "--fsdp_state_dict_type FULL_STATE_DICT"
    ),
}


def words(arguments: Sequence[str]) -> str:
    """Arguments as the shell takes them."""
    return shlex.join(arguments)


def fetched(job: Job) -> str:
    """The shell command that gets the base model of a hub in the approved revision; "" for a folder."""
    if not HUB_NAME.fullmatch(job.model):
        return ""
    revision = f" --revision {shlex.quote(job.revision)}" if job.revision else ""
    return f"hf download {shlex.quote(job.model)}{revision}"
