"""The ray executor on a Ray of two workers: the bytes of one process, even where a worker dies."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.executors import Executor, Processes, Serial, executor_for
from ftlint.engine.plan import RuleSet
from ftlint.engine.ray import Ray
from ftlint.model import FtlintError, MissingExtraError
from ftlint.registry import selected
from ftlint.settings.model import Settings
from test_sharding import odd_lines, report_bytes

pytestmark = [
    pytest.mark.ray,
    pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed"),
    pytest.mark.xdist_group("ray"),
]

SHARD_BYTES = 20_000


@pytest.fixture(scope="module")
def cluster() -> Iterator[Ray]:
    executor = Ray(jobs=2)
    assert executor.connect() == 2
    yield executor
    executor.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Rows of every kind: about 4,000, 30 shards."""
    root = tmp_path / "data"
    root.mkdir()
    for name, seeds in (("train", range(40)), ("val", range(30, 50)), ("test", range(50, 55))):
        lines = [line for seed in seeds for line in odd_lines(seed)]
        (root / f"{name}.jsonl").write_bytes(b"\n".join(lines))
    return root


def once(marker: Path) -> Callable[[], None]:
    """Kills the process that is first to call it, and only that."""
    file = str(marker)

    def strike() -> None:
        try:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    return strike


class Struck:
    """Ray, with a worker that dies at the item of one index."""

    def __init__(self, ray: Ray, strike: Callable[[], None], at: int) -> None:
        self.ray = ray
        self.strike = strike
        self.at = at

    def map(self, work: Callable[[Any], Any], shards: Sequence[Any]) -> Iterable[Any]:
        strike, at = self.strike, self.at

        def struck(numbered: tuple[int, Any]) -> Any:
            if numbered[0] == at:
                strike()
            return work(numbered[1])

        return self.ray.map(struck, list(enumerate(shards)))

    def exchange(self, *arguments: Any) -> Iterable[Any]:
        return self.ray.exchange(*arguments)


def test_the_same_bytes(cluster: Ray, data: Path) -> None:
    whole = report_bytes(data, Serial(), 1 << 30)
    assert len(json.loads(whole)["findings"]) > 1000
    assert report_bytes(data, cluster, SHARD_BYTES) == whole


def test_a_worker_killed(cluster: Ray, data: Path, tmp_path: Path) -> None:
    marker = tmp_path / "struck"
    executor = Struck(cluster, once(marker), at=7)
    assert report_bytes(data, executor, SHARD_BYTES) == report_bytes(data, Serial(), 1 << 30)
    assert marker.exists()


def test_a_worker_that_always_dies(cluster: Ray) -> None:
    def die(item: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(FtlintError, match="a worker died at each of 4 tries"):
        list(cluster.map(die, [1]))


def write(parts: int, size: int) -> Callable[[int], list[bytes]]:
    """Numbers by their remainder: what a shuffle of keys does."""

    def cut(item: int) -> list[bytes]:
        return [
            b" ".join(str(item * size + key).encode() for key in range(size) if key % parts == part)
            for part in range(parts)
        ]

    return cut


def reader() -> Callable[[int, list[bytes]], tuple[int, list[bytes]]]:
    """By value: a worker does not know this file."""
    return lambda part, pieces: (part, pieces)


@pytest.mark.parametrize(
    ("items", "parts", "size"),
    [
        pytest.param(7, 5, 200, id="small pieces"),
        pytest.param(5, 2, 40_000, id="pieces that no answer carries"),
        pytest.param(4, 1, 50, id="one part"),
        pytest.param(0, 3, 50, id="no items"),
        pytest.param(1, 4, 2, id="empty pieces"),
    ],
)
def test_exchange(cluster: Ray, items: int, parts: int, size: int) -> None:
    cut = write(parts, size)
    expected = [(part, [cut(item)[part] for item in range(items)]) for part in range(parts)]
    for executor in (Serial(), Processes(2), cluster):
        assert list(executor.exchange(cut, range(items), parts, reader())) == expected


def test_exchange_of_runs_of_items(cluster: Ray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftlint.engine.ray.MOST_WRITES", 3)
    cut = write(4, 30)
    expected = list(Serial().exchange(cut, range(20), 4, reader()))
    assert list(cluster.exchange(cut, range(20), 4, reader())) == expected


def test_exchange_with_a_writer_and_a_reader_killed(cluster: Ray, tmp_path: Path) -> None:
    cut, writing, reading = write(3, 3000), once(tmp_path / "writer"), once(tmp_path / "reader")

    def struck_write(item: int) -> list[bytes]:
        if item == 2:
            writing()
        return cut(item)

    def struck_read(part: int, pieces: list[bytes]) -> tuple[int, list[bytes]]:
        if part == 1:
            reading()
        return part, pieces

    expected = list(Serial().exchange(cut, range(5), 3, reader()))
    assert list(cluster.exchange(struck_write, range(5), 3, struck_read)) == expected
    assert (tmp_path / "writer").exists()
    assert (tmp_path / "reader").exists()


def test_a_wrong_number_of_pieces(cluster: Ray) -> None:
    cut = write(3, 10)
    for executor in (Serial(), Processes(2), cluster):
        with pytest.raises(ValueError, match="written as 3 pieces, not 4"):
            list(executor.exchange(cut, range(3), 4, reader()))


@pytest.mark.parametrize(
    "raised",
    [
        FtlintError("no such column", "data/train.jsonl", 7),
        MissingExtraError("parquet", "reading Parquet"),
        KeyError("a fault of ours"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_work_raises_is_raised_here(cluster: Ray, raised: Exception) -> None:
    def fail(item: int) -> None:
        raise raised

    for executor in (Processes(2), cluster):
        with pytest.raises(type(raised)) as caught:
            list(executor.map(fail, [1, 2, 3]))
        assert type(caught.value) is type(raised)
        assert str(caught.value) == str(raised)


def test_a_fault_of_a_write_reaches_the_driver(cluster: Ray) -> None:
    def fail(item: int) -> list[bytes]:
        raise FtlintError("no such column", "data/train.jsonl", 7)

    with pytest.raises(FtlintError, match=r"^data/train.jsonl:7: no such column$"):
        list(cluster.exchange(fail, range(3), 3, reader()))


def test_other_version_on_a_node(cluster: Ray, monkeypatch: pytest.MonkeyPatch) -> None:
    import ftlint

    monkeypatch.setattr("ftlint.engine.ray.__version__", "0.0.7")
    told = rf"has ftlint {ftlint.__version__}, this process ftlint 0\.0\.7: .*ftlint\[ray\]==0\.0\.7"
    with pytest.raises(FtlintError, match=told):
        list(cluster.map(str, [1, 2]))
    with pytest.raises(FtlintError, match=told):
        list(cluster.exchange(write(2, 5), range(3), 2, reader()))


def test_more_items_than_tasks_in_flight(cluster: Ray) -> None:
    assert list(cluster.map(lambda item: item * 2, range(3000))) == [item * 2 for item in range(3000)]
    assert list(cluster.map(str, [])) == []


def test_relative_paths_mean_the_same(cluster: Ray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").write_text("found")
    monkeypatch.chdir(tmp_path)
    assert list(cluster.map(lambda name: Path(name).read_text(), ["here"])) == ["found"]


def test_compiled_patterns_and_remembered_structures_stay() -> None:
    import pickle

    rules = RuleSet(selected(Settings()))
    rules.patterns.compile()
    rules.patterns.compile_own()
    rules.judged["a structure"] = "judged"
    arrived, patterns = pickle.loads(pickle.dumps((rules, rules.patterns)))
    assert [rule.code for rule in arrived.rules] == [rule.code for rule in rules.rules]
    assert [vars(rule) for rule in arrived.rules] == [vars(rule) for rule in rules.rules]
    assert not arrived.judged
    assert patterns.joined is None
    assert patterns.which is None
    assert patterns.marks == rules.patterns.marks


def test_executor_by_name() -> None:
    named: list[tuple[Executor, type]] = [
        (executor_for(2, 0, "serial"), Serial),
        (executor_for(2, 0, "processes"), Processes),
        (executor_for(1, 0, "processes"), Serial),
        (executor_for(0, 0), Serial),
        (executor_for(3, 0, "ray", "auto"), Ray),
    ]
    assert [type(executor) for executor, _ in named] == [kind for _, kind in named]
    ray = named[-1][0]
    assert isinstance(ray, Ray)
    assert (ray.address, ray.jobs) == ("auto", 3)


Command = Callable[..., subprocess.CompletedProcess[str]]


def checked(ftlint: Command, root: Path, name: str, *flags: str) -> bytes:
    done = ftlint("check", ".", "-n", "--output-format", f"json={root.parent / name}", *flags, cwd=root)
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads((root.parent / name).read_bytes())
    report["summary"]["seconds"] = 0
    return json.dumps(report).encode()


def test_command_line(ftlint: Command, cluster: Ray, data: Path) -> None:
    """Once by joining a cluster, once on a Ray of its own, which is gone with the process."""
    import ray

    whole = checked(ftlint, data, "serial", "--executor", "serial")
    address = ray.get_runtime_context().gcs_address
    assert checked(ftlint, data, "joined", "--executor", "ray", "--ray-address", address) == whole
    assert checked(ftlint, data, "local", "--executor", "ray", "-j", "1") == whole


LONE_DEATH = """
import os, signal
from ftlint.engine.ray import Ray

def die_once(marker):
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return marker
    os.kill(os.getpid(), signal.SIGKILL)

executor = Ray(jobs=1)
assert list(executor.map(die_once, [os.path.abspath("struck")])) == [os.path.abspath("struck")]
executor.close()
"""


def test_standard_output_is_left_to_the_report(tmp_path: Path) -> None:
    """Ray tells of dead workers on standard output: a JSON report may be there."""
    done = subprocess.run(
        [sys.executable, "-c", LONE_DEATH],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "struck").exists()


NODE_DEATH = """
import os

os.environ |= {"RAY_health_check_period_ms": "500", "RAY_health_check_failure_threshold": "2"}
from ray.cluster_utils import Cluster
from ftlint.engine.ray import Ray

PARTS, ITEMS = 30, 12

def cut(item):
    return [bytes([item, part]) * 6000 for part in range(PARTS)]

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
mortal = cluster.add_node(num_cpus=1)
executor = Ray(cluster.address)
assert executor.connect() == 2
read = []
for part, pieces in executor.exchange(cut, range(ITEMS), PARTS, lambda part, pieces: (part, pieces)):
    if not read:
        cluster.remove_node(mortal, allow_graceful=False)
    assert pieces == [cut(item)[part] for item in range(ITEMS)]
    read.append(part)
assert read == list(range(PARTS))
executor.close()
cluster.shutdown()
print("whole")
"""


def test_a_node_that_dies_with_its_pieces(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NODE_DEATH],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.endswith("whole\n"), done.stderr
    assert "Attempting to recover" in done.stderr, "no piece was lost: the test proves nothing"


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--executor", "ray", "--ray-address", "127.0.0.1:{port}"), "no Ray cluster answers at 127.0.0.1:"),
        (("--executor", "ray", "--ray-address", "ray://head:10001"), "is neither auto nor HOST:PORT"),
        (("--executor", "rya"), "--executor: executor cannot be 'rya': did you mean 'ray'?"),
        (("--executor", "cloud"), "executor cannot be 'cloud': one of serial, processes, ray"),
        (("--ray-address", "auto"), "--ray-address goes with --executor ray"),
    ],
)
def test_mistakes(ftlint: Command, data: Path, flags: tuple[str, ...], told: str) -> None:
    done = ftlint("check", data, *(flag.format(port=closed_port()) for flag in flags))
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_settings_name_the_executor(ftlint: Command, data: Path) -> None:
    (data / "ftlint.toml").write_text('max-per-rule = 1\nexecutor = "ryy"\n')
    done = ftlint("check", cwd=data)
    assert done.returncode == 2
    assert "ftlint.toml:2: executor cannot be 'ryy'" in done.stderr
    (data / "ftlint.toml").write_text(f'executor = "ray"\nray-address = "127.0.0.1:{closed_port()}"\n')
    assert "no Ray cluster answers" in ftlint("check", "-n", cwd=data).stderr
    assert ftlint("check", "-n", "--executor", "serial", cwd=data).returncode == 1


def test_without_ray(data: Path) -> None:
    blocked = "import sys; sys.modules['ray'] = None; from ftlint.cli.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", blocked, "check", str(data), "--executor", "ray"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "ftlint: the ray executor needs an extra: pip install 'ftlint[ray]'\n"
