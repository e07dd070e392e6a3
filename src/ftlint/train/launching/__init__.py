"""`ftlint train --launch`: writes the job file of an approved training for Slurm, SkyPilot or Ray."""

from __future__ import annotations

import os
import re
import shlex
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.gate.lock import Approval
    from ftlint.settings import Settings
    from ftlint.train.launching.job import Job
    from ftlint.train.plan import Plan

KINDS = ("slurm", "skypilot", "ray")
SUBMIT = {"slurm": "sbatch", "skypilot": "sky launch", "ray": "ray job submit --address ADDRESS -- python"}
"""The command before the job file's name."""

SWITCHES = {"no_baseline": "--no-baseline", "isolated": "--isolated"}
MARK = "approved in ftlint.lock:"
TIME = re.compile(r"(?:\d+-)?\d{1,3}:[0-5]\d:[0-5]\d")


def add_launch_flags(parser: Any) -> None:
    """The flags of `ftlint train` that write a job file, and `--lock`, which job files carry."""
    job = parser.add_argument_group("on a cluster: write a job file, train nothing here")
    job.add_argument("--launch", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    job.add_argument(
        "--gpus", type=_count, metavar="N", help="GPUs of one node; 0 for CPUs ([hardware] count)"
    )
    job.add_argument("--nodes", type=_nodes, default=1, metavar="N", help="nodes (1)")
    job.add_argument("--time", type=_time, metavar="HH:MM:SS", help="the longest it may take")
    job.add_argument(
        "--sharding", choices=("ddp", "fsdp"), default="ddp", help="of several GPUs: ddp (default) or fsdp"
    )
    job.add_argument(
        "--setup",
        action="append",
        default=[],
        metavar="CMD",
        help="a shell line to run first; may be repeated",
    )
    job.add_argument(
        "--job-option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the scheduler, as it is: partition=gpu; may be repeated",
    )
    job.add_argument("-o", "--output", default="", metavar="FILE", help="write the job file to FILE")
    parser.add_argument("--lock", default="", metavar="HASH", help="train only if the approval has this hash")


def launch(arguments: Namespace, plan: Plan, approval: Approval, settings: Settings | None = None) -> int:
    """Write the job file that the flags ask for, and say how to submit it; the exit code.

    Raises `FtlintError` for devices that cannot share the batch, options that the scheduler does not take,
    and a file at the output's place that is no job file.
    """
    from ftlint.report.deliver import to_file, to_stdout

    job = _job(arguments, plan, approval, settings)
    text = write_job(arguments.launch, job)
    if not arguments.output:
        to_stdout(partial(_text, text))
        return 0
    _refuse_foreign(arguments.output)
    to_file(arguments.output, partial(_text, text))
    print(f"wrote {arguments.output} · {_devices(job)} · lock {job.lock[:12]}", file=sys.stderr)
    # Ray looks from the folder that it was started in on the node
    file = os.path.abspath(arguments.output) if arguments.launch == "ray" else arguments.output
    print(f"submit: {SUBMIT[arguments.launch]} {shlex.quote(file)}", file=sys.stderr)
    return 0


def _text(text: str, out: TextIO) -> None:
    out.write(text)


def write_job(kind: str, job: Job) -> str:
    """The text of the job file for `kind`."""
    if kind == "slurm":
        from ftlint.train.launching.slurm import script

        return script(job)
    if kind == "skypilot":
        from ftlint.train.launching.skypilot import task

        return task(job)
    from ftlint.train.launching.ray import program

    return program(job)


def refuse_other(expected: str, approval: Approval) -> None:
    """Raises `FtlintError` where an approval is not the one that a job file was written from."""
    from ftlint.gate.lock import lock_hash

    known = lock_hash(approval) if expected else ""
    if known != expected:
        raise FtlintError(
            f"--lock: {approval.config.path} was approved anew since this job was written (it has "
            f"{expected[:12]}, ftlint.lock has {known[:12]}): write it again, ftlint train --launch"
        )


def _job(arguments: Namespace, plan: Plan, approval: Approval, settings: Settings | None) -> Job:
    from dataclasses import replace

    from ftlint.gate.lock import lock_hash
    from ftlint.settings import load
    from ftlint.train.launching.job import HUB_NAME, Job, safe_name
    from ftlint.train.many import World, shared

    if arguments.time and arguments.launch != "slurm":
        raise FtlintError(f"--time: {arguments.launch} has no longest time of a job, only Slurm")
    if not plan.config.isprintable():
        raise FtlintError("has control characters in its name: a job file cannot name it", plan.config)
    settings = settings or load([os.path.join(plan.root, plan.config)], config=arguments.config)
    hardware, gpus = settings.hardware, arguments.gpus
    if gpus is None:
        gpus = hardware.count if hardware.gpu else max(1, plan.world_size)
    lock = lock_hash(approval)
    job = Job(
        name=safe_name(plan.config),
        root=os.path.abspath(plan.root),
        config=plan.config,
        lock=lock,
        command=_command(arguments, plan, approval, lock),
        output=plan.output,
        gpus=gpus,
        nodes=arguments.nodes,
        gpu=_gpu(hardware.gpu),
        time=arguments.time or "",
        sharding=arguments.sharding,
        setup=arguments.setup,
        options=_options(arguments.job_option),
    )
    shared(plan, World(job.processes))
    within = os.path.commonpath([job.root, os.path.abspath(plan.model_folder or job.root)]) == job.root
    if not within and HUB_NAME.fullmatch(approval.model.name) and not os.path.isdir(approval.model.name):
        job = replace(job, model=approval.model.name, revision=approval.model.revision)
    return job


def _command(arguments: Namespace, plan: Plan, approval: Approval, lock: str) -> list[str]:
    line = f":{approval.config.line}" if approval.config.line is not None else ""
    command = ["train", f"{plan.config}{line}", "--lock", lock, "--resume"]
    for flag in ("max_steps", "price_per_hour", "dialect"):
        if value := getattr(arguments, flag, None):
            command += [f"--{flag.replace('_', '-')}", str(value)]
    command += [flag for name, flag in SWITCHES.items() if getattr(arguments, name, False)]
    if arguments.config:
        command += ["--config", os.path.relpath(arguments.config, plan.root)]
    return command


def _options(given: list[str]) -> dict[str, str]:
    options = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not name or (sign and not value):
            raise FtlintError(f"--job-option {each}: NAME=VALUE is expected")
        options[name.removeprefix("--")] = value
    return options


def _gpu(name: str) -> str:
    from ftlint.facts.gpus import gpu

    known = gpu(name) if name else None
    return known.name if known else name


def _devices(job: Job) -> str:
    nodes = "1 node" if job.nodes == 1 else f"{job.nodes} nodes"
    return f"{nodes}, {f'{job.gpus} GPUs each' if job.gpus > 1 else '1 GPU each' if job.gpus else 'CPUs'}"


def _refuse_foreign(path: str) -> None:
    """Raises `FtlintError` where something else than a job file stands at a path."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FtlintError(f"cannot write: {error.strerror}", path) from None
    if MARK not in head:
        raise FtlintError("stands there already and is no job file: give another -o", path)


def _count(text: str) -> int:
    from argparse import ArgumentTypeError

    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"a number from 0, not {text!r}")
    return int(text)


def _nodes(text: str) -> int:
    from argparse import ArgumentTypeError

    if not _count(text):
        raise ArgumentTypeError("a number from 1, not '0'")
    return int(text)


def _time(text: str) -> str:
    from argparse import ArgumentTypeError

    if not TIME.fullmatch(text):
        raise ArgumentTypeError(f"HH:MM:SS or D-HH:MM:SS, not {text!r}")
    return text
