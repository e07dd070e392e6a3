"""The memory estimate against published peaks: a table of both and the error of each run.

python benchmarks/memory.py [--markdown]
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ftlint.detect.memory import Estimate, estimate
from ftlint.dialects.detect import read_config
from ftlint.model.training_config import TrainingConfig
from ftlint.read.config_text import parse
from ftlint.testing import config_text

PUBLISHED = Path(__file__).parents[1] / "tests" / "unit" / "memory_published.toml"
GIB_OF_GB = 1e9 / (1 << 30)


class Compared(NamedTuple):
    """A published peak and the estimate of the same thing, both in GiB."""

    source: str
    name: str
    measure: str
    published: float
    estimated: float
    made: Estimate
    placed: str
    """Where weights are: `whole` on each device, `sharded`, or `offloaded` to host memory."""

    fitted: bool
    """Whether constants of the formula were chosen by looking at it."""

    @property
    def error(self) -> float:
        return self.estimated / self.published - 1


def compared() -> Iterator[Compared]:
    """Every published run with its estimate."""
    for source in tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))["source"]:
        for run in source["run"]:
            config = config_of(source, run)
            made = estimate(config, run.get("gpus", source.get("gpus", 1)))
            if made is None:
                raise SystemExit(f"{source['name']}: {run['name']}: its model is not known")
            told = made.total - (made.overhead if source["measure"] == "allocated" else 0.0)
            told -= made.pageable if run.get("paged") else 0.0
            published = run["peak"] * (GIB_OF_GB if run.get("gb") else 1.0)
            sharded = config.get("fsdp") or config.get("zero_stage") == 3
            placed = "offloaded" if config.get("cpu_offload") else "sharded" if sharded else "whole"
            fitted = source.get("fitted", False)
            yield Compared(
                source["name"], run["name"], source["measure"], published, told, made, placed, fitted
            )


def config_of(source: Mapping[str, Any], run: Mapping[str, Any]) -> TrainingConfig:
    """What a run's table says as a config of its framework."""
    fields = {**source["config"], **run.get("config", {})}
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    written = parse(config_text(said).encode(), "config.yaml")
    config = read_config(written, "config.yaml", dialect="ftlint") if written else None
    if config is None:
        raise SystemExit(f"{source['name']}: {run['name']}: no config")
    dialect = source.get("dialect", "transformers")
    return config._replace(dialect=dialect, versions=source.get("versions", {}))


def main() -> None:
    rows = list(compared())
    markdown = "--markdown" in sys.argv
    if markdown:
        print("| source | run | measure | published GiB | estimated GiB | error |")
        print("|---|---|---|---|---|---|")
    for row in rows:
        cells = (row.source, row.name, row.measure, f"{row.published:.1f}", f"{row.estimated:.1f}")
        if markdown:
            print(f"| {' | '.join(cells)} | {row.error:+.0%} |")
        else:
            left = f"{cells[0][:34]:34} {cells[1][:36]:36} {cells[2]:10}"
            print(f"{left}{cells[3]:>7}{cells[4]:>7} {row.error:+7.1%}")
    print()
    told = [row for row in rows if row.measure != "stated"]
    for placed in ("whole", "sharded", "offloaded"):
        print(f"{placed:10} {spread([row.error for row in told if row.placed == placed])}")
    for measure in ("allocated", "reserved", "device"):
        print(f"{measure:10} {spread([row.error for row in told if row.measure == measure])}")
    for fitted, name in ((True, "fitted"), (False, "not fitted")):
        print(f"{name:10} {spread([row.error for row in told if row.fitted is fitted])}")
    print(f"{'all':10} {spread([row.error for row in told])}")


def spread(errors: Sequence[float]) -> str:
    """How many there are, their median, what half and nine in ten of them stay within, and the extremes."""
    sizes = sorted(map(abs, errors))
    nine = sizes[max(0, ceil(len(sizes) * 0.9) - 1)]
    near = f"half within {median(sizes):.1%}, nine in ten within {nine:.1%}"
    ends = f"from {min(errors):+.0%} to {max(errors):+.0%}"
    return f"{len(errors):3} runs: median {median(errors):+.1%}, {near}, {ends}"


if __name__ == "__main__":
    main()
