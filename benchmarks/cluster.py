"""Whether a Ray of two workers reports what one process does, also when a worker is killed while it runs.

python benchmarks/cluster.py [ROWS]

1,000,000 planted rows (see planted.py) in their split, checked by all default rules.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from measured import UNSET, family, table
from planted import planted

FLAGS = ("--isolated", "--no-cache", "--exit-zero", "--jobs", "2")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data = planted(rows).data
    with tempfile.TemporaryDirectory() as folder:
        runs = [
            ("processes", checked(data, Path(folder, "processes.json"), "processes", kill=False)),
            ("ray", checked(data, Path(folder, "ray.json"), "ray", kill=False)),
            ("ray, a worker killed", checked(data, Path(folder, "killed.json"), "ray", kill=True)),
        ]
    print(f"{rows:,} rows, {data.stat().st_size / 1e6:,.0f} MB\n")
    table(
        ("executor", "wall s", "killed", "findings", "report less seconds, SHA-256"),
        [
            (name, f"{wall:.1f}", killed, f"{found:,}", digest[:16])
            for name, (wall, killed, found, digest) in runs
        ],
    )
    if len({digest for _, (_, _, _, digest) in runs}) != 1:
        raise SystemExit("the reports differ")


def checked(data: Path, report: Path, executor: str, *, kill: bool) -> tuple[float, int, int, str]:
    """Wall seconds, workers killed, findings, and a hash of the report."""
    command = [sys.executable, "-m", "ftlint", "check", data.name, *FLAGS, "--executor", executor]
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, "--output-format", f"json={report}"],
        cwd=data.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
    ) as process:
        killed = kill_a_worker(process) if kill else 0
        if process.wait() != 0:
            raise SystemExit(f"{executor}: exit {process.returncode}")
    wall = time.perf_counter() - began
    told = json.loads(report.read_text())
    told["summary"].pop("seconds")
    return wall, killed, len(told["findings"]), hashlib.sha256(json.dumps(told).encode()).hexdigest()


def kill_a_worker(driver: "subprocess.Popen[bytes]") -> int:
    """Kill one process that is at work on shards, once it has worked for two seconds."""
    while driver.poll() is None:
        for process in family(driver.pid):
            with suppress(OSError, IndexError, ValueError):
                title = Path(f"/proc/{process}/cmdline").read_bytes()
                ticks = int(Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[11])
                if title.startswith(b"ray::") and ticks > 2 * os.sysconf("SC_CLK_TCK"):
                    os.kill(process, signal.SIGKILL)
                    return 1
        time.sleep(0.05)
    return 0


if __name__ == "__main__":
    main()
