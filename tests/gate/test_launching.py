"""Job files: what they say, that odd names cannot break out of them, that they hold the lock."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from gate_project import CONFIG, approved, project

from ftlint.cli.main import main
from ftlint.gate.lock import Approval, lock_hash
from ftlint.model import FtlintError
from ftlint.train.launching import KINDS, refuse_other, write_job
from ftlint.train.launching.job import Job, safe_name

LOCK = "0123456789abcdef" * 4
JOB = Job(
    name="ftlint-lora",
    root="/srv/project",
    config="configs/lora.yaml",
    lock=LOCK,
    command=["train", "configs/lora.yaml", "--lock", LOCK, "--resume"],
    output="/srv/project/out",
)
GPUS = replace(JOB, gpus=4, nodes=2, gpu="H100-80GB", time="04:00:00")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def approval(root: Path) -> Approval:
    return approved(root)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("job", [JOB, GPUS, replace(GPUS, nodes=1, gpus=1), replace(JOB, nodes=2)])
def test_every_job_says_the_lock_and_passes_it_on(kind: str, job: Job) -> None:
    text = write_job(kind, job)
    assert f"# approved in ftlint.lock: {LOCK}\n" in text
    assert f"--lock {LOCK}" in text
    assert ("accelerate launch" in text) == (job.gpus * job.nodes > 1)
    assert ("torchrun" in text) == (not job.gpus and job.nodes > 1)


def test_a_batch_script_asks_for_what_was_wished() -> None:
    text = write_job(
        "slurm", replace(GPUS, options={"partition": "gpu", "exclusive": ""}, setup=["module load x"])
    )
    options = [line.removeprefix("#SBATCH --") for line in text.splitlines() if line.startswith("#SBATCH")]
    assert {"nodes=2", "ntasks-per-node=1", "gpus-per-node=4", "time=04:00:00"} <= set(options)
    assert {"partition=gpu", "exclusive", "signal=TERM@300"} <= set(options)
    assert "--num_processes 8" in text
    assert text.index("module load x") < text.index("srun")
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)


def test_a_batch_script_stands_what_clusters_do() -> None:
    """Environments that read unset variables, an srun that forgets --cpus-per-task, a launcher that kills."""
    text = write_job("slurm", GPUS)
    assert "set -eo pipefail\n" in text
    assert 'export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"' in text
    assert "export TORCH_ELASTIC_SHUTDOWN_TIMEOUT=270\n" in text
    assert "TORCH_ELASTIC_SHUTDOWN_TIMEOUT" not in write_job("slurm", JOB)


def test_what_sets_an_environment_up_is_in_the_shell_that_trains() -> None:
    job = replace(JOB, setup=["source venv/bin/activate"], model="org/base")
    loaded = yaml.safe_load(write_job("skypilot", job))
    assert "setup" not in loaded
    lines = loaded["run"].splitlines()
    assert lines[:4] == [
        "set -e",
        "source venv/bin/activate",
        "hf download org/base",
        "export HF_HUB_OFFLINE=1",
    ]


def test_sharding_is_fsdp_2() -> None:
    text = write_job("slurm", replace(GPUS, sharding="fsdp"))
    assert "--use_fsdp --fsdp_version 2" in text
    assert "--multi_gpu" not in text


def test_a_task_of_skypilot() -> None:
    loaded = yaml.safe_load(write_job("skypilot", replace(GPUS, options={"use_spot": "true", "cpus": "8+"})))
    assert loaded["resources"] == {"accelerators": "H100:4", "use_spot": True, "cpus": "8+"}
    assert (loaded["num_nodes"], loaded["workdir"]) == (2, "/srv/project")
    assert loaded["run"].endswith(f"train configs/lora.yaml --lock {LOCK} --resume\n")
    named = replace(GPUS, gpu="RTX-4090", model="org/base", revision="main; rm -rf x")
    loaded = yaml.safe_load(write_job("skypilot", named))
    assert loaded["resources"] == {"accelerators": "RTX4090:4"}
    assert loaded["setup"].splitlines()[-1] == "hf download org/base --revision 'main; rm -rf x'"


@pytest.mark.parametrize("name", ["it's $(touch pwned).yaml", 'a "b" `c`.yaml', "sp ace.yaml", "x\\y.yaml"])
@pytest.mark.parametrize("kind", KINDS)
def test_odd_names_stay_arguments(tmp_path: Path, name: str, kind: str) -> None:
    """The lines that the job runs are run by a real shell, with an `ftlint` that prints its arguments."""
    (tmp_path / "bin").mkdir()
    for command, last in (("ftlint", '"$@"'), ("srun", '"${@:2}"')):
        body = f'printf "%s\\n" {last}' if command == "ftlint" else f"exec {last}"
        (tmp_path / "bin" / command).write_text(f"#!/bin/bash\n{body}\n")
        (tmp_path / "bin" / command).chmod(0o755)
    folder = tmp_path / "odd } $HOME 'dir\""
    folder.mkdir()
    job = replace(JOB, root=str(folder), config=name, command=["train", name, "--lock", LOCK])
    text = write_job(kind, replace(job, name=safe_name(name)))
    shell = text
    if kind == "skypilot":
        shell = yaml.safe_load(text)["run"]
    elif kind == "ray":
        values = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "START"
        }
        shell = values["START"]
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        ["bash"], input=shell, text=True, capture_output=True, env={"PATH": path}, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == ["train", name, "--lock", LOCK]
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(
    ("kind", "job", "told"),
    [
        ("slurm", replace(JOB, options={"partition": "a b"}), "without spaces and quotes"),
        ("slurm", replace(JOB, options={"x\n#SBATCH --y": ""}), "without spaces and quotes"),
        ("skypilot", replace(JOB, gpus=1), r"set \[hardware\] gpu"),
        ("skypilot", replace(JOB, options={"partition": "gpu"}), "resources take"),
        ("skypilot", replace(GPUS, options={"accelerators": "H100:8"}), "--gpus says 4"),
        ("ray", replace(JOB, options={"partition": "gpu"}), "Ray takes cpus=N"),
        ("ray", replace(JOB, options={"cpus": "many"}), "a number from 1"),
    ],
)
def test_options_that_a_scheduler_does_not_take(kind: str, job: Job, told: str) -> None:
    with pytest.raises(FtlintError, match=told):
        write_job(kind, job)


def test_the_command_writes_a_job(
    root: Path, approval: Approval, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    launch = ["train", CONFIG, "--launch"]
    assert main([*launch, "slurm", "--gpus", "2", "--max-steps", "9", "-o", "job.sh"]) == 0
    told = capsys.readouterr().err
    assert f"1 node, 2 GPUs each · lock {lock_hash(approval)[:12]}" in told
    assert "submit: sbatch job.sh" in told
    text = (root / "job.sh").read_text()
    assert f"train {CONFIG} --lock {lock_hash(approval)} --resume --max-steps 9" in text
    assert main([*launch, "slurm", "--gpus", "1", "-o", "job.sh"]) == 0
    assert main([*launch, "slurm", "--gpus", "1", "-o", CONFIG]) == 2
    assert "is no job file" in capsys.readouterr().err
    assert main([*launch, "slurm", "--gpus", "3", "-o", "job.sh"]) == 2
    assert "3 processes cannot share them evenly" in capsys.readouterr().err
    assert main([*launch, "ray", "--gpus", "0"]) == 0
    ast.parse(capsys.readouterr().out)
    assert main([*launch, "ray", "--gpus", "0", "--no-baseline", "-o", "a job.py"]) == 0
    assert f"python '{root / 'a job.py'}'" in capsys.readouterr().err
    assert "--resume --no-baseline" in (root / "a job.py").read_text()
    assert main([*launch, "ray", "--gpus", "0", "--time", "01:00:00"]) == 2
    assert "ray has no longest time of a job" in capsys.readouterr().err


def test_another_approval_is_refused(
    root: Path, approval: Approval, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse_other("", approval)
    refuse_other(lock_hash(approval), approval)
    with pytest.raises(FtlintError, match="was approved anew since this job was written"):
        refuse_other(LOCK, approval)
    monkeypatch.chdir(root)
    assert main(["train", CONFIG, "--lock", LOCK, "--resume"]) == 2
    assert "was approved anew" in capsys.readouterr().err
