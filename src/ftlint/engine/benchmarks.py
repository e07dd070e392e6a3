"""The declared benchmark files: found, read, and made into what their items are recognised by."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ftlint.engine.plan import FilePlan
from ftlint.engine.rows import texts_of
from ftlint.formats import detect
from ftlint.model import Fault, FtlintError, Source
from ftlint.model.prior import Benchmark
from ftlint.read.block import Block
from ftlint.read.classify import classify
from ftlint.read.discover import matching, shown
from ftlint.read.records import PER_FILE, blocks, sample
from ftlint.read.urls import is_remote, masked
from ftlint.settings import Place, Settings


class Benchmarks:
    """The benchmark files of a run. Datasets that declare the same ones share what was read of them."""

    def __init__(self, settings: Settings, plans: Sequence[FilePlan], cache: Any = None) -> None:
        self.settings = settings
        self.cache = cache
        self.checked = {_real(plan.source.home): plan.path for plan in plans}
        self.known: dict[tuple[str, ...], Benchmark] = {}

    def of(self, plan: FilePlan) -> Benchmark | None:
        """What the benchmarks of a file's dataset hold, None where it declares none.

        Raises `FtlintError` for a glob that matches nothing, a file that cannot be read as a whole, and files
        of which no item is long enough to be compared.
        """
        if not plan.benchmark:
            return None
        if plan.benchmark not in self.known:
            self.known[plan.benchmark] = self._read(plan)
        return self.known[plan.benchmark]

    def _read(self, plan: FilePlan) -> Benchmark:
        place = self._place(plan)
        files = self._files(plan.benchmark, place)
        contents = [] if self.cache is None else [self.cache.content(file) for file in files.values()]
        if not contents or not all(contents):
            return _benchmark(files, place)
        key = "benchmark", list(files), contents
        state = self.cache.known(*key)
        if state is not None:
            return Benchmark(*state)
        benchmark = _benchmark(files, place)
        self.cache.tell(list(benchmark), files.values(), *key)
        return benchmark

    def _place(self, plan: FilePlan) -> Place:
        """Where the globs were written."""
        named = [each.name for each in self.settings.dataset if each.name == plan.dataset and each.benchmark]
        return self.settings.where(("dataset", named[0], "benchmark") if named else ("benchmark",))

    def _files(self, globs: Sequence[str], place: Place) -> Mapping[str, str]:
        """Path as shown -> file, each file once; one that is checked, too, under the path it has there."""
        found: dict[str, str] = {}
        for glob in globs:
            files = sorted(matching(glob, self.settings.root))
            if not files:
                told = masked(glob) if is_remote(glob) else glob
                raise FtlintError(f"no file matches benchmark = {told!r}", *place)
            for file in files:
                found.setdefault(_real(file), file)
        return {self.checked.get(real) or self._shown(file): file for real, file in found.items()}

    def _shown(self, file: str) -> str:
        if is_remote(file):
            return masked(file)
        return shown(file, self.settings.root, os.path.relpath(file, self.settings.root))


def _benchmark(files: Mapping[str, str], place: Place) -> Benchmark:
    from ftlint.detect.near.coverage import SHORTEST, Units

    units = Units()
    for path, file in files.items():
        source = _source(path, file)
        units.begin(path)
        _read(source, units)
    benchmark = units.benchmark()
    if not benchmark.hashes:
        told = f"has {SHORTEST} words of its own: there is nothing to compare"
        raise FtlintError(f"no item of {', '.join(benchmark.paths)} {told}", *place)
    return benchmark


def _real(file: str) -> str:
    return file if is_remote(file) else os.path.realpath(file)


def _source(path: str, file: str) -> Source:
    try:
        source, faults = classify(file, path)
    except OSError as error:
        raise FtlintError(f"cannot read the benchmark: {error.strerror or error}", path) from None
    if source.container == "none":
        raise _unreadable(path, next((fault for fault in faults if not fault.recovered), Fault("empty-file")))
    return source


def _read(source: Source, units: Any) -> None:
    """All records of a benchmark file, into `units`."""
    known = detect(sample(source)).format
    lines = source.container not in ("parquet", "arrow")
    count = 0
    for block in _sound(source):
        if not block.data:
            continue
        count += len(block.data)
        if known is None:
            prompts, targets = [" ".join(_texts(data)) for data in block.data], [""] * len(block.data)
        else:
            prompts, targets, *_ = texts_of(known, block.data)
        units.add(block.rows, block.lines if lines else [0] * len(block.rows), prompts, targets)
    if not count:
        raise FtlintError("the benchmark holds no rows", source.path)


def _sound(source: Source) -> Iterator[Block]:
    """The blocks of a file. Raises `FtlintError` at a row that cannot be read: it would go uncompared."""
    try:
        for block in blocks(source):
            for fault in block.faults:
                if not fault.recovered and fault.kind not in PER_FILE:
                    raise _unreadable(source.path, fault)
            yield block
    except OSError as error:
        raise FtlintError(f"cannot read the benchmark: {error.strerror or error}", source.path) from None


def _unreadable(path: str, fault: Fault) -> FtlintError:
    if fault.kind == "missing-extra":
        return FtlintError(f"the benchmark needs an extra: pip install 'ftlint[{fault.detail}]'", path)
    what = "row of the benchmark" if fault.row is not None else "benchmark"
    detail = f" ({fault.detail})" if fault.detail else ""
    told = (
        f"this {what} cannot be read: {fault.kind.replace('-', ' ')}{detail}; mend it, or leave the file out"
    )
    return FtlintError(told, path, fault.line)


def _texts(value: Any) -> Iterator[str]:
    """The texts of a record of no known format, in the order of its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
