"""Job files taken by the schedulers themselves: Debian's Slurm, SkyPilot's parser, a Ray of this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from ftlint.train.launching import write_job
from ftlint.train.launching.job import Job

LOCK = "0123456789abcdef" * 4
SLURM = all(map(shutil.which, ("sbatch", "slurmctld", "slurmd", "munged"))) and os.geteuid() == 0
SKYPILOT = os.environ.get("FTLINT_SKYPILOT", "")
"""A Python that has SkyPilot: it goes into an environment of its own."""

JOB = Job(
    name="ftlint-lora",
    root="/srv",
    config="lora.yaml",
    lock=LOCK,
    command=["train", "lora.yaml", "--lock", LOCK],
    output="/srv/out",
)

CONF = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={home}/munge.sock
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool
SlurmctldPidFile={home}/slurmctld.pid
SlurmdPidFile={home}/slurmd.pid
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
GresTypes=gpu
MailProg=/bin/true
ResumeProgram=/bin/true
SuspendProgram=/bin/true
SuspendTime=600
NodeName={host} NodeAddr=127.0.0.1 State=UNKNOWN
NodeName=cloud[1-2] CPUs=8 Gres=gpu:4 State=CLOUD
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def job_in(folder: Path) -> Job:
    """A job whose `ftlint` writes what it was called with to the file `called`."""
    fake = folder / "bin" / "ftlint"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$PWD" "$@" > called\necho "HF_HUB_OFFLINE=$HF_HUB_OFFLINE"\n')
    fake.chmod(0o755)
    return replace(JOB, root=str(folder), setup=[f"export PATH={folder / 'bin'}:$PATH"])


def called(folder: Path) -> list[str]:
    return (folder / "called").read_text().split()


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Slurm of one node, and two in a cloud that never start; the environment that its commands need."""
    home = tmp_path_factory.mktemp("slurm")
    for name in ("state", "spool", "munge"):
        (home / name).mkdir()
    for folder in (home, *home.parents[:-1]):
        folder.chmod(
            folder.stat().st_mode & ~0o022 | 0o711
        )  # munge trusts no folder that others may write to
    key = home / "munge" / "key"
    key.write_bytes(secrets.token_bytes(1024))
    key.chmod(0o400)
    host = socket.gethostname().partition(".")[0]
    (home / "slurm.conf").write_text(CONF.format(host=host, home=home, ports=free_ports(2)))
    environment = os.environ | {"SLURM_CONF": str(home / "slurm.conf")}
    files = {"key": key, "pid": home / "munge.pid", "log": home / "munge.log", "seed": home / "munge.seed"}
    flags = [f"--{name}-file={file}" for name, file in files.items()]
    pids = []
    try:
        subprocess.run(["munged", "--force", f"--socket={home / 'munge.sock'}", *flags], check=True)
        pids.append(home / "munge.pid")
        for daemon in ("slurmctld", "slurmd"):
            subprocess.run([daemon], check=True, env=environment, capture_output=True)
            pids.append(home / f"{daemon}.pid")
        wait_for(lambda: "idle" in output(["sinfo", "-h", "-n", host, "-o", "%T"], environment))
        yield environment | {"NODE": host}
    finally:
        for pid in reversed(pids):
            os.kill(int(pid.read_text()), signal.SIGTERM)


def output(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.skipif(
    not SLURM, reason="no Slurm here, or not root: apt install slurm-client slurmctld slurmd munge"
)
def test_slurm_takes_the_script_and_runs_it(slurm: dict[str, str], tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    def asked(job: Job) -> subprocess.CompletedProcess[str]:
        (tmp_path / "job.sh").write_text(write_job("slurm", replace(job, time="04:00:00")))
        command = ["sbatch", "--test-only", "job.sh"]
        return subprocess.run(command, cwd=tmp_path, env=slurm, capture_output=True, text=True, check=False)

    for gpus, nodes in ((0, 1), (4, 1), (4, 2)):
        done = asked(replace(JOB, gpus=gpus, nodes=nodes))
        assert done.returncode == 0, done.stderr
        assert "to start at" in done.stderr
    assert asked(replace(JOB, gpus=8)).returncode != 0
    (tmp_path / "job.sh").write_text(write_job("slurm", job_in(tmp_path)))
    command = ["sbatch", "-w", slurm["NODE"], "-o", "job.out", "job.sh"]
    subprocess.run(command, cwd=tmp_path, env=slurm, check=True, capture_output=True)
    out = tmp_path / "job.out"
    wait_for(lambda: out.exists() and out.read_text().endswith("\n"))
    assert called(tmp_path) == [str(tmp_path), "train", "lora.yaml", "--lock", LOCK]
    assert out.read_text() == "HF_HUB_OFFLINE=1\n"


PARSED = """
import sys, sky
task = sky.Task.from_yaml(sys.argv[1])
resources = next(iter(task.resources))
print(task.num_nodes, dict(resources.accelerators), resources.use_spot, task.name)
print(task.run, end="")
"""


@pytest.mark.skipif(not SKYPILOT, reason="FTLINT_SKYPILOT names no Python that has SkyPilot")
def test_skypilot_takes_the_task(tmp_path: Path) -> None:
    job = replace(JOB, root=str(tmp_path), gpus=4, nodes=2, gpu="A100-80GB", options={"use_spot": "true"})
    (tmp_path / "job.yaml").write_text(write_job("skypilot", job))
    done = subprocess.run(
        [SKYPILOT, "-c", PARSED, "job.yaml"],
        cwd=tmp_path,
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    first, *run = done.stdout.splitlines()
    assert first == "2 {'A100-80GB': 4} True ftlint-lora"
    assert run[-1].endswith(f"-m ftlint train lora.yaml --lock {LOCK}")


@pytest.mark.ray
@pytest.mark.xdist_group("ray")
@pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed")
def test_ray_runs_the_program(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(write_job("ray", job_in(tmp_path)))
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "RAY_raylet_start_wait_time_s": "120"}
    environment.pop("RAY_ADDRESS", None)
    done = subprocess.run(
        [sys.executable, "job.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert called(tmp_path) == [str(tmp_path), "train", "lora.yaml", "--lock", LOCK]
